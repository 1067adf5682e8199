import Bytes
import Foundation
import Support
import Testing
import Wire

/// Real captures of public feeds, where they lie beside the project; the project does not need them.
private enum Captures {
  static let archive = path("feeds-replay")
  static let samples = path("feed-samples")

  private static func path(_ name: String) -> String {
    URL(fileURLWithPath: ProgramDesk.root).deletingLastPathComponent()
      .appendingPathComponent("shared/data/\(name).tar.gz").path
  }

  static func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}

@Suite("Real feeds", .serialized, .timeLimit(.minutes(5)))
struct RealFeedTests {
  struct Snapshot {
    let files: [String: String]
    let newItems: Int
  }

  @Test(
    "give exactly the items that are new in each capture",
    .enabled(
      if: Captures.isThere(Captures.archive), "skipped: \(Captures.archive) is not on this machine")
  )
  func replay() async throws {
    let folder = try TemporaryFolder()
    let tar = try #require(findProgram("tar"), "tar is needed to unpack the captures")
    _ = try await runProgram(tar, ["xzf", Captures.archive, "-C", folder.root])
    let snapshots = try folder.read("feeds-replay/snapshots.jsonl")
      .split(separator: UInt8(ascii: "\n")).map { line -> Snapshot in
        let json = try JSONReader.read(Array(line))
        guard let files = json["files"]?.members, let count = json["new_items"]?.integer else {
          throw CocoaError(.fileReadCorruptFile)
        }
        return Snapshot(
          files: Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0.value.string ?? "") }),
          newItems: Int(count))
      }
    #expect(snapshots.map(\.newItems).prefix(9) == [3197, 150, 211, 149, 90, 178, 116, 105, 101])

    let names = Set(snapshots.flatMap(\.files.keys)).sorted()
    let shown = Recorder<Int>()
    var limits = HTTPLimits()
    limits.connections = 1000
    limits.connectionsPerPeer = 1000
    let server = try HTTPServer.start(
      listeners: [.tcp(host: "0.0.0.0", port: 0)], limits: limits
    ) { request in
      // The feed's number is its path; which capture is shown, how often the test has moved on. A
      // feed that is not in a capture is as it was in the one before, or has nothing yet.
      guard let number = request.path.first.flatMap({ Int($0) }), names.indices.contains(number)
      else { return .text("no such feed\n", status: 404) }
      let past = snapshots[...shown.all.count].reversed()
      guard let blob = past.lazy.compactMap({ $0.files[names[number]] }).first else {
        return HTTPResponse(
          status: 200, headers: ["Content-Type": "text/xml"],
          body: Array(BadInputTests.rss(0..<0).utf8))
      }
      guard let body = try? folder.read("feeds-replay/blobs/\(blob)") else {
        return .text("a capture is incomplete\n", status: 500)
      }
      let tag = "\"\(blob)\""
      if request.headers["If-None-Match"] == tag {
        return HTTPResponse(status: 304, headers: ["ETag": tag])
      }
      return HTTPResponse(
        status: 200, headers: ["ETag": tag, "Content-Type": "text/xml"], body: body)
    }
    let port = try #require(server.port)
    let desk = try await ProgramDesk(
      sources: names.indices.map { number in
        ProgramDesk.Source(
          id: "s\(number)",
          url: "http://127.2.\(number / 250).\(number % 250 + 1):\(port)/\(number)", every: "PT10M",
          isUrgent: true)
      })
    try await desk.startDaemon()
    var counted: [Int] = []
    var before = 0
    for index in snapshots.indices {
      if index > 0 { shown.add(index) }
      // An interval is a tenth longer or shorter, so that each feed is asked once.
      try await desk.pass(.minutes(12))
      // A changed item is kept once more, as a revision; it is no new one.
      let all = try desk.items.count { $0["revision"] == nil }
      counted.append(all - before)
      before = all
    }
    #expect(counted == snapshots.map(\.newItems))
    #expect(desk.stopDaemon() == 0)
    await server.stop(within: .zero)
  }

  @Test(
    "of many kinds are each heard, or refused with a reason",
    .enabled(
      if: Captures.isThere(Captures.samples), "skipped: \(Captures.samples) is not on this machine")
  )
  func kinds() async throws {
    let folder = try TemporaryFolder()
    let tar = try #require(findProgram("tar"), "tar is needed to unpack the captures")
    _ = try await runProgram(tar, ["xzf", Captures.samples, "-C", folder.root])
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path("feed-samples"))
      .filter { !$0.hasSuffix(".md") }.sorted()
    var limits = HTTPLimits()
    limits.connectionsPerPeer = 200
    let server = try HTTPServer.start(
      listeners: [.tcp(host: "0.0.0.0", port: 0)], limits: limits
    ) { request in
      guard let number = request.path.first.flatMap({ Int($0) }), files.indices.contains(number),
        let body = try? folder.read("feed-samples/" + files[number])
      else { return .text("no such feed\n", status: 404) }
      return HTTPResponse(status: 200, body: body)
    }
    let port = try #require(server.port)
    let desk = try await ProgramDesk(
      sources: files.indices.map {
        ProgramDesk.Source(id: "f\($0)", url: "http://127.5.0.\($0 + 1):\(port)/\($0)")
      })
    try await desk.startDaemon()
    try await desk.pass(.minutes(1))
    let heard = Set(try desk.items.compactMap { $0["source"]?.string })
    let list = try JSONReader.read(Array(try await desk.run("source", "list", "--json").utf8))
    let sources = try #require(list["sources"]?.array)
    #expect(sources.count == files.count)
    for (file, source) in zip(files, sources) {
      let id = try #require(source["id"]?.string)
      let isFeed = !file.hasSuffix(".json") && !file.hasSuffix(".html")
      #expect(heard.contains(id) || source["problem"]?["en"]?.string != nil, "\(file)")
      if isFeed { #expect(heard.contains(id), "\(file): \(source)") }
    }
    #expect(desk.stopDaemon() == 0)
    await server.stop(within: .zero)
  }
}
