import Bytes

/// A text with places to fill: what one frame of a county file says.
///
/// `{road}` takes a word of that list, and the same word wherever `{road}` stands again in the
/// frame; `{road:2}` takes another. `{3..15}` is a number, `{100..900/50}` one in steps, `(a|b|c)` one of several, `(a)` something
/// or nothing; inside them everything may stand again. `||` parts a title from the text below it.
/// `{clock}`, `{clock-10}`, `{hour}`, `{part}`, `{date}` and `{weekday}` say when the post is made,
/// `{quoted}` is the post that is passed on, `{handle}` who speaks. A reverse solidus frees the
/// character behind it.
struct Frame: Sendable, Hashable {
  enum Moment: Sendable, Hashable {
    case clock(minutes: Int)
    case hour
    case part
    case date
    case weekday
  }

  indirect enum Piece: Sendable, Hashable {
    case text(String)
    case word(list: Int, copy: Int)
    case choice([[Piece]])
    case number(ClosedRange<Int>, step: Int)
    case moment(Moment)
    case quoted
  }

  let title: [Piece]?
  let body: [Piece]
  /// The hours of the day in which it may be said, both included; the first may be the greater.
  let hours: Hours
  /// How often it comes before all have come: what can be said in many ways is said more often.
  let times: Int

  struct Hours: Sendable, Hashable {
    let first: Int
    let last: Int

    static let any = Hours(first: 0, last: 23)

    init(first: Int, last: Int) {
      self.first = first
      self.last = last
    }

    /// `22-5`; nil for anything else.
    init?(_ text: String) {
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      guard parts.count == 2, let first = Int(parts[0]), let last = Int(parts[1]),
        (0...23).contains(first), (0...23).contains(last)
      else { return nil }
      self.init(first: first, last: last)
    }

    func contains(_ hour: Int) -> Bool {
      first <= last ? (first...last).contains(hour) : hour >= first || hour <= last
    }
  }
}

extension Frame {
  /// A frame of a file: a text, or `{hours: "22-5", times: 3, text: …}`.
  init(_ json: JSON, path: String, words: [String]) throws(FieldFailure) {
    guard json.string == nil else {
      try self.init(json, hours: .any, times: 1, words)
      return
    }
    var fields = try Fields(json, path: path)
    let hours = try fields.value(
      ifPresent: "hours", Bilingual(zh: "两个钟点，如 22-5", en: "two hours, as in 22-5"), Hours.init)
    let times = try fields.integer(ifPresent: "times", in: 1...20)
    let text = try fields.json("text")
    try fields.finish()
    try self.init(text, hours: hours ?? .any, times: times ?? 1, words)
  }

  private init(
    _ json: JSON, hours: Hours, times: Int, _ words: [String]
  ) throws(FieldFailure) {
    guard let text = json.string else {
      throw FieldFailure(
        Bilingual(zh: "句式应为文本", en: "a frame should be a text, not \(json.kindName)"),
        at: json.offset)
    }
    do throws(FrameMistake) {
      var reader = FrameReader(text, words: words)
      let parts = try reader.parts()
      title = parts.count > 1 ? parts[0] : nil
      body = parts[parts.count - 1]
      self.hours = hours
      self.times = times
    } catch {
      let shown = shortened(text, to: 40)
      throw FieldFailure(
        Bilingual(zh: "\(error.message.zh)：“\(shown)”", en: "\(error.message.en) in '\(shown)'"),
        at: json.offset)
    }
  }

  /// All frames of a list in a file.
  static func list(
    _ fields: inout Fields, _ name: String, words: [String]
  ) throws(FieldFailure) -> [Frame] {
    var frames: [Frame] = []
    for (place, json) in (try fields.array(name)).enumerated() {
      frames.append(try Frame(json, path: "\(fields.inner(name))[\(place)]", words: words))
    }
    guard !frames.isEmpty else {
      throw fields.failure(
        name,
        Bilingual(zh: "“\(name)”不能为空", en: "'\(fields.inner(name))' holds no frame"))
    }
    return frames
  }

  /// Whether it passes on what another said.
  var quotes: Bool { Self.quotes(body) || Self.quotes(title ?? []) }

  private static func quotes(_ pieces: [Piece]) -> Bool {
    pieces.contains { piece in
      switch piece {
      case .quoted: true
      case .choice(let alternatives): alternatives.contains(where: quotes)
      case .text, .word, .number, .moment: false
      }
    }
  }
}
