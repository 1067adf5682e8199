import Bytes
import Foundation
import Synchronization
import Wire

/// The county media centres of a drill: each takes what it is sent, and answers in its own way and
/// time.
final class MediaCentres: Sendable {
  /// What a centre will do, and when by the desk's clock.
  struct Plan: Sendable {
    enum Act: Sendable {
      case webhook(type: String, link: String?)
      case page(answer: String, code: String, delivery: String, link: String?)
      case telephone(code: String)
    }

    let due: Instant
    let centre: Name
    let release: String
    let head: JSON?
    let act: Act
  }

  let port: Int
  private let parts: [DrillScript.CentrePart]
  private let keys: [Name: WebhookKey]
  private let server: HTTPServer
  private let plans: PlanBook

  private final class PlanBook: Sendable {
    private let plans = Mutex<[Plan]>([])

    func add(_ plan: Plan) { plans.withLock { $0.append(plan) } }

    func due(at now: Instant) -> [Plan] {
      plans.withLock { plans in
        let due = plans.filter { $0.due <= now }
        plans.removeAll { $0.due <= now }
        return due.sorted { ($0.due, $0.centre, $0.release) < ($1.due, $1.centre, $1.release) }
      }
    }

    var next: Instant? { plans.withLock { $0.map(\.due).min() } }
  }

  /// `secrets` is a folder into which the key of each centre with a system is written.
  init(_ parts: [DrillScript.CentrePart], secrets: String, clock: DeskClock) throws {
    self.parts = parts
    var generator = SystemRandomNumberGenerator()
    var keys: [Name: WebhookKey] = [:]
    try FileManager.default.createDirectory(
      atPath: secrets, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    for part in parts where part.way == .webhook {
      let key = WebhookKey(using: &generator)
      keys[part.id] = key
      let file = secrets + "/" + part.id.text
      guard
        FileManager.default.createFile(
          atPath: file, contents: Data((key.text + "\n").utf8),
          attributes: [.posixPermissions: 0o600])
      else { throw ToolFailure("cannot write '\(file)'", .couldNot) }
    }
    self.keys = keys
    let book = PlanBook()
    let known = keys
    server = try HTTPServer.start(listeners: [.tcp(host: "127.0.0.1", port: 0)]) { request in
      Self.receive(request, parts, known, book, clock)
    }
    plans = book
    port = server.port ?? 0
  }

  func stop() async { await server.stop(within: .zero) }

  /// When the next centre acts; nil while none has anything to do.
  var next: Instant? { plans.next }

  func due(at now: Instant) -> [Plan] { plans.due(at: now) }

  /// `POST /desk/<centre>`: a release, signed by the desk.
  private static func receive(
    _ request: HTTPRequest, _ parts: [DrillScript.CentrePart], _ keys: [Name: WebhookKey],
    _ plans: PlanBook, _ clock: DeskClock
  ) -> HTTPResponse {
    guard request.method == .post, request.path.count == 2, request.path[0] == "desk",
      let id = Name(request.path[1]), let key = keys[id],
      let part = parts.first(where: { $0.id == id })
    else { return .text("no such place\n", status: 404) }
    do {
      _ = try Webhook.verify(
        request.headers, body: request.body, keys: [key], now: DeskClock.wallNow())
      let json = try JSONReader.read(request.body)
      guard let release = json["data"]?["release"]?.string else {
        return .text("no release\n", status: 400)
      }
      let head = json["data"]?["head"]
      let now = clock.now()
      plans.add(
        Plan(
          due: now + part.acknowledge, centre: id, release: release, head: head,
          act: .webhook(type: "release.acknowledged", link: nil)))
      if let publish = part.publish {
        plans.add(
          Plan(
            due: now + publish, centre: id, release: release, head: head,
            act: .webhook(type: "release.published", link: part.link)))
      }
      return .text("taken\n")
    } catch {
      return .text("\(error)\n", status: 401)
    }
  }

  /// A mail to a centre: its editor plans the answer.
  func read(_ mail: MailRoom.Mail, at now: Instant) {
    let local = mail.to.split(separator: "@").last.map(String.init) ?? ""
    guard let part = parts.first(where: { local.hasPrefix($0.id.text) }),
      let release = Self.first(#/([0-9]{4}-[0-9]{4,}\/R[0-9]+)/#, in: mail.text),
      let delivery = Self.first(#/answer\/(D[0-9]+\.[0-9]+)\?/#, in: mail.text),
      let code = Self.first(#/code=([0-9A-Z]+)/#, in: mail.text)
    else { return }
    switch part.way {
    case .webhook: break
    case .page:
      plans.add(
        Plan(
          due: now + part.acknowledge, centre: part.id, release: release, head: nil,
          act: .page(answer: "acknowledged", code: code, delivery: delivery, link: nil)))
      if let publish = part.publish {
        plans.add(
          Plan(
            due: now + publish, centre: part.id, release: release, head: nil,
            act: .page(
              answer: "published", code: code, delivery: delivery, link: part.link)))
      }
    case .telephone:
      // The first mail lies unread; the reminder is followed by a call.
      guard mail.text.contains("再次发送") || mail.text.contains("Sent again") else { return }
      plans.add(
        Plan(
          due: now + part.acknowledge, centre: part.id, release: release, head: nil,
          act: .telephone(code: code)))
    }
  }

  private static func first(_ pattern: Regex<(Substring, Substring)>, in text: String) -> String? {
    text.firstMatch(of: pattern).map { String($0.output.1) }
  }

  /// The signed webhook of a plan.
  func request(for plan: Plan, type: String, link: String?, desk: String) throws -> FetchRequest {
    let body = JSONWriter.object { writer in
      writer.member("type", type)
      writer.member("timestamp", DeskClock.wallNow().iso8601)
      writer.memberObject("data") { writer in
        writer.member("release", plan.release)
        writer.member(ifPresent: "link", link)
        if let head = plan.head { writer.member("head", head) }
      }
    }
    guard let key = keys[plan.centre] else { throw ToolFailure("no key for \(plan.centre)") }
    var request = FetchRequest(
      url: "\(desk)/hooks/centres/\(plan.centre)", userAgent: "lanchuan-centre")
    request.method = .post
    request.body = body
    let id = "msg_\(plan.centre)_\(SHA256.hash(body).short)"
    request.headers = try Webhook.headers(
      id: id, at: DeskClock.wallNow(), body: body, keys: [key])
    request.headers.set("Content-Type", "application/json")
    request.addresses = .withLoopback
    return request
  }

  /// The page of a mail, as its link opens it; and the form on it with a button pressed.
  func pageRequests(
    answer: String, code: String, delivery: String, link: String?, desk: String
  ) -> (open: FetchRequest, press: FetchRequest) {
    var open = FetchRequest(
      url: "\(desk)/answer/\(delivery)?code=\(code)", userAgent: "editor")
    open.addresses = .withLoopback
    var press = FetchRequest(url: "\(desk)/answer/\(delivery)", userAgent: "editor")
    press.method = .post
    press.addresses = .withLoopback
    press.headers.set("Content-Type", "application/x-www-form-urlencoded")
    let allowed = CharacterSet.alphanumerics
    let text = (link ?? "").addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    press.body = Array("code=\(code)&answer=\(answer)&text=\(text)".utf8)
    return (open, press)
  }
}
