/// Where a remote is: `file:///directory` or `s3://bucket/prefix`.
package enum RemoteLocation: Equatable, Sendable {
  /// An absolute path.
  case directory(String)
  case bucket(name: String, prefix: String)

  /// nil for any other URL.
  package init?(_ url: String) {
    if url.hasPrefix("file:///") {
      self = .directory(String(url.dropFirst("file://".count)))
    } else if url.hasPrefix("s3://") {
      let parts = url.dropFirst("s3://".count).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      guard let bucket = parts.first, !bucket.isEmpty else { return nil }
      self = .bucket(name: String(bucket), prefix: parts.count == 2 ? String(parts[1]) : "")
    } else {
      return nil
    }
  }
}
