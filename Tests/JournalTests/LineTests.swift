import Bytes
import Journal
import Support
import Testing

@Suite("A record's line")
struct LineTests {
  // Made with Python's json and hashlib.
  static let golden = """
    {"v":1,"n":1,"t":"2026-11-22T05:13:25.123456Z",\
    "b":"c0ffee00-0000-4000-8000-000000000001:1000","c":0,"a":"system:journal",\
    "e":[{"k":"segment","format":"incident-journal/1","alg":"sha256","exercise":true,\
    "journal":"7a0f3c52-1d5e-4c0b-9a44-2f6d1c1b8e01","prev":"",\
    "prevHash":"66c7a7a1fd14518398a4af184d358f3926f3b28159009819eafc3cfc59dd76ad"}],\
    "h":"12955339dfdafa02846421416eec0babb1890eba893def8d5d5c96f9a03ae102"}
    {"v":1,"n":2,"t":"2026-11-22T05:13:26.000000Z",\
    "b":"c0ffee00-0000-4000-8000-000000000001:1000","c":1,"a":"user:li",\
    "e":[{"k":"incident.opened","title":"化工园区爆炸"},{"k":"note","text":"a \\"b\\"\\n"}],\
    "h":"e8e88686ba01c30714742b8034c8e1f3ae9c824aa72f9f2cba6825dbdfe3e8bb"}

    """

  static let events = [
    Array(#"{"k":"incident.opened","title":"化工园区爆炸"}"#.utf8),
    Array(#"{"k":"note","text":"a \"b\"\n"}"#.utf8),
  ]

  @Test("is written byte for byte as version 1 says")
  func golden() throws {
    let sample = try Sample()
    let journal = try sample.create()
    let head = try journal.append(
      events: Self.events, actor: "user:li", at: Instant(seconds: 1_795_324_406))
    try journal.waitUntilDurable(head.sequence)
    #expect(
      head.description == "2:e8e88686ba01c30714742b8034c8e1f3ae9c824aa72f9f2cba6825dbdfe3e8bb")
    #expect(String(decoding: try sample.segment(), as: UTF8.self) == Self.golden)
    try journal.close()
  }

  @Test("is read as it was written, with what a newer version added")
  func reading() throws {
    let sample = try Sample()
    try sample.folder.write(Sample.firstSegment, Self.golden)
    let (journal, records) = try sample.open()
    #expect(journal.identifier == Sample.identifier && journal.isExercise)
    #expect(records.map(\.sequence) == [1, 2])
    let record = try #require(records.last)
    #expect(record.version == 1 && record.actor == "user:li" && record.watermark == 1)
    #expect(record.time == Instant(seconds: 1_795_324_406))
    #expect(record.bootMark == Sample.bootMark)
    #expect(record.events == (try Self.events.map { try JSONReader.read($0) }))
    #expect(record.events[0]["k"]?.string == "incident.opened")
    #expect(record.head == journal.head && journal.head == journal.durableHead)
    #expect(record.place.line == 2 && record.place.file == sample.folder.path(Sample.firstSegment))
    try journal.close()
  }

  @Test("is chained to the one before over the stored bytes")
  func chain() throws {
    let sample = try Sample()
    let heads = try sample.fill(20)
    var previous = SHA256.hash("incident-journal/1\n" + Sample.identifier).bytes
    let lines = try sample.segment().split(separator: 0x0a)
    #expect(lines.count == 21)
    for (line, head) in zip(lines, heads) {
      // The trailer is 72 bytes: `,"h":"`, the digits, `"}`.
      let digest = SHA256.hash(previous + line.dropLast(72))
      try #require(head.hash == digest)
      try #require(line.suffix(72).elementsEqual(#","h":"\#(digest.hex)"}"#.utf8))
      previous = digest.bytes
    }
  }

  @Test("says which records were on disk when it was written")
  func watermark() throws {
    let sample = try Sample()
    _ = try sample.fill(5)
    let (journal, records) = try sample.open()
    #expect(records.map(\.watermark) == [0, 1, 2, 3, 4, 5])
    let head = try journal.commit(6)
    #expect(head.sequence == 7)
    try journal.close()
    let verification = try sample.reader().verify()
    #expect(verification.watermark == 6 && verification.records == 7)
  }

  @Test(
    "is refused before a number is spent if it could not be read again",
    arguments: [
      "", "{", #"{"a":1,"a":2}"#, "{\"a\":\n1}", "{\"a\":\"\u{1}\"}", "1,2", "[1],[2]",
      #"{"a":"\ud800"}"#, String(repeating: "[", count: 127) + String(repeating: "]", count: 127),
    ])
  func unwritable(event: String) throws {
    let sample = try Sample()
    let journal = try sample.create()
    let failure = #expect(throws: JournalFailure.self) {
      try journal.append(events: [Array(event.utf8)], actor: "a", at: Sample.start)
    }
    #expect(failure?.exitCode == .fault)
    #expect(try journal.commit(1).sequence == 2)
    try journal.close()
    #expect(try sample.reader().verify().records == 2)
  }

