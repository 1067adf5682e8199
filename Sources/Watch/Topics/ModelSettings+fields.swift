package import Bytes

extension ModelSettings {
  /// Reads the settings that a file changes; what it does not name keeps its value.
  ///
  /// Durations are in hours. An unknown name is an error that tells the nearest known one.
  package init(_ fields: consuming Fields) throws(FieldFailure) {
    self.init()
    try Self.read(&fields, "halfLifeHours", &halfLife)
    try Self.read(&fields, "timeToLiveHours", &timeToLive)
    try Self.read(&fields, "anchoredTimeHours", &anchoredTime)
    try Self.read(&fields, "learningTimeHours", &learningTime)
    try Self.read(&fields, "joinSimilarity", 0...1, &joinSimilarity)
    try Self.read(&fields, "mergeSimilarity", 0...1, &mergeSimilarity)
    try Self.read(&fields, "anchoredSimilarity", 0...1, &anchoredSimilarity)
    try Self.read(&fields, "anchorSignificance", 0...100, &anchorSignificance)
    try Self.read(&fields, "anchorStrength", 0...100, &anchorStrength)
    try Self.read(&fields, "bridgePosts", 1...1000, &bridgePosts)
    try Self.read(&fields, "bridgeShare", 0...1, &bridgeShare)
    try Self.read(&fields, "bridgeSimilarity", 0...1, &bridgeSimilarity)
    try Self.read(&fields, "bridgeLimit", 16...1 << 20, &bridgeLimit)
    try Self.read(&fields, "frameLimit", 1024...1 << 24, &frameLimit)
    try Self.read(&fields, "burstBoost", 0...100, &burstBoost)
    try Self.read(&fields, "priorCount", 0.001...1000, &priorCount)
    try Self.read(&fields, "priorPosts", 1...1_000_000, &priorPosts)
    try Self.read(&fields, "minimumSignificance", 0...100, &minimumSignificance)
    try Self.read(&fields, "severeSignificance", 0...100, &severeSignificance)
    try Self.read(&fields, "testCorrection", 0...10, &testCorrection)
    try Self.read(&fields, "minimumNovelty", 0...1, &minimumNovelty)
    try Self.read(&fields, "minimumBreadth", -1...1, &minimumBreadth)
    try Self.read(&fields, "usualDiscount", 0...100, &usualDiscount)
    try Self.read(&fields, "minimumSubject", 0...1, &minimumSubject)
    try Self.read(&fields, "minimumAlarmPosts", 1...1000, &minimumAlarmPosts)
    try Self.read(&fields, "minimumCoherence", 0...1, &minimumCoherence)
    try Self.read(&fields, "minimumSeverePosts", 1...1000, &minimumSeverePosts)
    try Self.read(&fields, "minimumPosts", 1...1000, &minimumPosts)
    try Self.read(&fields, "minimumOfficialPosts", 1...1000, &minimumOfficialPosts)
    try Self.read(&fields, "minimumVoices", 1...1000, &minimumVoices)
    try Self.read(&fields, "termLimit", 1024...1 << 24, &termLimit)
    try Self.read(&fields, "pairLimit", 1024...1 << 24, &pairLimit)
    try Self.read(&fields, "windowTermLimit", 1024...1 << 26, &windowTermLimit)
    try Self.read(&fields, "clusterLimit", 16...1 << 20, &clusterLimit)
    try Self.read(&fields, "duplicateLimit", 16...1 << 22, &duplicateLimit)
    try Self.read(&fields, "voiceLimit", 64...1 << 24, &voiceLimit)
    try Self.read(&fields, "noveltyBits", 4096...1 << 30, &noveltyBits)
    try fields.finish()
  }

  private static func read(
    _ fields: inout Fields, _ name: String, _ duration: inout Duration
  ) throws(FieldFailure) {
    var hours = duration.inSeconds / 3600
    try read(&fields, name, 1...100_000, &hours)
    duration = .seconds(hours * 3600)
  }

  private static func read(
    _ fields: inout Fields, _ name: String, _ range: ClosedRange<Double>, _ number: inout Double
  ) throws(FieldFailure) {
    guard let given = try fields.number(ifPresent: name) else { return }
    guard range.contains(given) else {
      throw fields.failure(name, outside("\(range.lowerBound)", "\(range.upperBound)", name))
    }
    number = given
  }

  private static func read(
    _ fields: inout Fields, _ name: String, _ range: ClosedRange<Int>, _ number: inout Int
  ) throws(FieldFailure) {
    guard let given = try fields.integer(ifPresent: name) else { return }
    guard range.contains(given) else {
      throw fields.failure(name, outside("\(range.lowerBound)", "\(range.upperBound)", name))
    }
    number = given
  }

  private static func outside(_ low: String, _ high: String, _ name: String) -> Bilingual {
    Bilingual(
      zh: "“\(name)”应在 \(low) 到 \(high) 之间", en: "'\(name)' should lie between \(low) and \(high)")
  }
}
