/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same choices on every machine.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }

  mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }

  /// One of them, or nil where there is none.
  mutating func pick<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &self) }

  mutating func pick<Element>(_ first: Element, _ others: Element...) -> Element {
    let place = number(0...others.count)
    return place == 0 ? first : others[place - 1]
  }

  mutating func words(_ range: ClosedRange<Int>) -> String {
    let known = ["lamp", "salt", "fog", "quay", "tide", "glass", "rope", "kelp", "mast", "gull"]
    return (0..<number(range)).map { _ in pick(known) ?? "" }.joined(separator: " ")
  }
}
