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
    /// The incidents that kept it from being destroyed, or still do.
    var holds: [Hold] = []
  }

  struct Hold: Hashable {
    let incident: IncidentID
    let reason: String
    let person: String
    let began: Place
    var ended: End?

    /// By a person's word, or with the incident.
    struct End: Hashable {
      let place: Place
      let reason: String?
    }
  }

  struct Items: Hashable {
    let day: ItemDayDigest
    let destroyed: Place
  }

  private(set) var keys: [MonthKey] = []
  private(set) var items: [Items] = []

  /// Nothing was destroyed, and nothing was kept from it.
  var isEmpty: Bool {
    items.isEmpty && keys.allSatisfy { $0.destroyed == nil && $0.holds.isEmpty }
  }

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
      case .keyHeld(let month, let incident, let reason):
        guard let at = keys.lastIndex(where: { $0.month == month }) else { break }
        // Said again for another reason.
        end(holdsOf: incident, Hold.End(place: place, reason: nil)) { $0.month == month }
        keys[at].holds.append(
          Hold(
            incident: incident, reason: reason, person: context.actor.description, began: place))
      case .keyReleased(let month, let incident, let reason):
        end(holdsOf: incident, Hold.End(place: place, reason: reason)) { $0.month == month }
      case .response(.incident(let incident, .closed)):
        end(holdsOf: incident, Hold.End(place: place, reason: nil)) { _ in true }
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

  private mutating func end(
    holdsOf incident: IncidentID, _ end: Hold.End, where isMeant: (MonthKey) -> Bool
  ) {
    for key in keys.indices where isMeant(keys[key]) {
      for hold in keys[key].holds.indices
      where keys[key].holds[hold].incident == incident && keys[key].holds[hold].ended == nil {
        keys[key].holds[hold].ended = end
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
    lines += keys.flatMap { key in
      let created = key.created?.text ?? "–"
      let destroyed = key.destroyed?.text
      let end =
        destroyed.map { Bilingual(zh: "销毁 \($0)", en: "destroyed \($0)") }
        ?? Bilingual(zh: "仍在使用", en: "still kept")
      let line =
        "  \(terminalSafe(key.month))  sha256:\(key.digest.hex)  "
        + Bilingual(zh: "产生 \(created)  \(end.zh)", en: "made \(created)  \(end.en)")[language]
      return [line] + key.holds.map { "    " + $0.text[language] }
    }
    lines.append(Bilingual(zh: "条目：", en: "Items:")[language])
    lines += items.map { item in
      let day = item.day
      let place = item.destroyed.text
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
          $0.memberArray("holds") { writer in
            for hold in key.holds { writer.object { hold.write(to: &$0) } }
          }
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

extension DestructionCertificate.Hold {
  /// Who kept the key for what, from which record to which.
  fileprivate var text: Bilingual {
    let (who, why, start) = (terminalSafe(person), terminalSafe(reason), began.text)
    let begin = Bilingual(
      zh: "\(incident) 留用 \(start) \(who)：\(why)",
      en: "held for \(incident) \(start) by \(who): \(why)")
    guard let ended else {
      return Bilingual(zh: begin.zh + "；仍在留用", en: begin.en + "; still held")
    }
    let (end, last) = (ended.place.text, ended.reason.map { terminalSafe($0) })
    return Bilingual(
      zh: begin.zh + "；止于 \(end)" + (last.map { "：\($0)" } ?? ""),
      en: begin.en + "; until \(end)" + (last.map { ": \($0)" } ?? ""))
  }

  fileprivate func write(to writer: inout JSONWriter) {
    writer.member("incident", incident.description)
    writer.member("reason", reason)
    writer.member("by", person)
    began.write("held", to: &writer)
    ended?.place.write("released", to: &writer)
    writer.member(ifPresent: "releaseReason", ended?.reason)
  }
}

extension DestructionCertificate.Place {
  fileprivate var text: String { "n=\(record) \(time.iso8601)" }

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
