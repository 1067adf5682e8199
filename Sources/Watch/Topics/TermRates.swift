import Bytes

/// The stretches of time over which a burst is looked for.
package enum BurstWindow: Int, CaseIterable, Sendable {
  case hour
  case sixHours
  case day

  package var length: Duration {
    switch self {
    case .hour: .hours(1)
    case .sixHours: .hours(6)
    case .day: .hours(24)
    }
  }
}

/// A count beside what was to be expected, and how far it lies above.
package struct Significance: Hashable, Sendable {
  package var count: Double
  package var expected: Double
  /// In standard deviations of a normal distribution; 0 where the count is not above.
  package var z: Double

  static let none = Significance(count: 0, expected: 0, z: 0)
}

/// The same for each window.
struct WindowFigures: Hashable, Sendable {
  var hour: Significance
  var sixHours: Significance
  var day: Significance

  var highest: Double { max(hour.z, sixHours.z, day.z) }

  static let none = WindowFigures(hour: .none, sixHours: .none, day: .none)
}

/// How often each term was heard lately, and how often it usually is.
///
/// Lately is three sliding windows, in steps of five minutes. Usual is everything before a window,
/// each post weighed by half for every half-life of its age; a term that is not known counts as
/// if it had been heard `priorCount` times in `priorPosts` posts, so that a desk of one day is not
/// alarmed by every word that is new to it.
///
/// Memory: the windows hold at most `windowTermLimit` terms of four bytes. Past that, the oldest
/// five minutes leave the windows early; counts and volume leave together, so that the shares
/// stay right.
struct TermRates: Sendable {
  static let stepsADay = 288
  private static let stepsAnHour = 12
  private static let stepsInSixHours = 72
  static let step: Duration = .minutes(5)

  struct Step: Sendable {
    var terms: [Int32] = []
    var posts: UInt32 = 0
  }

  var table: TermTable
  /// A ring of a day; the step of number n stands at n modulo 288.
  private(set) var steps: [Step]
  /// The step that is now; nil before the first post.
  private(set) var now: Int64?
  /// The oldest step that the day's window still holds.
  private(set) var oldest: Int64 = 0
  /// From here growth is counted, so that its powers stay small.
  private(set) var origin: Int64 = 0
  private(set) var posts = PostCounts()
  private(set) var windowTerms = 0

  /// Posts in the windows, and those that left them, weighed as terms are.
  struct PostCounts: Hashable, Sendable {
    var hour: UInt32 = 0
    var sixHours: UInt32 = 0
    var day: UInt32 = 0
    var past: Double = 0
    /// All that were ever counted.
    var total: Double = 0
  }

  /// Of three windows one is high by chance more often than of one. The short ones pay for it: on
  /// recorded streams this ends more false clusters than it delays true ones.
  private static let sixHourDiscount = 0.5
  private static let hourDiscount = 1.0

  private let halfLifeSteps: Double
  private let priorCount: Double
  private let priorPosts: Double
  private let windowTermLimit: Int
  private let testCorrection: Double
  /// One over the growth factor of the present step.
  private var shrink = 1.0
  private var usualHour = WindowUsual()
  private var usualSixHours = WindowUsual()
  private var usualDay = WindowUsual()

  init(settings: ModelSettings) {
    table = TermTable(limit: settings.termLimit)
    steps = [Step](repeating: Step(), count: Self.stepsADay)
    halfLifeSteps = max(1, settings.halfLife.inSeconds / Self.step.inSeconds)
    priorCount = settings.priorCount
    priorPosts = settings.priorPosts
    windowTermLimit = settings.windowTermLimit
    testCorrection = settings.testCorrection
    noteUsual()
  }

  /// After each change of the volumes.
  private mutating func noteUsual() {
    usualHour = usual(volume: posts.hour)
    usualSixHours = usual(volume: posts.sixHours)
    usualDay = usual(volume: posts.day)
  }

  private func usual(volume: UInt32) -> WindowUsual {
    let mass = pastPosts + Double(posts.day - volume) + priorPosts
    return WindowUsual(
      volume: Double(max(1, volume)), mass: mass, priorCount: priorCount, shrink: shrink,
      spread: 1 + Double(volume) / mass)
  }

