import Posix
import Store

/// What can go wrong between reading `pipeline.yaml` and the last artifact.
package enum EngineError: Error {
  /// `pipeline.yaml`, or another file that people write, is not what it has to be.
  case invalid(Place, String, hint: String? = nil)
  /// What a stage declares does not hold: a dependency is not there, an output was not made.
  case unmet(Place, String, hint: String? = nil)
  /// There is no `pipeline.yaml`.
  case noPipeline(directory: String)
  /// Stages that wait for each other: a → b → … → a.
  case cycle([StageName], Place)
  /// A target that is neither a stage nor an artifact.
  case unknownTarget(String, nearest: String?)
  /// Two actions would make the same file.
  case claimedTwice(RepoPath, Claims.Owner, Claims.Owner)
  /// A file that hbpipe did not make stands where an artifact belongs.
  case foreignFile(RepoPath)
  /// An input changed between its hashing and the end of the action.
  case changedWhileRead(RepoPath)
  /// An input cannot be used, in its builder's words.
  case input(RepoPath, String, hint: String? = nil)
  /// A builder failed, in its own words.
  case builder(String, hint: String? = nil)
  /// An object vanished while it was needed.
  case store(StoreError)
  case system(PosixError)
  case cancelled
}

/// Runs system calls whose errors need no more words than their own.
package func system<Result: ~Copyable>(_ body: () throws(PosixError) -> Result) throws(EngineError) -> Result {
  do throws(PosixError) { return try body() } catch { throw .system(error) }
}
