// swift-tools-version:6.1
import PackageDescription

// The floors of docs/design.md, bottom first. An import may only point down this list;
// `make check` refuses any that is not declared here.
let package = Package(
  name: "hbpipe",
  products: [
    .executable(name: "hbpipe", targets: ["hbpipe"]),
    .executable(name: "hbpipe-vips", targets: ["VipsWorker"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: [
    // The operating system and the C libraries: each shim has exactly one importing target.
    .target(name: "CSystem"),
    // Those without pkgConfig stand where every compiler looks; so the Makefile may choose their archives.
    .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CMarkGFM", providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
    .systemLibrary(name: "CVips", pkgConfig: "gobject-2.0", providers: [.apt(["libvips-dev"])]),

    // toml++ is C++: this target speaks it, and C to the others.
    .target(name: "CToml"),

    .target(name: "Posix", dependencies: ["CSystem"]),
    .target(name: "Hashing", dependencies: ["Posix", "CCrypto"]),
    .target(name: "Store", dependencies: ["Hashing", "Posix", "CSQLite"]),
    .target(name: "Remote", dependencies: ["Posix"]),
    .target(
      name: "Engine",
      dependencies: ["Store", "Hashing", "Posix", "CToml", .product(name: "Yams", package: "Yams")]),
    .target(name: "ImageWire"),
    .target(
      name: "Builders",
      dependencies: [
        "Engine", "Store", "Hashing", "Posix", "ImageWire", "CMarkGFM",
        .product(name: "Yams", package: "Yams"),
        .product(name: "Mustache", package: "swift-mustache"),
      ]),

    // The two programs. Only the worker links libvips: see docs/decisions/0002-image-worker.md.
    .executableTarget(name: "VipsWorker", dependencies: ["ImageWire", "CVips"]),
    .executableTarget(
      name: "hbpipe",
      dependencies: [
        "Builders", "Engine", "Remote", "Store", "Hashing", "Posix",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    .testTarget(name: "HashingTests", dependencies: ["Hashing"]),
    .testTarget(name: "StoreTests", dependencies: ["Store", "Hashing", "Posix"]),
    .testTarget(name: "EngineTests", dependencies: ["Engine", "Store", "Hashing"]),
    .testTarget(name: "BuildersTests", dependencies: ["Builders", "Engine", "Store", "Hashing"]),
    .testTarget(
      name: "HbpipeTests", dependencies: ["hbpipe", "VipsWorker", "Engine"],
      exclude: ["DVC/cases", "DVC/dvc_answers.py", "DVC/differences.txt"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