  /// From a checkpoint.
  init(
    settings: ModelSettings, table: TermTable, steps: [Step], now: Int64?, oldest: Int64,
    origin: Int64, posts: PostCounts
  ) {
    self.init(settings: settings)
    self.table = table
    self.steps = steps
    self.now = now
    self.oldest = oldest
    self.origin = origin
    self.posts = posts
    windowTerms = steps.reduce(0) { $0 + $1.terms.count }
    if let now { shrink = 1 / growth(now) }
    noteUsual()
  }

  static func step(of instant: Instant) -> Int64 {
    instant.microseconds.floorDivided(by: step.microseconds)
  }

  // Old posts are not made lighter one by one: new ones are counted heavier, and all are divided
  // by the same factor when they are read.
  private func growth(_ step: Int64) -> Double {
    powerOfTwo(Double(step - origin) / halfLifeSteps)
  }

  /// Moves the windows on to this step. Time does not go back: an earlier step changes nothing.
  mutating func advance(to step: Int64) {
    guard let before = now else {
      now = step
      oldest = step
      origin = step
      noteUsual()
      return
    }
    guard step > before else { return }
    if step - before >= 2 * Int64(Self.stepsADay) {
      while oldest <= before { leaveDay() }
      emptyShorterWindows()
      oldest = step
    } else {
      for next in before + 1...step { enter(next) }
    }
    now = step
    shrink = 1 / growth(step)
    noteUsual()
  }

  private mutating func enter(_ step: Int64) {
    leave(step - Int64(Self.stepsAnHour), hour: true)
    leave(step - Int64(Self.stepsInSixHours), hour: false)
    while step - oldest >= Int64(Self.stepsADay) { leaveDay() }
  }

  private mutating func leave(_ step: Int64, hour: Bool) {
    guard step >= oldest else { return }
    let leaving = steps[Self.slot(step)]
    if hour {
      posts.hour -= leaving.posts
      table.updateEach(leaving.terms) { $0.hour -= 1 }
    } else {
      posts.sixHours -= leaving.posts
      table.updateEach(leaving.terms) { $0.sixHours -= 1 }
    }
  }

  /// The oldest step goes over from the windows to the past.
  private mutating func leaveDay() {
    let slot = Self.slot(oldest)
    let leaving = steps[slot]
    let weight = growth(oldest)
    posts.day -= leaving.posts
    posts.past += weight * Double(leaving.posts)
    table.updateEach(leaving.terms) {
      $0.day -= 1
      $0.past += weight
    }
    windowTerms -= leaving.terms.count
    steps[slot].terms.removeAll(keepingCapacity: leaving.terms.count < 256)
    steps[slot].posts = 0
    oldest += 1
  }

  /// After a gap in which all windows ran empty; the day's counts went with its steps.
  private mutating func emptyShorterWindows() {
    posts.hour = 0
    posts.sixHours = 0
    for term in table.entries.indices {
      table.update(Int32(term)) {
        $0.hour = 0
        $0.sixHours = 0
      }
    }
  }

  @inline(__always)
  private static func slot(_ step: Int64) -> Int {
    Int(step.floorDivided(by: Int64(stepsADay)) * -Int64(stepsADay) + step)
  }

  /// Takes for granted that a new term is usual: in so many of the first thousand posts.
  @inline(__always)
  mutating func assume(_ posts: Double, of term: Int32) {
    guard posts > 0 else { return }
    let past = posts * priorPosts / 1000 / shrink
    table.update(term) {
      $0.past = past
      $0.total = UInt32(posts)
    }
  }

