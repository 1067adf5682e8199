import Bytes
import Desk
import Watch

// What the verbs about sources ask of the running daemon.
extension LiveService {
  func sources() async -> [LiveSource] { await poller.sources }

  func relisten(resuming id: Name?) async throws {
    try await adoption.relisten()
    if let id { try await poller.resume(id) }
  }

  func tryOut(_ source: Configuration.SourceSettings) async -> SourceTrial {
    guard !source.isFolder else {
      return SourceTrial(
        url: source.url,
        problem: Bilingual(
          zh: "是投递文件夹，不用试读；放入文件，一个间隔之后查看 incident source list",
          en: "is a drop folder: put a file into it, and look at incident source list an interval "
            + "later"))
    }
    return SourceTrial(await poller.test(source), of: source)
  }

  func feeds(inOPML bytes: [UInt8]) throws -> [ListedFeed] {
    do throws(FeedFailure) {
      return try readOPML(bytes, limits: .large).map {
        ListedFeed(url: $0.xmlUrl, title: $0.title, language: $0.language)
      }
    } catch {
      throw VerbFailure(
        .usage, zh: "不是 OPML 信源列表：\(error.explanation.zh)",
        en: "no list of feeds in OPML: \(error.explanation.en)")
    }
  }

  func opml(_ feeds: [ListedFeed], title: String) -> [UInt8] {
    writeOPML(
      feeds.map { OPMLOutline(xmlUrl: $0.url, title: $0.title, language: $0.language) },
      title: title, created: frontDesk.clock.now())
  }
}

extension SourceTrial {
  fileprivate init(_ test: SourceTest, of source: Configuration.SourceSettings) {
    self.init(url: source.url)
    switch test {
    case .putOff(let until):
      let time = source.zone.text(until)
      problem = Bilingual(
        zh: "服务器要求暂缓，\(time) 之前不再访问", en: "its server asks for patience until \(time)")
    case .hostBusy:
      problem = Bilingual(
        zh: "同一主机正忙于其他信源，请稍后再试", en: "its host is busy with other sources; try again")
    case .failed(_, let reason, let found):
      problem = reason
      candidates = found.map { Candidate(url: $0.url, title: $0.title) }
    case .feed(let found):
      format = found.format
      title = found.title
      language = found.language
      encoding = found.encoding
      count = found.entries
      entries = found.first.map { entry in
        Entry(
          title: entry.title ?? entry.text ?? "", published: entry.published ?? entry.updated)
      }
      notes = found.problems
      if let moved = found.movedTo {
        notes.append(Bilingual(zh: "已永久迁至 \(moved)", en: "has moved for good to \(moved)"))
      }
    }
  }
}
