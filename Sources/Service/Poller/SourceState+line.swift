import Bytes
import Watch

// The text form of a source's state: one line of JSON. Lines of older versions are read as well.
extension SourceState {
  var line: [UInt8] {
    JSONWriter.object { writer in
      writer.member("id", id.text)
      writer.member("url", url)
      writer.member(ifPresent: "readAs", readAs?.hex)
      writer.member(ifPresent: "movedTo", movedTo)
      if !formerAddresses.isEmpty {
        writer.memberArray("formerAddresses") { list in
          for former in formerAddresses {
            list.object {
              $0.member("url", former.url)
              $0.member("until", former.until.iso8601)
            }
          }
        }
      }
      if let move {
        writer.memberObject("move") {
          $0.member("target", move.target)
          $0.member("since", move.since.iso8601)
          $0.member("count", move.count)
        }
      }
      writer.member(ifPresent: "etag", validators.entityTag.map(hexEncoded))
      writer.member(ifPresent: "lastModified", validators.lastModified.map(hexEncoded))
      writer.member(ifPresent: "validatorsSince", validatorsSince?.iso8601)
      writer.member(ifPresent: "lastProbe", lastProbe?.iso8601)
      writer.member(ifPresent: "body", body?.hex)
      writer.member(ifPresent: "title", title)
      writer.member(ifPresent: "lastSuccess", lastSuccess?.iso8601)
      writer.member(ifPresent: "lastItem", lastItem?.iso8601)
      writer.member("items", items)
      writer.member("polls", polls)
      writeTrouble(&writer)
      writeSchedule(&writer)
      writeSeen(&writer)
    }
  }

  private func writeTrouble(_ writer: inout JSONWriter) {
    writer.member("failures", failures)
    writer.member(ifPresent: "firstFailure", firstFailure?.iso8601)
    writer.member(ifPresent: "trouble", trouble?.rawValue)
    if let problem { writer.member("problem", problem) }
    if limits > 0 { writer.member("limits", limits) }
    writer.member(ifPresent: "limitedUntil", limitedUntil?.iso8601Microseconds)
    writer.member(ifPresent: "goneSince", goneSince?.iso8601)
    writer.member(ifPresent: "retired", retired?.iso8601)
    if isSlow { writer.member("slow", true) }
  }

  private func writeSchedule(_ writer: inout JSONWriter) {
    writer.memberArray("times") { list in
      for time in habit.times { list.value(time.seconds) }
    }
    if let freshness = hints.freshness {
      writer.member("freshness", freshness.microseconds / 1_000_000)
    }
    if let interval = hints.document.interval {
      writer.member("interval", interval.microseconds / 1_000_000)
    }
    for (name, skipped) in [
      ("skippedHours", hints.document.skippedHours), ("skippedDays", hints.document.skippedDays),
    ] where !skipped.isEmpty {
      writer.memberArray(name) { list in
        for number in skipped.sorted() { list.value(Int64(number)) }
      }
    }
  }

  /// Each item by its key: when it was seen, its mark, its revision, and how often its guid was used
  /// again; what is zero at the end is left out.
  private func writeSeen(_ writer: inout JSONWriter) {
    writer.memberObject("seen") { writer in
      for (key, entry) in seen.entries.sorted(by: { $0.key < $1.key }) {
        writer.memberArray(key.text) { list in
          list.value(Int64(entry.seen))
          guard let mark = entry.mark else { return }
          var numbers = [
            mark.title, mark.text, mark.link, mark.published, UInt32(entry.revision),
            UInt32(entry.uses),
          ]
          while numbers.last == 0, numbers.count > 4 { numbers.removeLast() }
          for number in numbers { list.value(Int64(number)) }
        }
      }
    }
    writer.memberArray("listing") { list in
      for key in seen.listing { list.value(key.text) }
    }
  }

