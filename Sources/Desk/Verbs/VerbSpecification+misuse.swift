import Bytes

// What was wrong with the words of a line, so that nobody has to compare it with the usage.
extension VerbSpecification {
  /// What was wrong, and what the line should have been.
  func misuse(_ words: [String]) -> VerbFailure {
    let usage = forms.map { "incident \(name) \($0)" }.joined(separator: "\n  ")
    let mistake = mistake(words)
    return VerbFailure(
      .usage, zh: (mistake.map { $0.zh + "\n" } ?? "") + "用法：\n  \(usage)",
      en: (mistake.map { $0.en + "\n" } ?? "") + "usage:\n  \(usage)")
  }

  /// Only where each form begins with a word of its own: `show TOPIC`, and not `ID set TEXT`.
  private func mistake(_ words: [String]) -> Bilingual? {
    // A form that is made by an option is known by that, and not by its words.
    let patterns = forms.map { $0.split(separator: " ").map(String.init) }
      .filter { !$0.contains { $0.hasPrefix("--") } }
      .map { Array($0.prefix { !$0.hasPrefix("[") }) }
    let known = patterns.compactMap(\.first)
    guard !known.isEmpty, known.count == patterns.count,
      known.allSatisfy({ $0.first?.isLowercase == true })
    else { return nil }
    guard let first = words.first else {
      let all = known.joined(separator: ", ")
      return Bilingual(
        zh: "“\(name)”后缺少一个词（\(all)）", en: "a word is missing behind '\(name)' (\(all))")
    }
    let own = patterns.filter { $0.first == first }
    guard let shortest = own.min(by: { $0.count < $1.count }),
      let longest = own.max(by: { $0.count < $1.count })
    else {
      let near = nearest(to: first, among: known)
      return Bilingual(
        zh: "“\(name)”没有“\(first)”" + (near.map { "；是否应为“\($0)”？" } ?? ""),
        en: "'\(name)' has no '\(first)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
    }
    if words.count < shortest.count {
      let missing = shortest[words.count...].joined(separator: " ")
      return Bilingual(
        zh: "“\(name) \(first)”缺少 \(missing)", en: "'\(name) \(first)' lacks \(missing)")
    }
    if words.count > longest.count {
      let surplus = words[longest.count...].joined(separator: " ")
      return Bilingual(
        zh: "“\(name) \(first)”多了“\(surplus)”", en: "'\(name) \(first)' takes no '\(surplus)'")
    }
    return nil
  }
}
