/// What the words of a topic's posts say about trouble, leisure and places.
package struct TopicReading: Hashable, Sendable {
  /// How many posts were read: those that stand for the topic.
  package internal(set) var items = 0
  /// How many of them have a word of this weight or more.
  package internal(set) var severeItems = 0
  /// Of those with a serious word, how many tell of the same kind of trouble, or of people harmed:
  /// a fall, a fever and two cars that touched are no event together.
  package internal(set) var kindredItems = 0
  package internal(set) var mildItems = 0
  package internal(set) var leisureItems = 0
  package internal(set) var graveItems = 0
  /// How many tell of deaths, or of what comes next to it.
  package internal(set) var harmItems = 0
  /// Of drills: their words of trouble were not counted.
  package internal(set) var drillItems = 0
  /// The words of trouble, those in most posts first.
  package internal(set) var words: [String] = []
  /// The kinds of trouble, those in most posts first.
  package internal(set) var troubles: [Trouble] = []
  /// Places and facilities of the desk, each by its first name, in the profile's order.
  package internal(set) var places: [String] = []
  /// Those of them that two posts name: one post names many a place.
  package internal(set) var firmPlaces: [String] = []
  /// The kinds of trouble of which two posts have a grave word, people harmed apart.
  package internal(set) var graveTroubles: [Trouble] = []
  package internal(set) var dutyWords: [String] = []

  /// Whether it tells of deaths, or of what comes next to it: one post alone may say anything.
  package var hasHarm: Bool { harmItems >= 2 }
  package var isGrave: Bool { graveItems >= 2 }

  func share(_ count: Int) -> Double { items == 0 ? 0 : Double(count) / Double(items) }
}

/// Reads topics by a desk's words. Made once from a profile.
struct TopicReader: Hashable, Sendable {
  private let severity: [SeverityWord]
  private let severityFinder: WordFinder
  private let places: [String]
  private let placeFinder: WordFinder
  private let placeOfName: [Int]
  /// The whole that a place is a part of, by their first names.
  private let wholes: [String: String]
  private let duties: [String]
  private let dutyFinder: WordFinder

  init(_ profile: RelevanceProfile) {
    // The first of two equal words counts, so what a desk says goes before what ships.
    severity = profile.severityWords + SeverityWord.standard
    severityFinder = WordFinder(severity.map(\.word))
    let all = (profile.places + profile.facilities).flatMap { [$0.names] + $0.parts }
    places = all.map { $0.first ?? "" }
    var names: [String] = []
    var placeOfName: [Int] = []
    for (place, entry) in all.enumerated() {
      names += entry
      placeOfName += repeatElement(place, count: entry.count)
    }
    var wholes: [String: String] = [:]
    for place in profile.places + profile.facilities {
      for part in place.parts { wholes[part.first ?? ""] = place.names.first }
    }
    self.wholes = wholes
    placeFinder = WordFinder(names)
    self.placeOfName = placeOfName
    duties = profile.dutyWords
    dutyFinder = WordFinder(duties)
  }

  var knowsPlaces: Bool { !places.isEmpty }

  /// Which of these places say more than those that were told: not the whole of one of them, nor a
  /// part of one of which no part was told yet, since that only says better where it is.
  func new(_ places: [String], beside told: [String]) -> [String] {
    let precise = told.filter { place in !told.contains { wholes[$0] == place } }
    return places.filter { place in
      !told.contains(place) && !told.contains { wholes[$0] == place }
        && !(wholes[place].map { precise.contains($0) } ?? false)
    }
  }

  /// Reads the posts that stand for a topic, in their compared form.
  func read(_ texts: [[UInt32]]) -> TopicReading {
    var reading = TopicReading()
    var wordItems: [Int: Int] = [:]
    var troubleItems: [Int: Int] = [:]
    var seriousKinds: [Set<Trouble>] = []
    var placeItems: [Int: Int] = [:]
    var graveItems: [Trouble: Int] = [:]
    var heardDuties: Set<Int> = []
    for scalars in texts {
      reading.items += 1
      for place in Set(placeFinder.find(in: scalars).map { placeOfName[$0] }) {
        placeItems[place, default: 0] += 1
      }
      let found = dutyFinder.find(in: scalars)
      heardDuties.formUnion(found)
      let words = Set(severityFinder.find(in: scalars))
      let troubles = Set(words.map { severity[$0].trouble })
      if troubles.contains(.drill) {
        reading.drillItems += 1
        continue
      }
      if troubles.contains(.leisure) { reading.leisureItems += 1 }
      let weight = max(words.map { severity[$0].weight }.max() ?? 0, found.isEmpty ? 0 : 1)
      if weight >= 1 { reading.mildItems += 1 }
      if weight >= 2 { reading.severeItems += 1 }
      if weight >= 3 { reading.graveItems += 1 }
      seriousKinds.append(
        Set(words.lazy.map { severity[$0] }.filter { $0.weight >= 2 }.map(\.trouble)))
      if words.contains(where: { isGraveHarm(severity[$0]) }) { reading.harmItems += 1 }
      for trouble in Set(words.filter { severity[$0].weight >= 3 }.map { severity[$0].trouble }) {
        graveItems[trouble, default: 0] += 1
      }
      let telling = words.filter { severity[$0].weight > 0 }
      for word in telling { wordItems[word, default: 0] += 1 }
      let kinds = Set(telling.map { severity[$0].trouble })
      for (place, trouble) in Trouble.allCases.enumerated() where kinds.contains(trouble) {
        troubleItems[place, default: 0] += 1
      }
    }
    reading.kindredItems =
      Trouble.allCases.map { kind in
        seriousKinds.count { $0.contains(kind) || $0.contains(.harm) }
      }.max() ?? 0
    reading.words = Self.ranked(wordItems).map { severity[$0].word }
    reading.troubles = Self.ranked(troubleItems).map { Trouble.allCases[$0] }
    reading.places = placeItems.keys.sorted().map { places[$0] }
    reading.firmPlaces = placeItems.filter { $0.value >= 2 }.keys.sorted().map { places[$0] }
    reading.graveTroubles = Trouble.allCases.filter {
      $0 != .harm && graveItems[$0] ?? 0 >= 2
    }
    reading.dutyWords = heardDuties.sorted().map { duties[$0] }
    return reading
  }

  private func isGraveHarm(_ word: SeverityWord) -> Bool {
    word.trouble == .harm && word.weight >= 3
  }

  /// The numbers that were counted, those counted most first, ties in their order.
  private static func ranked(_ counts: [Int: Int]) -> [Int] {
    counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
  }
}
