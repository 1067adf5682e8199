import Bytes
import Desk
import Foundation
import Journal
import Response
import Synchronization
import Wire

/// What the daemon answers over HTTP: the command's requests on the Unix socket, and on TCP the
/// pages and webhooks by which people outside answer a message. Nothing on TCP is answered without
/// a code or a signature.
final class API: Sendable {
  private let desk: Mutex<VerbDesk>
  private let log: Log
  private let guesses = GuessLimit()

  init(desk: VerbDesk, log: Log) {
    self.desk = Mutex(desk)
    self.log = log
  }

  func adopt(_ desk: VerbDesk) { self.desk.withLock { $0 = desk } }

  private var present: VerbDesk { desk.withLock { $0 } }

  func answer(_ request: HTTPRequest) async -> HTTPResponse {
    switch request.peer {
    case .unix(let user, _, _): await answerCommand(request, user: user)
    case .address: await answerOutside(request)
    }
  }

  private func answerCommand(_ request: HTTPRequest, user: UInt32) async -> HTTPResponse {
    guard request.rawPath == DeskClient.path else {
      return .text("no such page\n", status: 404)
    }
    guard request.method == .post else {
      return HTTPResponse(status: 405, headers: ["Allow": "POST"])
    }
    do {
      let verb = try VerbRequest(try JSONReader.read(request.body))
      let answer = try await present.answer(verb, forUser: user)
      return .json(VerbReply.answer(answer).encoded)
    } catch {
      let problem = VerbProblem(error)
      if problem.exitCode == .fault { log("command.fault", ["error": "\(error)"]) }
      return .json(VerbReply.problem(problem).encoded, status: Self.status(of: problem))
    }
  }

  private static func status(of problem: VerbProblem) -> Int {
    switch problem.exitCode {
    case .done: 200
    case .refused: 409
    case .usage: 400
    case .tryAgain: 503
    case .couldNot, .damaged, .headMismatch, .newerVersion, .configuration: 503
    case .fault: 500
    }
  }

  private func answerOutside(_ request: HTTPRequest) async -> HTTPResponse {
    var response: HTTPResponse
    switch (request.method, request.path.first, request.path.count) {
    case (.get, "healthz", 1), (.head, "healthz", 1): response = .text("ok\n")
    case (.get, "answer", 2), (.head, "answer", 2):
      response = await page(request, AnswerForm(request))
    case (.post, "answer", 2): response = await take(request)
    case (.post, "hooks", 3) where request.path[1] == "centres":
      response = await hook(request, centre: request.path[2])
    default: response = .text("no such page\n", status: 404)
    }
    for (name, value) in Self.headers { response.headers.set(name, value) }
    return response
  }

  /// A page of ours loads nothing, runs nothing, is framed by nobody and tells nobody where it was.
  private static let headers: KeyValuePairs<String, String> = [
    "Content-Security-Policy":
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
      + "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
  ]

  // The page with the buttons. To look at it changes nothing: mail scanners open every link.

  private func page(_ request: HTTPRequest, _ form: AnswerForm) async -> HTTPResponse {
    let desk = present
    guard let id = DeliveryID(request.path[1]) else { return .text("no such page\n", status: 404) }
    switch await matter(id, form.code, desk) {
    case .failure(let refusal): return refusal
    case .success(let matter):
      return .html(AnswerPage(desk, matter, code: form.code).form)
    }
  }

  private func take(_ request: HTTPRequest) async -> HTTPResponse {
    let desk = present
    guard let id = DeliveryID(request.path[1]) else { return .text("no such page\n", status: 404) }
    guard request.headers["Content-Type"]?.hasPrefix("application/x-www-form-urlencoded") == true,
      let form = AnswerForm(body: request.body)
    else { return .text("a form is expected here\n", status: 415) }
    switch await matter(id, form.code, desk) {
    case .failure(let refusal): return refusal
    case .success(let matter):
      do {
        guard let (command, actor) = try matter.command(form) else {
          return .text("this answer is not known\n", status: 400)
        }
        let receipt = try await desk.frontDesk.perform(command, by: actor)
        log("answer.taken", ["delivery": id.description, "answer": form.answer])
        return .html(AnswerPage(desk, matter, code: form.code).thanks(receipt.head))
      } catch {
        let problem = VerbProblem(error)
        return .html(
          AnswerPage(desk, matter, code: form.code).problem(problem.explanation),
          status: Self.status(of: problem))
      }
    }
  }

  private enum Found {
    case success(AnswerMatter)
    case failure(HTTPResponse)
  }

