import Foundation
import Glibc

/// The two streams: data goes to standard output, talk to standard error.
enum Console {
  static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

  static func talk(_ text: String) { write(text + "\n", to: STDERR_FILENO) }

  /// Talk without a line end, for a progress bar.
  static func talkRaw(_ text: String) { write(text, to: STDERR_FILENO) }

  static func complain(_ diagnosis: Diagnosis) { talk(diagnosis.text) }

  /// One JSON document with sorted keys.
  static func printJSON(_ document: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    print(String(decoding: try encoder.encode(document), as: UTF8.self))
  }

  static func printBytes(_ bytes: UnsafeRawBufferPointer) { write(bytes, to: STDOUT_FILENO) }

  static var talksToTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  private static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { write(UnsafeRawBufferPointer($0), to: descriptor) }
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) {
    var rest = bytes
    while let start = rest.baseAddress, rest.count > 0 {
      let count = Glibc.write(descriptor, start, rest.count)
      if count < 0, errno == EINTR { continue }
      // Nobody reads any more (`| head`): there is nobody to tell.
      guard count > 0 else { return }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }
}

/// `1 action`, `2 actions`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// `1.4 MB`, in powers of ten.
func humanSize(_ bytes: Int64) -> String {
  var value = Double(bytes)
  var unit = "B"
  for next in ["kB", "MB", "GB", "TB"] where value >= 1000 {
    value /= 1000
    unit = next
  }
  return unit == "B" ? "\(bytes) B" : "\((value * 10).rounded() / 10) \(unit)"
}
