import Bytes
import Support
import Testing
import Wire

/// A skipped test says so: it must not pass for one that ran.
private func skip(_ what: String) { print("SKIPPED: no \(what) here, so TLS was not tried") }

@Suite("TLS")
struct TLSTests {
  let fetcher = Fetcher()

  @Test("is trusted by its certificate alone, for the host that it names")
  func trust() async throws {
    guard let own = try await OwnCertificate() else { return skip("openssl") }
    let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    let (server, port) = try #require(try await own.serve(["ok": ok]))
    var request = loopbackRequest("https://127.0.0.1:\(port)/ok")
    let stranger = await failure(of: fetcher, request)
    guard case .tls("127.0.0.1", true, _) = stranger else {
      Issue.record("\(String(describing: stranger))")
      return
    }
    #expect(stranger?.isTemporary == false)
    #expect(stranger?.description.contains("self-signed certificate") == true)
    request.certificateFile = own.certificateFile
    let response = try await fetcher.fetch(request)
    #expect(response.body == Array("ok".utf8))
    #expect(response.timings.tls > .zero)
    // All of 127.0.0.0/8 is this machine, but the certificate names one address.
    request.url = "https://foo.localhost:\(port)/ok"
    // This server talks to one client at a time, and the first one keeps its connection.
    await fetcher.shutdown()
    let misnamed = await failure(of: Fetcher(), request)
    guard case .tls("foo.localhost", true, _) = misnamed else {
      Issue.record("\(String(describing: misnamed))")
      return
    }
    withExtendedLifetime(server) {}
  }

  @Test("is not left by a redirect")
  func downgrade() async throws {
    guard let own = try await OwnCertificate() else { return skip("openssl") }
    let plain = try LoopbackServer { peer in
      _ = peer.readHead()
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    }
    let down = "HTTP/1.1 302 Found\r\nLocation: \(plain.url())\r\nContent-Length: 0\r\n\r\n"
    let (server, port) = try #require(try await own.serve(["down": down]))
    var request = loopbackRequest("https://127.0.0.1:\(port)/down")
    request.certificateFile = own.certificateFile
    #expect(await failure(of: fetcher, request) == .redirect(.downgrade))
    #expect(plain.connections == 0)
    // The other way is allowed.
    let up = try LoopbackServer { peer in
      _ = peer.readHead()
      let target = "https://127.0.0.1:\(port)/ok"
      peer.write("HTTP/1.1 301 Moved\r\nLocation: \(target)\r\nContent-Length: 0\r\n\r\n")
    }
    try own.folder.write("ok", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    request.url = up.url()
    #expect(try await fetcher.fetch(request).url == "https://127.0.0.1:\(port)/ok")
    withExtendedLifetime(server) {}
  }

  @Test("is not spoken in versions before 1.2, nor by what does not speak it")
  func versions() async throws {
    guard let own = try await OwnCertificate() else { return skip("openssl") }
    let plain = try LoopbackServer { peer in
      _ = peer.read(count: 5)
      peer.write("HTTP/1.1 400 Bad Request\r\n\r\n")
    }
    let failure1 = await failure(of: fetcher, loopbackRequest("https://127.0.0.1:\(plain.port)/"))
    guard case .tls(_, false, _) = failure1 else {
      Issue.record("\(String(describing: failure1))")
      return
    }
    let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    let (server, port) = try #require(
      try await own.serve(["ok": ok], ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]))
    var request = loopbackRequest("https://127.0.0.1:\(port)/ok")
    request.certificateFile = own.certificateFile
    let failure2 = await failure(of: fetcher, request)
    guard case .tls(_, false, _) = failure2 else {
      Issue.record("\(String(describing: failure2))")
      return
    }
    withExtendedLifetime(server) {}
  }

  @Test(
    "carries mail and its password",
    arguments: [MailServer.Security.startTLS, .tls])
  func mail(security: MailServer.Security) async throws {
    guard let own = try await OwnCertificate() else { return skip("openssl") }
    guard let python = findProgram("python3") else { return skip("python3") }
    let mode = security == .tls ? "tls" : "starttls"
    let program = try BackgroundProgram(
      python, ["-I", "-u", "-c", mailServer, mode, own.certificateFile, own.keyFile],
      folder: own.folder.root)
    let port = try #require(await program.word(after: "port ").flatMap { Int($0) })
    var server = MailServer(host: "127.0.0.1", port: port, security: security)
    server.credentials = .init(user: "desk", password: Secret(Array("hunter2".utf8)))
    server.helloName = "desk.example"
    let mailer = Mailer()
    func send() async -> MailOutcome {
      await mailer.send(
        Array("Subject: a\r\n\r\n.dot\r\n".utf8), from: "a@b.example", to: "c@d.example",
        via: server)
    }
    // Not trusted: nothing beyond the greeting is said.
    guard case .temporary(code: nil, let reason) = await send() else {
      Issue.record("an unknown certificate was taken")
      return
    }
    #expect(reason.contains("self-signed certificate") && !reason.contains("hunter2"))
    server.certificateFile = own.certificateFile
    #expect(await send() == .accepted(reply: "250 taken"))
    let heard = await program.lines.wait(for: security == .tls ? 10 : 13)
    let plain = heard.filter { $0.hasPrefix("plain ") }
    let secret = heard.filter { $0.hasPrefix("secret ") }
    let hello = "EHLO desk.example"
    let greeting = security == .tls ? [] : ["plain \(hello)", "plain STARTTLS"]
    #expect(plain == greeting + greeting)
    #expect(
      secret.prefix(8) == [
        "secret \(hello)", "secret AUTH PLAIN", "secret AGRlc2sAaHVudGVyMg==",
        "secret MAIL FROM:<a@b.example>", "secret RCPT TO:<c@d.example>", "secret DATA",
        "secret Subject: a", "secret ",
      ])
    #expect(secret.contains("secret ..dot"))
  }
}

/// A mail server on loopback that says what it hears, and whether that came over TLS. It takes two
/// connections and ends.
private let mailServer = """
  import socket, ssl, sys
  mode, certificate, key = sys.argv[1:4]
  context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
  context.load_cert_chain(certificate, key)
  listener = socket.create_server(("127.0.0.1", 0))
  print("port", listener.getsockname()[1])
  def talk(raw):
    raw.settimeout(30)
    secure = mode == "tls"
    connection = context.wrap_socket(raw, server_side=True) if secure else raw
    def say(text): connection.sendall(text.encode() + b"\\r\\n")
    say("220 test")
    stream = connection.makefile("rb")
    def hear():
      line = stream.readline()
      if not line: raise EOFError
      text = line.decode().rstrip("\\r\\n")
      print("secret" if secure else "plain", text)
      return text
    while True:
      line = hear()
      if line.startswith("EHLO"):
        say("250-test\\r\\n250 AUTH PLAIN" if secure else "250-test\\r\\n250 STARTTLS")
      elif line == "STARTTLS":
        say("220 go")
        connection = context.wrap_socket(raw, server_side=True)
        stream = connection.makefile("rb")
        secure = True
      elif line == "AUTH PLAIN":
        say("334 ")
        hear()
        say("235 ok")
      elif line == "DATA":
        say("354 go")
        while hear() != ".": pass
        say("250 taken")
      elif line == "QUIT":
        say("221 bye")
        return
      else: say("250 ok")
  for _ in range(2):
    try: talk(listener.accept()[0])
    except (OSError, EOFError): pass
  """
