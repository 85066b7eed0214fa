import ArgumentParser

struct Dag: ParsableCommand {
  func run() throws {}
}
