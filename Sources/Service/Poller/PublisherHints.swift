import Bytes
import Watch
import Wire

/// How often a publisher would like to be asked, as far as it says.
struct PublisherHints: Hashable, Sendable {
  /// Of the last answer's headers.
  var freshness: Duration?
  /// Of the last document.
  var document = FeedHints()

  /// The longest of all that it says.
  var interval: Duration? {
    [freshness, document.interval].compactMap { $0 }.max()
  }

  /// How long an answer says that it will hold: the longer of `max-age` less `Age` and of `Expires`
  /// less `Date` (RFC 9111 §4.2.1). `Expires: 0` and other values that are no dates mean that it
  /// does not hold; a validator that came along is good all the same.
  ///
  /// Nil where the answer says nothing; zero or more else.
  static func freshness(_ headers: HeaderList, at now: Instant) -> Duration? {
    var found: [Duration] = []
    for directive in headers.values("Cache-Control").flatMap({ $0.split(separator: ",") }) {
      let parts = directive.split(separator: "=", maxSplits: 1).map(Self.trimmed)
      switch parts.first?.lowercased() {
      case "max-age":
        guard parts.count == 2, let seconds = wholeSeconds(parts[1].filter { $0 != "\"" }) else {
          continue
        }
        let age = headers["Age"].flatMap { wholeSeconds(trimmed($0[...])) } ?? 0
        found.append(.seconds(max(0, seconds - age)))
      case "no-cache", "no-store": found.append(.zero)
      default: break
      }
    }
    if let expires = headers["Expires"] {
      let date = headers["Date"].flatMap { feedDate($0, in: .universal) } ?? now
      let end = wholeSeconds(expires) == nil ? feedDate(expires, in: .universal) : nil
      found.append(max(.zero, end.map { $0 - date } ?? .zero))
    }
    return found.max()
  }

  private static func trimmed(_ text: Substring) -> String {
    String(
      text.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }
        .reversed())
  }

  /// More seconds than anybody means are a year's.
  private static func wholeSeconds(_ text: String) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return min(Int(text) ?? .max, 366 * 86_400)
  }
}
