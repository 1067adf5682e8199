import Bytes
import Support
import Testing
import Wire

@Suite("Handing mail over", .serialized)
struct MailerTests {
  private static let message = Array("Subject: a\r\n\r\nhello\r\n".utf8)

  private func server(_ port: Int) -> MailServer {
    var server = MailServer(host: "127.0.0.1", port: port, security: .none)
    server.helloName = "desk.example"
    return server
  }

  private func send(
    _ sink: SMTPSink, _ message: [UInt8] = message,
    _ change: (inout MailServer) -> Void = { (_: inout MailServer) in }
  ) async -> MailOutcome {
    var server = server(sink.port)
    change(&server)
    return await Mailer().send(
      message, from: "desk@desk.example", to: "li@centre.example", via: server)
  }

  /// A sink that answers like this in the one phase, and as usual in all others.
  private func sink(
    _ phase: String, _ reply: SMTPSink.Reply,
    collect: @escaping @Sendable (SMTPSink.Message) -> Void = { _ in }
  ) throws -> SMTPSink {
    try SMTPSink.start(reply: { $0.name == phase ? reply : .usual }, collect: collect)
  }

  /// The shortest limits there are: that of a reply is counted in whole seconds.
  private func impatient(_ server: inout MailServer) {
    server.limits.reply = .seconds(1)
    server.limits.total = .seconds(3)
  }

