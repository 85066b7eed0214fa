/// What can be carried out now: the longest first, as far as earlier runs tell; what has never run before all of
/// that, since it may be longer still. Pools bound how much of one kind is under way.
struct ReadyQueue<Element> {
  private struct Entry {
    let element: Element
    /// Seconds that it took the last time.
    let seconds: Double
    let arrival: Int
  }

  /// By pool, nil being no pool; the first to start stands last.
  private var entries: [String?: [Entry]] = [:]
  private var arrivals = 0
  private let limits: [String: Int]
  private var underWay: [String: Int] = [:]

  init(limits: [String: Int]) { self.limits = limits }

  var isEmpty: Bool { entries.values.allSatisfy(\.isEmpty) }

  /// - Parameter seconds: nil: it has not run before.
  mutating func insert(_ element: Element, seconds: Double?, pool: String?) {
    arrivals += 1
    let entry = Entry(element: element, seconds: seconds ?? .infinity, arrival: arrivals)
    var low = 0
    var high = entries[pool]?.count ?? 0
    while low < high {
      let middle = (low + high) / 2
      if entries[pool].map({ Self.comes($0[middle], before: entry) }) == true {
        high = middle
      } else {
        low = middle + 1
      }
    }
    entries[pool, default: []].insert(entry, at: low)
  }

  /// The next element that its pool lets start. It counts as under way until `finished`.
  mutating func popFirst() -> Element? {
    var best: (pool: String?, entry: Entry)?
    for (pool, waiting) in entries {
      guard let entry = waiting.last, hasRoom(pool) else { continue }
      if let other = best?.entry, Self.comes(other, before: entry) { continue }
      best = (pool, entry)
    }
    guard let best else { return nil }
    entries[best.pool]?.removeLast()
    if let pool = best.pool { underWay[pool, default: 0] += 1 }
    return best.entry.element
  }

  /// Makes room in a pool.
  mutating func finished(in pool: String?) {
    if let pool { underWay[pool, default: 1] -= 1 }
  }

  mutating func removeAll() { entries = [:] }

  private func hasRoom(_ pool: String?) -> Bool {
    guard let pool, let limit = limits[pool] else { return true }
    return underWay[pool, default: 0] < limit
  }

  private static func comes(_ one: Entry, before other: Entry) -> Bool {
    one.seconds != other.seconds ? one.seconds > other.seconds : one.arrival < other.arrival
  }
}
