import Bytes
import Journal
import Response

/// What a record says, as events.
final class DecodedRecord: Sendable {
  let context: DeskState.RecordContext
  let events: [RecordEvent]
  let bootMark: BootMark
  /// Its line in its segment, from 1.
  let line: Int
  let offset: Int64
  let length: Int

  init(_ record: Record, _ context: DeskState.RecordContext, _ events: [RecordEvent]) {
    self.context = context
    self.events = events
    bootMark = record.bootMark
    line = record.place.line
    offset = record.place.offset
    length = record.length
  }
}

/// Makes events of records, each by itself, so that many can be made at the same time.
struct RecordDecoder: Sendable {
  let folder: String
  let disk: any Disk

  var blobs: BlobFolder { BlobFolder(folder: folder, disk: disk) }

  func decoded(_ record: Record) throws(JournalFailure) -> DecodedRecord {
    // The journal itself writes as `journal`; nobody else can.
    let actor = Actor(record.actor) ?? .desk
    let context = DeskState.RecordContext(
      sequence: record.sequence, time: record.time, actor: actor, hash: record.hash)
    var events: [RecordEvent] = []
    events.reserveCapacity(record.events.count)
    for json in record.events {
      do {
        let json = EventUpcaster.upcast(try whole(json), from: record.version)
        events.append(try RecordEvent.decoded(json))
      } catch let failure as FieldFailure {
        throw record.unreadable(failure.message)
      } catch let failure as JSONFailure {
        throw record.unreadable(failure.message)
      } catch let failure as JournalFailure {
        throw failure
      } catch {
        preconditionFailure("nothing else is thrown there: \(error)")
      }
    }
    return DecodedRecord(record, context, events)
  }

  private func whole(_ json: JSON) throws -> JSON {
    guard let name = json["blob"]?.string, let digest = Digest(hex: name) else { return json }
    return try JSONReader.read(try blobs.read(digest))
  }
}

/// Reads events of older versions as those of today.
///
/// A step is a pure function from one version's JSON to the next's. It never goes away: a journal is
/// read for as long as there is one, and its lines are never written anew.
enum EventUpcaster {
  /// By the version that a step reads. Today's is the first, so there is none yet.
  static let steps: [Int: @Sendable (JSON) -> JSON] = [:]

  static func upcast(
    _ json: JSON, from version: Int, steps: [Int: @Sendable (JSON) -> JSON] = steps
  ) -> JSON {
    var (json, version) = (json, version)
    while let step = steps[version] {
      json = step(json)
      version += 1
    }
    return json
  }
}
