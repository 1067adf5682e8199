import Bytes

/// The text of one record: one line, which is one atomic commit.
///
/// ```
/// {"v":1,"n":42,"t":"…","b":"<boot>:<ns>","c":41,"a":"user:li","e":[{"k":"…"}],"h":"<64 hex>"}
/// ```
/// The hash stands last and has one width, so that it can be checked over the stored bytes: it is
/// SHA-256 of the hash before (32 bytes) and of the line up to `,"h":"`. Nobody has to write JSON
/// the same way twice.
struct Line {
  static let version = 1
  /// The longest line with its line break.
  static let limit = 256 * 1024
  /// `,"h":"`, 64 digits, `"}`.
  static let trailerLength = 72

  private static let trailerStart = Array(#","h":""#.utf8)
  private static let trailerEnd = Array(#""}"#.utf8)

  let sequence: Int64
  let time: Instant
  let bootMark: BootMark
  let watermark: Int64
  let actor: String
  /// Each is the text of one JSON value without line breaks.
  let events: [[UInt8]]

  /// The bytes with their line break, and the head that the journal then has.
  func encoded(after previous: Digest) -> (bytes: [UInt8], head: Head) {
    var bytes = JSONWriter.object { writer in
      writer.member("v", Self.version)
      writer.member("n", sequence)
      writer.member("t", time.iso8601Microseconds)
      writer.member("b", bootMark.description)
      writer.member("c", watermark)
      writer.member("a", actor)
      writer.memberArray("e") { for event in events { $0.raw(event) } }
    }
    // The closing brace belongs to the trailer.
    bytes.removeLast()
    let hash = Self.hash(of: bytes[...], after: previous)
    bytes.reserveCapacity(bytes.count + Self.trailerLength + 1)
    bytes.append(contentsOf: Self.trailerStart)
    bytes.append(contentsOf: hash.hex.utf8)
    bytes.append(contentsOf: Self.trailerEnd)
    bytes.append(UInt8(ascii: "\n"))
    return (bytes, Head(sequence: sequence, hash: hash))
  }

  private static func hash(of body: ArraySlice<UInt8>, after previous: Digest) -> Digest {
    SHA256.hash(after: previous, body.span)
  }

  /// The hash of a stored line, given without its line break, if it follows from the hash before.
  static func checkedHash(
    of line: ArraySlice<UInt8>, after previous: Digest
  ) throws(LineFault) -> Digest {
    let bodyEnd = line.endIndex - trailerLength
    guard bodyEnd > line.startIndex, line[bodyEnd...].starts(with: trailerStart),
      line.suffix(trailerEnd.count).elementsEqual(trailerEnd)
    else { throw .problem(.withoutTrailer) }
    let hash = hash(of: line[..<bodyEnd], after: previous)
    let stored = line[(bodyEnd + trailerStart.count)..<(line.endIndex - trailerEnd.count)]
    guard hash.isWritten(stored.span) else {
      throw .problem(.hash(expected: hash, actual: String(decoding: stored, as: UTF8.self)))
    }
    return hash
  }

  /// Where the body of a stored line ends, and the hash that the line bears, rightly or not; nil
  /// where it does not end as every line does. The line is given without its line break.
  static func trailer(of line: ArraySlice<UInt8>) -> (bodyEnd: Int, hash: Digest)? {
    let bodyEnd = line.endIndex - trailerLength
    guard bodyEnd > line.startIndex, line[bodyEnd...].starts(with: trailerStart),
      line.suffix(trailerEnd.count).elementsEqual(trailerEnd),
      let hash = Digest(
        digits: line[(bodyEnd + trailerStart.count)..<(line.endIndex - trailerEnd.count)].span)
    else { return nil }
    return (bodyEnd, hash)
  }

  /// What a stored line says, given without its line break. Its hash is checked elsewhere.
  ///
  /// Members that this version does not know are passed over.
  static func record(
    _ line: ArraySlice<UInt8>, hash: Digest, at place: Record.Place, readsEvents: Bool = true
  ) throws(LineFault) -> Record {
    if let record = plainRecord(line, hash: hash, at: place, readsEvents: readsEvents) {
      return record
    }
    let json: JSON
    do throws(JSONFailure) {
      json = try JSONReader.read(Array(line))
    } catch {
      throw .problem(.unreadable(error.message))
    }
    guard let version = json["v"]?.integer, version > 0 else {
      throw .problem(.unreadable(Bilingual(zh: "缺少版本号“v”", en: "the version 'v' is missing")))
    }
    guard version <= Self.version else { throw .newerVersion("v \(version)") }
    do throws(FieldFailure) {
      return try record(json, hash: hash, at: place, length: line.count + 1)
    } catch {
      throw .problem(.unreadable(error.message))
    }
  }

  /// A line that has exactly the members of this version, in their order; nil for any other.
  private static func plainRecord(
    _ line: ArraySlice<UInt8>, hash: Digest, at place: Record.Place, readsEvents: Bool
  ) -> Record? {
    let eventsEnd = line.endIndex - trailerLength
    guard let head = LineHead(line), head.version == version, head.eventsStart < eventsEnd else {
      return nil
    }
    var events: [JSON] = []
    if readsEvents {
      // What is wrong with it is found out, and said, by reading the line as a whole.
      guard let read = try? JSONReader.read(Array(line[head.eventsStart..<eventsEnd])),
        let array = read.array
      else { return nil }
      events = array
    } else {
      // An array at least: what is in it was written by the one who wrote the hash.
      guard line[head.eventsStart] == UInt8(ascii: "["), line[eventsEnd - 1] == UInt8(ascii: "]")
      else { return nil }
    }
    return Record(
      version: version, sequence: head.sequence, time: head.time, bootMark: head.bootMark,
      watermark: head.watermark, actor: head.actor, events: events, hash: hash, place: place,
      length: line.count + 1)
  }

  private static func record(
    _ json: JSON, hash: Digest, at place: Record.Place, length: Int
  ) throws(FieldFailure) -> Record {
    var fields = try Fields(json)
    let bootMarkForm = Bilingual(zh: "“启动标识:纳秒数”", en: "'<boot id>:<nanoseconds>'")
    return Record(
      version: try fields.integer("v"), sequence: Int64(try fields.integer("n")),
      time: try fields.instant("t"),
      bootMark: try fields.value("b", bootMarkForm) { BootMark($0) },
      watermark: Int64(try fields.integer("c")), actor: try fields.text("a"),
      events: try fields.array("e"), hash: hash, place: place, length: length)
  }
}

/// Why a line is not the next record.
enum LineFault: Error {
  case newerVersion(String)
  case problem(Damage.Problem)
}
