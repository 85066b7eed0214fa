internal import CCrypto
import Posix

/// A SHA-256 over bytes that arrive in pieces (OpenSSL's EVP interface).
/// One stream can be finished and used again; it belongs to one thread at a time.
package final class SHA256Stream {
  private let context: OpaquePointer
  private static nonisolated(unsafe) let algorithm = EVP_MD_fetch(nil, "SHA256", nil)
  private(set) var count: Int64 = 0

  package init() {
    guard let context = EVP_MD_CTX_new() else { preconditionFailure("OpenSSL is out of memory") }
    self.context = context
    restart()
  }

  deinit { EVP_MD_CTX_free(context) }

  package func update(_ bytes: UnsafeRawBufferPointer) {
    EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    count += Int64(bytes.count)
  }

  /// The digest of everything since the last call; the stream is then empty again.
  package func finish() -> Digest {
    let digest = withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { buffer in
      EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
      return Digest(hash: SHA256Value(bytes: UnsafeRawBufferPointer(buffer)), size: count)
    }
    restart()
    return digest
  }

  private func restart() {
    let started = EVP_DigestInit_ex2(context, Self.algorithm, nil)
    precondition(started == 1, "this OpenSSL has no SHA-256")
    count = 0
  }
}

extension Digest {
  package init(of bytes: UnsafeRawBufferPointer) {
    let stream = SHA256Stream()
    stream.update(bytes)
    self = stream.finish()
  }

  package init(of bytes: [UInt8]) { self = bytes.withUnsafeBytes { Digest(of: $0) } }

  package init(of text: String) { self.init(of: Array(text.utf8)) }

  /// Streams the rest of an open file in pieces of 256 KiB.
  package init(of file: borrowing OpenFile) throws(PosixError) {
    self = try Digest.copying(file, into: { _ in })
  }

  /// Hashes the rest of `source` and, in the same pass, hands each piece to `sink`.
  package static func copying(
    _ source: borrowing OpenFile, into sink: (UnsafeRawBufferPointer) throws(PosixError) -> Void
  ) throws(PosixError) -> Digest {
    let stream = SHA256Stream()
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { piece.deallocate() }
    while true {
      let count = try source.read(into: piece)
      if count == 0 { return stream.finish() }
      let bytes = UnsafeRawBufferPointer(rebasing: piece[..<count])
      stream.update(bytes)
      try sink(bytes)
    }
  }
}

/// The version of the OpenSSL that is loaded, such as `OpenSSL 3.0.16 11 Feb 2025`.
package var opensslVersion: String { String(cString: OpenSSL_version(OPENSSL_VERSION)) }
