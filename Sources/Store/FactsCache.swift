internal import CSQLite
import Foundation
import Hashing
import Posix
import Synchronization

/// What builders know about files beyond their digests: (digest, kind of facts) → bytes. Kept in SQLite.
///
/// It is a cache: a database that cannot be used is thrown away and begun again.
package final class FactsCache: Sendable {
  private struct Connection: @unchecked Sendable { let handle: OpaquePointer }
  private let connection: Mutex<Connection>
  private let tree: WorkTree

  package init(tree: WorkTree) {
    let path = tree.absolute(CacheLayout.facts)
    try? tree.makeDirectory(CacheLayout.directory)
    var handle = Self.open(path)
    if handle == nil {
      Self.discard(tree)
      // Where nothing can be written, facts last as long as the process.
      handle = Self.open(path) ?? Self.open(":memory:")
    }
    self.tree = tree
    guard let handle else { preconditionFailure("SQLite cannot open a database in memory") }
    connection = Mutex(Connection(handle: handle))
  }

  deinit { _ = connection.withLock { sqlite3_close($0.handle) } }

  private static func discard(_ tree: WorkTree) {
    for suffix in ["", "-wal", "-shm"] { try? tree.remove(CacheLayout.facts + suffix) }
  }

  private static func open(_ path: String) -> OpaquePointer? {
    var handle: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    let opened = sqlite3_open_v2(path, &handle, flags, nil)
    sqlite3_busy_timeout(handle, 5000)
    let schema = """
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS facts (
        hash BLOB NOT NULL, kind TEXT NOT NULL, facts BLOB NOT NULL, PRIMARY KEY (hash, kind)
      ) WITHOUT ROWID;
      """
    guard opened == SQLITE_OK, sqlite3_exec(handle, schema, nil, nil, nil) == SQLITE_OK else {
      sqlite3_close(handle)
      return nil
    }
    return handle
  }

  /// The facts of each digest, in order; nil where none are known.
  package func read(_ digests: [Digest], kind: String) -> [[UInt8]?] {
    connection.withLock { connection in
      var statement: OpaquePointer?
      let query = "SELECT facts FROM facts WHERE hash = ? AND kind = ?"
      guard sqlite3_prepare_v2(connection.handle, query, -1, &statement, nil) == SQLITE_OK else {
        return digests.map { _ in nil }
      }
      defer { sqlite3_finalize(statement) }
      return digests.map { digest in
        defer { sqlite3_reset(statement) }
        bind(digest.hash, kind, to: statement)
        guard sqlite3_step(statement) == SQLITE_ROW else { return nil }
        let count = Int(sqlite3_column_bytes(statement, 0))
        guard let start = sqlite3_column_blob(statement, 0) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: count))
      }
    }
  }

  /// Keeps facts, all or none. A database that turns out to be damaged is begun again.
  /// - Throws: `StoreError.facts`, after which nothing is lost but time.
  package func write(_ facts: [(Digest, [UInt8])], kind: String) throws(StoreError) {
    guard !facts.isEmpty else { return }
    let failure: Failure? = connection.withLock { connection in
      guard let failure = Self.insert(facts, kind, into: connection.handle) else { return nil }
      if Self.passing.contains(failure.code & 0xFF) { return failure }
      Self.discard(tree)
      guard let fresh = Self.open(tree.absolute(CacheLayout.facts)) else { return failure }
      sqlite3_close(connection.handle)
      connection = Connection(handle: fresh)
      return Self.insert(facts, kind, into: fresh)
    }
    if let failure { throw .facts(failure.words) }
  }

  private struct Failure {
    let code: Int32
    let words: String
  }

  private static func insert(_ facts: [(Digest, [UInt8])], _ kind: String, into handle: OpaquePointer) -> Failure? {
    func failed() -> Failure {
      Failure(code: sqlite3_errcode(handle), words: String(cString: sqlite3_errmsg(handle)))
    }
    func undone() -> Failure {
      defer { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
      return failed()
    }
    guard sqlite3_exec(handle, "BEGIN IMMEDIATE", nil, nil, nil) == SQLITE_OK else { return failed() }
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, "INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", -1, &statement, nil) == SQLITE_OK
    else { return undone() }
    defer { sqlite3_finalize(statement) }
    for (digest, bytes) in facts {
      bind(digest.hash, kind, to: statement)
      bytes.withUnsafeBytes { _ = sqlite3_bind_blob(statement, 3, $0.baseAddress, Int32($0.count), transient) }
      guard sqlite3_step(statement) == SQLITE_DONE else { return undone() }
      sqlite3_reset(statement)
    }
    return sqlite3_exec(handle, "COMMIT", nil, nil, nil) == SQLITE_OK ? nil : undone()
  }

  /// A busy or full database is sound.
  private static let passing: Set<Int32> = [SQLITE_BUSY, SQLITE_LOCKED, SQLITE_FULL, SQLITE_IOERR, SQLITE_READONLY]

  package static var libraryVersion: String { String(cString: sqlite3_libversion()) }
}

private func bind(_ hash: SHA256Value, _ kind: String, to statement: OpaquePointer?) {
  hash.withBytes { _ = sqlite3_bind_blob(statement, 1, $0.baseAddress, 32, transient) }
  sqlite3_bind_text(statement, 2, kind, -1, transient)
}

/// SQLite's SQLITE_TRANSIENT: it copies the bytes before the call returns.
private nonisolated(unsafe) let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
