import Bytes

/// What is known of one source from one poll to the next.
struct SourceState: Sendable {
  let id: Name
  /// The address that the rest belongs to; another address starts anew.
  var url: String
  /// Validators as they came, byte for byte. They are kept only together with the items that the
  /// same answer brought.
  var entityTag: [UInt8]?
  var lastModified: [UInt8]?
  /// Of the last body that was read as a feed.
  var bodyHash: Digest?
  var lastSuccess: Instant?
  var lastItem: Instant?
  var items = 0
  var polls = 0
  var failures = 0
  var firstFailure: Instant?
  var problem: Bilingual?
  /// Ids of items that this source has shown, with the time when it showed them last.
  var seen: [String: Instant] = [:]

  init(id: Name, url: String) {
    self.id = id
    self.url = url
  }

  /// An item that a feed has not listed for so long is forgotten; a feed that brings it back then
  /// is taken at its word.
  static let memory = Duration.days(60)

  mutating func forget(at now: Instant) {
    seen = seen.filter { now - $0.value <= Self.memory }
  }

  var line: [UInt8] {
    JSONWriter.object { writer in
      writer.member("id", id.text)
      writer.member("url", url)
      writer.member(ifPresent: "etag", entityTag.map(hexEncoded))
      writer.member(ifPresent: "lastModified", lastModified.map(hexEncoded))
      writer.member(ifPresent: "body", bodyHash?.hex)
      writer.member(ifPresent: "lastSuccess", lastSuccess?.iso8601)
      writer.member(ifPresent: "lastItem", lastItem?.iso8601)
      writer.member("items", items)
      writer.member("polls", polls)
      writer.member("failures", failures)
      writer.member(ifPresent: "firstFailure", firstFailure?.iso8601)
      if let problem { writer.member("problem", problem) }
      writer.memberObject("seen") { writer in
        for (item, time) in seen.sorted(by: { $0.key < $1.key }) {
          writer.member(item, time.seconds)
        }
      }
    }
  }

  init(line: [UInt8]) throws {
    var fields = try Fields(try JSONReader.read(line))
    id = try fields.value("id", Bilingual(same: "name")) { Name($0) }
    url = try fields.text("url")
    entityTag = try fields.text(ifPresent: "etag").flatMap { hexDecoded($0) }
    lastModified = try fields.text(ifPresent: "lastModified").flatMap { hexDecoded($0) }
    bodyHash = try fields.text(ifPresent: "body").flatMap { Digest(hex: $0) }
    lastSuccess = try fields.instant(ifPresent: "lastSuccess")
    lastItem = try fields.instant(ifPresent: "lastItem")
    items = try fields.integer(ifPresent: "items") ?? 0
    polls = try fields.integer(ifPresent: "polls") ?? 0
    failures = try fields.integer(ifPresent: "failures") ?? 0
    firstFailure = try fields.instant(ifPresent: "firstFailure")
    problem = try fields.bilingual(ifPresent: "problem")
    var listed = try fields.fields("seen")
    for item in listed.names {
      seen[item] = Instant(seconds: Int64(try listed.integer(item)))
    }
  }
}

/// When a source is asked again. It is a pure function, and the same source gets the same answers.
enum PollSchedule {
  /// With ten failures and an interval of five minutes this is reached.
  static let longest = Duration.hours(24)
  private static let doublingLimit = 6
  /// The most that a server may put us off by a header: more would be silence.
  static let longestRetryAfter = Duration.hours(24)

  /// The wait after a poll. Failures double it, and a tenth more or less, which the id decides,
  /// keeps sources that were asked together from being asked together for ever.
  static func wait(
    every: Duration, failures: Int, polls: Int, id: Name, retryAfter: Duration?
  ) -> Duration {
    let doublings = min(max(0, failures), doublingLimit)
    var wait = every * (1 << doublings)
    let spread = SHA256.hash("\(id)/\(polls)").bytes.first.map(Int64.init) ?? 0
    wait += .microseconds(wait.microseconds / 10 * (spread - 128) / 128)
    wait = min(wait, longest)
    if let retryAfter { wait = max(wait, min(retryAfter, longestRetryAfter)) }
    return wait
  }

  /// `Retry-After` in seconds, or as a date (RFC 9110 §10.2.3).
  static func retryAfter(_ value: String?, at now: Instant, date: (String) -> Instant?)
    -> Duration?
  {
    guard let value else { return nil }
    if let seconds = Int(value), seconds >= 0 { return .seconds(min(seconds, 1_000_000)) }
    return date(value).map { max(.zero, $0 - now) }
  }
}
