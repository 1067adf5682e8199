import Bytes

/// What a site asks of programs that read its pages: `robots.txt` by RFC 9309.
///
/// A feed is published for programs and is asked for as it is; a page is made for people, and its
/// site may not want it read by a program.
struct RobotsRules: Hashable, Sendable {
  private struct Rule: Hashable, Sendable {
    let isAllowed: Bool
    let pattern: [UInt8]
  }

  private var rules: [Rule] = []
  /// How long to wait between two pages, where it says so (no part of the standard, and common).
  private(set) var delay: Duration?

  /// A longer text than this need not be read (RFC 9309 §2.5).
  static let limit = 500 << 10
  /// Of one file, so that a match costs a bounded time.
  private static let ruleLimit = 2000
  private static let longestDelay = Duration.minutes(5)

  /// Everything is allowed.
  init() {}

  /// - Parameter agent: the product's name, by which a group may name it: `incident-desk`.
  init(_ text: [UInt8], agent: String) {
    let agent = agent.lowercased()
    var own: (rules: [Rule], delay: Duration?)?
    var others: (rules: [Rule], delay: Duration?) = ([], nil)
    // Whether the lines that follow are for us, for everybody, or both; names stand one below another.
    var isOwn = false
    var isOthers = false
    var isNaming = false
    for line in text.prefix(Self.limit).split(whereSeparator: { $0 == 0x0a || $0 == 0x0d }) {
      guard let (key, value) = Self.pair(line) else { continue }
      switch key {
      case "user-agent":
        if !isNaming { (isOwn, isOthers) = (false, false) }
        isNaming = true
        let name = value.lowercased()
        if name == "*" { isOthers = true }
        if name == agent {
          isOwn = true
          own = own ?? ([], nil)
        }
      case "allow", "disallow":
        isNaming = false
        // An empty pattern forbids nothing.
        guard value.utf8.first == UInt8(ascii: "/") || value.utf8.first == UInt8(ascii: "*")
        else { continue }
        let rule = Rule(isAllowed: key == "allow", pattern: Self.normal(Array(value.utf8)))
        if isOwn, own?.rules.count ?? 0 < Self.ruleLimit { own?.rules.append(rule) }
        if isOthers, others.rules.count < Self.ruleLimit { others.rules.append(rule) }
      case "crawl-delay":
        isNaming = false
        guard let seconds = Double(value), seconds >= 0 else { continue }
        let delay = min(.seconds(min(seconds, 86_400)), Self.longestDelay)
        if isOwn { own?.delay = delay }
        if isOthers { others.delay = delay }
      default: continue
      }
    }
    (rules, delay) = own ?? others
  }

  /// Whether a path, with its query, may be read. The longest rule that matches decides, and of two
  /// that are as long the one that allows (RFC 9309 §2.2.2).
  func allows(_ path: String) -> Bool {
    let path = Self.normal(Array((path.isEmpty ? "/" : path).utf8))
    if path == Array("/robots.txt".utf8) { return true }
    var best: Rule?
    for rule in rules where Self.matches(rule.pattern, path) {
      let isLonger = best.map { rule.pattern.count > $0.pattern.count } ?? true
      if isLonger || (rule.pattern.count == best?.pattern.count && rule.isAllowed) { best = rule }
    }
    return best?.isAllowed ?? true
  }

  private static func pair(_ line: [UInt8].SubSequence) -> (key: String, value: String)? {
    let plain = line.prefix { $0 != UInt8(ascii: "#") }
    guard let colon = plain.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    func trimmed(_ part: [UInt8].SubSequence) -> String {
      let blanks: Set<UInt8> = [0x20, 0x09]
      let start = part.drop { blanks.contains($0) || [0xef, 0xbb, 0xbf].contains($0) }
      let end = start.lastIndex { !blanks.contains($0) }.map { $0 + 1 } ?? start.startIndex
      return String(decoding: start[start.startIndex..<end], as: UTF8.self)
    }
    return (trimmed(plain[..<colon]).lowercased(), trimmed(plain[(colon + 1)...]))
  }

  /// Percent signs in capitals, and what is not ASCII as percent signs: both spellings are the same.
  private static func normal(_ path: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    var escape = 0
    for byte in path {
      if byte >= 0x80 {
        result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        continue
      }
      let isSmall = escape > 0 && (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
      result.append(isSmall ? byte - 32 : byte)
      escape = byte == UInt8(ascii: "%") ? 2 : max(0, escape - 1)
    }
    return result
  }

  /// `*` stands for any run of bytes, `$` at the end for the end of the path. The time is at most the
  /// product of both lengths.
  private static func matches(_ pattern: [UInt8], _ path: [UInt8]) -> Bool {
    let isAnchored = pattern.last == UInt8(ascii: "$")
    let pattern = isAnchored ? pattern.dropLast() : pattern[...]
    var (place, next) = (0, 0)
    var star: (pattern: Int, path: Int)?
    while true {
      if place == pattern.count {
        if !isAnchored || next == path.count { return true }
      } else if pattern[place] == UInt8(ascii: "*") {
        star = (place, next)
        place += 1
        continue
      } else if next < path.count, pattern[place] == path[next] {
        place += 1
        next += 1
        continue
      }
      guard let back = star, back.path < path.count else { return false }
      star = (back.pattern, back.path + 1)
      (place, next) = (back.pattern + 1, back.path + 1)
    }
  }
}
