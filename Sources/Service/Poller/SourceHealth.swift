import Bytes

/// How well a source is heard, in the words that people of the desk use.
///
/// Silence is two things: nothing was said, or nothing was heard. This keeps them apart.
struct SourceHealth: Hashable, Sendable {
  enum State: String, CaseIterable, Sendable {
    /// Not asked yet.
    case waiting
    case heard
    /// Heard, and much longer without an item than is usual.
    case quiet
    case unreachable
    /// Its server asks for patience.
    case limited
    case challenge
    /// Its site asks programs not to read the page.
    case robots
    case html
    case zeroItems
    /// Gone for good, and asked no more until a person says so.
    case retired
    /// Not heard for a week; asked once a day.
    case dead
    /// Not listened to, because a person said so.
    case paused
  }

  let state: State
  /// Until when its server is left alone.
  let until: Instant?
  /// Since its newest item.
  let silence: Duration?
  /// The usual gap between its items, where that is known.
  let usual: Duration?

  /// So many usual gaps without an item are unusual, and at least so long.
  private static let quietGaps = 6
  private static let shortestQuiet = Duration.hours(1)

  /// - Parameter limit: until when the source's host is left alone, for whichever source asked.
  init(_ source: SourceState, limit: Instant? = nil, at now: Instant) {
    let newest = [source.habit.newest, source.lastItem].compactMap { $0 }.max()
    silence = newest.map { max(.zero, now - $0) }
    usual = source.habit.median
    let put = [limit, source.limitedUntil].compactMap { $0 }.max()
    until = put.flatMap { $0 > now ? $0 : nil }
    state = Self.state(source, isLimited: until != nil, at: now, silence: silence)
  }

  private static func state(
    _ source: SourceState, isLimited: Bool, at now: Instant, silence: Duration?
  ) -> State {
    if source.retired != nil { return .retired }
    if source.isDead(at: now) { return .dead }
    if isLimited { return .limited }
    switch source.trouble {
    case .unreachable, .gone: return .unreachable
    case .limited: return .limited
    case .challenge: return .challenge
    case .robots: return .robots
    case .html: return .html
    case .zeroItems: return .zeroItems
    case nil: break
    }
    guard source.lastSuccess != nil else { return .waiting }
    if let median = source.habit.median, let silence,
      silence >= max(median * quietGaps, shortestQuiet)
    {
      return .quiet
    }
    return .heard
  }

  /// One line: what state it is in and since when nothing came, against what is usual.
  func sentence(in zone: DeskZone) -> Bilingual {
    let word = state.word
    var (zh, en) = (word.zh, word.en)
    if state == .limited, let until {
      zh += "，至 \(zone.text(until))"
      en += " until \(zone.text(until))"
    }
    if let silence, let usual, state == .heard || state == .quiet {
      let (now, often) = (Self.span(silence), Self.span(usual))
      zh += "；已 \(now.zh)没有新条目，通常每 \(often.zh)一条"
      en += "; silent for \(now.en), usually every \(often.en)"
    }
    return Bilingual(zh: zh, en: en)
  }

  /// A length of time in its largest unit, as people say it.
  static func span(_ time: Duration) -> Bilingual {
    let minutes = Int(time.inSeconds / 60)
    if minutes < 1 { return Bilingual(zh: "不到 1 分钟", en: "less than a minute") }
    if minutes < 120 { return Bilingual(zh: "\(minutes) 分钟", en: "\(minutes) min") }
    let hours = minutes / 60
    if hours < 48 { return Bilingual(zh: "\(hours) 小时", en: "\(hours) h") }
    return Bilingual(zh: "\(hours / 24) 天", en: "\(hours / 24) days")
  }
}

extension SourceHealth.State {
  var word: Bilingual {
    switch self {
    case .waiting: Bilingual(zh: "尚未访问", en: "not asked yet")
    case .heard: Bilingual(zh: "正常", en: "heard")
    case .quiet: Bilingual(zh: "异常安静", en: "unusually quiet")
    case .unreachable: Bilingual(zh: "无法访问", en: "unreachable")
    case .limited: Bilingual(zh: "被限流", en: "put off by its server")
    case .robots: Bilingual(zh: "网站不许程序读取", en: "its site asks programs to stay away")
    case .challenge: Bilingual(zh: "被验证页拦截", en: "kept out by a challenge page")
    case .html: Bilingual(zh: "返回网页而非信源", en: "a page instead of the feed")
    case .zeroItems: Bilingual(zh: "条目突然清空", en: "suddenly without items")
    case .retired: Bilingual(zh: "已停止服务，不再访问", en: "gone for good, asked no more")
    case .dead: Bilingual(zh: "失联一周以上，每天访问一次", en: "not heard for a week, asked once a day")
    case .paused: Bilingual(zh: "已暂停", en: "paused")
    }
  }
}
