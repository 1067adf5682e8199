import Bytes
import Watch

/// What is known of one source from one poll to the next.
struct SourceState: Sendable {
  let id: Name
  /// The address that the configuration gives; the rest belongs to it, and another one starts anew.
  var url: String
  /// What it was read as: by another rule the same bytes may say something else.
  var readAs: BodyMark?
  /// Where it has moved for good, if it has.
  var movedTo: String?
  /// The addresses that it had before, with the time when each was left.
  var formerAddresses: [FormerAddress] = []
  var move: PermanentMove?
  /// Validators as they came, byte for byte. They are kept only together with the items that the
  /// same answer brought.
  var validators = Validators()
  /// Since when they are what they are, and when the source was last asked without them.
  var validatorsSince: Instant?
  var lastProbe: Instant?
  /// Of the last body that was read as a feed.
  var body: BodyMark?
  var title: String?
  var lastSuccess: Instant?
  var lastItem: Instant?
  var items = 0
  var polls = 0
  /// Attempts in a row that did not bring the feed, when the first of them was, and what the last
  /// one met.
  var failures = 0
  var firstFailure: Instant?
  var trouble: SourceTrouble?
  var problem: Bilingual?
  /// How often in a row its server put us off without saying for how long, and until when it does.
  var limits = 0
  var limitedUntil: Instant?
  /// When the server first said that the feed is gone for good.
  var goneSince: Instant?
  /// Since when it is asked no more, because it is gone.
  var retired: Instant?
  /// Who answered last, where that was another host than the one that was asked.
  var answeringHost: String?
  /// Whether the last answer took long.
  var isSlow = false
  var habit = PublishingHabit()
  var hints = PublisherHints()
  var seen = SeenItems()

  struct Validators: Hashable, Sendable {
    var entityTag: [UInt8]?
    var lastModified: [UInt8]?

    var isEmpty: Bool { entityTag == nil && lastModified == nil }
  }

  struct FormerAddress: Hashable, Sendable {
    let url: String
    let until: Instant
  }

  init(id: Name, url: String) {
    self.id = id
    self.url = url
  }

  /// Where it is asked.
  var address: String { movedTo ?? url }

  /// Failures in a row that asking less often may help: being put off has its own clock, and an
  /// empty list is an answer.
  var setbacks: Int {
    switch trouble {
    case .unreachable, .challenge, .robots, .html, .gone: failures
    case .limited, .zeroItems, nil: 0
    }
  }

  /// Failed or slow last time: it may not take the place of others.
  var isSuspect: Bool { setbacks > 0 || isSlow }

  /// After so many days without an answer a source counts as dead: it is asked once a day.
  static let lifeWithoutAnswer = Duration.days(7)

  func isDead(at now: Instant) -> Bool {
    setbacks > 0 && firstFailure.map { now - $0 >= Self.lifeWithoutAnswer } ?? false
  }
}

/// What kept a source from being heard, as far as it makes a difference what is done about it.
enum SourceTrouble: String, CaseIterable, Sendable {
  /// No answer, or one that is an error.
  case unreachable
  /// Its server asks for patience.
  case limited
  /// A page that wants to see a person.
  case challenge
  /// Its site asks programs not to read the page.
  case robots
  /// A page in place of the feed: a login, a notice of maintenance.
  case html
  /// A feed without items, where there were several.
  case zeroItems
  /// Its server says that it is gone for good.
  case gone

  /// In words that are the same whoever the source is.
  var explanation: Bilingual {
    switch self {
    case .unreachable: Bilingual(zh: "没有收到可读的内容", en: "nothing readable was received")
    case .limited: Bilingual(zh: "服务器要求稍后再来", en: "the server asks for patience")
    case .challenge: Bilingual(zh: "遇到验证页或拦截页", en: "a page that keeps programs out")
    case .robots: Bilingual(zh: "网站不许程序读取", en: "the site asks programs not to read it")
    case .html: Bilingual(zh: "收到网页而不是信源", en: "a page in place of the feed")
    case .zeroItems: Bilingual(zh: "没有条目，而此前有", en: "no items, where there were some")
    case .gone: Bilingual(zh: "信源已永久撤除", en: "gone for good")
    }
  }
}

extension SourceState {
  /// While validators stand still for so long, they may be what is broken.
  private static let frozenAfter = Duration.days(7)
  private static let probeEvery = Duration.hours(24)
  /// Publishers' clocks are not all right.
  private static let clockAllowance = Duration.hours(1)

  /// Whether to ask once without the validators: a server that was given a date in the future, or a
  /// tag of a broken cache, says for ever that nothing is new.
  func isProbeDue(at now: Instant) -> Bool {
    guard !validators.isEmpty, lastProbe.map({ now - $0 >= Self.probeEvery }) ?? true else {
      return false
    }
    if let bytes = validators.lastModified,
      let date = feedDate(String(decoding: bytes, as: UTF8.self), in: .universal),
      date > now + Self.clockAllowance
    {
      return true
    }
    guard let since = validatorsSince, now - since >= Self.frozenAfter else { return false }
    guard let median = habit.median, let newest = habit.newest else { return true }
    return now - newest > median * 2
  }

  /// Takes over what an answer said about itself, a 304 no less than a 200: what it does not name
  /// stays as it was.
  mutating func keep(_ news: Validators, at now: Instant) {
    var kept = validators
    if let tag = news.entityTag { kept.entityTag = tag }
    if let date = news.lastModified { kept.lastModified = date }
    replace(kept, at: now)
  }

  /// Takes over the validators of a new document. One that brings none withdraws those that were.
  mutating func replace(_ news: Validators, at now: Instant) {
    if news != validators || validatorsSince == nil { validatorsSince = now }
    validators = news
  }

  mutating func noteSuccess(at now: Instant) {
    lastSuccess = now
    failures = 0
    firstFailure = nil
    trouble = nil
    problem = nil
    limits = 0
    limitedUntil = nil
    goneSince = nil
  }

  mutating func noteFailure(_ trouble: SourceTrouble, _ problem: Bilingual, at now: Instant) {
    failures += 1
    firstFailure = firstFailure ?? now
    self.trouble = trouble
    self.problem = problem
    if trouble != .limited {
      limits = 0
      limitedUntil = nil
    }
  }
}
