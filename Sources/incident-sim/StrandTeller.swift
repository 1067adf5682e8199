import Bytes

/// Tells one strand: what its parts and its beats say, and when.
struct StrandTeller {
  private let county: County
  private let strand: Strand
  private let seed: UInt64

  /// Nobody passes on what is older.
  private static let repostAge: Duration = .hours(3)

  /// A post to be, and whether it is to pass on another instead of its own text.
  private struct Plan {
    var draft: Draft
    let voice: Int?
    let reposts: Bool
    let dice: Dice
  }

  init(county: County, strand: Strand, seed: UInt64) {
    self.county = county
    self.strand = strand
    self.seed = seed
  }

  /// Every post of the strand, in the order of publication.
  func drafts() -> [Draft] {
    var plans: [Plan] = []
    for (place, part) in strand.parts.enumerated() { plans += self.plans(of: part, place) }
    for (place, beat) in strand.beats.enumerated() { plans += self.plans(of: beat, place) }
    // Swift's sort is stable, so that equal times keep the order of the file.
    plans.sort { $0.draft.published < $1.draft.published }
    passOn(&plans)
    return plans.map(\.draft)
  }

  private func plans(of part: Strand.Part, _ place: Int) -> [Plan] {
    let purpose = "\(strand.kind)/part \(place)"
    var dice = Dice(seed: seed, purpose)
    let voice = county.voices[part.voice]
    let moments = part.volume.arrivals(
      from: county.eve, to: county.to, zone: county.zone, dice: &dice)
    var bag = FrameBag(frames: part.frames, dice: Dice(seed: seed, purpose + "/frames"))
    var plans: [Plan] = []
    for (number, moment) in moments.enumerated() {
      let feed = voice.feeds[dice.place(among: voice.weights)]
      let reposts = dice.hits(percent: part.repostPercent)
      let own = Dice(seed: seed, "\(purpose)/post \(number)")
      guard let frame = bag.next(atHour: county.zone.civil(moment).hour) else { continue }
      plans.append(
        Plan(
          draft: draft(frame, by: voice, on: feed, at: moment, dice: own), voice: part.voice,
          reposts: reposts, dice: own))
    }
    return plans
  }

  private func draft(
    _ frame: Frame, by voice: Voice, on feed: Int, at moment: Instant, dice: Dice
  ) -> Draft {
    var telling = telling(feed, voice, moment, dice)
    let title = frame.title.map { telling.text(of: $0) }
    var body = telling.text(of: frame.body)
    if title == nil, let opener = spoken(voice.openers, &telling) { body = opener + body }
    if let tail = spoken(voice.tails, &telling) { body = body.followed(by: tail) }
    return Draft(
      published: moment, feed: feed, title: title, body: body, kind: strand.kind,
      label: strand.label, isCopy: false, alert: nil)
  }

  private func spoken(_ manner: Voice.Manner, _ telling: inout Telling) -> String? {
    guard manner.percent > 0, telling.dice.hits(percent: manner.percent) else { return nil }
    let frame = manner.frames[telling.dice.below(manner.frames.count)]
    return telling.text(of: frame.body)
  }

  private func plans(of beat: Strand.Beat, _ place: Int) -> [Plan] {
    let purpose = "\(strand.kind)/beat \(place)"
    var dice = Dice(seed: seed, purpose)
    let moment = beat.at + .seconds(dice.below(beat.withinSeconds + 1))
    let first: Draft
    switch beat.content {
    case .alert(let alert):
      // A test of the alerting is no event, whatever the strand that it stands in.
      let isActual = alert.status == "Actual"
      first = Draft(
        published: moment, feed: beat.feed, title: alert.headline.zh, body: alert.text,
        kind: isActual ? strand.kind : "drill", label: isActual ? strand.label : nil,
        isCopy: false, alert: alert)
    case .post(let frame):
      var telling = telling(beat.feed, nil, moment, Dice(seed: seed, purpose + "/text"))
      first = Draft(
        published: moment, feed: beat.feed, title: frame.title.map { telling.text(of: $0) },
        body: telling.text(of: frame.body), kind: strand.kind, label: strand.label,
        isCopy: false, alert: nil)
    }
    var plans = [Plan(draft: first, voice: nil, reposts: false, dice: dice)]
    for mirror in beat.mirrors {
      let later = moment + .seconds(60 * mirror.afterMinutes + dice.below(50))
      let copy = copy(of: first, on: mirror.feed, as: mirror.form, at: later, nil, dice)
      plans.append(Plan(draft: copy, voice: nil, reposts: false, dice: dice))
    }
    return plans
  }

  /// Lets those that are to pass on another's post do so, where there is one to pass on.
  private func passOn(_ plans: inout [Plan]) {
    for place in plans.indices where plans[place].reposts {
      let plan = plans[place]
      guard let voice = plan.voice else { continue }
      let oldest = plan.draft.published - Self.repostAge
      let earlier = plans[..<place].filter { other in
        other.draft.published >= oldest && other.voice == voice && !other.draft.isCopy
      }
      guard !earlier.isEmpty else { continue }
      var dice = plan.dice
      let original = earlier[earlier.startIndex + dice.below(earlier.count)].draft
      let forms = county.voices[voice].reposts
      plans[place].draft = copy(
        of: original, on: plan.draft.feed, as: forms[dice.below(forms.count)],
        at: plan.draft.published, county.voices[voice], dice)
    }
  }

  private func copy(
    of original: Draft, on feed: Int, as form: Frame?, at moment: Instant, _ voice: Voice?,
    _ dice: Dice
  ) -> Draft {
    var (title, body) = (original.title, original.body)
    if let form {
      var telling = telling(feed, voice, moment, dice)
      let keepsTitle = form.title == nil && county.feeds[feed].handles.isEmpty
      telling.quoted = keepsTitle || form.title != nil ? original.body : original.whole
      body = telling.text(of: form.body)
      title = form.title.map { telling.text(of: $0) } ?? (keepsTitle ? original.title : nil)
    }
    return Draft(
      published: moment, feed: feed, title: title, body: body, kind: original.kind,
      label: original.label, isCopy: true, alert: nil)
  }

  private func telling(_ feed: Int, _ voice: Voice?, _ moment: Instant, _ dice: Dice) -> Telling {
    let feed = county.feeds[feed]
    return Telling(
      lexicon: strand.lexicon, area: voice?.area ?? feed.area, language: feed.language,
      time: county.zone.civil(moment), dice: dice)
  }
}

/// Frames in a random order, each as often as it may before any comes again.
private struct FrameBag {
  private let frames: [Frame]
  private var dice: Dice
  private var rest: [Int] = []

  init(frames: [Frame], dice: Dice) {
    self.frames = frames.flatMap { Array(repeating: $0, count: $0.times) }
    self.dice = dice
  }

  /// The next that may be said at this hour; nil if none may ever be.
  mutating func next(atHour hour: Int) -> Frame? {
    for _ in 0..<2 {
      if let place = rest.lastIndex(where: { frames[$0].hours.contains(hour) }) {
        return frames[rest.remove(at: place)]
      }
      // What was passed over for its hour waits on top of the new round.
      rest = dice.order(frames.count).filter { !rest.contains($0) } + rest
    }
    return nil
  }
}

extension String {
  /// The text with a tail; its comma is left out where the text has come to its end already.
  fileprivate func followed(by tail: String) -> String {
    guard tail.first == "，", let last, "，。！？…!?]".contains(last) else { return self + tail }
    return self + tail.dropFirst()
  }
}
