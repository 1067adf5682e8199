import Bytes
import Wire

/// A redirect that says it is for good (301, 308), and how often it has said so.
///
/// One such answer proves nothing: servers under maintenance, and networks that ask for a login, send
/// them as well. Only the same target, many times over days, with the same feed behind it, does.
struct PermanentMove: Hashable, Sendable {
  let target: String
  let since: Instant
  var count = 1

  static let timesNeeded = 5
  static let timeNeeded = Duration.hours(72)

  func isProven(at now: Instant) -> Bool {
    count >= Self.timesNeeded && now - since >= Self.timeNeeded
  }

  /// Where the permanent redirects at the start of a chain lead; nil if the first is not one. What
  /// follows behind a temporary one is nobody's address.
  static func target(of hops: [FetchResponse.Hop]) -> String? {
    hops.prefix { $0.status == 301 || $0.status == 308 }.last?.target
  }

  /// What is known after another answer that was this source's feed.
  static func after(_ known: PermanentMove?, hops: [FetchResponse.Hop], at now: Instant)
    -> PermanentMove?
  {
    guard let target = target(of: hops) else { return nil }
    guard var known, known.target == target else {
      return PermanentMove(target: target, since: now)
    }
    known.count += 1
    return known
  }
}
