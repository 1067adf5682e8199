package import Bytes

/// Words that a desk wants to be told of even where nothing bursts, with a floor.
package struct WatchPhrase: Hashable, Sendable {
  /// How people call it; the record knows it by this name.
  package var name: String
  /// A post with one of them counts. Words of letters stand by themselves, ideographs anywhere.
  package var words: [String]
  /// At least so many posts, none of them a copy, of so many voices within this time.
  package var posts: Int
  package var voices: Int
  package var within: Duration
  package var level: AlertLevel
  /// Two notices of it are at least so far apart.
  package var every: Duration

  package init(
    name: String, words: [String], posts: Int = 3, voices: Int = 2, within: Duration = .hours(1),
    level: AlertLevel = .attention, every: Duration = .hours(6)
  ) {
    self.name = name
    self.words = words
    self.posts = posts
    self.voices = voices
    self.within = within
    self.level = level
    self.every = every
  }

  /// The longest time within which posts can be counted together.
  package static let longest = Duration.days(1)
}

/// Why people are told of a watch phrase, with the figures.
package struct PhraseReason: Hashable, Sendable {
  package var phrase: WatchPhrase
  package var posts: Int
  package var copies: Int
  package var voices: Int
  package var owners: Int
  package var official: Int
  package var first: Instant
  /// The newest posts, at most eight.
  package var references: [TopicReference]

  /// The one line that a duty officer reads.
  package var line: Bilingual {
    var zh =
      "\(phrase.level.name.zh)：关注词“\(phrase.name)”，\(span.zh)内 \(posts) 条、发言者 \(voices) 个"
      + "（门槛 \(phrase.posts) 条、\(phrase.voices) 个）"
    var en =
      "\(phrase.level.name.en): the watch phrase '\(phrase.name)', \(counted(posts, "post")) of "
      + "\(counted(voices, "voice")) in \(span.en) (needed \(counted(phrase.posts, "post")) of "
      + "\(counted(phrase.voices, "voice")))"
    if copies > 0 {
      zh += "，另有重复 \(copies) 条"
      en += ", " + counted(copies, "copy", "copies")
    }
    if official > 0 {
      zh += "，官方 \(official) 条"
      en += ", \(official) official"
    }
    return Bilingual(zh: zh, en: en)
  }

  private var span: Bilingual {
    let minutes = Int(phrase.within.inSeconds / 60)
    return minutes % 60 == 0
      ? Bilingual(zh: "\(minutes / 60) 小时", en: "\(minutes / 60) h")
      : Bilingual(zh: "\(minutes) 分钟", en: "\(minutes) min")
  }
}

/// When a phrase was told last, and whether somebody has taken that.
package struct PhraseNotice: Hashable, Sendable {
  package var at: Instant
  package var acknowledged: Instant?

  package init(at: Instant, acknowledged: Instant? = nil) {
    self.at = at
    self.acknowledged = acknowledged
  }
}

