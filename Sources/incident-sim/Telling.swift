import Bytes

/// One frame told at one moment: the same word in the same place throughout the text.
struct Telling {
  let lexicon: Lexicon
  let area: String
  let language: String
  /// When the post is made, in the county's zone.
  let time: CivilTime
  var quoted: String?
  var dice: Dice

  private struct Pick {
    let list: Int
    let copy: Int
    let entry: Int
    let text: String
  }

  private var picks: [Pick] = []

  init(
    lexicon: Lexicon, area: String, language: String, time: CivilTime, dice: Dice,
    quoted: String? = nil
  ) {
    self.lexicon = lexicon
    self.area = area
    self.language = language
    self.time = time
    self.dice = dice
    self.quoted = quoted
  }

  mutating func text(of pieces: [Frame.Piece]) -> String {
    var text = ""
    for piece in pieces { text += self.text(of: piece) }
    return text
  }

  private mutating func text(of piece: Frame.Piece) -> String {
    switch piece {
    case .text(let text): text
    case .word(let list, let copy): word(list, copy)
    case .choice(let alternatives): text(of: alternatives[dice.below(alternatives.count)])
    case .number(let range, let step):
      String(range.lowerBound + step * dice.below((range.count - 1) / step + 1))
    case .moment(let moment): text(of: moment)
    case .quoted: quoted ?? ""
    }
  }

  private mutating func word(_ list: Int, _ copy: Int) -> String {
    if let pick = picks.first(where: { $0.list == list && $0.copy == copy }) { return pick.text }
    let entries = lexicon.entries(of: list, area: area)
    let taken = picks.filter { $0.list == list }.map(\.entry)
    let free = entries.indices.filter { !taken.contains($0) }
    // A list that is used up begins again.
    let entry = free.isEmpty ? dice.below(entries.count) : free[dice.below(free.count)]
    let text = self.text(of: entries[entry])
    picks.append(Pick(list: list, copy: copy, entry: entry, text: text))
    return text
  }

  private func text(of moment: Frame.Moment) -> String {
    switch moment {
    case .clock(let minutes):
      let shifted = (time.hour * 60 + time.minute + minutes + 1440) % 1440
      return padded(shifted / 60, 2) + ":" + padded(shifted % 60, 2)
    case .hour: return hourText
    case .part: return partText
    case .date:
      return isEnglish
        ? "\(time.day) \(englishMonths[time.month - 1])" : "\(time.month)月\(time.day)日"
    case .weekday: return weekdayText
    }
  }

  private var isEnglish: Bool { language == "en" }

  private var hourText: String {
    let hour = time.hour % 12 == 0 ? 12 : time.hour % 12
    if isEnglish { return "\(hour) \(time.hour < 12 ? "am" : "pm")" }
    return "\(partText)\(time.hour <= 12 ? time.hour : time.hour - 12)点多"
  }

  private var partText: String {
    switch time.hour {
    case 0..<5: isEnglish ? "in the night" : "凌晨"
    case 5..<9: isEnglish ? "in the morning" : "早上"
    case 9..<12: isEnglish ? "in the morning" : "上午"
    case 12..<14: isEnglish ? "at noon" : "中午"
    case 14..<18: isEnglish ? "in the afternoon" : "下午"
    case 18..<19: isEnglish ? "in the evening" : "傍晚"
    default: isEnglish ? "in the evening" : "晚上"
    }
  }

  private var weekdayText: String {
    let day = time.weekday - 1
    if isEnglish {
      return ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][day]
    }
    return "星期" + ["一", "二", "三", "四", "五", "六", "日"][day]
  }
}

/// The months as English dates name them, in short and in full.
let englishMonths = [
  "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
  "November", "December",
]