  init(line: [UInt8]) throws {
    var fields = try Fields(try JSONReader.read(line))
    id = try fields.value("id", Bilingual(same: "name")) { Name($0) }
    url = try fields.text("url")
    readAs = try fields.text(ifPresent: "readAs").flatMap { BodyMark(hex: $0) }
    movedTo = try fields.text(ifPresent: "movedTo")
    formerAddresses = try (fields.array(ifPresent: "formerAddresses") ?? []).map { json in
      var former = try Fields(json)
      return FormerAddress(url: try former.text("url"), until: try former.instant("until"))
    }
    if var move = try fields.fields(ifPresent: "move") {
      self.move = PermanentMove(
        target: try move.text("target"), since: try move.instant("since"),
        count: try move.integer("count"))
    }
    validators.entityTag = try fields.text(ifPresent: "etag").flatMap { hexDecoded($0) }
    validators.lastModified = try fields.text(ifPresent: "lastModified").flatMap { hexDecoded($0) }
    validatorsSince = try fields.instant(ifPresent: "validatorsSince")
    lastProbe = try fields.instant(ifPresent: "lastProbe")
    body = try fields.text(ifPresent: "body").flatMap { BodyMark(hex: $0) }
    title = try fields.text(ifPresent: "title")
    lastSuccess = try fields.instant(ifPresent: "lastSuccess")
    lastItem = try fields.instant(ifPresent: "lastItem")
    items = try fields.integer(ifPresent: "items") ?? 0
    polls = try fields.integer(ifPresent: "polls") ?? 0
    try readTrouble(&fields)
    try readSchedule(&fields)
    seen = try Self.seen(&fields)
  }

  private mutating func readTrouble(_ fields: inout Fields) throws {
    failures = try fields.integer(ifPresent: "failures") ?? 0
    firstFailure = try fields.instant(ifPresent: "firstFailure")
    problem = try fields.bilingual(ifPresent: "problem")
    trouble =
      try fields.text(ifPresent: "trouble").flatMap(SourceTrouble.init(rawValue:))
      ?? (failures > 0 ? .unreachable : nil)
    limits = try fields.integer(ifPresent: "limits") ?? 0
    limitedUntil = try fields.instant(ifPresent: "limitedUntil")
    goneSince = try fields.instant(ifPresent: "goneSince")
    retired = try fields.instant(ifPresent: "retired")
    isSlow = try fields.flag(ifPresent: "slow") ?? false
  }

  private mutating func readSchedule(_ fields: inout Fields) throws {
    habit = PublishingHabit(
      times: (try fields.array(ifPresent: "times") ?? []).compactMap {
        $0.integer.map { Instant(seconds: $0) }
      })
    hints.freshness = try fields.integer(ifPresent: "freshness").map { .seconds($0) }
    hints.document.interval = try fields.integer(ifPresent: "interval").map { .seconds($0) }
    func numbers(_ name: String) throws -> Set<Int> {
      Set((try fields.array(ifPresent: name) ?? []).compactMap { $0.integer.map(Int.init) })
    }
    hints.document.skippedHours = try numbers("skippedHours")
    hints.document.skippedDays = try numbers("skippedDays")
  }

  private static func seen(_ fields: inout Fields) throws -> SeenItems {
    let listed = try fields.fields("seen")
    var entries: [SeenItems.ItemKey: SeenItems.Entry] = [:]
    for member in listed.whole.members ?? [] {
      let numbers =
        member.value.array.map { $0.map { UInt32(clamping: $0.integer ?? 0) } }
        // Older versions kept the time alone.
        ?? [UInt32(clamping: member.value.integer ?? 0)]
      guard let seen = numbers.first else { continue }
      var entry = SeenItems.Entry(seen: seen)
      if numbers.count >= 5 {
        entry.mark = ItemMark(
          title: numbers[1], text: numbers[2], link: numbers[3], published: numbers[4])
      }
      if numbers.count >= 6 { entry.revision = UInt16(clamping: numbers[5]) }
      if numbers.count >= 7 { entry.uses = UInt16(clamping: numbers[6]) }
      entries[SeenItems.ItemKey(member.name)] = entry
    }
    return SeenItems(
      entries: entries,
      listing: (try fields.texts(ifPresent: "listing") ?? []).map { SeenItems.ItemKey($0) })
  }
}
