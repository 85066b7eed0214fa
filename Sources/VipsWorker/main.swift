// hbpipe-vips: the image worker. It reads requests from its input, one a line, and answers each with
// one line, until its input ends. All of libvips, and whatever a hostile file does to it, stays here.
import FoundationEssentials
import Glibc
import ImageWire

func write(_ bytes: Data, to descriptor: Int32) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    // Nobody listens any more: there is nothing left to work for.
    guard count > 0 else { exit(1) }
    rest = rest.dropFirst(count)
  }
}

func answer(_ message: some Encodable) throws {
  write(try JSONEncoder().encode(message) + Data([UInt8(ascii: "\n")]), to: STDOUT_FILENO)
}

do {
  let worker = try Worker()
  try answer(worker.greeting)
  while let line = readLine() {
    try answer(worker.handle(try JSONDecoder().decode(ImageRequest.self, from: Data(line.utf8))))
  }
} catch {
  write(Data("hbpipe-vips: \(error)\n".utf8), to: STDERR_FILENO)
  exit(1)
}
