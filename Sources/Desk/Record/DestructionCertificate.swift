import Bytes
import Journal
import Response

/// Which pseudonym keys and items were destroyed, and where the journal says so.
///
/// Every line cites its record. A key's digest was put on record when it came into being, a day's
/// digest before it went: whoever has a copy can tell whether it is of what was destroyed, and from
/// neither digest follows anything about a person.
struct DestructionCertificate {
  struct Place: Hashable {
    let record: Int64
    let time: Instant
  }

  struct MonthKey: Hashable {
    let month: String
    let digest: Digest
    var created: Place?
    var destroyed: Place?
  }

  struct Items: Hashable {
    let day: ItemDayDigest
    let destroyed: Place
  }

  private(set) var keys: [MonthKey] = []
  private(set) var items: [Items] = []

  var isEmpty: Bool { items.isEmpty && keys.allSatisfy { $0.destroyed == nil } }

  /// Takes the events of the next record in.
  mutating func take(_ events: [RecordEvent], in context: DeskState.RecordContext) {
    let place = Place(record: context.sequence, time: context.time)
    for event in events {
      switch event {
      case .keyCreated(let month, let digest):
        keys.append(MonthKey(month: month, digest: digest, created: place))
      case .keyDestroyed(let month, let digest):
        if let at = keys.lastIndex(where: { $0.month == month && $0.digest == digest }) {
          keys[at].destroyed = place
        } else {
          keys.append(MonthKey(month: month, digest: digest, destroyed: place))
        }
      case .itemsDestroyed(let days):
        for day in days {
          // Said again after a crash between the word and the deed.
          items.removeAll { $0.day == day }
          items.append(Items(day: day, destroyed: place))
        }
      default: break
      }
    }
  }

  /// What is on record as destroyed and is there all the same, as a restored backup makes it.
  func present(in folder: StateFolder, disk: any Disk) throws(JournalFailure) -> [String] {
    let months = Set(DeskKeys(folder: folder.keys).authorMonths())
    let gone = keys.filter { $0.destroyed != nil }.map(\.month)
    let kept = Set(keys.filter { $0.destroyed == nil }.map(\.month))
    var present = gone.filter { months.contains($0) && !kept.contains($0) }
    let reader = ItemReader(folder: folder.items, disk: disk)
    for item in items where try reader.has(item.day.day) { present.append("\(item.day.day)") }
    return present
  }

  func text(_ language: Language) -> String {
    var lines = [
      Bilingual(zh: "销毁证明", en: "Certificate of destruction")[language],
      Bilingual(zh: "假名密钥：", en: "Pseudonym keys:")[language],
    ]
    lines += keys.map { key in
      let created = key.created.map { "n=\($0.record) \($0.time.iso8601)" } ?? "–"
      let destroyed = key.destroyed.map { "n=\($0.record) \($0.time.iso8601)" }
      let end =
        destroyed.map { Bilingual(zh: "销毁 \($0)", en: "destroyed \($0)") }
        ?? Bilingual(zh: "仍在使用", en: "still kept")
      return "  \(terminalSafe(key.month))  sha256:\(key.digest.hex)  "
        + Bilingual(zh: "产生 \(created)  \(end.zh)", en: "made \(created)  \(end.en)")[language]
    }
    lines.append(Bilingual(zh: "条目：", en: "Items:")[language])
    lines += items.map { item in
      let day = item.day
      let place = "n=\(item.destroyed.record) \(item.destroyed.time.iso8601)"
      let size = Bilingual(
        zh: "\(day.lines) 条 \(day.bytes) 字节",
        en: counted(Int(day.lines), "item") + ", " + counted(Int(day.bytes), "byte"))
      return "  \(day.day)  \(size[language])  sha256:\(day.digest.hex)  "
        + Bilingual(zh: "销毁 \(place)", en: "destroyed \(place)")[language]
    }
    return lines.joined(separator: "\n")
  }

  func write(to writer: inout JSONWriter) {
    writer.memberArray("keys") { writer in
      for key in keys {
        writer.object {
          $0.member("month", key.month)
          $0.member("sha256", key.digest.hex)
          key.created?.write("created", to: &$0)
          key.destroyed?.write("destroyed", to: &$0)
        }
      }
    }
    writer.memberArray("items") { writer in
      for item in items {
        writer.object {
          item.day.write(to: &$0)
          item.destroyed.write("destroyed", to: &$0)
        }
      }
    }
  }
}

extension DestructionCertificate.Place {
  fileprivate func write(_ name: String, to writer: inout JSONWriter) {
    writer.memberObject(name) {
      $0.member("n", record)
      $0.member("at", time.iso8601)
    }
  }
}

extension ItemDayDigest {
  func write(to writer: inout JSONWriter) {
    writer.member("day", day.description)
    writer.member("lines", lines)
    writer.member("bytes", bytes)
    writer.member("sha256", digest.hex)
  }

  init(_ fields: inout Fields) throws(FieldFailure) {
    self.init(
      day: try fields.value("day", Bilingual(zh: "日期", en: "a day")) { ItemDay($0) },
      lines: try fields.integer("lines"), bytes: Int64(try fields.integer("bytes")),
      digest: try fields.value(
        "sha256", Bilingual(zh: "64 位十六进制", en: "64 hexadecimal digits")
      ) { Digest(hex: $0) })
  }
}
