import Bytes
import Foundation
import Support
import Testing
import Wire

/// A message as the desk sends it, to be changed by each test.
func sampleMessage() throws -> MailMessage {
  var message = MailMessage(
    from: try MailAddress("desk@desk.example", name: "青河县应急值守"),
    to: try MailAddress("li.wei@centre.example", name: "Li \"Wei\""),
    subject: "【预警】青河化工园区爆炸：话题 T20261122-003，一小时 214 条，基线 6 条，请在十分钟内确认",
    date: Instant(seconds: 1_795_324_405), offsetSeconds: 8 * 3600,
    messageID: "<D42.1.9f3a@desk.example>",
    text: "第一行\n.以点开头的一行\r\n\r\nEnde\n", html: "<p>第一行 &amp; <b>more</b></p>\n")
  message.extraHeaders.add("X-Incident-Delivery", "D42.1")
  message.extraHeaders.add("X-Incident-Head", "1042 9f3ac0de")
  return message
}

/// The headers of a message with their folding undone, and what follows them.
private func parts(_ bytes: [UInt8]) throws -> (headers: [String], body: String) {
  let text = String(decoding: bytes, as: UTF8.self)
  let cut = try #require(text.range(of: "\r\n\r\n"))
  let head = text[..<cut.lowerBound].replacing("\r\n ", with: " ")
  return (head.split(separator: "\r\n").map(String.init), String(text[cut.upperBound...]))
}

