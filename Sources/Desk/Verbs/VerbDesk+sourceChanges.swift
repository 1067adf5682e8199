import Bytes
import Foundation
import Response

// Which sources are listened to. What is changed here is on record with who changed it, and is laid
// over the file; the file itself is left to those who keep it.
extension VerbDesk {
  /// Of one list of feeds.
  private static let importLimit = 5000
  /// A record is one line of the journal, and stays far below what a line may hold.
  private static let perRecord = 100

  func sources(_ call: Call) async throws -> VerbAnswer {
    let words = try words(call, 1...2)
    guard let live else { throw usage(call) }
    switch (words[0], words.count) {
    case ("list", 1): return try await listSources(live, call)
    case ("test", 2): return try await testSource(words[1], live, call)
    case ("add", 2): return try await addSource(words[1], live, call)
    case ("pause", 2): return try await pauseSource(words[1], live, call)
    case ("resume", 2): return try await resumeSource(words[1], live, call)
    case ("drop", 2): return try await dropSource(words[1], live, call)
    case ("import", 2): return try await importSources(live, call)
    case ("export", 1): return try await exportSources(live, call)
    default: throw usage(call)
    }
  }

  // What is changed.

  private func addSource(_ word: String, _ live: any LiveDesk, _ call: Call) async throws
    -> VerbAnswer
  {
    try requireKeeper(call)
    let book = try await frontDesk.view { $0.sources }
    let present = configuration.listening(to: book).sources
    var settings = try newSource(try address(word), call)
    try refuseKnown(settings, among: present)
    let trial = await lookAround(&settings, live)
    try refuseKnown(settings, among: present)
    try complete(&settings, trial, taken: Set(present.map(\.id)), call)
    guard trial.problem == nil || call.request.has("untested") else {
      throw VerbFailure(
        .refused,
        zh: "没有添加：\(trial.url) 现在读不到条目（\(trial.problem?.zh ?? "")）。确要添加：--untested --yes",
        en: "not added: nothing can be read from \(trial.url) now (\(trial.problem?.en ?? "")). To "
          + "add it all the same: --untested --yes")
    }
    let preview = text(of: trial, settings, call)
    guard call.request.has("yes") else {
      var answer = VerbAnswer(preview) { [settings] writer in
        writer.member("added", false)
        Self.write(trial, settings, to: &writer)
      }
      answer.question = call("添加这个信源？", "add this source?")
      return answer
    }
    try await frontDesk.record([.sourceAdded(settings)], by: call.actor)
    try await live.relisten(resuming: nil)
    let done = call("已添加：\(settings.id)", "added: \(settings.id)")
    return VerbAnswer(preview + Style.good(done) + "\n") { [settings] writer in
      writer.member("added", true)
      Self.write(trial, settings, to: &writer)
    }
  }

  private func pauseSource(_ word: String, _ live: any LiveDesk, _ call: Call) async throws
    -> VerbAnswer
  {
    try requireKeeper(call)
    let source = try await known(word, call)
    let reason = try reason(call)
    let until = try call.request.value("until").map { (text) throws(VerbFailure) in
      let until = try times(call).future(text, option: "until")
      guard until > call.now else { throw Self.hasPassed(until, configuration.desk.zone) }
      return until
    }
    try await frontDesk.record(
      [.sourcePaused(source.id, reason: reason, until: until)], by: call.actor)
    try await live.relisten(resuming: nil)
    let zone = configuration.desk.zone
    let end = until.map { call("，到 ", " until ") + zone.text($0) } ?? ""
    return VerbAnswer(call("已暂停：\(source.id)\(end)", "paused: \(source.id)\(end)") + "\n") {
      $0.member("paused", source.id.text)
      $0.member(ifPresent: "until", until?.iso8601)
    }
  }

  private func resumeSource(_ word: String, _ live: any LiveDesk, _ call: Call) async throws
    -> VerbAnswer
  {
    try requireKeeper(call)
    let source = try await known(word, call)
    try await frontDesk.record([.sourceResumed(source.id)], by: call.actor)
    try await live.relisten(resuming: source.id)
    return VerbAnswer(call("已恢复：\(source.id)", "resumed: \(source.id)") + "\n") {
      $0.member("resumed", source.id.text)
    }
  }

  private func dropSource(_ word: String, _ live: any LiveDesk, _ call: Call) async throws
    -> VerbAnswer
  {
    try requireKeeper(call)
    let source = try await known(word, call)
    guard try await frontDesk.view({ $0.sources.has(source.id) }) else {
      throw VerbFailure(
        .refused,
        zh: "“\(source.id)”写在 \(configuration.file) 中；从那里删去，再 kill -HUP incidentd",
        en: "'\(source.id)' stands in \(configuration.file); take it out there, then kill -HUP "
          + "incidentd")
    }
    try await frontDesk.record(
      [.sourceDropped(source.id, reason: try reason(call))], by: call.actor)
    try await live.relisten(resuming: nil)
    return VerbAnswer(call("不再监听：\(source.id)", "dropped: \(source.id)") + "\n") {
      $0.member("dropped", source.id.text)
    }
  }

