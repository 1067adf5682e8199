import Bytes
import Foundation
import Journal
import Response

/// `incident journal …`: what is done to the record as files, with a daemon or without.
struct JournalVerbs {
  let folder: String
  /// The line that somebody types to confirm; nil where nobody does.
  private let confirm: () -> String?

  init(folder: String, confirm: @escaping () -> String? = { readLine() }) {
    self.folder = folder
    self.confirm = confirm
  }

  func answer(to request: VerbRequest) throws -> VerbAnswer {
    let here = FileManager.default.currentDirectoryPath
    let copy = request.value("at").map { Configuration.absolute($0, from: here) }
    let verbs = JournalVerbs(folder: copy ?? folder, confirm: confirm)
    switch request.words.first {
    case "verify": return try verbs.verify(request)
    case "anchors": return try verbs.anchors(request)
    case "export": return try verbs.export(request)
    case "repair": return try verbs.repair(request)
    case "certificate": return try verbs.certificate(request)
    default:
      throw VerbFailure(
        .usage, zh: "用法：incident journal verify|anchors|export|repair|certificate",
        en: "usage: incident journal verify|anchors|export|repair|certificate")
    }
  }

  private func number(_ option: String, _ request: VerbRequest) throws(VerbFailure) -> Int64? {
    guard let text = request.value(option) else { return nil }
    guard let number = Int64(text), number > 0 else {
      throw VerbFailure(
        .usage, zh: "“--\(option)”应为记录号", en: "'--\(option)' is a record's number")
    }
    return number
  }

  private func verify(_ request: VerbRequest) throws -> VerbAnswer {
    let expected = try request.value("expect").map { (text) throws(VerbFailure) in
      guard let head = Head(text) else {
        throw VerbFailure(
          .usage, zh: "“--expect”应写成 记录号:64 位哈希",
          en: "'--expect' is written N:64 hexadecimal digits")
      }
      return head
    }
    let known = request.has("anchors") ? try AnchorFile(folder: folder).anchors() : []
    let found = try JournalReader(folder: folder).verify(
      from: request.has("anchors") ? 1 : try number("from", request) ?? 1, expecting: expected,
      anchors: known.map(\.head))
    var text = found.explanation
    let last = (known.map(\.head.sequence) + (expected.map { [$0.sequence] } ?? [])).max()
    if request.has("anchors") {
      let range = coverage(through: last ?? 0, of: found.head.sequence, holders(of: known))
      text = Bilingual(zh: text.zh + "\n" + range.zh, en: text.en + "\n" + range.en)
    }
    return VerbAnswer(text[request.language] + "\n") {
      $0.member("journal", found.identifier)
      $0.member("exercise", found.isExercise)
      $0.member("records", found.records)
      $0.member("segments", found.segments)
      $0.member("bytes", found.bytes)
      $0.member("n", found.head.sequence)
      $0.member("h", found.head.hash.hex)
      $0.member("torn", found.tornTail != nil)
      if request.has("anchors") {
        $0.member("anchoredThrough", last ?? 0)
        $0.member("holders", holders(of: known))
      }
    }
  }

  private func holders(of anchors: [Anchor]) -> [String] { Set(anchors.map(\.holder)).sorted() }

  /// Which records nobody could change unnoticed, and which somebody still could.
  private func coverage(through last: Int64, of end: Int64, _ holders: [String]) -> Bilingual {
    let names = holders.map { terminalSafe($0) }.joined(separator: ", ")
    if last == 0 {
      return Bilingual(
        zh: "没有旁证：外部无人持有任何记录的哈希，1…\(end) 均未锚定",
        en: "no witness: nobody outside holds a hash of it, so 1…\(end) are not anchored")
    }
    let rest =
      last < end
      ? Bilingual(zh: "；\(last + 1)…\(end) 未锚定", en: "; \(last + 1)…\(end) are not anchored")
      : Bilingual(same: "")
    return Bilingual(
      zh: "1…\(last) 已锚定（持有者：\(names)）" + rest.zh,
      en: "1…\(last) are anchored (held by \(names))" + rest.en)
  }

  /// Who holds which head. The journal itself says so, also where the copy beside it is gone.
  private func anchors(_ request: VerbRequest) throws -> VerbAnswer {
    var book = RecordBook(folder: folder, disk: SystemDisk())
    var anchors: [Anchor] = []
    let found = try JournalReader(folder: folder).read(making: book.decoder.decoded) { record in
      book.take(record)
      let context = record.context
      anchors += book.anchors(of: record.events, record: context.sequence, at: context.time)
    }
    let lines = anchors.map { anchor in
      "\(anchor.head.sequence):\(anchor.head.hash.hex)  \(terminalSafe(anchor.holder))  "
        + "\(anchor.how)  \(anchor.at.iso8601)  n=\(anchor.record)"
    }
    let range = coverage(
      through: anchors.map(\.head.sequence).max() ?? 0, of: found.head.sequence,
      holders(of: anchors))
    return VerbAnswer((lines + [range[request.language]]).joined(separator: "\n") + "\n") {
      $0.memberArray("anchors") { writer in
        for anchor in anchors {
          writer.object {
            $0.member("n", anchor.head.sequence)
            $0.member("h", anchor.head.hash.hex)
            $0.member("who", anchor.holder)
            $0.member("how", anchor.how)
            $0.member("at", anchor.at.iso8601)
            $0.member("record", anchor.record)
          }
        }
      }
      $0.member("n", found.head.sequence)
    }
  }

