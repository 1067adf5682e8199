import Bytes
import Foundation
import Support
import Testing

@testable import Response

@Suite("A timeline report")
struct ReportTests {
  private static let journal = "5b6c0f0e-0000-4000-8000-000000000001"

  private func report(_ desk: TestDesk) throws -> Report {
    let id = try #require(desk.state.incidents.keys.min())
    return try #require(
      Report(of: id, records: desk.records, isExercise: true, journal: Self.journal))
  }

  @Test(
    "is the same to the byte as the one that was read and found right", arguments: ["zh-CN", "en"])
  func goldenReports(tag: String) throws {
    let language = try #require(Language(tag: tag))
    let report = try report(CodingTests.day())
    let markdown = report.markdown(in: language)
    #expect(try golden("report.\(tag).md", markdown) == markdown)
    let html = report.html(in: language)
    #expect(try golden("report.\(tag).html", html) == html)
  }

  @Test("gives programs the same timeline as JSON")
  func json() throws {
    let report = try report(CodingTests.day())
    let text = String(decoding: report.json, as: UTF8.self)
    #expect(try golden("report.json", text + "\n") == text + "\n")
    let json = try JSONReader.read(report.json)
    #expect(json["incident"]?["id"]?.string == report.incident.id.description)
    #expect(json["timeline"]?.array?.count == report.timeline.count)
  }

  @Test("cites a record of the journal in each of its lines", arguments: Language.allCases)
  func citations(language: Language) throws {
    let desk = try CodingTests.day()
    let page = try report(desk).page(in: language)
    let records = 1...Int64(desk.records.count)
    var lines = 0
    for block in page.sections.flatMap(\.blocks) {
      let cited: [[Int64]] =
        switch block {
        case .lines(let lines): lines.map(\.citations)
        case .table(let table): table.rows.map(\.citations)
        case .chart(let chart): [chart.citations]
        case .quotation(_, _, let citations): [citations]
        }
      for citations in cited {
        lines += 1
        #expect(!citations.isEmpty && citations.allSatisfy(records.contains))
      }
    }
    #expect(lines > 60)
  }

  @Test("says nothing of another incident")
  func others() throws {
    var desk = try CodingTests.day()
    let other = try desk.open()
    try desk.perform(.enter(.note("另一件事的秘密")), in: other, by: "li")
    let first = try #require(desk.state.incidents.keys.min())
    let report = try #require(
      Report(of: first, records: desk.records, isExercise: false, journal: Self.journal))
    let all =
      report.markdown(in: .chinese) + report.html(in: .english)
      + String(decoding: report.json, as: UTF8.self)
    #expect(!all.contains("另一件事的秘密"))
    #expect(!all.contains(other.description))
  }

  @Test("shows what a newer version recorded, by its kind")
  func newerKinds() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let last = try #require(desk.records.last)
    let newer = ReportRecord(
      context: .init(
        sequence: last.context.sequence + 1, time: desk.now, actor: .desk, hash: SHA256.hash("x")),
      events: [],
      others: [
        .init(kind: "drone.launched", incident: id), .init(kind: "source.added", incident: nil),
      ])
    let report = try #require(
      Report(of: id, records: desk.records + [newer], isExercise: false, journal: Self.journal))
    let text = report.markdown(in: .english)
    #expect(text.contains("drone.launched"))
    #expect(!text.contains("source.added"))
  }

  @Test("cannot be told to run anything, or to load anything")
  func hostileText() throws {
    var desk = try TestDesk()
    let id = try desk.open()
    let hostile = "<img src=x onerror=alert(1)>](javascript:alert(1)) | `x`\n# heading\u{202e}"
    try desk.perform(.enter(.note(hostile)), in: id, by: "li")
    try desk.perform(
      .enter(.setFact(number: nil, .known, text: hostile, source: hostile)), in: id, by: "li")
    let report = try report(desk)
    let html = report.html(in: .english)
    #expect(!html.contains("<img") && !html.contains("<script"))
    #expect(html.contains("&lt;img src=x onerror=alert(1)&gt;"))
    let markdown = report.markdown(in: .english)
    #expect(!markdown.contains("<img") && !markdown.replacing("\\]", with: "").contains("]("))
    #expect(!markdown.contains("\n# heading") && !markdown.contains("\u{202e}"))
  }

  @Test("does not know an incident that the records do not hold")
  func unknown() throws {
    let desk = try TestDesk()
    #expect(
      Report(
        of: IncidentID(year: 2026, number: 1), records: desk.records, isExercise: false,
        journal: Self.journal) == nil)
  }
}

@Suite("A letter")
struct LetterTests {
  private func postmark(exercise: Bool = true, duplicate: Bool = false) -> Postmark {
    Postmark(
      desk: TestDesk.registry.desk, isExercise: exercise, journal: "5b6c0f0e",
      head: Witness(
        sequence: 42, hash: SHA256.hash("head")), delivery: DeliveryID(sequence: 42, index: 1),
      isPossibleDuplicate: duplicate)
  }