  private func importSources(_ live: any LiveDesk, _ call: Call) async throws -> VerbAnswer {
    try requireKeeper(call)
    let listed = try live.feeds(inOPML: Array((call.request.value("from") ?? "").utf8))
    guard listed.count <= Self.importLimit else {
      throw VerbFailure(
        .refused, zh: "一次最多导入 \(Self.importLimit) 个，这里有 \(listed.count) 个；请分开",
        en: "at most \(Self.importLimit) at once, and these are \(listed.count); divide them")
    }
    let book = try await frontDesk.view { $0.sources }
    let present = configuration.listening(to: book).sources
    var taken = Set(present.map(\.id))
    var addresses = Set(present.map(\.url))
    var news: [Configuration.SourceSettings] = []
    var passedOver: [(url: String, reason: Bilingual)] = []
    for feed in listed {
      guard let url = safeLink(feed.url) else {
        passedOver.append((feed.url, Bilingual(zh: "不是网址", en: "is no address")))
        continue
      }
      guard !bearsHandle(link: url) else {
        passedOver.append((url, Self.personal))
        continue
      }
      guard addresses.insert(url).inserted else {
        passedOver.append((url, Bilingual(zh: "已有", en: "is there already")))
        continue
      }
      var settings = try newSource(url, call)
      var trial = SourceTrial(url: url)
      (trial.title, trial.language) = (feed.title, feed.language)
      try complete(&settings, trial, taken: taken, call)
      taken.insert(settings.id)
      news.append(settings)
    }
    var lines = news.map { "+ \($0.id)  \(terminalSafe($0.name[call.language]))  \($0.url)" }
    lines += passedOver.map {
      Style.faint("- \(terminalSafe(shortened($0.url, to: 100)))  \($0.reason[call.language])")
    }
    let isDone = call.request.has("yes")
    if isDone, !news.isEmpty {
      for start in stride(from: 0, to: news.count, by: Self.perRecord) {
        let part = news[start..<min(start + Self.perRecord, news.count)]
        try await frontDesk.record(part.map { .sourceAdded($0) }, by: call.actor)
      }
      try await live.relisten(resuming: nil)
    }
    lines.append(
      isDone
        ? call("已添加 \(news.count) 个", "\(news.count) added")
        : call("\(news.count) 个待添加", "\(news.count) to be added"))
    var answer = VerbAnswer(lines.joined(separator: "\n") + "\n") { [news] writer in
      writer.member("added", isDone)
      writer.memberArray("sources") { list in
        for source in news { list.object { source.write(to: &$0) } }
      }
      writer.member("passedOver", passedOver.map(\.url))
    }
    if !isDone, !news.isEmpty {
      answer.question = call(
        "添加这 \(news.count) 个信源？",
        news.count == 1 ? "add this source?" : "add these \(news.count) sources?")
    }
    return answer
  }

  /// What is personal stays here: a list of feeds is made to be passed on.
  private func exportSources(_ live: any LiveDesk, _ call: Call) async throws -> VerbAnswer {
    let book = try await frontDesk.view { $0.sources }
    let feeds = configuration.listening(to: book).sources
      .filter { !$0.isPersonal && !bearsHandle(link: $0.url) && safeLink($0.url) != nil }
      .map { ListedFeed(url: $0.url, title: $0.name[call.language], language: $0.language) }
    let text = String(
      decoding: live.opml(feeds, title: configuration.desk.name[call.language]), as: UTF8.self)
    return VerbAnswer(text) { writer in
      writer.member("opml", text)
      writer.member("sources", feeds.count)
    }
  }

  private func testSource(_ word: String, _ live: any LiveDesk, _ call: Call) async throws
    -> VerbAnswer
  {
    let book = try await frontDesk.view { $0.sources }
    let present = configuration.listening(to: book).sources
    let settings: Configuration.SourceSettings
    let isKnown: Bool
    if let source = present.first(where: { $0.id.text == word }) {
      (settings, isKnown) = (source, true)
    } else {
      guard word.contains(".") || word.contains(":") else {
        throw VerbFailure(
          .usage, zh: "没有名为“\(word)”的信源；地址要写全，如 https://\(word).example/feed",
          en: "there is no source '\(word)'; an address is written in full, as "
            + "https://\(word).example/feed")
      }
      (settings, isKnown) = (try newSource(try address(word), call), false)
    }
    let trial = await live.tryOut(settings)
    if let problem = trial.problem {
      // A script has to see it as well.
      let named = trial.candidates.prefix(10).map { "\n  \(terminalSafe($0.url))" }.joined()
      throw VerbFailure(
        .couldNot,
        zh: problem.zh + (named.isEmpty ? "" : "；页面标出的信源：\(named)"),
        en: problem.en + (named.isEmpty ? "" : "; feeds that the page names:\(named)"))
    }
    return VerbAnswer(text(of: trial, settings, isKnown: isKnown, call)) {
      Self.write(trial, settings, to: &$0)
    }
  }

  // Who, which, why.

  /// Whoever answers for the desk decides what it listens to.
  private func requireKeeper(_ call: Call) throws(VerbFailure) {
    guard case .person(let name) = call.actor,
      configuration.person(name)?.person.has(anyOf: [.lead, .admin]) == true
    else {
      throw VerbFailure(
        .refused, zh: "只有负责人（lead）或管理员（admin）可以改动信源",
        en: "only a lead or an admin changes what is listened to")
    }
  }

  private func known(_ word: String, _ call: Call) async throws -> Configuration.SourceSettings {
    let book = try await frontDesk.view { $0.sources }
    let present = configuration.listening(to: book).sources
    if let source = present.first(where: { $0.id.text == word }) { return source }
    let near = nearest(to: word, among: present.map(\.id.text))
    throw VerbFailure(
      .usage,
      zh: "没有信源“\(word)”" + (near.map { "；是否应为“\($0)”？" } ?? ""),
      en: "there is no source '\(word)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
  }

  private func reason(_ call: Call) throws(VerbFailure) -> String {
    let text = try required("why", call).trimmingCharacters(in: .whitespacesAndNewlines)
    guard (1...500).contains(text.count) else {
      throw VerbFailure(
        .usage, zh: "“--why”应有 1 到 500 字", en: "'--why' has 1 to 500 characters")
    }
    return text
  }
}
