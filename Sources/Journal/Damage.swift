package import Bytes

/// A place where a journal does not say what was written to it, and how that is known.
package struct Damage: Hashable, Sendable {
  package enum Problem: Error, Hashable, Sendable {
    /// The file ends before the line does.
    case cutOff
    case tooLong(limit: Int)
    /// The line does not end as every line does.
    case withoutTrailer
    case hash(expected: Digest, actual: String)
    case sequence(Int64)
    /// The line says that a record was on disk which did not exist yet.
    case watermark(Int64)
    /// The chain holds, but the text cannot be read.
    case unreadable(Bilingual)
    /// A segment does not begin with the header that it should have.
    case header(Bilingual)
    /// The next file bears another number than the next record.
    case missingSegment(found: String)
    /// The owner of the events finds that they contradict what stands before.
    case event(Bilingual)
  }

  /// Why damage at the end is more than a line that was cut off while it was written.
  package enum Evidence: Hashable, Sendable {
    /// Only the last file can be cut off in mid-write.
    case laterSegment(String)
    /// No single write is this long.
    case longerThanABatch(Int64)
    /// A later line says that the record was on disk.
    case watermark(Int64, ofRecord: Int64)
    /// A head that was given to others has this number.
    case anchor(Int64)
    /// Nothing in the journal is whole.
    case nothingBefore
  }

  package let place: Record.Place
  /// The record that should stand there.
  package let sequence: Int64
  package let problem: Problem
  package let evidence: Evidence?

  init(
    at place: Record.Place, sequence: Int64, _ problem: Problem, because evidence: Evidence? = nil
  ) {
    self.place = place
    self.sequence = sequence
    self.problem = problem
    self.evidence = evidence
  }

  package var explanation: Bilingual {
    let problem = problem.explanation
    let evidence = evidence.map(\.explanation)
    return Bilingual(
      zh: "\(place.file) 第 \(place.line) 行（字节 \(place.offset)，记录 \(sequence)）："
        + problem.zh + (evidence.map { "；\($0.zh)" } ?? "") + "；文件未作改动，请与备份比对",
      en: "\(place.file):\(place.line) (byte \(place.offset), record \(sequence)): "
        + problem.en + (evidence.map { "; \($0.en)" } ?? "")
        + "; nothing was changed, compare it with a backup")
  }
}

extension Damage.Problem {
  var explanation: Bilingual {
    switch self {
    case .cutOff:
      Bilingual(zh: "这一行没有写完", en: "the line does not end")
    case .tooLong(let limit):
      Bilingual(zh: "这一行超过 \(limit) 字节", en: "the line is longer than \(limit) bytes")
    case .withoutTrailer:
      Bilingual(zh: "行尾没有散列值", en: "the line does not end with its hash")
    case .hash(let expected, let actual):
      Bilingual(
        zh: "散列值应为 \(expected.hex)，而文件中是 \(shown(actual))",
        en: "the hash should be \(expected.hex) but reads \(shown(actual))")
    case .sequence(let actual):
      Bilingual(zh: "这一行的序号是 \(actual)", en: "the line has the number \(actual)")
    case .watermark(let watermark):
      Bilingual(
        zh: "这一行称记录 \(watermark) 已落盘，而它当时还不存在",
        en: "the line says that record \(watermark) was on disk, which did not exist yet")
    case .unreadable(let reason):
      Bilingual(zh: "内容无法读取：\(reason.zh)", en: "the text cannot be read: \(reason.en)")
    case .header(let reason):
      Bilingual(zh: "段首记录有误：\(reason.zh)", en: "the segment's header is wrong: \(reason.en)")
    case .missingSegment(let found):
      Bilingual(
        zh: "缺少以此记录开头的文件，下一个文件是 \(found)",
        en: "the file that begins with this record is missing; the next one is \(found)")
    case .event(let reason):
      reason
    }
  }

  /// What stands in the place of a hash can be anything.
  private func shown(_ text: String) -> String { "“\(terminalSafe(text))”" }
}

extension Damage.Evidence {
  var explanation: Bilingual {
    switch self {
    case .laterSegment(let name):
      Bilingual(
        zh: "其后还有文件 \(name)，所以这不是断电造成的残行",
        en: "the file \(name) follows, so this is not a line that a power failure cut off")
    case .longerThanABatch(let length):
      Bilingual(
        zh: "其后还有 \(length) 字节，多于一次写入，所以这不是断电造成的残行",
        en: "\(length) bytes follow, more than one write, so this is not a line that a power"
          + " failure cut off")
    case .watermark(let watermark, let sequence):
      Bilingual(
        zh: "记录 \(sequence) 称直到 \(watermark) 的记录均已落盘，所以这不是断电造成的残行",
        en: "record \(sequence) says that all up to \(watermark) were on disk, so this is not a"
          + " line that a power failure cut off")
    case .anchor(let sequence):
      Bilingual(
        zh: "记录 \(sequence) 的散列值已经发给他人，所以这不是断电造成的残行",
        en: "the hash of record \(sequence) was given to others, so this is not a line that a"
          + " power failure cut off")
    case .nothingBefore:
      Bilingual(zh: "其前没有完整的记录", en: "no whole record stands before it")
    }
  }
}