/// Counts the posts that have watch phrases. A function of the items it is given and their ticks.
package struct PhraseWatch: Hashable, Sendable {
  /// So many posts of one phrase are kept at most; the floor is far below. Whoever has most of them
  /// gives way, so that a loud voice pushes none of the others out.
  private static let limit = 500
  private static let shownPosts = 8

  /// One text, however often it was copied.
  private struct Match: Hashable, Sendable {
    var at: Instant
    var voice: UInt64
    /// Of its words alone: a copy with another mark at its end is a copy.
    var text: UInt64
    var copies = 0
    var reference: TopicReference
  }

  private struct Tally: Hashable, Sendable {
    var matches: [Match] = []
    /// When it was last below its floor.
    var quiet: Instant?

    /// Counts a post; the first of a text stands for it.
    mutating func note(_ match: Match) {
      if let known = matches.firstIndex(where: { $0.text == match.text }) {
        matches[known].copies += 1 + match.copies
      } else {
        matches.append(match)
      }
    }

    /// Keeps what was posted within this time, of one voice no more than a floor can ask for.
    mutating func keep(_ phrase: WatchPhrase, through end: Instant) {
      // What lies ahead was seen by a clock that was put back, and would never grow old.
      matches.removeAll { end - $0.at > phrase.within || $0.at - end > phrase.within }
      var left = Dictionary(grouping: matches, by: \.voice).mapValues(\.count)
      var surplus = left.mapValues { max(0, $0 - phrase.posts) }
      var spare = matches.count - surplus.values.reduce(0, +) - PhraseWatch.limit
      for (voice, count) in surplus { left[voice, default: 0] -= count }
      while spare > 0, let most = left.values.max() {
        for voice in left.filter({ $0.value == most }).keys.sorted().prefix(spare) {
          left[voice] = most - 1
          surplus[voice, default: 0] += 1
          spare -= 1
        }
      }
      guard surplus.contains(where: { $0.value > 0 }) else { return }
      // Of each the oldest go.
      matches.removeAll { match in
        guard let count = surplus[match.voice], count > 0 else { return false }
        surplus[match.voice] = count - 1
        return true
      }
    }
  }

  private var phrases: [WatchPhrase]
  private var finders: [WordFinder]
  private var tallies: [String: Tally] = [:]

  package init(_ phrases: [WatchPhrase] = []) {
    self.phrases = phrases
    finders = phrases.map { WordFinder($0.words) }
  }

  /// Takes over other phrases; what was counted of those that stay, stays.
  package mutating func adopt(_ phrases: [WatchPhrase]) {
    guard phrases != self.phrases else { return }
    let kept = phrases.filter { phrase in
      self.phrases.contains { $0.name == phrase.name && $0.words == phrase.words }
    }
    tallies = tallies.filter { name, _ in kept.contains { $0.name == name } }
    self.phrases = phrases
    finders = phrases.map { WordFinder($0.words) }
  }

  /// Takes the items of a tick that ends now, in the order of (time, id): of the copies of a text
  /// the first stands for it, whichever arrived first.
  package mutating func take(_ items: some Sequence<Item>, through end: Instant) {
    guard !phrases.isEmpty else { return }
    let ordered = items.map { (time: min(end, $0.decisionTime ?? end), item: $0) }
      .sorted { $0.time != $1.time ? $0.time < $1.time : $0.item.id < $1.item.id }
    for (_, item) in ordered {
      let title = item.title ?? ""
      // A title that begins the text again is one text.
      let whole = item.text.hasPrefix(title) ? item.text : title + "\n" + item.text
      let scalars = Alphabet.shared.compared(whole)
      for (phrase, finder) in zip(phrases, finders) where !finder.find(in: scalars).isEmpty {
        let voice = item.author ?? item.owner ?? item.source
        tallies[phrase.name, default: Tally()].note(
          Match(
            at: item.decisionTime ?? end, voice: stableHash(voice), text: Self.key(scalars),
            reference: TopicReference(item)))
      }
    }
    for phrase in phrases {
      guard var tally = tallies[phrase.name] else { continue }
      tally.keep(phrase, through: end)
      if !isOverFloor(phrase, tally.matches) { tally.quiet = end }
      tallies[phrase.name] = tally
    }
  }

  private static func key(_ scalars: [UInt32]) -> UInt64 {
    var key: UInt64 = 0xcbf2_9ce4_8422_2325
    for scalar in scalars {
      switch Alphabet.shared.scalarClass(scalar) {
      case .ideograph, .letter, .digit: key = (key ^ UInt64(scalar)) &* 0x100_0000_01b3
      case .separator, .apostrophe, .nothing: break
      }
    }
    return key
  }

  private func isOverFloor(_ phrase: WatchPhrase, _ matches: [Match]) -> Bool {
    matches.count >= phrase.posts && Set(matches.map(\.voice)).count >= phrase.voices
  }

  /// The phrases that people are to be told of now. `told` is what the record says of them.
  ///
  /// A phrase is told again after its interval at the earliest. Once a person has taken a notice, the
  /// same wave of talk is not told again: the phrase has to fall below its floor first.
  package func due(told: [String: PhraseNotice], at now: Instant) -> [PhraseReason] {
    phrases.compactMap { phrase in
      guard let tally = tallies[phrase.name], isOverFloor(phrase, tally.matches) else {
        return nil
      }
      if let notice = told[phrase.name] {
        guard notice.at.hasPassed(phrase.every, at: now) else { return nil }
        if notice.acknowledged != nil, tally.quiet.map({ $0 <= notice.at }) ?? true { return nil }
      }
      return reason(phrase, tally.matches)
    }
  }

  private func reason(_ phrase: WatchPhrase, _ matches: [Match]) -> PhraseReason? {
    guard let first = matches.first else { return nil }
    return PhraseReason(
      phrase: phrase, posts: matches.count, copies: matches.reduce(0) { $0 + $1.copies },
      voices: Set(matches.map(\.voice)).count,
      owners: Set(matches.map { $0.reference.owner ?? $0.reference.source }).count,
      official: matches.count { $0.reference.tier == .official }, first: first.at,
      references: matches.suffix(Self.shownPosts).map(\.reference))
  }
}