  /// The lines as they stand, one segment after the other: what an auditor checks elsewhere.
  private func export(_ request: VerbRequest) throws -> VerbAnswer {
    guard let file = request.value("o") else {
      throw VerbFailure(.usage, zh: "用 -o FILE 指明文件", en: "name the file with -o FILE")
    }
    let lines = try JournalReader(folder: folder).exported()
    do {
      try Data(lines.bytes).write(to: URL(fileURLWithPath: file), options: .atomic)
    } catch {
      throw VerbFailure(
        .couldNot, zh: "无法写入 \(file)：\(error.localizedDescription)",
        en: "cannot write \(file): \(error.localizedDescription)")
    }
    let head = lines.verification.head
    let text = Bilingual(
      zh: "\(lines.verification.records) 条记录写入 \(file)，末条为 \(head)",
      en: counted(Int(lines.verification.records), "record is", "records are")
        + " in \(file), the head is \(head)")
    return VerbAnswer(text[request.language] + "\n") {
      $0.member("file", file)
      $0.member("records", lines.verification.records)
      $0.member("n", head.sequence)
      $0.member("h", head.hash.hex)
    }
  }

  /// Which pseudonym keys and items were destroyed, by the journal alone; refused where one of them
  /// is there all the same.
  private func certificate(_ request: VerbRequest) throws -> VerbAnswer {
    var certificate = DestructionCertificate()
    let decoder = RecordDecoder(folder: folder, disk: SystemDisk())
    let found = try JournalReader(folder: folder).read(making: decoder.decoded) { record in
      certificate.take(record.events, in: record.context)
    }
    let present = try certificate.present(in: StateFolder(folder), disk: SystemDisk())
    guard present.isEmpty else {
      let names = present.map { terminalSafe($0) }.joined(separator: ", ")
      throw VerbFailure(
        .refused, zh: "不能出具证明：记录称已销毁，而文件仍在：\(names)；重新启动 incidentd 或核对备份",
        en: "no certificate: on record as destroyed and there all the same: \(names); restore "
          + "nothing that was destroyed, and take it away by hand")
    }
    let mark = found.isExercise ? Bilingual(zh: "【演练】", en: "EXERCISE: ") : Bilingual(same: "")
    let nothing = Bilingual(zh: "迄今没有销毁任何密钥或条目", en: "no key and no item was destroyed so far")
    let body =
      certificate.isEmpty ? nothing[request.language] : certificate.text(request.language)
    let end = Bilingual(
      zh: "日志 \(found.identifier)，截至 \(found.head)",
      en: "journal \(found.identifier), as of \(found.head)")
    return VerbAnswer(mark[request.language] + body + "\n" + end[request.language] + "\n") {
      $0.member("journal", found.identifier)
      $0.member("exercise", found.isExercise)
      certificate.write(to: &$0)
      $0.member("n", found.head.sequence)
      $0.member("h", found.head.hash.hex)
    }
  }

  /// Takes a damaged end away, once a person has typed what that means.
  private func repair(_ request: VerbRequest) throws -> VerbAnswer {
    guard let first = try number("truncate-at", request), first > 1 else {
      throw VerbFailure(
        .usage, zh: "用法：incident journal repair --truncate-at N",
        en: "usage: incident journal repair --truncate-at N")
    }
    let phrase = "truncate at \(first)"
    let question = Bilingual(
      zh: "记录 \(first) 及其后将移入 quarantine/，日志自此续写。如确实要这样做，请键入：\(phrase)\n",
      en: "record \(first) and all after it go to quarantine/, and the journal goes on from there."
        + " If that is what you want, type: \(phrase)\n")
    _ = writeAll(Array(question[request.language].utf8), to: STDERR_FILENO)
    guard confirm() == phrase else {
      throw VerbFailure(.refused, zh: "未确认，未作改动", en: "not confirmed; nothing was changed")
    }
    let result = try JournalRepair(folder: folder).truncate(at: first, now: DeskClock.wallNow())
    let text = Bilingual(
      zh: "移走 \(result.removed) 字节，保存于 \(result.kept.joined(separator: ", "))；末条为 \(result.head)",
      en: "\(result.removed) bytes were taken away and kept in "
        + "\(result.kept.joined(separator: ", ")); the head is \(result.head)")
    return VerbAnswer(text[request.language] + "\n") {
      $0.member("removed", result.removed)
      $0.member("kept", result.kept)
      $0.member("n", result.head.sequence)
      $0.member("h", result.head.hash.hex)
    }
  }
}
