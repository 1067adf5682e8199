import Bytes

/// The name of a segment: the number of its first record in 20 digits, so that names sort as
/// records do.
struct SegmentName: Hashable, Comparable {
  let first: Int64

  private static let digits = 20
  private static let suffix = ".jsonl"

  init(first: Int64) { self.first = first }

  /// nil for any other file that stands in the folder.
  init?(_ text: String) {
    guard text.hasSuffix(Self.suffix), let first = Int64(text.dropLast(Self.suffix.utf8.count)),
      first > 0
    else { return nil }
    self.first = first
    guard self.text == text else { return nil }
  }

  var text: String {
    let digits = String(first)
    return String(repeating: "0", count: Self.digits - digits.utf8.count) + digits + Self.suffix
  }

  static func < (left: SegmentName, right: SegmentName) -> Bool { left.first < right.first }
}

/// What the first record of each segment says, so that a segment can be read by itself.
struct SegmentHeader: Hashable {
  static let format = formatName + "1"
  private static let formatName = "incident-journal/"
  static let algorithm = "sha256"
  static let kind = "segment"
  /// Who writes the records that are about the journal itself.
  static let actor = "system:journal"

  let identifier: String
  let isExercise: Bool
  /// Empty for the first.
  let previousSegment: String
  let previousHash: Digest

  var event: [UInt8] {
    JSONWriter.object { writer in
      writer.member("k", Self.kind)
      writer.member("format", Self.format)
      writer.member("alg", Self.algorithm)
      writer.member("exercise", isExercise)
      writer.member("journal", identifier)
      writer.member("prev", previousSegment)
      writer.member("prevHash", previousHash.hex)
    }
  }

  func line(at time: Instant, bootMark: BootMark, watermark: Int64, after head: Head) -> Line {
    Line(
      sequence: head.sequence + 1, time: time, bootMark: bootMark, watermark: watermark,
      actor: Self.actor, events: [event])
  }

  init(identifier: String, isExercise: Bool, previousSegment: String, previousHash: Digest) {
    self.identifier = identifier
    self.isExercise = isExercise
    self.previousSegment = previousSegment
    self.previousHash = previousHash
  }

  private init(event: JSON) throws(FieldFailure) {
    var fields = try Fields(event)
    guard try fields.text("k") == Self.kind else {
      throw fields.failure("k", Bilingual(zh: "首条事件不是“segment”", en: "it is no 'segment'"))
    }
    guard try fields.text("format") == Self.format else {
      throw fields.failure("format", Bilingual(zh: "格式未知", en: "the format is unknown"))
    }
    identifier = try fields.text("journal")
    guard let isExercise = try fields.flag(ifPresent: "exercise") else {
      throw fields.failure(Bilingual(zh: "缺少“exercise”", en: "'exercise' is missing"))
    }
    self.isExercise = isExercise
    previousSegment = try fields.text("prev")
    previousHash = try fields.value(
      "prevHash", Bilingual(zh: "64 位十六进制数", en: "64 hexadecimal digits")
    ) { Digest(hex: $0) }
  }

  /// What a segment's first line says of it. Its hash is checked elsewhere.
  static func read(_ line: ArraySlice<UInt8>) throws(LineFault) -> SegmentHeader {
    do throws(FieldFailure) {
      return try SegmentHeader(event: event(of: line) ?? .null)
    } catch {
      throw .problem(.header(error.message))
    }
  }

  /// The form that a first line names, if it is a header in a form that is not ours.
  static func foreignForm(_ line: ArraySlice<UInt8>) -> String? {
    guard let event = event(of: line), event["k"]?.string == kind else { return nil }
    if let found = event["format"]?.string, found.hasPrefix(formatName),
      let version = Int(found.dropFirst(formatName.count)), version > 1
    {
      return found
    }
    if let found = event["alg"]?.string, found != algorithm { return found }
    return nil
  }

  private static func event(of line: ArraySlice<UInt8>) -> JSON? {
    // What cannot be read names no form; the caller finds out why in its own reading.
    let json = try? JSONReader.read(Array(line))
    return json?["e"]?.array?.first
  }
}

/// The folders of a state folder that this module writes to.
struct Layout {
  let folder: String

  var journal: String { folder + "/journal" }
  var quarantine: String { folder + "/quarantine" }
  var reserve: String { folder + "/reserve" }
  var snapshots: String { folder + "/snapshot" }
  var blobs: String { folder + "/blobs" }
  var anchors: String { folder + "/anchors.jsonl" }
  var lock: String { journal + "/lock" }
  /// The first segment until its header is on disk, so that a segment with a name has a header.
  var unfinished: String { journal + "/first.new" }

  func path(_ name: SegmentName) -> String { journal + "/" + name.text }

  func segments(on disk: any Disk) throws(DiskFailure) -> [SegmentName] {
    try disk.namesIfPresent(in: journal).compactMap(SegmentName.init).sorted()
  }
}
