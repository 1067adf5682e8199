import Bytes
import Response

/// What a drafter hands in: slots for the template of the step, or a text of their own.
///
/// As a file it is JSON5:
///
///     { slots: { what: {"zh-CN": "爆炸", en: "explosion"}, hotline: "0571-…" },
///       title: {"zh-CN": "…"}, text: {"zh-CN": "…"},          // instead of the template
///       channels: { sms: {"zh-CN": "…"} },                    // forms for single channels
///       expert: "chen",                                       // who signs off his own words
///       actions: ["A1"], promises: ["P1"], evidence: ["…"] }
///
/// A slot or a text that is one string is meant for every language of the release. The languages
/// are those of the texts, or else those that the slots name, or else the desk's own.
struct DraftDocument {
  private(set) var slots: [String: [String: String]] = [:]
  private(set) var titles: [String: String] = [:]
  private(set) var bodies: [String: String] = [:]
  private(set) var actions: [Int] = []
  private(set) var promises: [Int] = []
  private(set) var evidence: [String] = []
  private(set) var channels: [String: [String: String]] = [:]
  private(set) var expert: Name?

  /// What stands for every language until the languages are known.
  private static let everyLanguage = "*"

  init(_ request: VerbRequest) throws(VerbFailure) {
    if let text = request.value("from") { try read(text) }
    for assignment in request.values("slot") { try assign(assignment) }
    if let title = request.value("title") { titles[Self.everyLanguage] = title }
    if let text = request.value("text") { bodies[Self.everyLanguage] = text }
    for action in request.values("action") { actions.append(try Self.number(action, .action)) }
    for promise in request.values("promise") {
      promises.append(try Self.number(promise, .promise))
    }
    evidence += request.values("evidence")
    for assignment in request.values("channel") { try assignChannel(assignment) }
    if let word = request.value("expert") {
      guard let name = Name(word) else {
        throw VerbFailure(
          .usage, zh: "“\(word)”不是人员的名称", en: "'\(word)' is not a person's name")
      }
      expert = name
    }
  }

  /// `sms=请绕行`, `sms.en=Keep away`
  private mutating func assignChannel(_ assignment: String) throws(VerbFailure) {
    let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let first = parts[0].first, first.isLetter else {
      throw VerbFailure(
        .usage, zh: "“--channel”应写成 渠道=文字，而不是“\(assignment)”",
        en: "'--channel' is written CHANNEL=TEXT, not '\(assignment)'")
    }
    let name = parts[0].split(separator: ".", maxSplits: 1)
    let language = name.count == 2 ? String(name[1]) : Self.everyLanguage
    channels[String(name[0]), default: [:]][language] = String(parts[1])
  }

  private mutating func read(_ text: String) throws(VerbFailure) {
    let bytes = Array(text.utf8)
    do {
      var fields = try Fields(try JSONReader.read(bytes, as: .json5))
      slots = try Self.localised(&fields, "slots")
      titles = try Self.texts(&fields, "title")
      bodies = try Self.texts(&fields, "text")
      for (name, kind) in [("actions", PartNumber.Kind.action), ("promises", .promise)] {
        for text in try fields.texts(ifPresent: name) ?? [] {
          let number = try Self.number(text, kind)
          if kind == .action { actions.append(number) } else { promises.append(number) }
        }
      }
      evidence = try fields.texts(ifPresent: "evidence") ?? []
      channels = try Self.localised(&fields, "channels")
      expert = try fields.value(
        ifPresent: "expert", Bilingual(zh: "人员的名称", en: "a person's name")
      ) { Name($0) }
      try fields.finish()
    } catch let failure as JSONFailure {
      throw Self.failure(failure.line, failure.column, failure.message)
    } catch let failure as FieldFailure {
      let (line, column) = textPosition(of: failure.offset, in: bytes)
      throw Self.failure(line, column, failure.message)
    } catch let failure as VerbFailure {
      throw failure
    } catch {
      throw VerbFailure(.usage, zh: "草稿无法读取", en: "the draft cannot be read")
    }
  }

  private static func failure(_ line: Int, _ column: Int, _ message: Bilingual) -> VerbFailure {
    VerbFailure(
      .usage, zh: "草稿第 \(line) 行第 \(column) 列：\(message.zh)",
      en: "draft, line \(line), column \(column): \(message.en)")
  }

  private static func localised(_ fields: inout Fields, _ name: String) throws(FieldFailure)
    -> [String: [String: String]]
  {
    guard var named = try fields.fields(ifPresent: name) else { return [:] }
    var values: [String: [String: String]] = [:]
    for slot in named.names { values[slot] = try texts(&named, slot) }
    return values
  }

  private static func texts(_ fields: inout Fields, _ name: String) throws(FieldFailure)
    -> [String: String]
  {
    guard let json = fields.json(ifPresent: name) else { return [:] }
    if let text = json.string { return [everyLanguage: text] }
    var languages = try Fields(json, path: fields.inner(name))
    var texts: [String: String] = [:]
    for language in languages.names { texts[language] = try languages.text(language) }
    return texts
  }

