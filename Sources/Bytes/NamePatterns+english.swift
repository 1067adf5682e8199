// What names of persons look like in English, and in what is written like it.
extension NamePatterns {
  package struct Pair: Hashable {
    package var first: String
    package var last: String
    /// As it was written: Emma J. Clark.
    package var text: String

    package init(first: String, last: String, text: String? = nil) {
      self.first = first
      self.last = last
      self.text = text ?? first + " " + last
    }
  }

  /// Pairs of words with capitals that may be a person, each once, with whether a word for a person or
  /// an office stands beside. Where all words have capitals only a usual given name tells.
  package static func english(in text: String) -> [(Pair, isBeside: Bool, hasOffice: Bool)] {
    let words = englishWords(of: text)
    let capitals = words.count { isCapitalised($0.text) }
    let tellsByCapitals = words.count >= 4 && capitals * 5 < words.count * 3
    var found: [(Pair, isBeside: Bool, hasOffice: Bool)] = []
    for at in words.indices {
      guard let (pair, end) = pair(at: at, of: words, in: text) else { continue }
      // Three in a row are a body or a title, not a person.
      let isLonger = end < words.count && words[end].followsBlank && isCapitalised(words[end].text)
      guard tellsByCapitals && !isLonger || hasGivenName(pair) else { continue }
      let near = words[max(0, at - 3)..<min(words.count, end + 3)].map { $0.text.lowercased() }
      guard !found.contains(where: { $0.0 == pair }) else { continue }
      found.append(
        (
          pair, near.contains { persons.contains($0) },
          hasOffice(before: at, of: words, tellsByCapitals: tellsByCapitals)
        ))
    }
    return found
  }

  /// An office touches the name, or a title with a capital stands between: a judge who jails somebody
  /// makes no official of him.
  private static func hasOffice(
    before at: Int, of words: [EnglishWord], tellsByCapitals: Bool
  ) -> Bool {
    func isOffice(_ place: Int) -> Bool {
      place >= 0 && words[place + 1].followsBlank
        && englishOffices.contains(words[place].text.lowercased())
    }
    if isOffice(at - 1) { return true }
    return tellsByCapitals && at >= 2 && words[at].followsBlank && isOffice(at - 2)
      && isCapitalised(words[at - 1].text)
  }

  private struct EnglishWord {
    var text: String
    var range: Range<String.Index>
    /// Whether nothing but a blank parts it from the word before.
    var followsBlank = false
  }

  private static func englishWords(of text: String) -> [EnglishWord] {
    var words: [EnglishWord] = []
    for part in text.split(whereSeparator: { !$0.isLetter && $0 != "-" && !isApostrophe($0) }) {
      var word = part
      while let last = word.last, !last.isLetter { word.removeLast() }
      while let first = word.first, !first.isLetter { word.removeFirst() }
      // The driver is Emma Clark in Emma Clark's car too.
      if word.last == "s", let mark = word.dropLast().last, isApostrophe(mark) {
        word.removeLast(2)
      }
      guard !word.isEmpty else { continue }
      var next = EnglishWord(text: String(word), range: word.startIndex..<word.endIndex)
      if let before = words.last {
        next.followsBlank = text[before.range.upperBound..<word.startIndex] == " "
      }
      words.append(next)
    }
    return words
  }

  /// The first name and the last one that stand at a place, with an initial between or none.
  private static func pair(
    at: Int, of words: [EnglishWord], in text: String
  ) -> (Pair, end: Int)? {
    var end = at + 1
    guard end < words.count, words[end].followsBlank else { return nil }
    if words[end].text.count == 1, words[end].text.allSatisfy(\.isUppercase), end + 1 < words.count
    {
      let gap = text[words[end].range.upperBound..<words[end + 1].range.lowerBound]
      guard gap == " " || gap == ". " else { return nil }
      end += 1
    }
    let (first, last) = (words[at].text, words[end].text)
    guard isCapitalised(first), isCapitalised(last), isNamed(first, last) else { return nil }
    let range = words[at].range.lowerBound..<words[end].range.upperBound
    return (Pair(first: first, last: last, text: String(text[range])), end + 1)
  }

  /// What somebody is called by is no first name: Teacher Sarah.
  private static func isNamed(_ first: String, _ last: String) -> Bool {
    let (first, last) = (first.lowercased(), last.lowercased())
    return !notInNames.contains(first) && !notInNames.contains(last) && !persons.contains(first)
      && !englishOffices.contains(first) && !persons.contains(last)
  }

