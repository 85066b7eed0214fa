import ArgumentParser

struct Gc: ParsableCommand {
  func run() throws {}
}
