import Store

/// A file's media type, by its extension (IANA's registry).
func mediaType(of path: RepoPath) -> String {
  switch path.pathExtension {
  case "html", "htm": "text/html"
  case "css": "text/css"
  case "js", "mjs": "text/javascript"
  case "json", "map": "application/json"
  case "xml": "application/xml"
  case "txt": "text/plain"
  case "md": "text/markdown"
  case "csv": "text/csv"
  case "svg": "image/svg+xml"
  case "png": "image/png"
  case "jpg", "jpeg": "image/jpeg"
  case "gif": "image/gif"
  case "webp": "image/webp"
  case "avif": "image/avif"
  case "ico": "image/vnd.microsoft.icon"
  case "woff2": "font/woff2"
  case "woff": "font/woff"
  case "pdf": "application/pdf"
  case "mp4": "video/mp4"
  case "webm": "video/webm"
  case "wasm": "application/wasm"
  case "zip": "application/zip"
  case "gz": "application/gzip"
  default: "application/octet-stream"
  }
}
