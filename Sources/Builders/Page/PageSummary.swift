import Engine
import Store

/// What lists show of a page: all that they depend on.
package struct PageSummary: Sendable {
  let source: RepoPath
  let date: CalendarDate?
  /// As templates see it, without the content.
  let values: Value
}

/// The exports of a page stage.
package struct PageListing: Sendable {
  let pages: [PageSummary]
}

/// Values as the template language takes them: maps, lists, text, numbers and truth values.
/// What is null is left out, so that a section over it does not appear.
extension Value {
  var templateValue: Any? {
    switch self {
    case .null: nil
    case .bool(let flag): flag
    case .int(let number): number
    case .double(let number): number
    case .string(let text): text
    case .list(let values): values.compactMap(\.templateValue)
    case .map(let entries): entries.compactMapValues(\.templateValue)
    }
  }
}
