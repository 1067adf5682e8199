import Bytes
import Foundation
import Response
import Wire

// What a source is that somebody adds by command: what was typed, what it says of itself, and the
// rules by which neither becomes one that is there already.
extension VerbDesk {
  private static let candidatesTried = 3

  /// Follows a page to the feed that it names; the settings then have the feed's address.
  func lookAround(
    _ settings: inout Configuration.SourceSettings, _ live: any LiveDesk
  ) async -> SourceTrial {
    let first = await live.tryOut(settings)
    guard first.problem != nil else { return first }
    for candidate in first.candidates.prefix(Self.candidatesTried) {
      guard let url = safeLink(candidate.url) else { continue }
      var other = settings
      other.url = url
      var trial = await live.tryOut(other)
      guard trial.problem == nil else { continue }
      settings = other
      trial.candidates = first.candidates
      return trial
    }
    return first
  }

  func address(_ word: String) throws(VerbFailure) -> String {
    let url = word.contains("://") ? word : "https://" + word
    guard let safe = safeLink(url), URL(string: safe)?.host?.isEmpty == false else {
      throw VerbFailure(
        .usage, zh: "“\(word)”既不是信源的名称，也不是 http 或 https 地址",
        en: "'\(word)' is neither a source's id nor an http or https address")
    }
    return safe
  }

  /// Of an address that bears somebody's name on a platform.
  static let personal = Bilingual(
    zh: "是个人帐号；其地址不进永久记录，须写在 incident.json5 中并标 personal: true",
    en: "is a person's account: its address stays out of the lasting record, so it has to be "
      + "written in incident.json5, with personal: true")

  func newSource(_ url: String, _ call: Call) throws(VerbFailure)
    -> Configuration.SourceSettings
  {
    let request = call.request
    var fields: [(String, String)] = [("id", "new"), ("url", url)]
    for (option, key) in [
      ("tier", "tier"), ("zone", "zone"), ("every", "every"), ("owner", "owner"),
      ("language", "lang"),
    ] {
      if let value = request.value(option) { fields.append((key, value)) }
    }
    let json = JSONWriter.object { writer in
      for (key, value) in fields { writer.member(key, value) }
      writer.member("allow", request.values("allow"))
      if request.has("urgent") { writer.member("urgent", true) }
      if request.has("large") { writer.member("large", true) }
    }
    // The reader of the file knows best what each value has to be.
    do {
      var settings = try Fields(try JSONReader.read(json))
      let source = try MainFile.source(
        &settings, zone: configuration.desk.zone, every: configuration.polling.every,
        folder: configuration.folder)
      guard let wrong = source.allow.first(where: { AddressRange($0) == nil }) else {
        return source
      }
      throw VerbFailure(
        .usage, zh: "--allow：“\(wrong)”不是地址段；如 10.20.0.0/16",
        en: "--allow: '\(wrong)' is no range of addresses, as 10.20.0.0/16 is")
    } catch let failure as VerbFailure {
      throw failure
    } catch let failure as FieldFailure {
      throw VerbFailure(.usage, zh: failure.message.zh, en: failure.message.en)
    } catch {
      preconditionFailure("what JSONWriter wrote can be read: \(error)")
    }
  }

  /// An address that is there already, or that names a person.
  func refuseKnown(
    _ settings: Configuration.SourceSettings, among present: [Configuration.SourceSettings]
  ) throws(VerbFailure) {
    guard !bearsHandle(link: settings.url) else {
      throw VerbFailure(
        .refused, zh: "没有添加：\(Self.personal.zh)", en: "not added: it \(Self.personal.en)")
    }
    if let same = present.first(where: { $0.url == settings.url }) {
      throw VerbFailure(
        .refused, zh: "这个地址已是信源“\(same.id)”",
        en: "this address is the source '\(same.id)' already")
    }
  }

  /// Fills in what nobody said from what the source says of itself.
  func complete(
    _ settings: inout Configuration.SourceSettings, _ trial: SourceTrial, taken: Set<Name>,
    _ call: Call
  ) throws(VerbFailure) {
    let host = URL(string: settings.url)?.host?.lowercased() ?? ""
    let short = host.hasPrefix("www.") ? String(host.dropFirst(4)) : host
    if let word = call.request.value("id") {
      guard let id = Name(word) else {
        throw VerbFailure(
          .usage, zh: "“\(word)”不是名称：小写字母、数字、点、横线",
          en: "'\(word)' is no id: lower-case letters, digits, dots and dashes")
      }
      guard !taken.contains(id) else {
        throw VerbFailure(
          .refused, zh: "已有名为“\(id)”的信源", en: "there is a source '\(id)' already")
      }
      settings.id = id
    } else {
      settings.id = Self.freeName(short, taken)
    }
    let title = call.request.value("name") ?? trial.title.map { shortened($0, to: 80) }
    settings.name = Bilingual(same: title.map { terminalSafe($0) } ?? short)
    if call.request.value("owner") == nil { settings.owner = short }
    if call.request.value("language") == nil, let language = trial.language?.prefix(2).lowercased(),
      language.allSatisfy({ $0.isASCII && $0.isLetter }), language.count == 2
    {
      settings.language = language
    }
  }

  private static func freeName(_ host: String, _ taken: Set<Name>) -> Name {
    let allowed = host.filter { $0.isASCII && ($0.isLetter || $0.isNumber || ".-".contains($0)) }
    let base = allowed.isEmpty || Name(allowed) == nil ? "source" : String(allowed.prefix(56))
    for number in 1... {
      if let name = Name(number == 1 ? base : "\(base)-\(number)"), !taken.contains(name) {
        return name
      }
    }
    preconditionFailure("a number above all that are taken is free")
  }
}
