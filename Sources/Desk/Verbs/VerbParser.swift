package import Bytes

/// Takes a command line apart by the specification of its verb.
package enum VerbParser {
  /// What the command line asks of the command itself, beside the request.
  package struct Line: Sendable {
    package var request: VerbRequest
    package let specification: VerbSpecification
    package var wantsJSON = false
    package var wantsHelp = false
    package var configuration: String?
    package var state: String?
  }

  /// `readFile` gives the content of a file that an option names.
  package static func parse(
    _ arguments: [String], language: Language, readFile: (String) throws(VerbFailure) -> String
  ) throws(VerbFailure) -> Line {
    guard let verb = arguments.first else { throw unknownVerb("") }
    if verb.hasPrefix("-") {
      throw VerbFailure(
        .usage, zh: "选项写在命令之后：incident 命令 … \(verb) …",
        en: "options go behind the verb: incident VERB ... \(verb) ...")
    }
    guard let specification = VerbTable.specification(verb) else { throw unknownVerb(verb) }
    var line = Line(
      request: VerbRequest(verb: verb, words: [], language: language),
      specification: specification)
    var rest = arguments.dropFirst()
    var onlyWords = false
    while let argument = rest.popFirst() {
      let isLetter =
        argument.count == 2 && argument.hasPrefix("-")
        && specification.option(String(argument.dropFirst())) != nil
      if onlyWords || !argument.hasPrefix("--") && !isLetter {
        line.request.words.append(argument)
        continue
      }
      if argument == "--" {
        onlyWords = true
        continue
      }
      // `--name=value` and `--name value` are the same.
      let parts = argument.drop { $0 == "-" }.split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      guard let option = specification.option(name) else {
        throw unknownOption(name, specification)
      }
      try requireMeaning(option, line)
      var value: String?
      // Before the words, the next one is either the reason or the word that needs none.
      let isFlag = option.flagWord.map { $0 == line.request.words.first ?? rest.first } ?? false
      if option.value != nil, !isFlag {
        guard let given = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
          throw VerbFailure(
            .usage, zh: "“--\(name)”缺少值", en: "'--\(name)' needs a value")
        }
        value = option.isFile ? try readFile(given) : given
      } else if parts.count == 2 {
        throw VerbFailure(.usage, zh: "“--\(name)”不带值", en: "'--\(name)' takes no value")
      }
      try take(name, value, into: &line)
    }
    for name in line.request.options.keys.sorted() {
      if let option = specification.option(name) { try requireMeaning(option, line) }
    }
    if let word = specification.fileWord, line.request.words.first == word,
      line.request.words.count == 2
    {
      line.request.options["from"] = [try readFile(line.request.words[1])]
    }
    return line
  }

  /// An option that does nothing is a mistake of whoever typed it, and is no reason to guess.
  private static func requireMeaning(
    _ option: VerbSpecification.Option, _ line: Line
  ) throws(VerbFailure) {
    guard let word = line.request.words.first, !option.words.isEmpty,
      !option.words.contains(word)
    else { return }
    let verb = line.specification.name
    throw VerbFailure(
      .usage,
      zh: "“--\(option.name)”对“\(verb) \(word)”没有意义；可用于 "
        + option.words.map { "\(verb) \($0)" }.joined(separator: "、"),
      en: "'--\(option.name)' means nothing to '\(verb) \(word)'; it goes with "
        + option.words.map { "\(verb) \($0)" }.joined(separator: ", "))
  }

  private static func take(_ name: String, _ value: String?, into line: inout Line)
    throws(VerbFailure)
  {
    switch name {
    case "json": line.wantsJSON = true
    case "help": line.wantsHelp = true
    case "config": line.configuration = value
    case "state": line.state = value
    case "as":
      guard let person = value.flatMap({ Name($0) }) else {
        throw VerbFailure(.usage, zh: "“--as”后应为人员的名称", en: "'--as' takes a person's name")
      }
      line.request.person = person
    case "lang":
      guard let language = value.flatMap({ Language(tag: $0) }) else {
        throw VerbFailure(.usage, zh: "“--lang”只能是 zh-CN 或 en", en: "'--lang' is zh-CN or en")
      }
      line.request.language = language
    default: line.request.options[name, default: []] += value.map { [$0] } ?? []
    }
  }

  private static func unknownVerb(_ verb: String) -> VerbFailure {
    let near = nearest(to: verb, among: VerbTable.all.map(\.name))
    return VerbFailure(
      .usage,
      zh: "没有命令“\(verb)”" + (near.map { "；是否应为“\($0)”？" } ?? "") + "；用 incident --help 查看",
      en: "there is no verb '\(verb)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
        + "; see incident --help")
  }

  private static func unknownOption(_ name: String, _ specification: VerbSpecification)
    -> VerbFailure
  {
    let known = (specification.options + VerbSpecification.common).map(\.name)
    let near = nearest(to: name, among: known)
    return VerbFailure(
      .usage,
      zh: "“\(specification.name)”没有选项“--\(name)”" + (near.map { "；是否应为“--\($0)”？" } ?? "")
        + "；用 incident \(specification.name) --help 查看",
      en: "'\(specification.name)' has no option '--\(name)'"
        + (near.map { "; did you mean '--\($0)'?" } ?? "")
        + "; see incident \(specification.name) --help")
  }
}
