import Engine
import Store

/// A day, as posts are dated.
struct CalendarDate: Codable, Comparable, Sendable {
  let year: Int
  let month: Int
  let day: Int

  /// Reads `2022-5-18`, with or without padding, at the beginning of the text; nil where no day stands there.
  init?(_ text: some StringProtocol) {
    let parts = text.prefix(10).split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, let year = Int(parts[0]), let month = Int(parts[1]),
      let day = Int(parts[2].prefix { $0.isNumber }), (1...12).contains(month),
      (1...Self.days(of: month, in: year)).contains(day)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
  }

  private static func days(of month: Int, in year: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }

  /// Before every date that a post can have.
  static let distantPast = CalendarDate(year: 0, month: 1, day: 1)

  private init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// `2022-05-18`
  var iso: String { "\(year)-\(padded(month))-\(padded(day))" }

  /// `18 May 2022`
  var human: String { "\(day) \(Self.months[month - 1]) \(year)" }

  static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
  ]
}

private func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }

/// A post's file name in its parts: `2022-05-18-may-heartbeat.md`.
struct PostName: Sendable {
  let date: CalendarDate?
  /// Without date and extension, its case kept.
  let slug: String

  init(_ path: RepoPath) {
    let stem = path.stem
    let parts = stem.split(separator: "-", maxSplits: 3, omittingEmptySubsequences: false)
    if parts.count == 4, !parts[3].isEmpty, (1...2).contains(parts[1].count), (1...2).contains(parts[2].count),
      let date = CalendarDate(parts[0...2].joined(separator: "-"))
    {
      self.date = date
      slug = String(parts[3])
    } else {
      date = nil
      slug = stem
    }
  }
}
