import Bytes
import Journal
import Testing

@testable import Desk
@testable import Response

/// Lines as each version wrote them; they stay readable for ever.
@Suite("The desk's own events")
struct RecordEventTests {
  static let lines: [(String, RecordEvent)] = {
    guard let gov = Name("gov"), let since = Instant(iso8601: "2026-11-20T08:00:00Z"),
      let day = ItemDay("2026-05-01"), let topic = TopicID("T20261122-003")
    else {
      preconditionFailure("a name or a time of the samples is none")
    }
    let reason = Bilingual(zh: "一", en: "one")
    return [
      (
        #"{"k":"topic.marked","topic":"T20261122-003","mark":"noise","trouble":"fire","told":true,"reason":"演练"}"#,
        .topicMarked(topic, .noise, trouble: "fire", isSevere: false, wasTold: true, reason: "演练")
      ),
      (
        #"{"k":"topic.marked","topic":"T20261122-003","mark":"noise","trouble":"fire","severe":true,"told":true}"#,
        .topicMarked(topic, .noise, trouble: "fire", isSevere: true, wasTold: true, reason: nil)
      ),
      (
        #"{"k":"topic.marked","topic":"T20261122-003","mark":"none","told":false}"#,
        .topicMarked(topic, .none, trouble: nil, isSevere: false, wasTold: false, reason: nil)
      ),
      (
        #"{"k":"topic.muted","topic":"T20261122-003","until":"2026-11-20T08:00:00Z"}"#,
        .topicMuted(topic, until: since, TopicStanding(), reason: nil)
      ),
      (
        #"{"k":"topic.muted","topic":"T20261122-003","until":"2026-11-20T08:00:00Z","urgent":true,"harm":true,"grave":["fire"]}"#,
        .topicMuted(
          topic, until: since,
          TopicStanding(isUrgent: true, hasHarm: true, graveTroubles: ["fire"]), reason: nil)
      ),
      (
        #"{"k":"topic.muted","topic":"T20261122-003","reason":"x"}"#,
        .topicMuted(topic, until: nil, TopicStanding(), reason: "x")
      ),
      (#"{"k":"topic.unmuted","topic":"T20261122-003"}"#, .topicUnmuted(topic)),
      (
        #"{"k":"source.failing","source":"gov","reason":{"zh-CN":"一","en":"one"},"since":"2026-11-20T08:00:00Z"}"#,
        .sourceFailing(gov, reason: reason, since: since)
      ),
      (#"{"k":"source.recovered","source":"gov"}"#, .sourceRecovered(gov)),
      (
        #"{"k":"source.moved","source":"gov","from":"http://a.example/","to":"https://b.example/"}"#,
        .sourceMoved(gov, from: "http://a.example/", to: "https://b.example/")
      ),
      (
        #"{"k":"source.retired","source":"gov","reason":{"zh-CN":"一","en":"one"}}"#,
        .sourceRetired(gov, reason: reason)
      ),
      (
        #"{"k":"source.dead","source":"gov","reason":{"zh-CN":"一","en":"one"},"since":"2026-11-20T08:00:00Z"}"#,
        .sourceDead(gov, reason: reason, since: since)
      ),
      (
        #"{"k":"items.destroyed","days":[{"day":"2026-05-01","lines":2,"bytes":10,"sha256":"\#(SHA256.hash("x").hex)"}]}"#,
        .itemsDestroyed([ItemDayDigest(day: day, lines: 2, bytes: 10, digest: SHA256.hash("x"))])
      ),
      (
        #"{"k":"key.created","month":"2026-05","digest":"\#(SHA256.hash("x").hex)"}"#,
        .keyCreated(month: "2026-05", digest: SHA256.hash("x"))
      ),
      (
        #"{"k":"key.destroyed","month":"2026-05","digest":"\#(SHA256.hash("x").hex)"}"#,
        .keyDestroyed(month: "2026-05", digest: SHA256.hash("x"))
      ),
      (
        #"{"k":"key.held","month":"2026-05","incident":"2026-0007","reason":"复核"}"#,
        .keyHeld(month: "2026-05", for: IncidentID(year: 2026, number: 7), reason: "复核")
      ),
      (
        #"{"k":"key.released","month":"2026-05","incident":"2026-0007","reason":"done"}"#,
        .keyReleased(month: "2026-05", by: IncidentID(year: 2026, number: 7), reason: "done")
      ),
    ]
  }()

  @Test("are written and read in the form that the journal has", arguments: lines)
  func coding(line: String, event: RecordEvent) throws {
    #expect(String(decoding: event.encoded, as: UTF8.self) == line)
    #expect(try RecordEvent.decoded(try JSONReader.read(Array(line.utf8))) == event)
  }

  @Test(
    "of keys are damage where they do not say which incident, which month or why",
    arguments: [
      #"{"k":"key.held","incident":"2026-0007","reason":"x"}"#,
      #"{"k":"key.held","month":"2026-05","reason":"x"}"#,
      #"{"k":"key.held","month":"2026-05","incident":"7","reason":"x"}"#,
      #"{"k":"key.held","month":"2026-05","incident":"2026-0007"}"#,
      #"{"k":"key.released","month":"2026-05","incident":"2026-0007"}"#,
    ])
  func incompleteKeys(line: String) throws {
    let json = try JSONReader.read(Array(line.utf8))
    #expect(throws: FieldFailure.self) { try RecordEvent.decoded(json) }
  }

  @Test("of topics make the book of marks and mutes, of which the last word counts")
  func topicBook() throws {
    let topic = try #require(TopicID("T20261122-003"))
    let time = try #require(Instant(iso8601: "2026-11-21T08:00:00Z"))
    let context = DeskState.RecordContext(
      sequence: 2, time: time, actor: .desk, hash: SHA256.hash("x"))
    var state = RecordState()
    func apply(_ event: RecordEvent) { state.apply([event], in: context) }
    apply(.topicMarked(topic, .noise, trouble: nil, isSevere: false, wasTold: true, reason: nil))
    #expect(state.topicBook.marks[topic]?.kind == .noise)
    apply(.topicMarked(topic, .useful, trouble: nil, isSevere: false, wasTold: true, reason: nil))
    #expect(state.topicBook.marks[topic]?.kind == .useful && state.topicBook.marks.count == 1)
    apply(.topicMarked(topic, .none, trouble: nil, isSevere: false, wasTold: true, reason: nil))
    #expect(state.topicBook.marks.isEmpty)
    apply(.topicMuted(topic, until: nil, TopicStanding(), reason: nil))
    #expect(state.topicBook.mutes[topic] != nil)
    apply(.topicUnmuted(topic))
    #expect(state.topicBook.mutes.isEmpty)
  }

  @Test("of sources make the book of who is gone, moved or dead, until one is heard again")
  func state() throws {
    let gov = try #require(Name("gov"))
    let time = try #require(Instant(iso8601: "2026-11-21T08:00:00Z"))
    let context = DeskState.RecordContext(
      sequence: 2, time: time, actor: .desk, hash: SHA256.hash("x"))
    var state = RecordState()
    state.apply(Self.lines.map(\.1).filter { $0 != .sourceRecovered(gov) }, in: context)
    #expect(state.failingSources[gov] != nil && state.retiredSources[gov] == time)
    #expect(state.deadSources == [gov])
    #expect(state.movedSources[gov]?.to == "https://b.example/")
    state.apply([.sourceRecovered(gov)], in: context)
    #expect(state.failingSources.isEmpty && state.retiredSources.isEmpty)
    #expect(state.deadSources.isEmpty && state.outages.map(\.until) == [time])
    // Where it is now does not depend on whether it is heard.
    #expect(state.movedSources[gov] != nil)
  }
}
