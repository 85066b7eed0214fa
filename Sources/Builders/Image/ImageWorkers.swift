import Engine
import Foundation
import Glibc
import ImageWire
import Posix
import Synchronization

/// The image workers of this process: started when first needed, kept for the next image, never more
/// than there are threads that ask. A worker that dies takes one image with it, not the run.
package final class ImageWorkers: Sendable {
  /// Absolute path of the worker program.
  private let program: String
  private let directory: String
  private let idle = Mutex<[ImageWorker]>([])
  private let known = Mutex<WorkerGreeting?>(nil)

  package init(program: String, directory: String) {
    self.program = program
    self.directory = directory
  }

  /// Starts a worker ahead of need, so that libvips loads while sources are hashed.
  func warmUp() {
    idle.withLock { workers in
      if workers.isEmpty, let worker = try? ImageWorker(program: program, directory: directory) {
        workers.append(worker)
      }
    }
  }

  /// The versions of all that encodes.
  package func greeting() throws(EngineError) -> WorkerGreeting {
    if let greeting = known.withLock({ $0 }) { return greeting }
    let worker = try take()
    let greeting = try worker.greeting()
    known.withLock { $0 = greeting }
    idle.withLock { $0.append(worker) }
    return greeting
  }

  /// Sends a request to a worker and waits for its answer.
  /// - Throws: `EngineError.builder` where libvips fails, or its process does.
  func send(_ request: ImageRequest, cancellation: Cancellation? = nil) throws(EngineError) -> ImageReply {
    let worker = try take()
    let reply = try worker.ask(request, cancellation: cancellation)
    idle.withLock { $0.append(worker) }
    if case .failed(let words) = reply { throw .builder(words) }
    return reply
  }

  private func take() throws(EngineError) -> ImageWorker {
    if let worker = idle.withLock({ $0.popLast() }) { return worker }
    do throws(PosixError) { return try ImageWorker(program: program, directory: directory) } catch {
      throw .builder(
        "the image worker does not start: \(program): \(error.reason)",
        hint: "hbpipe-vips has to stand beside hbpipe, or in ../libexec/hbpipe")
    }
  }
}

/// One worker process and the two pipes to it. It belongs to one thread at a time.
private final class ImageWorker: Sendable {
  private let process: ChildProcess
  private let input: Int32
  private let output: Int32

  init(program: String, directory: String) throws(PosixError) {
    let requests = try ChildProcess.pipe()
    let replies = try ChildProcess.pipe()
    defer {
      close(requests.read)
      close(replies.write)
    }
    // A worker whose image is hostile may print what it likes; nobody needs it.
    let nowhere = try OpenFile.open("/dev/null", at: AT_FDCWD, flags: O_WRONLY, mode: 0)
    process = try ChildProcess.start(
      [program], environment: ["PATH": "/usr/bin:/bin", "MALLOC_ARENA_MAX": "1"], directory: directory,
      streams: .init(input: requests.read, output: replies.write, error: nowhere.descriptor))
    input = requests.write
    output = replies.read
  }

  deinit {
    // The end of its input is what tells a worker to go.
    close(input)
    close(output)
    _ = process.wait()
  }

  func greeting() throws(EngineError) -> WorkerGreeting { try decode(try readLine()) }

  func ask(_ request: ImageRequest, cancellation: Cancellation?) throws(EngineError) -> ImageReply {
    guard let message = try? JSONEncoder().encode(request) else {
      preconditionFailure("a request holds only text and numbers")
    }
    let exchange = { () -> Result<ImageReply, EngineError> in
      do throws(EngineError) {
        try self.send(Array(message) + [UInt8(ascii: "\n")])
        while true {
          let line = try self.readLine()
          // A fresh worker greets first.
          if let reply = try? JSONDecoder().decode(ImageReply.self, from: Data(line)) { return .success(reply) }
        }
      } catch { return .failure(error) }
    }
    let result = cancellation.map { $0.supervising(process, signal: SIGKILL, exchange) } ?? exchange()
    return try result.get()
  }

  private func decode<Message: Decodable>(_ line: [UInt8]) throws(EngineError) -> Message {
    guard let message = try? JSONDecoder().decode(Message.self, from: Data(line)) else {
      throw .builder("the image worker said what nobody understands")
    }
    return message
  }

  private func send(_ bytes: [UInt8]) throws(EngineError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
      guard count > 0 else { throw died() }
      rest = rest.dropFirst(count)
    }
  }

  private func readLine() throws(EngineError) -> [UInt8] {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count = read(output, &byte, 1)
      if count < 0, errno == EINTR { continue }
      guard count == 1 else { throw died() }
      if byte == UInt8(ascii: "\n") { return line }
      line.append(byte)
    }
  }

  private func died() -> EngineError { .builder("the image worker died on this image") }
}
