import Bytes

/// Puts what stands for a name in its place, wherever a text has it.
///
/// Names are found in the form that texts are compared in: in simplified characters, small letters,
/// and without what takes no room. A text is shown as it was written, so each place is looked up in
/// the one form and replaced in the other.
struct NameCover {
  enum Name: Hashable {
    case chinese(String, surname: Int)
    case english(String, String, String)
  }

  static let englishStand = "a private person"

  private struct Needle {
    var scalars: [UInt32]
    var stand: String
    var use: Use
  }

  /// Half an English name is a word as often: of Will Smith, will. It takes a capital in a text; a
  /// keyword has lost its capitals.
  private enum Use {
    case anywhere
    case withCapital
    case inKeywords
  }

  /// The longest first.
  private var needles: [Needle] = []
  private var names: [(name: String, surname: Int)] = []

  init(_ names: [Name]) {
    var stands: [String: (stand: String, use: Use)] = [:]
    for name in names {
      switch name {
      case .chinese(let name, let surname):
        self.names.append((name, surname))
        stands[name] = (Self.stand(name, surname), .anywhere)
        // People leave the surname away, and a text that was cut off ends within the name.
        let given = name.dropFirst(surname)
        guard given.count == 2 else { continue }
        for part in [String(given), String(name.dropLast())] where !NamePatterns.isEveryday(part) {
          stands[part] = stands[part] ?? (Self.stand(part, part == given ? 0 : surname), .anywhere)
        }
      case .english(let whole, let first, let last):
        stands[whole.lowercased()] = (Self.englishStand, .anywhere)
        for part in [first, last] { stands[part.lowercased()] = (Self.englishStand, .withCapital) }
        for part in (first + " " + last).lowercased().split(whereSeparator: { !$0.isLetter })
        where part.count >= 3 && stands[String(part)] == nil {
          stands[String(part)] = (Self.englishStand, .inKeywords)
        }
      }
    }
    needles =
      stands.map {
        Needle(
          scalars: Alphabet.shared.compared($0.key), stand: $0.value.stand, use: $0.value.use)
      }
      .sorted {
        ($1.scalars.count, $0.scalars.first ?? 0) < ($0.scalars.count, $1.scalars.first ?? 0)
      }
  }

  private static func stand(_ name: String, _ surname: Int) -> String {
    String(name.prefix(surname)) + String(repeating: "某", count: name.count - surname)
  }

  /// Keywords are often parts of words: 伟明 of 张伟明. Equal ones stand once.
  func keywords(_ keywords: [String]) -> [String] {
    var shown: [String] = []
    for keyword in keywords.map(keyword) where !shown.contains(keyword) { shown.append(keyword) }
    return shown
  }

  func label(_ label: String) -> String {
    keywords(label.split(separator: Self.between).map(String.init)).joined(separator: Self.between)
  }

  private static let between = " · "

  private func keyword(_ keyword: String) -> String {
    for (name, surname) in names where !keyword.isEmpty && name.contains(keyword) {
      let isBegin = name.hasPrefix(keyword) && keyword.count > surname
      return isBegin
        ? Self.stand(keyword, surname) : String(repeating: "某", count: keyword.count)
    }
    // Of smith jones one stand is left, and the blank behind it.
    let shown = text(keyword, isKeyword: true)
    return shown.last == " " ? String(shown.dropLast()) : shown
  }

  func text(_ text: String, isKeyword: Bool = false) -> String {
    guard !needles.isEmpty else { return text }
    let written = Array(text.unicodeScalars)
    // The characters that take room, and where each of them was written.
    var (forms, places): ([UInt32], [Int]) = ([], [])
    for (place, scalar) in written.enumerated()
    where Alphabet.shared.scalarClass(scalar.value) != .nothing {
      forms.append(Alphabet.shared.form(scalar.value))
      places.append(place)
    }
    var result = String.UnicodeScalarView(written[..<(places.first ?? written.count)])
    var at = 0
    while at < forms.count {
      let isCapital = written[places[at]].properties.isUppercase
      let needle = needles.first {
        ($0.use == .anywhere || isKeyword || $0.use == .withCapital && isCapital)
          && Self.stands($0.scalars, at: at, in: forms)
      }
      if let needle {
        let before = String(result)
        // Of a first name and a last one beside each other one stand is enough.
        if !(before.hasSuffix(Self.englishStand) || before.hasSuffix(Self.englishStand + " "))
          || needle.stand != Self.englishStand
        {
          result.append(contentsOf: needle.stand.unicodeScalars)
        }
        at += needle.scalars.count
      } else {
        let end = at + 1 < places.count ? places[at + 1] : written.count
        result.append(contentsOf: written[places[at]..<end])
        at += 1
      }
    }
    return String(result)
  }

  private static func stands(_ needle: [UInt32], at start: Int, in forms: [UInt32]) -> Bool {
    let end = start + needle.count
    guard !needle.isEmpty, end <= forms.count, forms[start..<end].elementsEqual(needle) else {
      return false
    }
    func isLetter(_ place: Int) -> Bool { Alphabet.shared.scalarClass(forms[place]) == .letter }
    return !(isLetter(start) && start > 0 && isLetter(start - 1))
      && !(isLetter(end - 1) && end < forms.count && isLetter(end))
  }
}