  /// A pair that a phrase has, in small letters too where the first is a usual given name.
  static func englishPerson(in phrase: String) -> String? {
    let words = englishWords(of: phrase)
    for at in words.indices {
      if let (pair, _) = pair(at: at, of: words, in: phrase), isLatin(pair.first + pair.last) {
        return pair.text
      }
      guard at + 1 < words.count, words[at + 1].followsBlank else { continue }
      let (first, last) = (words[at].text, words[at + 1].text)
      if givenNames.contains(first.lowercased()), isNamed(first, last), isLatin(first + last),
        last.count >= 2, !troubles.contains(last.lowercased())
      {
        return first + " " + last
      }
    }
    return nil
  }

  package static func hasGivenName(_ pair: Pair) -> Bool {
    givenNames.contains(pair.first.lowercased())
  }

  /// A capital, and others only where names have them: McDonald, O'Brien, Smith-Jones.
  private static func isCapitalised(_ word: String) -> Bool {
    guard word.first?.isUppercase ?? false, word.count >= 2, isLatin(word) else { return false }
    var (before, isName) = ("", true)
    for character in word {
      if character.isUppercase {
        isName =
          before.isEmpty || before == "Mc" || before == "Mac"
          || before.last.map { $0 == "-" || isApostrophe($0) } ?? false
      }
      guard isName else { return false }
      before.append(character)
    }
    return word.contains(where: \.isLowercase)
  }

  private static func isLatin(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy {
      $0.value < 0x250 || (0x300..<0x370).contains($0.value)
        || $0 == "’"
    }
  }

  private static func isApostrophe(_ character: Character) -> Bool {
    character == "'" || character == "’"
  }

  private static let persons = words(
    """
    mr mrs ms miss man woman boy girl teacher student resident driver passenger patient nurse
    doctor mother father wife husband daughter son victim suspect user named year-old aged
    neighbour neighbor worker farmer teenager blogger
    """)

  private static let englishOffices = words(
    """
    president minister mayor governor senator secretary chief director chairman chairwoman
    spokesman spokeswoman ambassador general judge pope king queen prince princess captain premier
    congressman congresswoman sheriff commissioner chancellor justice
    """)

  /// Given names that many bear: a headline with capitals throughout shows a name by nothing else.
  private static let givenNames = words(
    """
    john james robert michael william david richard joseph thomas charles christopher daniel
    matthew anthony steven paul andrew kenneth joshua kevin brian george edward ronald timothy
    jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon
    benjamin samuel gregory frank alexander raymond patrick jack dennis jerry peter henry adam
    nathan kyle walter harold mary patricia jennifer linda elizabeth barbara susan jessica sarah
    karen lisa nancy betty margaret sandra ashley kimberly emily donna michelle carol amanda
    melissa deborah stephanie rebecca laura sharon cynthia kathleen amy angela shirley anna brenda
    pamela emma nicole helen samantha katherine christine rachel carolyn janet catherine maria
    heather diane ruth julie olivia joyce alice jane josé maría juan carlos luis ana sofia sophia
    isabella mia hannah kelly lauren megan rachael evelyn judith martha gloria teresa ann anne
    marie debra kathryn doris jacqueline janice tiffany natalie julia theresa alexis danielle
    brittany abigail vanessa alicia allison veronica monica jasmine diana erin leah zoe chloe ella
    oliver liam noah ethan lucas aaron adrian albert alan allen arthur bruce bryan carl craig
    derek douglas dylan elijah eugene evan fred gabriel gerald harry howard hugh ian isaac ivan
    jeremy jesse joel jose keith leonard louis marcus martin mike mohammed muhammad neil norman
    oscar philip phillip ralph roger russell sean simon stanley stuart terry theodore tom tony
    travis vincent wayne zachary
    """)

  private static let notInNames = words(
    """
    the a an in on at of and for from with to by new old north south east west upper lower great
    county city town village district province state street road avenue river lake bridge mountain
    park square station airport school college university hospital church museum library company
    group bank council court police fire department ministry office press news daily times
    television monday tuesday wednesday thursday friday saturday sunday january february march
    april may june july august september october november december football basketball league cup
    team united festival day week breaking update alert live video
    """)

  /// What befalls a place that is called like somebody, in small letters: victoria flood.
  private static let troubles = words(
    """
    fire fires flood floods flooding explosion blast crash storm hurricane typhoon cyclone outage
    blackout power water gas leak quake earthquake landslide collapse bridge dam river protest strike
    """)

  /// Words of a topic that say nothing of what happened.
  package static let general = words("网友 回应 热搜 视频 今天 现场 最新 消息 事件 曝光 热议 真的 怎么 看 say said says news")
}