  private func alertLetter(
    title: String = "石桥方向一声巨响", link: String? = "https://forum.example/t/1",
    unlinked: ShownItem.Unlinked? = nil, exercise: Bool = true, duplicate: Bool = false
  ) throws -> Letter {
    var desk = try TestDesk()
    try desk.perform(.raiseAlert(AlertTests.evidence(), recipients: []), by: .desk)
    let alert = try #require(desk.state.alerts.values.first)
    return Letter(
      alert: alert,
      items: [
        ShownItem(
          title: title, link: link, source: "lanxi-forum", time: TestDesk.start,
          isOfficial: false, unlinked: unlinked)
      ], again: false,
      ways: AnswerWays(page: "https://desk.example/ack/D42.1?code=K7QF", code: "K7QF"),
      nextMail: desk.now + .minutes(10),
      postmark: postmark(exercise: exercise, duplicate: duplicate))
  }

  @Test("about an alert says why, with the figures, in both languages")
  func alert() throws {
    let letter = try alertLetter()
    #expect(
      try golden("alert.txt", letter.subject + "\n\n" + letter.text) == letter.subject + "\n\n"
        + letter.text)
    #expect(try golden("alert.html", letter.html) == letter.html)
    for expected in [
      "1 小时 14 帖，预期 0.3", "14 posts in 1 h, 0.3 expected", "K7QF", "n=42 h=",
      "W20260921-001", "https://forum.example/t/1",
    ] {
      #expect(letter.text.contains(expected), "\(expected)")
      #expect(letter.html.contains(escapedHTML(expected)), "\(expected)")
    }
  }

  @Test("says of an item without a link why it has none, and nothing where that is not known")
  func unlinked() throws {
    let remarks: [ShownItem.Unlinked: [String]] = [
      .hadNone: ["来源未给原文地址", "its source gave no address"],
      .namesAuthor: ["原文地址含用户名", "its address names the author"],
      .namesPerson: ["内容涉及个人姓名", "it names a private person, so its address is left out"],
      .isGone: ["原文地址未保存", "its address is no longer kept"],
    ]
    for reason in ShownItem.Unlinked.allCases {
      let text = try alertLetter(link: nil, unlinked: reason).text
      for (other, words) in remarks {
        for word in words { #expect(text.contains(word) == (other == reason), "\(reason)") }
      }
    }
    let text = try alertLetter(link: nil).text
    #expect(remarks.values.joined().allSatisfy { !text.contains($0) })
  }

  @Test("of an exercise says so in its subject and first, and one in earnest does not")
  func exercise() throws {
    #expect(try alertLetter().subject.hasPrefix("【演练】EXERCISE"))
    #expect(try alertLetter().text.hasPrefix("【演练】EXERCISE"))
    #expect(try !alertLetter(exercise: false).text.contains("EXERCISE"))
    #expect(try alertLetter(duplicate: true).text.contains("Possible duplicate"))
  }

  @Test("keeps foreign text harmless, and links only to http")
  func hostileItems() throws {
    let letter = try alertLetter(
      title: "<b>x</b>\u{1b}[2J\u{202e}\nBcc: a@b", link: "javascript:alert(1)")
    #expect(!letter.html.contains("<b>x</b>") && !letter.html.contains("javascript:"))
    #expect(!letter.text.contains("\u{1b}") && !letter.text.contains("\u{202e}"))
    #expect(!letter.text.contains("\nBcc"))
    #expect(!letter.subject.contains("\n"))
  }

  @Test("brings a release to a centre, whole and with its hash")
  func release() throws {
    var desk = try TestDesk()
    let id = try desk.open(grade: .major)
    let number = try desk.publish(
      "truth.brief", TestDesk.content("今晨发生爆炸。\n正在救援。", slots: TestDesk.truthSlots), in: id)
    let incident = try #require(desk.state.incidents[id])
    let release = try #require(incident.release(number))
    let letter = Letter(
      release: release, of: incident, matter: .release(incident.part(.release, number)),
      ways: AnswerWays(page: nil, code: "K7QF"),
      within: desk.now + .minutes(30), postmark: postmark())
    #expect(try golden("release.txt", letter.text) == letter.text)
    #expect(letter.text.contains(release.hash.hex) && letter.html.contains(release.hash.hex))
    let payload = try JSONReader.read(
      release.payload(
        of: incident, matter: .release(incident.part(.release, number)), answerTo: nil,
        within: nil, postmark: postmark()))
    #expect(payload["type"]?.string == "release.published")
    #expect(payload["data"]?["texts"]?["zh-CN"]?["body"]?.string == "今晨发生爆炸。\n正在救援。")
    #expect(payload["data"]?["hash"]?.string == release.hash.hex)
    #expect(payload["data"]?["head"]?["n"]?.integer == 42)
  }
}
