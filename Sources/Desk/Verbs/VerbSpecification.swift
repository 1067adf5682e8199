package import Bytes

/// What the command line of one verb looks like, for the parser, the help and the completion alike.
package struct VerbSpecification: Sendable {
  /// What a verb needs to be carried out.
  package enum Access: Hashable, Sendable {
    /// The daemon: who signs, approves or publishes has to be known by the socket.
    case daemon
    /// The daemon, for what it alone knows; anybody may ask.
    case listening
    /// The daemon, or the journal's lock while no daemon runs.
    case recording
    /// The daemon, or the files.
    case reading
    /// No desk at all: it makes one, or checks files.
    case files
  }

  package struct Option: Sendable {
    package let name: String
    /// What stands for the value in the help; nil for a flag.
    package let value: String?
    /// The value is a file, and its content is what is sent; `-` is standard input.
    package let isFile: Bool
    /// The value is a file of any kind, which goes with the request.
    package let isAttachment: Bool
    /// Behind this word it is a flag all the same.
    package let flagWord: String?
    /// The first words of the forms that it means something to; empty for all.
    package let words: [String]
    package let help: Bilingual

    init(
      _ name: String, _ value: String?, zh: String, en: String, isFile: Bool = false,
      flagAfter flagWord: String? = nil, with words: [String] = [], isAttachment: Bool = false
    ) {
      self.isAttachment = isAttachment
      self.words = words
      self.flagWord = flagWord
      self.name = name
      self.value = value
      self.isFile = isFile
      help = Bilingual(zh: zh, en: en)
    }
  }

  package let name: String
  /// The words that follow the name, one line for each form.
  package let forms: [String]
  package let options: [Option]
  package let summary: Bilingual
  package let example: String
  /// The word behind which the next is a file, whose content is sent as the option `from`.
  package let fileWord: String?
  /// By the word that decides it: `centre list` reads, `centre ack` needs the daemon.
  package let access: @Sendable ([String]) -> Access

  init(
    _ name: String, _ forms: [String], options: [Option] = [], zh: String, en: String,
    example: String, fileWord: String? = nil, access: @escaping @Sendable ([String]) -> Access
  ) {
    self.fileWord = fileWord
    self.name = name
    self.forms = forms
    self.options = options
    summary = Bilingual(zh: zh, en: en)
    self.example = example
    self.access = access
  }

  init(
    _ name: String, _ forms: [String], options: [Option] = [], zh: String, en: String,
    example: String, access: Access
  ) {
    self.init(name, forms, options: options, zh: zh, en: en, example: example) { _ in access }
  }

  /// What every verb takes.
  package static let common: [Option] = [
    Option("config", "FILE", zh: "配置文件", en: "the configuration file"),
    Option("state", "DIR", zh: "状态文件夹", en: "the state folder"),
    Option(
      "incident", "ID", zh: "短编号（如 R3）所属的事件", en: "the incident that short forms as R3 belong to"),
    Option("as", "PERSON", zh: "以某人身份（仅演练）", en: "act as somebody else, on an exercise only"),
    Option("lang", "zh-CN|en", zh: "输出语言", en: "the language of what is printed"),
    Option("json", nil, zh: "输出 JSON", en: "print JSON"),
    Option("help", nil, zh: "帮助", en: "this help"),
  ]

  package func option(_ name: String) -> Option? {
    (options + Self.common).first { $0.name == name }
  }

  package func help(in language: Language) -> String {
    let usage = forms.map { "  incident \(name) \($0)" }.joined(separator: "\n")
    func lines(_ options: [Option]) -> String {
      options.map { option in
        let dashes = option.name.count == 1 ? "-" : "--"
        let head = dashes + option.name + (option.value.map { " \($0)" } ?? "")
        let pad =
          head.count < 24
          ? String(repeating: " ", count: 24 - head.count)
          : "\n" + String(repeating: " ", count: 26)
        return "  \(head)\(pad)\(option.help[language])"
      }.joined(separator: "\n")
    }
    let headings = Bilingual(zh: "选项", en: "options")[language]
    let examples = Bilingual(zh: "例", en: "example")[language]
    let always = Bilingual(zh: "通用选项", en: "options of every verb")[language]
    return summary[language] + "\n\n" + usage
      + (options.isEmpty ? "" : "\n\n\(headings):\n" + lines(options))
      + "\n\n\(always):\n" + lines(Self.common) + "\n\n\(examples):\n  " + example + "\n"
  }
}
