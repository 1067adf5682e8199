import Bytes
import Watch

/// What libFuzzer calls with bytes of its own making; it looks for crashes, hangs and hunger by
/// itself. Built by `.ci/fuzz`, and no part of the package.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzFeed(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  var limits = FeedLimits(entries: 200)
  // Both forms of texts, by a bit that the input holds anyway.
  limits.keepsMarkup = count.isMultiple(of: 2)
  guard
    let feed = try? readFeed(
      bytes, contentType: nil, url: "http://a.example/f", zone: .universal, limits: limits)
  else { return 0 }
  precondition(feed.entries.count <= limits.entries, "more entries than the limit")
  for entry in feed.entries {
    precondition((entry.text?.utf8.count ?? 0) <= limits.textBytes, "a text beyond the limit")
    precondition((entry.title?.utf8.count ?? 0) <= limits.textBytes, "a title beyond the limit")
  }
  let items = items(
    from: feed, of: SourceProfile(id: "fuzz", isPersonal: true),
    seen: Instant(seconds: 1_800_000_000)
  ) { _ in "p" }
  precondition(items.count <= feed.entries.count, "more items than entries")
  return 0
}
