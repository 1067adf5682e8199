import Bytes
import Desk
import Foundation
import Journal
import Response
import Synchronization
import Watch
import Wire

/// From the item on disk to the mail server's 250, through running daemons.
///
/// Several desks, each a daemon of its own with six sources on loopback and a history of some sixty
/// hours, are told eight stories each, at random moments and so at random phases of the minute. Every
/// post comes over HTTP, every mail goes over SMTP; the clock is the wall's. A desk is told of a kind
/// of trouble once in half an hour, which is why there are several.
struct AlertBench: BenchSubject {
  static let name = "alert"
  static let usage = "[--desks N] [--minutes N] [--seed N] [--json]"

  /// What is told at the end has to have its minute, its poll and its mail.
  private static let tail = 130.0
  private static let defaultDesks = 13
  private static let defaultMinutes = 4
  /// Each desk is a daemon with some ten MB and a dozen threads; more than these a machine for
  /// measuring cannot hold up, and then the figures are not those of the daemon.
  private static let mostDesks = 255

  static func measure(_ arguments: [String]) async throws -> BenchReport {
    let options = try ToolOptions(arguments, values: ["desks", "minutes", "seed"])
    let count = try options.count("desks") ?? defaultDesks
    guard count <= mostDesks else {
      throw ToolFailure("'--desks' goes up to \(mostDesks), not \(count)")
    }
    let minutes = max(3, try options.count("minutes") ?? defaultMinutes)
    var random = MadeStream.Random(state: UInt64(try options.count("seed") ?? 1))
    let folder = try ScratchFolder()
    let mails = MailTimes()
    let sink = try SMTPSink.start(reply: { phase in
      if case .message(let message) = phase { mails.note(message, at: DeskClock.wallNow()) }
      return .usual
    }) { _ in }
    let stage = Stage()
    let servers = try loopback { stage.answer($0, at: DeskClock.wallNow()) }
    guard let port = servers.first?.port else {
      throw ToolFailure("no port on loopback", .couldNot)
    }
    var desks: [BenchedDesk] = []
    let begin = DeskClock.wallNow()
    for number in 0..<count {
      desks.append(
        try await BenchedDesk(
          number, in: folder.path, feeds: port, mail: sink.port, at: begin))
    }
    // Not all at once: when a source is asked goes by when its daemon began.
    for desk in desks {
      try desk.start()
      try await Task.sleep(for: .milliseconds(random.below(4000)))
    }
    for desk in desks { try await desk.waitUntilUp() }
    let start = DeskClock.wallNow() + .seconds(3)
    let span = Double(minutes * 60) - tail
    for desk in desks { stage.add(desk.number, BenchStory.told(from: start, span: span, &random)) }
    try await Task.sleep(for: .seconds(minutes * 60))
    for desk in desks { desk.stop() }
    sink.stop()
    for server in servers { await server.stop(within: .zero) }
    var found: [Measured] = []
    for desk in desks { found += try await desk.measured(mails) }
    return report(found, told: count * BenchStory.all.count, desks: count, minutes: minutes)
  }

  /// A server on each address of a desk's sources, all on one port and none that another machine can
  /// reach. One address for all would be asked once a second only, which is what this is not about.
  static func loopback(
    _ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse
  ) throws -> [HTTPServer] {
    let first = try HTTPServer.start(
      listeners: [.tcp(host: BenchedDesk.address(of: 0), port: 0)], handler: { answer($0) })
    guard let port = first.port else { return [] }
    let others = (1..<BenchedDesk.sources).map {
      HTTPListener.tcp(host: BenchedDesk.address(of: $0), port: port)
    }
    return [first, try HTTPServer.start(listeners: others, handler: { answer($0) })]
  }

  /// One alert: from the first and the last item of the minute that decided it, and from the third
  /// voice, each to the 250.
  struct Measured {
    var fromFirst: Double
    var fromLast: Double
    var fromThird: Double
  }

  private static func report(
    _ found: [Measured], told: Int, desks: Int, minutes: Int
  ) -> BenchReport {
    func figures(_ name: String, _ path: KeyPath<Measured, Double>) -> [BenchReport.Figure] {
      let sorted = found.map { $0[keyPath: path] }.sorted()
      func rank(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        return sorted[max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
      }
      return [
        .init(name: "\(name), p50", value: rank(0.5), unit: "s"),
        .init(name: "\(name), p99", value: rank(0.99), unit: "s"),
        .init(name: "\(name), max", value: sorted.last ?? 0, unit: "s"),
      ]
    }
    return BenchReport(
      subject: name,
      input: "\(told) stories of twelve posts at \(desks) desks within \(minutes) min, six sources "
        + "each, asked every 30 to 45 s; history of 60 hours, 6,000 posts",
      method:
        "incidentd on the wall's clock, feeds and mail on loopback; an item's time is that of its "
        + "commit to disk, the end is the sink's 250 behind the final dot",
      coresUsed: 2,
      figures: [
        .init(name: "alerts", value: Double(found.count), unit: "of \(told) stories")
      ] + figures("from the first item of the minute that decided", \.fromFirst)
        + figures("from the last item of that minute", \.fromLast)
        + figures("from the third voice of the story", \.fromThird))
  }
}

/// When the sink took each message, by who sent it and which delivery it is.
final class MailTimes: Sendable {
  private let times = Mutex<[String: Instant]>([:])

  func note(_ message: SMTPSink.Message, at time: Instant) {
    let text = String(decoding: message.bytes.prefix(4096), as: UTF8.self)
    guard
      let line = text.split(whereSeparator: \.isNewline).first(where: {
        $0.hasPrefix("X-Incident-Delivery:")
      })
    else { return }
    let delivery = line.dropFirst("X-Incident-Delivery:".count)
      .trimmingCharacters(in: .whitespaces)
    times.withLock { $0[message.from + " " + delivery] = $0[message.from + " " + delivery] ?? time }
  }

  func time(from address: String, _ delivery: DeliveryID) -> Instant? {
    times.withLock { $0["\(address) \(delivery)"] }
  }
}

/// What the sources of all desks say, as time goes on.
final class Stage: Sendable {
  private let posts = Mutex<[Int: [BenchStory.Post]]>([:])
  private static let listed = 80

  func add(_ desk: Int, _ posts: [BenchStory.Post]) { self.posts.withLock { $0[desk] = posts } }

  /// `/DESK/SOURCE` as RSS.
  func answer(_ request: HTTPRequest, at now: Instant) -> HTTPResponse {
    guard request.path.count == 2, let desk = Int(request.path[0]),
      let source = Int(request.path[1])
    else { return .text("no such feed\n", status: 404) }
    let said = posts.withLock { $0[desk] ?? [] }.filter { $0.source == source && $0.time <= now }
    let items = said.suffix(Self.listed).reversed().map { post in
      "<item><title>\(escapedHTML(post.text))</title><dc:creator>\(post.author)</dc:creator>"
        + "<link>https://street.example/t/\(desk)-\(post.number)</link></item>"
    }
    return HTTPResponse(
      status: 200, headers: ["Content-Type": "text/xml"],
      body: Array(
        ("<rss version=\"2.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel>"
          + "<title>street \(source)</title>" + items.joined() + "</channel></rss>").utf8))
  }
}
