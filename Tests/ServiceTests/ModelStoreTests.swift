import Bytes
import Foundation
import Support
import Testing
import Watch

@testable import Service

@Suite("The model's checkpoints")
struct ModelStoreTests {
  @Test("are read back, and the one before stands in for one that is damaged")
  func damage() throws {
    let folder = try TemporaryFolder()
    let store = try ModelStore(folder: folder.path("model"))
    let lines = Recorder<[UInt8]>()
    let log = Log(clock: .wall) { lines.add($0) }
    #expect(store.load(phrases: [], log: log).saved == nil)
    let noon = TestIntake.noon
    var model = TopicModel(settings: ModelSettings())
    for minute in 1...2 {
      _ = model.take([TestIntake.item(minute, seen: noon)], through: noon + .minutes(minute))
      try store.save(
        model, ListeningMemory([]), through: noon + .minutes(minute), position: nil)
    }
    #expect(try #require(store.load(phrases: [], log: log).saved).through == noon + .minutes(2))
    #expect(lines.all.isEmpty)

    var bytes = try folder.read("model/checkpoint")
    bytes[bytes.count / 2] ^= 1
    try folder.write("model/checkpoint", bytes)
    #expect(try #require(store.load(phrases: [], log: log).saved).through == noon + .minutes(1))
    #expect(lines.all.count == 1)
    try folder.write("model/checkpoint.previous", [])
    #expect(store.load(phrases: [], log: log).saved == nil)
  }

  @Test("hold what is listened for besides bursts, of which no byte may be wrong")
  func besides() throws {
    let folder = try TemporaryFolder()
    let store = try ModelStore(folder: folder.path("model"))
    let log = Log(clock: .wall) { _ in }
    let phrases = [WatchPhrase(name: "x", words: ["停水"], posts: 1, voices: 1)]
    let noon = TestIntake.noon
    var model = TopicModel(settings: ModelSettings())
    _ = model.take([TestIntake.item(1, seen: noon)], through: noon + .minutes(1))
    var memory = ListeningMemory(phrases)
    var item = TestIntake.item(2, seen: noon)
    item.text = "停水了"
    memory.phrases.take([item], through: noon + .minutes(1))
    memory.volume.take(
      [item], sources: [VolumeHabit.Source("s", tier: .other, isHeard: true)],
      through: noon + .minutes(1), zone: .universal)
    try store.save(model, memory, through: noon + .minutes(1), position: nil)
    let saved = try #require(store.load(phrases: phrases, log: log).saved)
    #expect(saved.memory.phrases == memory.phrases && saved.memory.volume == memory.volume)

    let bytes = try folder.read("model/checkpoint")
    let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 2)
    for at in stride(from: lines[1].startIndex, to: lines[1].endIndex, by: 7) {
      var damaged = bytes
      damaged[at] ^= 1
      try folder.write("model/checkpoint", damaged)
      #expect(store.load(phrases: phrases, log: log).saved == nil)
    }
    // As a version wrote it that knew nothing of this.
    let old = #"{"checkpoint":1,"through":"\#(noon.iso8601)"}"# + "\n"
    try folder.write("model/checkpoint", Array(old.utf8) + model.checkpoint())
    #expect(try #require(store.load(phrases: phrases, log: log).saved).through == noon)
  }

  private let noon = Instant(seconds: 1_790_000_000)

  private func habit(of days: Int) -> VolumeHabit {
    var habit = VolumeHabit()
    let sources = [VolumeHabit.Source("s", tier: .other, isHeard: true)]
    for minute in 1...days * 24 * 60 {
      let end = noon - .days(days) + .minutes(minute)
      let item = Item(
        id: "\(minute)", published: nil, firstSeen: end, source: "s", language: "zh", text: "x",
        tier: .other)
      habit.take([item], sources: sources, through: end, zone: .universal)
    }
    return habit
  }

  @Test("keeps how much is heard at each hour where it cannot read a model of another version")
  func olderModel() throws {
    let folder = try TemporaryFolder()
    let store = try ModelStore(folder: folder.root)
    var memory = ListeningMemory([])
    for days in [3, 4] {
      memory.volume = habit(of: days)
      try store.save(
        TopicModel(settings: ModelSettings()), memory, through: noon, position: nil)
    }
    let quiet = Log(clock: .wall) { _ in }
    let whole = store.load(phrases: [], log: quiet)
    #expect(whole.saved != nil && whole.volume == habit(of: 4))

    for name in ["checkpoint", "checkpoint.previous"] {
      let path = folder.root + "/" + name
      var bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
      let form = Array("\nincident topics\n".utf8)
      let version = try #require(
        bytes.indices.first { bytes[$0...].starts(with: form) }.map { $0 + form.count })
      bytes[version] -= 1
      try Data(bytes).write(to: URL(filePath: path))
    }
    let older = store.load(phrases: [], log: quiet)
    #expect(older.saved == nil && older.volume == habit(of: 4))

    // What was cut off in its first lines tells nothing.
    for name in ["checkpoint", "checkpoint.previous"] {
      try Data("{\"checkpoint\":1".utf8).write(to: URL(filePath: folder.root + "/" + name))
    }
    let cut = store.load(phrases: [], log: quiet)
    #expect(cut.saved == nil && cut.volume == nil)
  }
}
