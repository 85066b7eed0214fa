import Glibc

/// A system call that failed: which, on what, and the `errno` it left.
package struct PosixError: Error, Equatable {
  package let call: String
  package let path: String
  package let code: Int32

  /// Captures the current `errno`; call it before anything else can change it.
  package init(_ call: String, _ path: String, code: Int32 = errno) {
    self.call = call
    self.path = path
    self.code = code
  }

  /// The system's own words for the code, such as "Permission denied".
  package var reason: String { String(cString: strerror(code)) }
}