  @Test("delivers the message as it is, with its envelope")
  func delivered() async throws {
    let taken = Recorder<SMTPSink.Message>()
    let sink = try SMTPSink.start { taken.add($0) }
    #expect(await send(sink) == .accepted(reply: "250 2.0.0 taken"))
    #expect(
      taken.all == [
        SMTPSink.Message(
          from: "desk@desk.example", to: ["li@centre.example"], bytes: Self.message)
      ])
  }

  @Test(
    "keeps dots at the start of lines",
    arguments: [
      (".\r\n", 1), ("..\r\n", 1), (".a\r\n..b\r\n...\r\n", 1), ("a\r\n.\r\nb\r\n", 1),
      ("a\r\n.\r\n.\r\n", 1), ("\r\n.\r\n", 1), ("a\r\n.", 1), (".\r\n", 30_000),
      ("0123456789abcdef\r\n.dot\r\n", 9000),
    ])
  func dots(piece: String, count: Int) async throws {
    let text = String(repeating: piece, count: count)
    let taken = Recorder<SMTPSink.Message>()
    let sink = try SMTPSink.start { taken.add($0) }
    #expect(await send(sink, Array(text.utf8)) == .accepted(reply: "250 2.0.0 taken"))
    // A last line without its end gets one on the way.
    let wanted = text.hasSuffix("\r\n") ? text : text + "\r\n"
    #expect(taken.all.map(\.bytes) == [Array(wanted.utf8)])
  }

  @Test(
    "tells later from never by the server's own code",
    arguments: [
      ("banner", 554), ("banner", 421), ("hello", 421), ("from", 451), ("from", 421), ("from", 550),
      ("recipient", 450), ("recipient", 452), ("recipient", 550), ("recipient", 551), ("data", 451),
      ("data", 554), ("message", 421), ("message", 451), ("message", 552), ("message", 554),
    ])
  func codes(phase: String, code: Int) async throws {
    let taken = Recorder<SMTPSink.Message>()
    let sink = try sink(phase, .say(code, "4.3.2 reasons"), collect: { taken.add($0) })
    // A server that greets nobody says nothing of this message.
    let wanted: MailOutcome =
      code < 500 || phase == "banner"
      ? .temporary(code: code, reply: "\(code) 4.3.2 reasons")
      : .permanent(code: code, reply: "\(code) 4.3.2 reasons")
    #expect(await send(sink) == wanted)
    #expect(taken.all.isEmpty)
  }

  @Test(
    "may try again where the connection was lost before the final dot",
    arguments: ["banner", "hello", "from", "recipient", "data"], [SMTPSink.Reply.drop, .reset])
  func lostBefore(phase: String, reply: SMTPSink.Reply) async throws {
    let outcome = await send(try sink(phase, reply))
    guard case .temporary(code: nil, _) = outcome else {
      Issue.record("\(phase): \(outcome)")
      return
    }
  }

  @Test("may try again where the connection was lost in the middle of the message")
  func lostWithin() async throws {
    // More than the sockets hold between them, so that it cannot all have gone out.
    let message = [UInt8](
      String(repeating: String(repeating: "x", count: 70) + "\r\n", count: 400_000).utf8)
    let outcome = await send(try sink("data", .resetAfter(200)), message)
    guard case .temporary(code: nil, _) = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  @Test(
    "does not know where the connection was lost after the final dot",
    arguments: [SMTPSink.Reply.drop, .reset, .takeAndDrop, .silence])
  func lostAfter(reply: SMTPSink.Reply) async throws {
    let taken = Recorder<SMTPSink.Message>()
    let sink = try sink("message", reply, collect: { taken.add($0) })
    let outcome = await send(sink) { if reply == .silence { impatient(&$0) } }
    guard case .ambiguous = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(taken.all.count == (reply == .takeAndDrop ? 1 : 0))
  }

  @Test("is done where only the good-bye is lost")
  func lostGoodbye() async throws {
    for reply in [SMTPSink.Reply.drop, .reset, .say(500, "no")] {
      #expect(await send(try sink("quit", reply)) == .accepted(reply: "250 2.0.0 taken"))
    }
  }

  @Test("gives up a server that says nothing", arguments: ["banner", "from"])
  func silent(phase: String) async throws {
    let began = ContinuousClock.now
    let outcome = await send(try sink(phase, .silence)) { impatient(&$0) }
    guard case .temporary(code: nil, _) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    // Sooner than the limits that nobody injected.
    #expect(ContinuousClock.now - began < .seconds(25))
  }

  @Test("may try again where nobody listens, or what answers is no mail server")
  func noServer() async throws {
    let free = try LoopbackServer { _ in }.port
    let web = try LoopbackServer { $0.write("HTTP/1.1 400 Bad Request\r\n\r\n") }
    for port in [free, web.port] {
      let outcome = await Mailer().send(
        Self.message, from: "a@b.example", to: "c@d.example", via: server(port))
      guard case .temporary(code: nil, _) = outcome else {
        Issue.record("\(outcome)")
        return
      }
    }
  }

  @Test("sends nothing without STARTTLS where that is required")
  func withoutTLS() async throws {
    let phases = Recorder<String>()
    let sink = try SMTPSink.start(
      reply: {
        phases.add($0.name)
        return .usual
      }, collect: { _ in })
    let outcome = await send(sink) { $0.security = .startTLS }
    guard case .temporary(code: nil, _) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(!phases.all.contains("from"))
    #expect(phases.all.first == "banner")
  }

  @Test("signs in with the password, and says no where it is wrong")
  func signedIn() async throws {
    var options = SMTPSink.Options()
    options.credentials = MailServer.Credentials(
      user: "desk", password: Secret(Array("p w✓".utf8)))
    let sink = try SMTPSink.start(options: options) { _ in }
    let good = Secret(fileContent: Array("p w✓\n".utf8))
    #expect(
      await send(sink) { $0.credentials = .init(user: "desk", password: good) }
        == .accepted(reply: "250 2.0.0 taken"))
    let bad = Secret(Array("other".utf8))
    #expect(
      await send(sink) { $0.credentials = .init(user: "desk", password: bad) }
        == .temporary(code: 535, reply: "535 5.7.8 user or password is wrong"))
    guard case .temporary(code: 530, _) = await send(sink) else {
      Issue.record("it was taken without a password")
      return
    }
  }

  @Test("never says a password in the clear to another machine, nor shows it")
  func passwordsStay() async {
    var server = MailServer(host: "192.0.2.1", port: 25, security: .none)
    server.credentials = .init(user: "desk", password: Secret(Array("hunter2".utf8)))
    let outcome = await Mailer().send(
      Self.message, from: "a@b.example", to: "c@d.example", via: server)
    #expect(
      outcome
        == .permanent(code: nil, reply: MailFailure.passwordInTheClear("192.0.2.1").description))
    var dumped = ""
    dump(server, to: &dumped)
    for text in ["\(server)", String(reflecting: server), dumped, "\(outcome)"] {
      #expect(!text.contains("hunter2") && !text.contains("104"))
    }
  }

  @Test(
    "sends nothing to or from what is no address",
    arguments: [
      ("a@b.example", "c@d.example>\r\nRCPT TO:<x@y.example"), ("a@b.example", ""),
      ("a@b.example", "c@d.example\nx"), ("a\0@b.example", "c@d.example"),
      ("a@b.example> SIZE=1", "c@d.example"),
    ])
  func badAddresses(from: String, to: String) async throws {
    let asked = Recorder<Bool>()
    let sink = try SMTPSink.start(
      reply: { _ in
        asked.add(true)
        return .usual
      }, collect: { _ in })
    let outcome = await Mailer().send(Self.message, from: from, to: to, via: server(sink.port))
    guard case .permanent(code: nil, _) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(asked.all.isEmpty)
  }

  @Test(
    "sends nothing to what is no host",
    arguments: ["", "a b", "a/b", "a@b", "a\r\nb", "a%0d%0a", "[::1]", "a#b", "a?b"])
  func badHosts(host: String) async {
    let server = MailServer(host: host, port: 25, security: .none)
    let outcome = await Mailer().send(
      Self.message, from: "a@b.example", to: "c@d.example", via: server)
    guard case .permanent(code: nil, _) = outcome else {
      Issue.record("\(outcome)")
      return
    }
  }

  @Test("hands over many at once, on a few threads")
  func many() async throws {
    let taken = Recorder<SMTPSink.Message>()
    let open = Counter()
    let sink = try SMTPSink.start(
      reply: { phase in
        if phase == .banner { open.enter() }
        if phase == .quit { open.leave() }
        return .usual
      }, collect: { taken.add($0) })
    let mailer = Mailer()
    let server = server(sink.port)
    let outcomes = await withTaskGroup(of: MailOutcome.self) { group in
      for number in 0..<100 {
        group.addTask {
          await mailer.send(
            Self.message, from: "a@b.example", to: "c\(number)@d.example", via: server)
        }
      }
      return await group.reduce(into: [MailOutcome]()) { $0.append($1) }
    }
    #expect(outcomes == [MailOutcome](repeating: .accepted(reply: "250 2.0.0 taken"), count: 100))
    #expect(Set(taken.all.flatMap(\.to)).count == 100)
    #expect((1...Mailer.threadLimit).contains(open.highest))
  }

  @Test("answers those that wait when it stops")
  func stopped() async throws {
    let asked = Recorder<Bool>()
    let gate = Recorder<Bool>()
    let sink = try SMTPSink.start(
      reply: { phase in
        if phase == .banner {
          asked.add(true)
          _ = gate.waitBlocking(for: 1)
        }
        return .usual
      }, collect: { _ in })
    let mailer = Mailer()
    let server = server(sink.port)
    await withTaskGroup(of: MailOutcome.self) { group in
      for number in 0..<10 {
        group.addTask {
          await mailer.send(
            Self.message, from: "a@b.example", to: "c\(number)@d.example", via: server)
        }
      }
      _ = await asked.wait(for: Mailer.threadLimit)
      while mailer.waiting < 10 - Mailer.threadLimit { await pause() }
      mailer.shutdown()
      gate.add(true)
      let outcomes = await group.reduce(into: [MailOutcome]()) { $0.append($1) }
      let stopping = MailOutcome.temporary(code: nil, reply: "the program is stopping")
      #expect(outcomes.count { $0 == stopping } == 10 - Mailer.threadLimit)
      #expect(outcomes.count { $0 == .accepted(reply: "250 2.0.0 taken") } == Mailer.threadLimit)
    }
    let late = await mailer.send(
      Self.message, from: "a@b.example", to: "c@d.example", via: server)
    #expect(late == .temporary(code: nil, reply: "the program is stopping"))
  }
}

