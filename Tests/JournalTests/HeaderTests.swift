import Bytes
import Foundation
import Journal
import Support
import Testing

/// Headers that do not fit, in chains that hold: what somebody writes who knows the format.
@Suite("A segment's header")
struct HeaderTests {
  private struct Header {
    var identifier = Sample.identifier
    var exercise = "true"
    var previous = ""
    var previousHash: Digest
    var kind = "segment"
    var format = "incident-journal/1"
  }

  private static let genesis = SHA256.hash("incident-journal/1\n" + Sample.identifier)

  /// A line whose hash is right after `previous`.
  private func line(
    _ sequence: Int, _ events: String, after previous: Digest
  ) -> (bytes: [UInt8], hash: Digest) {
    let body =
      #"{"v":1,"n":\#(sequence),"t":"2026-11-22T05:13:25.000000Z","b":"x:1","#
      + #""c":\#(sequence - 1),"a":"a","e":[\#(events)]"#
    let hash = SHA256.hash(previous.bytes + Array(body.utf8))
    return (Array((body + #","h":"\#(hash.hex)"}"# + "\n").utf8), hash)
  }

  private func header(
    _ sequence: Int, _ header: Header, after previous: Digest
  ) -> (bytes: [UInt8], hash: Digest) {
    let event =
      #"{"k":"\#(header.kind)","format":"\#(header.format)","alg":"sha256","#
      + #""exercise":\#(header.exercise),"journal":"\#(header.identifier)","#
      + #""prev":"\#(header.previous)","prevHash":"\#(header.previousHash.hex)"}"#
    return line(sequence, event, after: previous)
  }

  /// A journal of two segments, the second with this header.
  private func journal(_ change: (inout Header) -> Void) throws -> Sample {
    let sample = try Sample()
    let first = header(1, Header(previousHash: Self.genesis), after: Self.genesis)
    let note = line(2, #"{"k":"note"}"#, after: first.hash)
    var second = Header(
      previous: "00000000000000000001.jsonl", previousHash: note.hash)
    change(&second)
    let last = header(3, second, after: note.hash)
    let end = line(4, #"{"k":"note"}"#, after: last.hash)
    try sample.folder.write(Sample.firstSegment, first.bytes + note.bytes)
    try sample.folder.write("journal/00000000000000000003.jsonl", last.bytes + end.bytes)
    return sample
  }

  @Test("follows from what stands before it")
  func fits() throws {
    let sample = try journal { _ in }
    let verification = try sample.reader().verify()
    #expect(verification.records == 4 && verification.segments == 2)
  }

  @Test("is refused where it belongs to something else, though the chain holds")
  func doesNotFit() throws {
    let changes: [(inout Header) -> Void] = [
      { $0.previousHash = Self.genesis },
      { $0.previous = "00000000000000000002.jsonl" },
      { $0.identifier = "00000000-1d5e-4c0b-9a44-2f6d1c1b8e01" },
      { $0.exercise = "false" },
      { $0.exercise = "null" },
      { $0.kind = "note" },
      { $0.format = "incident-journal/0" },
      { $0.format = "incident-journel/2" },
    ]
    for change in changes {
      let sample = try journal(change)
      // In the last file it could be a torn tail, if a later line did not say otherwise.
      let damage = try expectDamage { try sample.reader().verify() }
      guard case .header = damage.problem else {
        Issue.record("it was \(damage.explanation.en)")
        continue
      }
      #expect(damage.sequence == 3 && damage.place.line == 1)
      #expect(damage.evidence == .watermark(3, ofRecord: 4))
    }
  }

  @Test("of the first segment begins the chain with the journal's own name")
  func genesis() throws {
    for (previous, chain) in [
      (SHA256.hash("other"), Self.genesis), (Self.genesis, SHA256.hash("other")),
      (SHA256.hash("other"), SHA256.hash("other")),
    ] {
      let sample = try Sample()
      let first = header(1, Header(previousHash: previous), after: chain)
      try sample.folder.write(Sample.firstSegment, first.bytes)
      let damage = try expectDamage { try sample.reader().verify() }
      #expect(damage.evidence == .nothingBefore)
    }
  }

  @Test("has the number that its file is named by")
  func name() throws {
    let sample = try journal { _ in }
    try FileManager.default.moveItem(
      atPath: sample.folder.path("journal/00000000000000000003.jsonl"),
      toPath: sample.folder.path("journal/00000000000000000004.jsonl"))
    let damage = try expectDamage { try sample.reader().verify() }
    #expect(damage.problem == .missingSegment(found: "00000000000000000004.jsonl"))
    // Also where the walk begins with it.
    let alone = try expectDamage { try sample.reader().verify(from: 4) }
    #expect(alone.problem == .sequence(3))
  }
}
