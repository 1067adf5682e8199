// swift-tools-version: 6.2
import PackageDescription

// Every target is built the same way: Swift 6, each warning an error, imports as written.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

// Rooms that work through every byte, hash or word are optimised in debug builds too: the tests
// that run days of posts and thousands of faults through them would else take ten times as long.
let optimised: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

func room(_ name: String, _ dependencies: [Target.Dependency], hot: Bool = false) -> Target {
  .target(
    name: name, dependencies: dependencies, swiftSettings: hot ? settings + optimised : settings)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

// Golden texts lie beside the tests that read them.
func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

// The way of the data, and who may name whom: Sources/README.md draws it.
let package = Package(
  name: "incident",
  targets: [
    .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    room("Bytes", [], hot: true),

    room("Watch", ["Bytes"], hot: true),
    room("Response", ["Bytes"]),
    room("Journal", ["Bytes"], hot: true),
    room("Wire", ["Bytes", "CCurl"]),

    room("Desk", ["Bytes", "Response", "Journal", "Wire"]),
    room("Service", ["Bytes", "Watch", "Response", "Journal", "Wire", "Desk"]),

    program("incidentd", ["Bytes", "Desk", "Service"]),
    program("incident", ["Bytes", "Desk"]),
    program(
      "incident-lab", ["Bytes", "Watch", "Response", "Journal", "Wire", "Desk", "Service"]),
    program("incident-sim", ["Bytes", "Wire", "Watch"]),

    .target(
      name: "Support", dependencies: ["Bytes", "Watch", "Journal", "Wire"], path: "Tests/Support",
      swiftSettings: settings + optimised),
    tests("BytesTests", ["Bytes", "Support"], exclude: ["NIST"]),
    tests("WatchTests", ["Bytes", "Watch", "Support"]),
    tests("ResponseTests", ["Bytes", "Response", "Support"], exclude: ["Golden"]),
    tests("JournalTests", ["Bytes", "Journal", "Support"]),
    tests("WireTests", ["Bytes", "Wire", "Support"]),
    tests(
      "DeskTests", ["Bytes", "Response", "Journal", "Wire", "Desk", "Support"],
      exclude: ["Golden"]),
    tests(
      "ServiceTests",
      [
        "Bytes", "Watch", "Response", "Journal", "Wire", "Desk", "Service", "incident-sim",
        "Support",
      ]),
    tests("SimTests", ["Bytes", "Watch", "incident-sim", "Support"]),
    tests(
      "ProgramTests",
      [
        "Bytes", "Journal", "Wire", "Support", "incidentd", "incident", "incident-lab",
        "incident-sim",
      ]),
  ]
)