  @Test("is refused where its year has no four digits")
  func farYears() throws {
    let sample = try Sample()
    let journal = try sample.create()
    let year10000 = Instant(seconds: 253_402_300_800)
    #expect(throws: JournalFailure.self) {
      try journal.append(events: [FileJournal.event(1)], actor: "a", at: year10000)
    }
    #expect(journal.head.sequence == 1)
    try journal.close()
  }

  @Test("is at most 256 KiB long with its line break")
  func limit() throws {
    let sample = try Sample()
    let journal = try sample.create()
    func event(_ count: Int) -> [UInt8] {
      Array(#"{"k":"note","text":""#.utf8) + [UInt8](repeating: 0x61, count: count)
        + Array(#""}"#.utf8)
    }
    let empty = try journal.append(events: [event(0)], actor: "a", at: Sample.start)
    try journal.waitUntilDurable(empty.sequence)
    let length = try #require(try sample.segment().split(separator: 0x0a).last).count + 1
    let room = 256 * 1024 - length
    let failure = #expect(throws: JournalFailure.self) {
      try journal.append(events: [event(room + 1)], actor: "a", at: Sample.start)
    }
    #expect(failure == .tooLong(bytes: 256 * 1024 + 1, limit: 256 * 1024))
    let longest = try journal.append(events: [event(room)], actor: "a", at: Sample.start)
    #expect(longest.sequence == 3)
    try journal.close()
    #expect(try sample.reader().verify().records == 3)
  }

  @Test("never stands for no events")
  func withoutEvents() async {
    await #expect(processExitsWith: .failure) {
      let sample = try Sample()
      _ = try sample.create().append(events: [], actor: "a", at: Sample.start)
    }
  }
}

@Suite("The names of places")
struct HeadTests {
  static let hash = String(repeating: "0f", count: 32)

  @Test("in a journal are read from the text that they show, and from no other")
  func heads() {
    #expect(Head("42:\(Self.hash)")?.description == "42:\(Self.hash)")
    for text in [
      "", "42", "42:", ":\(Self.hash)", "0:\(Self.hash)", "-1:\(Self.hash)", "042:\(Self.hash)",
      "+42:\(Self.hash)", "42:\(Self.hash)0", "42:\(Self.hash.uppercased())", "42:\(Self.hash) ",
    ] {
      #expect(Head(text) == nil, "\(text)")
    }
  }

  @Test("on the boot clock are read from the text that they show, and from no other")
  func bootMarks() {
    #expect(BootMark("ab-c:17")?.description == "ab-c:17")
    for text in ["", ":1", "a:", "a:-1", "a:01", "a:x", "a"] {
      #expect(BootMark(text) == nil, "\(text)")
    }
    let early = BootMark(bootID: "a", nanoseconds: 1_000_000_000)
    let late = BootMark(bootID: "a", nanoseconds: 3_500_000_000)
    #expect(late.duration(since: early) == .milliseconds(2500))
    #expect(late.duration(since: BootMark(bootID: "b", nanoseconds: 1)) == nil)
    #expect(BootMark.now().bootID == BootMark.currentBootID)
    #expect(BootMark.now().nanoseconds > 0)
  }

  @Test("in the item log are in the order of time, and survive a checkpoint")
  func positions() throws {
    let day = try #require(ItemDay("2026-11-22"))
    let position = ItemPosition(day: day, offset: 4711)
    #expect(ItemPosition(position.description) == position)
    #expect(ItemDay(Sample.start) == day)
    for text in [
      "", "2026-11-22", "2026-11-22:", "2026-11-22:-1", "2026-11-22:01", "2026-02-30:1",
      "2026-1-22:1",
    ] {
      #expect(ItemPosition(text) == nil, "\(text)")
    }
    let next = try #require(ItemDay("2026-12-01"))
    #expect(position < ItemPosition(day: next, offset: 0))
    #expect(position < ItemPosition(day: day, offset: 4712))
  }
}