extension SMTPSink.Phase {
  fileprivate var name: String {
    switch self {
    case .banner: "banner"
    case .hello: "hello"
    case .from: "from"
    case .recipient: "recipient"
    case .data: "data"
    case .message: "message"
    case .quit: "quit"
    }
  }
}

@Suite("The mail sink")
struct SMTPSinkTests {
  private func talk(_ sink: SMTPSink, _ lines: [String]) async throws -> [String] {
    let peer = try LoopbackPeer(port: sink.port)
    return await onThread {
      var replies = [peer.read(through: "\r\n") ?? ""]
      for line in lines {
        peer.write(line)
        replies.append(peer.read(through: "\r\n") ?? "")
      }
      return replies.map { String($0.prefix(3)) }
    }
  }

  @Test("listens on this machine's own address only")
  func loopbackOnly() {
    for host in ["0.0.0.0", "::", "192.0.2.1", "localhost", "desk.example", ""] {
      #expect(throws: SMTPSinkFailure.notLoopback(host)) {
        _ = try SMTPSink.start(host: host) { _ in }
      }
    }
  }

  @Test("holds to the order of a transaction")
  func order() async throws {
    let sink = try SMTPSink.start { _ in }
    let replies = try await talk(
      sink,
      [
        "DATA\r\n", "RCPT TO:<a@b>\r\n", "HELO x\r\n", "MAIL FROM:a@b\r\n", "MAIL FROM:<a@b>\r\n",
        "DATA\r\n", "RCPT TO:<>\r\n", "RCPT TO:<c@d>\r\n", "RSET\r\n", "DATA\r\n", "NOOP\r\n",
        "HELP\r\n", "mail from:<>\r\n", "quit\r\n",
      ])
    #expect(
      replies == [
        "220", "503", "503", "250", "501", "250", "503", "501", "250", "250", "503", "250", "500",
        "250", "221",
      ])
  }

  @Test("takes a line feed alone for no end of a line, so that no second message is smuggled in")
  func smuggling() async throws {
    let taken = Recorder<SMTPSink.Message>()
    let sink = try SMTPSink.start { taken.add($0) }
    _ = try await talk(
      sink,
      [
        "HELO x\r\n", "MAIL FROM:<a@b>\r\n", "RCPT TO:<c@d>\r\n", "DATA\r\n",
        "one\n.\nMAIL FROM:<e@f>\r\ntwo\r\n.\r\n", "QUIT\r\n",
      ])
    #expect(
      taken.all.map { String(decoding: $0.bytes, as: UTF8.self) } == [
        "one\n.\nMAIL FROM:<e@f>\r\ntwo\r\n"
      ])
  }

  @Test("refuses a message that is too big, and goes on")
  func tooBig() async throws {
    let taken = Recorder<SMTPSink.Message>()
    var options = SMTPSink.Options()
    options.sizeLimit = 1000
    let sink = try SMTPSink.start(options: options) { taken.add($0) }
    let big = String(repeating: String(repeating: "x", count: 98) + "\r\n", count: 30)
    let start = ["MAIL FROM:<a@b>\r\n", "RCPT TO:<c@d>\r\n", "DATA\r\n"]
    let replies = try await talk(
      sink, ["HELO x\r\n"] + start + [big + ".\r\n"] + start + ["small\r\n.\r\n", "QUIT\r\n"])
    #expect(replies.suffix(6) == ["552", "250", "250", "354", "250", "221"])
    #expect(taken.all.map { String(decoding: $0.bytes, as: UTF8.self) } == ["small\r\n"])
  }
}
