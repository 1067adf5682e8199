package import Bytes

/// A command line after it was taken apart: what is sent to the daemon, or carried out here.
package struct VerbRequest: Hashable, Sendable {
  package var verb: String
  /// The words that are no options, in their order.
  package var words: [String]
  /// The values of each option; a flag has none. Files are here by their content.
  package var options: [String: [String]]
  package var person: Name?
  package var language: Language

  package init(
    verb: String, words: [String], options: [String: [String]] = [:], person: Name? = nil,
    language: Language = .english
  ) {
    self.verb = verb
    self.words = words
    self.options = options
    self.person = person
    self.language = language
  }

  package func has(_ option: String) -> Bool { options[option] != nil }

  package func value(_ option: String) -> String? { options[option]?.last }

  package func values(_ option: String) -> [String] { options[option] ?? [] }

  package var encoded: [UInt8] {
    JSONWriter.object { writer in
      writer.member("verb", verb)
      writer.member("words", words)
      writer.memberObject("options") { writer in
        for name in options.keys.sorted() { writer.member(name, options[name] ?? []) }
      }
      writer.member(ifPresent: "as", person?.text)
      writer.member("lang", language.rawValue)
    }
  }

  package init(_ json: JSON) throws(FieldFailure) {
    var fields = try Fields(json)
    verb = try fields.text("verb")
    words = try fields.texts(ifPresent: "words") ?? []
    var options: [String: [String]] = [:]
    if var named = try fields.fields(ifPresent: "options") {
      for name in named.names { options[name] = try named.texts(ifPresent: name) }
    }
    self.options = options
    person = try fields.value(ifPresent: "as", Bilingual(zh: "人员", en: "a person")) { Name($0) }
    language = try fields.choice(ifPresent: "lang") ?? .english
    try fields.finish()
  }
}

/// What a verb answers: a text for people in the language they asked for, and JSON for programs.
///
/// The text may hold style marks (see `Style`), which the command turns into colours on a terminal
/// and takes out everywhere else.
package struct VerbAnswer: Hashable, Sendable {
  package var text: String
  /// One JSON object.
  package var json: [UInt8]
  /// Nothing was done yet: it is done by the same line with `--yes`, if this is answered so.
  package var question: String?

  package init(text: String, json: [UInt8], question: String? = nil) {
    self.text = text
    self.json = json
    self.question = question
  }

  package init(_ text: String, _ write: (inout JSONWriter) -> Void) {
    self.init(text: text, json: JSONWriter.object(write))
  }
}

/// An answer, and how the program ends with it.
struct VerbOutcome {
  let answer: VerbAnswer
  var exitCode = ExitCode.done
}

/// Marks for colour and weight inside a text. They are control characters, which are taken out of
/// everything foreign before it is printed, so that nobody else can set them.
package enum Style: String, CaseIterable, Sendable {
  case alarm = "\u{e}"
  case good = "\u{f}"
  case strong = "\u{10}"
  case faint = "\u{11}"
  case plain = "\u{12}"

  package func callAsFunction(_ text: String) -> String {
    rawValue + text + Style.plain.rawValue
  }

  private var escape: String {
    switch self {
    case .alarm: "\u{1b}[1;31m"
    case .good: "\u{1b}[32m"
    case .strong: "\u{1b}[1m"
    case .faint: "\u{1b}[2m"
    case .plain: "\u{1b}[0m"
    }
  }

  /// The text with its marks as colours, or without them.
  package static func rendered(_ text: String, colours: Bool) -> String {
    var rendered = text
    for style in allCases {
      rendered = rendered.split(separator: style.rawValue, omittingEmptySubsequences: false)
        .joined(separator: colours ? style.escape : "")
    }
    return rendered
  }
}