  /// `what=爆炸`, `what.en=explosion`
  private mutating func assign(_ assignment: String) throws(VerbFailure) {
    let parts = assignment.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let first = parts[0].first, first.isLetter else {
      throw VerbFailure(
        .usage, zh: "“--slot”应写成 名称=文字，而不是“\(assignment)”",
        en: "'--slot' is written NAME=TEXT, not '\(assignment)'")
    }
    let name = parts[0].split(separator: ".", maxSplits: 1)
    let language = name.count == 2 ? String(name[1]) : Self.everyLanguage
    slots[String(name[0]), default: [:]][language] = String(parts[1])
  }

  private static func number(_ text: String, _ kind: PartNumber.Kind) throws(VerbFailure) -> Int {
    // A part with its incident is fine too: `2026-0007/A1`.
    let short = text.split(separator: "/").last ?? ""
    guard let part = PartNumber(short), part.kind == kind else {
      throw VerbFailure(
        .usage, zh: "“\(text)”应为 \(kind.rawValue)1 这样的编号",
        en: "'\(text)' should be a number as \(kind.rawValue)1")
    }
    return part.number
  }

  /// The finished content of a step: the template filled, or the text as it was given.
  func content(
    for step: String, of stage: Playbook.Stage, in incident: Incident, claim: Incident.Claim?,
    corrected: Release? = nil, configuration: Configuration
  ) throws(VerbFailure) -> ReleaseContent {
    let languages = languages(desk: configuration.desk.language)
    var texts: [String: ReleaseContent.Text] = [:]
    var filled: [String: [String: String]] = [:]
    for language in languages {
      var values = slots.compactMapValues { $0[language] ?? $0[Self.everyLanguage] }
      for (slot, value) in values { filled[slot, default: [:]][language] = value }
      values.merge(automatic(in: incident, claim: claim, language: language)) { own, _ in own }
      if let corrected {
        values["corrected"] = corrected.content.texts[language]?.title ?? incident.opening.title
      }
      if let tongue = Language(tag: language), let person = expertPerson(configuration) {
        values["expert"] = values["expert"] ?? person.name[tongue]
        values["field"] = values["field"] ?? person.expertise?.field[tongue] ?? ""
        values["interests"] = values["interests"] ?? person.expertise?.interests?[tongue] ?? ""
      }
      let title = titles[language] ?? titles[Self.everyLanguage]
      if let body = bodies[language] ?? bodies[Self.everyLanguage] {
        texts[language] = ReleaseContent.Text(title: title ?? incident.opening.title, body: body)
        continue
      }
      guard let template = configuration.template(for: step, of: stage, language: language) else {
        throw VerbFailure(
          .usage,
          zh: "步骤“\(step)”没有 \(language) 模板；请用 --text 或 --from 给出正文",
          en: "step '\(step)' has no template in \(language); give the text with --text or --from")
      }
      let text = template.filled(with: values)
      texts[language] = title.map { ReleaseContent.Text(title: $0, body: text.body) } ?? text
    }
    return ReleaseContent(
      texts: texts, audience: stage.audience, slots: filled, actions: actions,
      promises: promises, evidence: proof(of: claim), factSheetVersion: incident.factSheetVersion,
      channels: channelTexts(texts), expert: expert)
  }

  private func expertPerson(_ configuration: Configuration) -> Person? {
    expert.flatMap { configuration.person($0)?.person }
  }

  /// Each channel's text under the title of the release.
  private func channelTexts(_ texts: [String: ReleaseContent.Text])
    -> [String: [String: ReleaseContent.Text]]
  {
    channels.mapValues { bodies in
      var own: [String: ReleaseContent.Text] = [:]
      for (language, text) in texts {
        guard let body = bodies[language] ?? bodies[Self.everyLanguage] else { continue }
        own[language] = ReleaseContent.Text(title: text.title, body: body)
      }
      // A language that the release has not is refused by the rules, not dropped here.
      for (language, body) in bodies where language != Self.everyLanguage {
        own[language] = own[language] ?? ReleaseContent.Text(title: "", body: body)
      }
      return own
    }
  }

  /// What was handed in, or else what the verdict on the claim rests on.
  private func proof(of claim: Incident.Claim?) -> [String] {
    evidence.isEmpty ? [claim?.ruling?.evidence].compactMap { $0 } : evidence
  }

  private func languages(desk: Language) -> [String] {
    let named = { (texts: [String: String]) in texts.keys.filter { $0 != Self.everyLanguage } }
    let own = Set(named(bodies) + named(titles))
    if !own.isEmpty { return own.sorted() }
    let slotLanguages = Set(slots.values.flatMap(named))
    return slotLanguages.isEmpty ? [desk.rawValue] : slotLanguages.sorted()
  }

  /// The slots that the record fills by itself.
  private func automatic(in incident: Incident, claim: Incident.Claim?, language: String)
    -> [String: String]
  {
    let tongue = Language(tag: language) ?? .english
    var values: [String: String] = [:]
    if let claim {
      values["claim"] = claim.text
      values["verdict"] = claim.verdict.title[tongue]
    }
    values["evidence"] = proof(of: claim).joined(separator: tongue == .chinese ? "；" : "; ")
    values["actionList"] = actions.compactMap { incident.action($0)?.text }
      .map { "· " + $0 }.joined(separator: "\n")
    values["promiseList"] = promises.compactMap { incident.promise($0)?.text }
      .map { "· " + $0 }.joined(separator: "\n")
    return values
  }
}
