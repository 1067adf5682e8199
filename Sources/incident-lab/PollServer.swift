import Bytes
import Foundation
import Service
import Synchronization
import Wire

/// The other side of `bench poll` and `bench listen`: many feeds on loopback, each on an address of
/// its own, made from a number. It runs until its standard input ends.
struct PollServer: BenchSubject {
  static let name = "poll-server"
  static let usage = "[--feeds N] [--bytes N] [--bad SHARE] [--period SECONDS]"

  static func measure(_ arguments: [String]) async throws -> BenchReport {
    let options = try ToolOptions(arguments, values: ["feeds", "bytes", "bad", "period"])
    let feeds = try options.count("feeds") ?? 2000
    let book = VisitBook(feeds: feeds, period: Double(try options.count("period") ?? 3600))
    let page = FeedPages(
      bytes: try options.count("bytes") ?? 10_750, bad: Double(options["bad"] ?? "0") ?? 0,
      changes: options["period"] != nil)
    var limits = HTTPLimits()
    limits.connections = 8192
    limits.connectionsPerPeer = 8192
    limits.handlerTime = .seconds(120)
    let server = try HTTPServer.start(
      listeners: [.tcp(host: "0.0.0.0", port: 0)], limits: limits
    ) { request in
      guard let word = request.path.first else { return .text("no feed\n", status: 404) }
      if word == "report" { return .text(book.report { page.isBad($0) }) }
      guard let number = Int(word), (0..<feeds).contains(number) else {
        return .text("no such feed\n", status: 404)
      }
      book.note(number)
      return await page.answer(number, request)
    }
    guard let port = server.port else { throw ToolFailure("no port on loopback", .couldNot) }
    // Whoever started this waits for the line.
    guard writeAll(Array("port \(port)\n".utf8), to: STDOUT_FILENO) else {
      throw ToolFailure("cannot say which port it is", .couldNot)
    }
    while try FileHandle.standardInput.read(upToCount: 4096)?.isEmpty == false {}
    await server.stop(within: .zero)
    return BenchReport(
      subject: name, input: "\(feeds) feeds", method: "served until the input ended", coresUsed: 1,
      figures: [
        .init(name: "processor time", value: processorTime().inSeconds, unit: "s"),
        .init(name: "peak memory of the process", value: peakMemory(), unit: "MiB"),
      ])
  }
}

/// When each feed was asked, and how late that was.
private final class VisitBook: Sendable {
  private struct Visits {
    var last: ContinuousClock.Instant?
    var polls = 0
    var late = 0
    var latest = 0.0
  }

  private let visits: Mutex<[Visits]>
  private let period: Double
  private let started = Mutex<ContinuousClock.Instant?>(nil)

  /// A tenth more is the jitter; the rest is what is allowed to be late.
  private static let jitter = 1.1
  private static let allowance = 5.0

  init(feeds: Int, period: Double) {
    visits = Mutex([Visits](repeating: Visits(), count: feeds))
    self.period = period
  }

  func note(_ number: Int) {
    let now = ContinuousClock.now
    let first = started.withLock { started in
      started = started ?? now
      return started ?? now
    }
    visits.withLock { visits in
      let due =
        visits[number].last.map { (since: $0, within: period * Self.jitter) }
        ?? (since: first, within: period)
      let behind = (now - due.since).inSeconds - due.within
      visits[number].latest = max(visits[number].latest, behind)
      if behind > Self.allowance { visits[number].late += 1 }
      visits[number].polls += 1
      visits[number].last = now
    }
  }

  /// Share of polls of the good feeds that came on time, share of good feeds that were never late,
  /// and how many seconds the latest of all came behind. One that is overdue now counts as late.
  func report(_ isBad: (Int) -> Bool) -> String {
    let now = ContinuousClock.now
    var (polls, late, never, good, latest) = (0, 0, 0, 0, 0.0)
    visits.withLock { visits in
      for (number, feed) in visits.enumerated() where !isBad(number) {
        good += 1
        let overdue = feed.last.map { (now - $0).inSeconds - period * Self.jitter } ?? period
        let missed = overdue > Self.allowance ? 1 : 0
        polls += feed.polls + missed
        late += feed.late + missed
        if feed.late + missed == 0 { never += 1 }
        latest = max(latest, feed.latest, overdue)
      }
    }
    return "\(Double(polls - late) / Double(max(1, polls))) "
      + "\(Double(never) / Double(max(1, good))) \(latest)\n"
  }
}