  /// Counts the terms of one post at its step, and the post itself where it may add to volume.
  ///
  /// A step outside of the day counts as the nearest one inside it.
  mutating func count(_ terms: [Int32], countsPost: Bool, at step: Int64) {
    guard let now else { return }
    let step = min(now, max(oldest, step))
    let slot = Self.slot(step)
    let isInHour = step > now - Int64(Self.stepsAnHour)
    let isInSixHours = step > now - Int64(Self.stepsInSixHours)
    if countsPost {
      posts.total += 1
      steps[slot].posts += 1
      posts.day += 1
      if isInSixHours { posts.sixHours += 1 }
      if isInHour { posts.hour += 1 }
    }
    table.updateEach(terms) {
      $0.total &+= 1
      $0.day += 1
      if isInSixHours { $0.sixHours += 1 }
      if isInHour { $0.hour += 1 }
    }
    steps[slot].terms.append(contentsOf: terms)
    windowTerms += terms.count
    while windowTerms > windowTermLimit, oldest < now {
      leaveEarly()
    }
    noteUsual()
  }

  /// At the limit of memory the oldest step leaves every window that still holds it.
  private mutating func leaveEarly() {
    guard let now else { return }
    if oldest > now - Int64(Self.stepsAnHour) { leave(oldest, hour: true) }
    if oldest > now - Int64(Self.stepsInSixHours) { leave(oldest, hour: false) }
    leaveDay()
  }
}

/// What one window is measured against, the same for all terms until the next post is counted.
struct WindowUsual: Sendable {
  fileprivate var volume = 1.0
  fileprivate var mass = 1.0
  fileprivate var priorCount = 0.0
  fileprivate var shrink = 1.0
  /// How much wider the distribution of counts is than Poisson's, for the past is short.
  fileprivate(set) var spread = 1.0

  /// How often a term is expected in the window, in which it was counted so often.
  @inline(__always)
  func expected(_ entry: TermTable.Entry, _ count: UInt32) -> Double {
    let before = entry.past * shrink + Double(entry.day - count)
    return (before + priorCount) / mass * volume
  }
}

// What the counts say.
extension TermRates {
  /// Posts of the past, weighed by age.
  var pastPosts: Double { posts.past * shrink }

  /// The term's highest significance in any window.
  @inline(__always)
  func significance(_ entry: TermTable.Entry) -> Double {
    guard entry.day > 1 else { return 0 }
    var highest = significance(entry, .day).z
    if entry.sixHours > 1 {
      highest = max(highest, significance(entry, .sixHours).z - Self.sixHourDiscount)
    }
    if entry.hour > 2 { highest = max(highest, significance(entry, .hour).z - Self.hourDiscount) }
    return highest
  }

  /// What was counted in one window beside what everything before it lets one expect.
  @inline(__always)
  func significance(_ entry: TermTable.Entry, _ window: BurstWindow) -> Significance {
    let usual = usual(window)
    let count = count(entry, window)
    let expected = usual.expected(entry, count)
    return Significance(
      count: Double(count), expected: expected,
      z: Self.deviance(Double(count), expected, spread: usual.spread))
  }

  @inline(__always)
  func count(_ entry: TermTable.Entry, _ window: BurstWindow) -> UInt32 {
    switch window {
    case .hour: entry.hour
    case .sixHours: entry.sixHours
    case .day: entry.day
    }
  }

  @inline(__always)
  func usual(_ window: BurstWindow) -> WindowUsual {
    switch window {
    case .hour: usualHour
    case .sixHours: usualSixHours
    case .day: usualDay
    }
  }

  /// The signed root of the Poisson deviance, which is normal when nothing happens, divided by the
  /// root of `spread`: where the past is short, what is expected is itself uncertain.
  @inline(__always)
  static func deviance(_ count: Double, _ expected: Double, spread: Double) -> Double {
    guard count > expected, expected > 0 else { return 0 }
    let deviance = 2 * (count * naturalLogarithm(count / expected) - (count - expected))
    return (max(0, deviance) / spread).squareRoot()
  }
  /// So many terms can be looked at before chance counts; what is asked for was found with them.
  private static let fewTerms = 10_000.0

  /// What a significance must be among all the terms that are known, to be as rare as `single` is
  /// among few. N tests make a chance N times as likely, and the chance of a significance z is
  /// about exp(-z²/2) (Bonferroni's correction): z² grows by 2 ln N.
  func corrected(_ single: Double) -> Double {
    let tests = max(1, Double(table.count) / Self.fewTerms)
    return (single * single + testCorrection * 2 * naturalLogarithm(tests)).squareRoot()
  }
}
