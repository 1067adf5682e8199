import Bytes
import Foundation
import Journal
import Support
import Testing

/// The process is gone, or the power, at each call of a scripted scenario in turn.
@Suite("An end at any call")
struct KillTests {
  private static let root = "/desk"

  private struct Told {
    var heads: [Head] = []
    var items = 0
  }

  private static func options(_ disk: MemoryDisk) -> JournalOptions {
    var options = JournalOptions()
    options.disk = disk
    options.segmentLimit = 1500
    options.bootMark = { Sample.bootMark }
    return options
  }

  /// All that this module writes: making, appending, rotation, an unclean start with a torn tail,
  /// snapshots, blobs, anchors, items and their removal. Tells what it was promised, as it comes.
  private static func work(_ disk: MemoryDisk, _ told: inout Told) throws {
    let options = options(disk)
    let journal = try FileJournal.create(
      in: root, identifier: Sample.identifier, isExercise: true, at: Sample.start, options: options)
    told.heads.append(journal.head)
    for number in 1...4 { told.heads.append(try journal.commit(number)) }
    let blobs = BlobFolder(folder: root, disk: disk)
    let digest = try blobs.keep(Array("a long text".utf8))
    told.heads.append(try journal.commit(5))
    try SnapshotFolder(folder: root, version: 1, disk: disk).save(
      SnapshotFile(checkpoint: journal.checkpoint, content: Array("state".utf8)))
    for number in 6...8 { told.heads.append(try journal.commit(number)) }
    #expect(try blobs.read(digest) == Array("a long text".utf8))
    try AnchorFile(folder: root, disk: disk).add(
      [
        Anchor(
          head: told.heads[3], holder: "centre:lanxi", how: "webhook", at: Sample.start, record: 4)
      ])
    try journal.close()
    let (again, _) = try reopen(disk)
    for number in 9...10 {
      told.heads.append(try again.commit(number))
      try SnapshotFolder(folder: root, version: 1, disk: disk).save(
        SnapshotFile(checkpoint: again.checkpoint, content: Array("more".utf8)))
    }
    try again.close()
  }

  private static func reopen(_ disk: MemoryDisk) throws -> (FileJournal, [Record]) {
    var records: [Record] = []
    let journal = try FileJournal.open(in: root, at: Sample.start, options: options(disk)) {
      records.append($0)
    }
    return (journal, records)
  }

  @Test("loses nothing that was told, by a kill and by a power failure", arguments: [false, true])
  func everyCall(isPower: Bool) throws {
    var dice = SeededGenerator(seed: 1)
    var number = 0
    var kinds: Set<DiskCall> = []
    while true {
      let at = number
      let disk = MemoryDisk()
      disk.obey { _, count in count == at ? .dead : nil }
      var told = Told()
      // How far it comes is decided by the call.
      try? Self.work(disk, &told)
      let calls = disk.calls
      guard calls.count > at else { break }
      kinds.insert(calls[at].call)
      let said = "\(calls[at].call.rawValue) on \(calls[at].path), call \(at)"
      if isPower { disk.cutPower(&dice) } else { disk.endProcess() }
      try expectKept(told.heads, disk, said)
      number += 1
    }
    #expect(number > 120)
    #expect(
      kinds.isSuperset(of: [.write, .synchroniseData, .synchronise, .rename, .rewrite, .remove]))
  }

  private func expectKept(_ heads: [Head], _ disk: MemoryDisk, _ said: String) throws {
    guard !heads.isEmpty else { return }
    let (journal, records) = try Self.reopen(disk)
    for head in heads {
      try #require(records.contains { $0.head == head }, "\(said): \(head.sequence) is lost")
    }
    try #require(records.map(\.sequence) == Array(1...Int64(records.count)), "\(said)")
    _ = try journal.commit(99)
    try journal.close()
    let found = try JournalReader(folder: Self.root, disk: disk).verify(anchors: heads)
    try #require(found.tornTail == nil, "\(said)")
    // A snapshot is whole or it is not there.
    let snapshot = try SnapshotFolder(folder: Self.root, version: 1, disk: disk).newest()
    try #require(
      snapshot.map { ["state", "more"].contains(String(decoding: $0.content, as: UTF8.self)) }
        ?? true)
    let anchors = try AnchorFile(folder: Self.root, disk: disk).anchors()
    try #require(anchors.allSatisfy { heads.contains($0.head) })
  }

  @Test("during recovery is made good by the next start", arguments: [false, true])
  func recovery(isPower: Bool) throws {
    var dice = SeededGenerator(seed: 2)
    var number = 0
    while true {
      let at = number
      let disk = MemoryDisk()
      var told = Told()
      try Self.work(disk, &told)
      let last = try #require(
        try disk.names(in: Self.root + "/journal").last { $0.hasSuffix(".jsonl") })
      let path = Self.root + "/journal/" + last
      let torn = Array(#"{"v":1,"n":77,"t":"20"#.utf8)
      disk.put(path, try #require(disk.content(path)) + torn)
      disk.put(Self.root + "/journal/lock", Array("4711 boot\n".utf8))
      disk.obey { _, count in count == at ? .dead : nil }
      let isReached = (try? Self.reopen(disk)) == nil || disk.calls.count > at
      if isPower { disk.cutPower(&dice) } else { disk.endProcess() }
      let (journal, records) = try Self.reopen(disk)
      try journal.close()
      // A power failure can also cut the line off that says so: then that is recovered as well.
      let recovered = records.filter {
        $0.events.first?["sha256"]?.string == SHA256.hash(torn).hex
      }
      try #require(recovered.count == 1, "stopped at call \(at)")
      for head in told.heads { try #require(records.contains { $0.head == head }) }
      guard isReached else { break }
      number += 1
    }
    #expect(number > 30)
  }
}