@Suite("A mail message")
struct MailMessageTests {
  @Test("has its headers once each, in one order")
  func headers() throws {
    let (headers, _) = try parts(try sampleMessage().bytes())
    #expect(
      headers.map { String($0.prefix { $0 != ":" }) } == [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Incident-Delivery",
        "X-Incident-Head", "MIME-Version", "Content-Type",
      ])
    #expect(headers[1] == "To: \"Li \\\"Wei\\\"\" <li.wei@centre.example>")
    #expect(headers[3] == "Date: Sun, 22 Nov 2026 13:13:25 +0800")
    #expect(headers[4] == "Message-ID: <D42.1.9f3a@desk.example>")
    #expect(headers[5] == "Auto-Submitted: auto-generated")
    #expect(headers[6] == "X-Incident-Delivery: D42.1")
  }

  @Test("has CRLF throughout, ASCII only, and no long line")
  func lines() throws {
    var message = try sampleMessage()
    message.text =
      String(repeating: "很长的一行", count: 900) + "\r" + String(repeating: "x", count: 5000)
    message.html = String(repeating: "a b ", count: 3000)
    let bytes = try message.bytes()
    for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: false).dropLast() {
      #expect(line.last == 0x0d)
      #expect(line.count <= 79)
      #expect(line.dropLast().allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x09 })
    }
    #expect(bytes.suffix(2) == [0x0d, 0x0a])
    #expect(try message.bytes() == bytes)
  }

  @Test("is of one part where there is no HTML")
  func plain() throws {
    var message = try sampleMessage()
    message.html = nil
    message.text = "A = B and trailing blank \nend"
    message.inReplyTo = "<a@b.example>"
    let (headers, body) = try parts(try message.bytes())
    #expect(headers.contains("Content-Type: text/plain; charset=utf-8"))
    #expect(headers.contains("Content-Transfer-Encoding: quoted-printable"))
    #expect(headers.contains("In-Reply-To: <a@b.example>"))
    #expect(headers.contains("References: <a@b.example>"))
    #expect(body == "A =3D B and trailing blank=20\r\nend\r\n")
  }

  @Test(
    "refuses what would begin a header of its own",
    arguments: ["a\r\nBcc: x@y.example", "a\nb", "a\rb", "a\0b", "\u{1b}[2J", "a\u{7f}"])
  func injection(text: String) throws {
    var message = try sampleMessage()
    message.subject = text
    #expect(throws: MailFailure.badHeader("Subject")) { _ = try message.bytes() }
    message = try sampleMessage()
    message.extraHeaders.add("X-A", text)
    #expect(throws: MailFailure.badHeader("X-A")) { _ = try message.bytes() }
    message = try sampleMessage()
    message.messageID = "<\(text)@desk.example>"
    #expect(throws: MailFailure.self) { _ = try message.bytes() }
    #expect(throws: MailFailure.badHeader("name of an address")) {
      _ = try MailAddress("a@b.example", name: text)
    }
    #expect(throws: MailFailure.self) { _ = try MailAddress("\(text)@b.example") }
    #expect(throws: MailFailure.self) { _ = try MailAddress("a@b.example\(text)") }
  }

  @Test(
    "refuses extra headers that are written from its own fields, or have no name",
    arguments: [
      "Bcc", "to", "Subject", "Content-Type", "content-language", "MIME-Version", "X A", "",
    ]
  )
  func reserved(name: String) throws {
    var message = try sampleMessage()
    message.extraHeaders.add(name, "x@y.example")
    #expect(throws: MailFailure.badHeader(name)) { _ = try message.bytes() }
  }

  @Test(
    "takes plain addresses only",
    arguments: [
      "", "a", "@b.example", "a@", "a@b@c", "a b@c.example", "\"a b\"@c.example", "a@b..example",
      ".a@b.example", "a.@b.example", "a@-b.example", "a@b-.example", "a@b_c.example",
      "a@[127.0.0.1", "a@[x]", "值守@desk.example", "a@青河.example", "<a@b.example>",
      "a@b.example,c@d.example", "a@b.example;", "a(x)@b.example", "a:b@c.example",
      String(repeating: "a", count: 65) + "@b.example",
      "a@" + String(repeating: "b", count: 64) + ".example",
    ])
  func addresses(text: String) {
    #expect(throws: MailFailure.badAddress(String(text.prefix(80)))) { _ = try MailAddress(text) }
  }

  @Test(
    "takes the usual ones",
    arguments: [
      "a@b", "a.b+c@d-e.example", "o'neil@b.example", "a@[127.0.0.1]", "a@[IPv6:::1]",
      "a/b=c@d.example", "a@xn--ihq77w.example",
    ])
  func usualAddresses(text: String) throws { #expect(try MailAddress(text).address == text) }

  @Test(
    "refuses a message id in another form",
    arguments: ["", "<>", "a@b", "<a>", "<a@b@c>", "<a b@c>", "<@b>", "<a@>", "<a@b>x", "<<a@b>"])
  func messageIDs(id: String) throws {
    var message = try sampleMessage()
    message.messageID = id
    #expect(throws: MailFailure.self) { _ = try message.bytes() }
  }

  static let texts = [
    "plain", "", " leading and trailing ", "two  blanks", "tab\there", "=?UTF-8?Q?not_encoded?=",
    "青河", "mixed 青河 text with 🚒 and é", "\u{202e}turned", "a=b?c_d",
    String(repeating: "雨", count: 300),
    String(repeating: "word ", count: 60), String(repeating: "unbroken", count: 40),
    "https://desk.example/" + String(repeating: "a", count: 120), "100% of \"it\" (all) <b>",
  ]

  @Test("is read back whole by Python's mail reader", arguments: texts)
  func independentReader(text: String) async throws {
    guard let python = findProgram("python3") else {
      print("SKIPPED: no python3 here, so no second reader looked at the mail")
      return
    }
    var message = try sampleMessage()
    let safe = text.replacing("\t", with: " ")
    message.subject = safe
    message.extraHeaders.add("X-Text", safe)
    message.from = try MailAddress("desk@desk.example", name: safe)
    message.text = text + "\n.\n..\n. dot\nFrom here\n" + text
    message.html = "<p>" + text + "</p>\n"
    let output = try await runProgram(
      python, ["-I", "-c", mailReader], input: try message.bytes())
    let json = try JSONReader.read(output)
    func field(_ name: String) -> String? { json[name]?.string }
    #expect(field("subject") == safe)
    #expect(field("text header") == safe)
    #expect(field("from name") == safe)
    #expect(field("from") == "desk@desk.example")
    #expect(field("to") == "li.wei@centre.example")
    #expect(field("to name") == "Li \"Wei\"")
    #expect(field("date") == "2026-11-22T13:13:25+08:00")
    #expect(field("id") == "<D42.1.9f3a@desk.example>")
    #expect(field("kind") == "multipart/alternative")
    #expect(json["defects"]?.array == [])
    #expect(field("plain") == (message.text.hasSuffix("\n") ? message.text : message.text + "\n"))
    #expect(field("html") == message.html)
  }
}

/// Reads a message from standard input and says what it understood, as JSON.
private let mailReader = """
  import email, email.header, email.policy, email.utils, json, sys
  data = sys.stdin.buffer.read()
  message = email.message_from_bytes(data, policy=email.policy.default)
  # The newer reader puts blanks between the encoded words of a name; the older one does not.
  raw = email.message_from_bytes(data)["From"]
  name = email.utils.parseaddr(raw.replace("\\n", "").replace("\\r", ""))[0]
  name = str(email.header.make_header(email.header.decode_header(name)))
  parts = {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}
  sender = message["From"].addresses[0]
  recipient = message["To"].addresses[0]
  content = {kind: part.get_content().replace("\\r\\n", "\\n") for kind, part in parts.items()}
  defects = [str(d) for part in message.walk() for d in part.defects]
  defects += [str(d) for part in message.walk() for v in part.values() for d in getattr(v, "defects", [])]
  json.dump({"subject": message["Subject"], "text header": message["X-Text"],
    "from name": name, "from": sender.addr_spec,
    "to name": recipient.display_name, "to": recipient.addr_spec,
    "date": message["Date"].datetime.isoformat(), "id": message["Message-ID"],
    "kind": message.get_content_type(), "defects": defects,
    "plain": content.get("text/plain"), "html": content.get("text/html")}, sys.stdout)
  """
