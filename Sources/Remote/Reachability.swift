import Glibc
import Posix

/// Whether a remote could be used from here. It asks the network, not the account: credentials are not checked.
package enum Reachability: Equatable, Sendable {
  case reachable(String)
  case unreachable(String)

  /// - Parameters:
  ///   - endpoint: the S3 endpoint's URL; nil for AWS.
  ///   - region: for AWS's own endpoints.
  package static func check(_ location: RemoteLocation, endpoint: String?, region: String) -> Reachability {
    switch location {
    case .directory(let path):
      do throws(PosixError) {
        guard let status = try FileStatus.read(path) else {
          return .unreachable("\(path) does not exist yet; the first push makes it")
        }
        guard status.kind == .directory else { return .unreachable("\(path) is no directory") }
        return access(path, W_OK) == 0 ? .reachable("\(path) can be written") : .reachable("\(path) can only be read")
      } catch {
        return .unreachable("\(path): \(error.reason)")
      }
    case .bucket(let name, _):
      guard let (host, port) = hostAndPort(endpoint ?? "https://\(name).s3.\(region).amazonaws.com") else {
        return .unreachable("`\(endpoint ?? "")` is no endpoint")
      }
      return connects(host, port)
        ? .reachable("\(host):\(port) accepts connections") : .unreachable("\(host):\(port) does not answer")
    }
  }

  /// nil for a URL that is neither http nor https.
  static func hostAndPort(_ url: String) -> (host: String, port: String)? {
    for (scheme, port) in [("https://", "443"), ("http://", "80")] where url.hasPrefix(scheme) {
      let authority = url.dropFirst(scheme.count).prefix { $0 != "/" }
      if let close = authority.firstIndex(of: "]"), authority.first == "[" {
        let rest = authority[authority.index(after: close)...]
        return (String(authority[..<close].dropFirst()), rest.hasPrefix(":") ? String(rest.dropFirst()) : port)
      }
      let parts = authority.split(separator: ":", maxSplits: 1)
      guard let host = parts.first else { return nil }
      return (String(host), parts.count == 2 ? String(parts[1]) : port)
    }
    return nil
  }

  /// Opens a TCP connection within three seconds, and closes it.
  private static func connects(_ host: String, _ port: String) -> Bool {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, port, &hints, &list) == 0 else { return false }
    defer { freeaddrinfo(list) }
    var candidate = list
    while let address = candidate?.pointee {
      let descriptor = socket(
        address.ai_family, address.ai_socktype | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
      defer { close(descriptor) }
      if connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return true }
      if errno == EINPROGRESS {
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        var failure: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        if poll(&wait, 1, 3000) == 1, getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size) == 0, failure == 0 {
          return true
        }
      }
      candidate = address.ai_next
    }
    return false
  }
}
