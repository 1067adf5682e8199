import Bytes
import Support
import Testing

@testable import Watch

@Suite("The topic model")
struct TopicModelTests {
  private static func ticks(_ items: [Item]) -> [(items: [Item], end: Instant)] {
    var ticks: [(items: [Item], end: Instant)] = []
    for item in items {
      let end = (item.firstSeen ?? AlertCounty.start).floored(to: .minutes(1)) + .minutes(1)
      if ticks.last?.end == end {
        ticks[ticks.count - 1].items.append(item)
      } else {
        ticks.append(([item], end))
      }
    }
    return ticks
  }

  private static func told(_ seed: UInt64) -> [Item] {
    var county = AlertCounty(seed: seed)
    county.tell(.explosion, at: .hours(25))
    county.tell(.rain, at: .hours(30))
    return county.stream
  }

  @Test("gives the same changes for the same posts, and other keywords for other posts")
  func determinism() {
    func changes(_ seed: UInt64) -> [TopicChange] {
      var model = TopicModel(settings: ModelSettings())
      return Self.ticks(Self.told(seed)).flatMap { model.take($0.items, through: $0.end) }
    }
    let first = changes(1)
    #expect(first == changes(1))
    #expect(first != changes(2))
    #expect(
      first.contains { change in
        change.snapshot.keywords.contains { $0.contains("爆炸") || $0.contains("石渡") }
      })
  }

  @Test("goes on from a checkpoint as if it had never stopped", arguments: [600, 1500, 1570])
  func checkpoint(stop: Int) throws {
    let ticks = Self.ticks(Self.told(3))
    var model = TopicModel(settings: ModelSettings())
    for tick in ticks[..<stop] { _ = model.take(tick.items, through: tick.end) }
    let saved = model.checkpoint()
    var restored = try TopicModel(checkpoint: saved)
    #expect(restored.checkpoint() == saved)
    for tick in ticks[stop...] {
      let changes = model.take(tick.items, through: tick.end)
      #expect(restored.take(tick.items, through: tick.end) == changes)
    }
    #expect(restored.topics == model.topics)
    #expect(restored.checkpoint() == model.checkpoint())
  }

  @Test("takes no checkpoint that was cut or changed")
  func damage() {
    var model = TopicModel(settings: ModelSettings())
    for tick in Self.ticks(Self.told(4)).prefix(200) {
      _ = model.take(tick.items, through: tick.end)
    }
    let saved = model.checkpoint()
    for length in stride(from: 0, to: saved.count, by: saved.count / 97 + 1) {
      #expect(throws: CheckpointFailure.self) {
        try TopicModel(checkpoint: Array(saved.prefix(length)))
      }
    }
    for place in stride(from: 0, to: saved.count, by: saved.count / 89 + 1) {
      var bytes = saved
      bytes[place] ^= 0x10
      #expect(throws: CheckpointFailure.self) { try TopicModel(checkpoint: bytes) }
    }
  }

  @Test("counts each hour of a topic, also those in which nothing was said")
  func history() throws {
    var model = TopicModel(settings: ModelSettings())
    for tick in Self.ticks(Self.told(5)) { _ = model.take(tick.items, through: tick.end) }
    let topic = try #require(
      model.topics.first { $0.references.contains { $0.text.contains("爆炸") } })
    let hours = model.history(of: topic.key)
    #expect(hours.reduce(0) { $0 + $1.posts } == topic.posts)
    #expect(zip(hours, hours.dropFirst()).allSatisfy { $1.hour - $0.hour == .hours(1) })
    #expect(model.history(of: "nobody") == [])
  }
}
