internal import CSystem

/// Removes a file or a directory with its contents, whatever bytes their names are made of.
/// Returns 0, or -1 with `errno`; what does not exist is no error.
package func removeWithContents(_ path: String, at directory: Int32) -> Int32 {
  csystem_remove_tree(directory, path)
}