// As a checkpoint keeps it.
extension PhraseWatch {
  package func write(to writer: inout JSONWriter) {
    writer.memberArray("phrases") { writer in
      for phrase in phrases {
        guard let tally = tallies[phrase.name] else { continue }
        writer.object { writer in
          writer.member("name", phrase.name)
          writer.member("words", phrase.words)
          writer.member(ifPresent: "quiet", tally.quiet?.iso8601)
          writer.memberArray("posts") { writer in
            for match in tally.matches { writer.object { Self.write(match, to: &$0) } }
          }
        }
      }
    }
  }

  private static func write(_ match: Match, to writer: inout JSONWriter) {
    let reference = match.reference
    writer.member("at", match.at.iso8601)
    writer.member("voice", String(match.voice, radix: 16))
    writer.member("key", String(match.text, radix: 16))
    if match.copies > 0 { writer.member("copies", match.copies) }
    writer.member("item", reference.id)
    writer.member("text", reference.text)
    writer.member(ifPresent: "link", reference.link)
    writer.member("source", reference.source)
    writer.member(ifPresent: "owner", reference.owner)
    writer.member(ifPresent: "tier", reference.tier?.rawValue)
    writer.member(ifPresent: "published", reference.published?.iso8601)
    writer.member(ifPresent: "seen", reference.firstSeen?.iso8601)
  }

  /// What was counted of phrases that are still watched for with the same words.
  package mutating func restore(_ fields: inout Fields) throws(FieldFailure) {
    for json in try fields.array(ifPresent: "phrases") ?? [] {
      var entry = try Fields(json)
      let name = try entry.text("name")
      let words = try entry.texts(ifPresent: "words") ?? []
      guard phrases.contains(where: { $0.name == name && $0.words == words }) else { continue }
      var tally = Tally(quiet: try entry.instant(ifPresent: "quiet"))
      for json in try entry.array("posts") {
        var post = try Fields(json)
        // Older versions wrote each copy down.
        tally.note(try Self.match(&post))
      }
      tallies[name] = tally
    }
  }

  private static func match(_ post: inout Fields) throws(FieldFailure) -> Match {
    let hexadecimal = Bilingual(zh: "十六进制数", en: "a hexadecimal number")
    return Match(
      at: try post.instant("at"),
      voice: try post.value("voice", hexadecimal) { UInt64($0, radix: 16) },
      text: try post.value("key", hexadecimal) { UInt64($0, radix: 16) },
      copies: try post.integer(ifPresent: "copies") ?? 0,
      reference: TopicReference(
        id: try post.text("item"), text: try post.text("text"),
        link: try post.text(ifPresent: "link"), source: try post.text("source"),
        owner: try post.text(ifPresent: "owner"), tier: try post.choice(ifPresent: "tier"),
        published: try post.instant(ifPresent: "published"),
        firstSeen: try post.instant(ifPresent: "seen")))
  }
}