  /// What a delivery is about, for whoever has its code.
  private func matter(_ id: DeliveryID, _ code: String, _ desk: VerbDesk) async -> Found {
    do {
      let key = try DeskKeys(folder: desk.frontDesk.folder.keys).key("reply")
      try await desk.frontDesk.makeWhole(ofDelivery: id)
      let found = try await desk.frontDesk.view { state -> AnswerMatter? in
        state.response.deliveries[id].flatMap { AnswerMatter($0, state.response) }
      }
      guard let found, ReplyCode.isRight(code, for: id, key: key) else {
        // Who has the right code is never locked out by those who guess: 40 bits are guessed by
        // nobody, and the limit keeps the log and the machine quiet.
        guard guesses.mayTry(id) else {
          return .failure(.text("too many wrong codes; use the telephone\n", status: 429))
        }
        guesses.count(id)
        log("answer.refused", ["delivery": id.description])
        // The same for a delivery that is not there: nothing can be learned by asking.
        return .failure(.text("the code is wrong\n", status: 403))
      }
      return .success(found)
    } catch {
      log("answer.fault", ["error": "\(error)"])
      return .failure(.text("try again later\n", status: 503))
    }
  }

  private func hook(_ request: HTTPRequest, centre word: String) async -> HTTPResponse {
    let desk = present
    guard let name = Name(word), let settings = desk.configuration.centre(name) else {
      return .text("no such centre\n", status: 404)
    }
    do {
      guard let key = try desk.configuration.webhookKey(of: settings) else {
        return .text("this centre has no webhook\n", status: 404)
      }
      let verified = try Webhook.verify(
        request.headers, body: request.body, keys: [key], now: DeskClock.wallNow())
      let message = try CentreMessage(request.body)
      let reply = CentreReply(
        channel: .webhook, text: message.text, witnessed: message.witnessed,
        webhook: verified.id)
      let receipt = try await desk.frontDesk.perform(
        .inIncident(
          message.release.incident,
          .answer(message.release.part.number, centre: name, message.answer, reply)),
        by: .centre(name))
      log("hook.taken", ["centre": word, "release": message.release.description])
      return .json(
        JSONWriter.object {
          $0.member("recorded", !receipt.events.isEmpty)
          $0.member("n", receipt.head.sequence)
          $0.member("h", receipt.head.hash.hex)
        })
    } catch let failure as WebhookFailure {
      log("hook.refused", ["centre": word, "reason": failure.description])
      return .text("\(failure.description)\n", status: 401)
    } catch {
      let problem = VerbProblem(error)
      log("hook.refused", ["centre": word, "reason": problem.explanation.en])
      let isText = error is FieldFailure || error is JSONFailure
      return .text(
        "\(problem.explanation.en)\n", status: isText ? 400 : Self.status(of: problem))
    }
  }
}

/// Counts wrong codes for each message: from so many on nobody is answered who has not the right one.
final class GuessLimit: Sendable {
  private static let limit = 20
  private static let memory = 10_000
  private let wrong = Mutex<[DeliveryID: Int]>([:])

  func mayTry(_ id: DeliveryID) -> Bool {
    wrong.withLock { $0[id, default: 0] < Self.limit }
  }

  func count(_ id: DeliveryID) {
    wrong.withLock { wrong in
      // Numbers of deliveries that do not exist fill it at most; then it starts anew.
      if wrong.count >= Self.memory { wrong = [:] }
      wrong[id, default: 0] += 1
    }
  }
}

/// What a centre's own system says about a release.
///
///     {"type": "release.acknowledged" | "release.consented" | "release.objected" |
///              "release.published",
///      "data": {"release": "2026-0007/R3", "text": "…" or "link": "…",
///               "head": {"n": 42, "h": "…"}}}
struct CentreMessage {
  let release: PartID
  let answer: CentreAnswer
  let text: String?
  let witnessed: Witness?

  init(_ body: [UInt8]) throws {
    var fields = try Fields(try JSONReader.read(body))
    answer = try fields.value(
      "type",
      Bilingual(
        same: CentreAnswer.allCases.map { "release.\($0.rawValue)" }.joined(separator: ", "))
    ) { text in
      text.hasPrefix("release.") ? CentreAnswer(rawValue: String(text.dropFirst(8))) : nil
    }
    var data = try fields.fields("data")
    release = try data.value("release", Bilingual(same: "2026-0007/R3")) { PartID($0) }
    let link = try data.text(ifPresent: "link")
    text = try data.text(ifPresent: "text") ?? link
    if var head = try data.fields(ifPresent: "head") {
      let sequence = Int64(try head.integer("n"))
      witnessed = try head.value(ifPresent: "h", Bilingual(same: "64 hexadecimal digits")) {
        Digest(hex: $0)
      }.map { Witness(sequence: sequence, hash: $0) }
    } else {
      witnessed = nil
    }
  }
}