/// What the feeds say: Chinese notices, some kilobytes of them, the same for the same number.
private struct FeedPages: Sendable {
  let bytes: Int
  let bad: Double
  /// Whether each gets a new item now and then.
  let changes: Bool

  private static let itemBytes = 720
  private static let changeSeconds = 600
  private static let text =
    "今天上午，县应急管理局组织开展汛期安全检查，重点检查河道、水库、尾矿库和地质灾害隐患点，要求各乡镇落实值班值守制度，"
    + "发现险情立即报告并及时转移群众，确保人民群众生命财产安全。"

  func isBad(_ number: Int) -> Bool {
    // Spread by a multiplier that shares no factor with a round number.
    Double((number * 7919) % 10_000) < bad * 10_000
  }

  func answer(_ number: Int, _ request: HTTPRequest) async -> HTTPResponse {
    if isBad(number) {
      switch number % 4 {
      case 0:
        // Whoever asks gives up before; a sleep that is cut short ends the connection as well.
        try? await Task.sleep(for: .seconds(90))
        return .text("late\n", status: 500)
      case 1: return .text("broken\n", status: 500)
      case 2:
        return HTTPResponse(
          status: 200, headers: ["Content-Type": "text/html"],
          body: Array("<!DOCTYPE html><html><title>维护</title><p>x</html>".utf8))
      default: return .text("gone\n", status: 404)
      }
    }
    let now = Int(DeskClock.wallNow().seconds)
    let version = changes ? (now + number * 37) / Self.changeSeconds : 0
    let tag = "\"\(number)-\(version)\""
    if request.headers["If-None-Match"] == tag {
      return HTTPResponse(status: 304, headers: ["ETag": tag])
    }
    return HTTPResponse(
      status: 200, headers: ["ETag": tag, "Content-Type": "text/xml"],
      body: Array(feed(number, version).utf8))
  }

  private func feed(_ number: Int, _ version: Int) -> String {
    let count = max(1, bytes / Self.itemBytes)
    var feed =
      "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel>"
      + "<title>第\(number)号信源</title><link>http://feed\(number).example/</link>"
    for item in ((version)..<(version + count)).reversed() {
      let day = 1 + item % 28
      feed +=
        "<item><title>第\(number)号信源第\(item)号公告：汛期安全检查</title>"
        + "<link>http://feed\(number).example/a/\(item).html</link><guid>\(number)-\(item)</guid>"
        + "<pubDate>2026-09-\(day < 10 ? "0" : "")\(day) 08:00:00</pubDate>"
        + "<description>\(Self.text)编号\(item)。</description></item>"
    }
    return feed + "</channel></rss>"
  }
}

/// The server of a bench in a process of its own, ended with the last reference to it.
final class PollServerProcess {
  let port: Int
  private let process = Process()
  private let input = Pipe()

  init(_ arguments: [String]) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["bench", PollServer.name] + arguments
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var line: [UInt8] = []
    while line.last != UInt8(ascii: "\n") {
      let piece = output.fileHandleForReading.availableData
      guard !piece.isEmpty else { throw ToolFailure("the server did not start", .couldNot) }
      line += piece
    }
    let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
    guard words.count >= 2, words[0] == "port", let port = Int(words[1]) else {
      throw ToolFailure("the server did not say its port", .couldNot)
    }
    self.port = port
  }

  deinit {
    // It has ended where this fails.
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// Each feed on an address of its own.
  func feeds(_ count: Int) -> [PollingTrial.Feed] {
    (0..<count).map { number in
      let host = "127.\(10 + number / 62_500).\(number / 250 % 250).\(1 + number % 250)"
      return PollingTrial.Feed(id: "f\(number)", url: "http://\(host):\(port)/\(number)")
    }
  }

  /// What it has seen: share of polls on time, share of feeds never late, seconds of the latest.
  func report() async throws -> (onTime: Double, neverLate: Double, latest: Double) {
    let fetcher = Fetcher()
    var request = FetchRequest(url: "http://127.0.0.1:\(port)/report", userAgent: "incident-lab")
    request.addresses = .withLoopback
    let response = try await fetcher.fetch(request)
    await fetcher.shutdown()
    let numbers = String(decoding: response.body, as: UTF8.self)
      .split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    guard numbers.count == 3 else { throw ToolFailure("the server's report is broken", .couldNot) }
    return (numbers[0], numbers[1], numbers[2])
  }
}
