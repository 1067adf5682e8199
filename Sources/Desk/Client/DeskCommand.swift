package import Bytes
import Foundation
import Journal
import Response
import Wire

/// The command `incident`: takes a line apart, asks the daemon, or does it here.
package struct DeskCommand: Sendable {
  private let environment: [String: String]
  private let isTerminal: Bool
  private let write: @Sendable (String) -> Void
  private let complain: @Sendable (String) -> Void
  /// Puts a question to whoever sits there and takes the line that is typed; nil where nobody does.
  private let ask: (@Sendable (String) -> String?)?

  /// How long a lock is waited for whose owner does not answer on the socket.
  private static let lockPatience = Duration.seconds(5)
  private static let lockPause = Duration.milliseconds(100)

  package init(
    environment: [String: String], isTerminal: Bool, write: @escaping @Sendable (String) -> Void,
    complain: @escaping @Sendable (String) -> Void,
    ask: (@Sendable (String) -> String?)? = nil
  ) {
    self.ask = ask
    self.environment = environment
    self.isTerminal = isTerminal
    self.write = write
    self.complain = complain
  }

  package func run(_ arguments: [String]) async -> ExitCode {
    let language = Language(tag: environment["LC_ALL"] ?? environment["LANG"] ?? "") ?? .english
    if arguments.isEmpty || ["--help", "help", "-h"].contains(arguments[0]) {
      write(Self.overview(in: language))
      return arguments.isEmpty ? .usage : .done
    }
    var line: VerbParser.Line
    do throws(VerbFailure) {
      line = try VerbParser.parse(arguments, language: language, readFile: Self.content(of:))
      if !line.wantsHelp { try Attachment.attach(to: &line.request, line.specification) }
    } catch {
      return report(error, language, asJSON: arguments.contains("--json"))
    }
    let hasOwnLanguage = arguments.contains { $0 == "--lang" || $0.hasPrefix("--lang=") }
    if line.wantsHelp {
      write(line.specification.help(in: line.request.language))
      return .done
    }
    do {
      let answer = try await answer(&line, keepsLanguage: hasOwnLanguage)
      try show(answer, line)
      return answer.exitCode
    } catch let failure as JournalFailure {
      return report(
        Self.notOurs(failure, arguments) ?? failure, line.request.language, asJSON: line.wantsJSON)
    } catch {
      return report(error, line.request.language, asJSON: line.wantsJSON)
    }
  }

  private func answer(_ line: inout VerbParser.Line, keepsLanguage: Bool) async throws
    -> VerbOutcome
  {
    if line.specification.name == "init" {
      return VerbOutcome(answer: try await DeskMaker(line.request, environment: environment).make())
    }
    if line.specification.name == "completion" {
      return VerbOutcome(answer: try Self.completion(line.request))
    }
    let place = try DeskPlace.find(
      configuration: line.configuration, state: line.state, environment: environment)
    if line.specification.access(line.request.words) == .files {
      // A configuration that cannot be read is what `config check` is about.
      if !keepsLanguage, let own = (try? ConfigurationHead.read(place))?.language {
        line.request.language = own
      }
      return try await FileVerbs(place: place).outcome(of: line.request)
    }
    let head = try ConfigurationHead.read(place)
    if !keepsLanguage, let own = head.language { line.request.language = own }
    let folder = StateFolder(head.stateFolder)
    let fetcher = Fetcher()
    let client = DeskClient(socket: folder.socket, fetcher: fetcher)
    if line.specification.name == "draft", line.request.has("edit") {
      return VerbOutcome(answer: try await edited(line, client))
    }
    if let answer = try await client.send(line.request) {
      guard let question = answer.question else { return VerbOutcome(answer: answer) }
      return try await decided(question, answer, line, client)
    }
    return VerbOutcome(answer: try await here(line, place, folder, client))
  }

  private static func completion(_ request: VerbRequest) throws -> VerbAnswer {
    guard request.words.count == 1, let shell = Completion.Shell(rawValue: request.words[0]) else {
      throw VerbTable.misuse(request)
    }
    let script = Completion.script(for: shell)
    return VerbAnswer(script) { $0.member("script", script) }
  }

  /// `draft … --edit`: what the stage needs goes into an editor, and what is saved is the draft.
  private func edited(_ line: VerbParser.Line, _ client: DeskClient) async throws -> VerbAnswer {
    let request = line.request
    guard isTerminal || environment["EDITOR"] != nil || environment["VISUAL"] != nil else {
      throw VerbFailure(
        .usage, zh: "这里没有终端，无法编辑；用 --from FILE 给出草稿",
        en: "there is no terminal to edit on; give the draft with --from FILE")
    }
    guard let skeleton = try await client.send(request) else {
      throw VerbFailure(
        .couldNot, zh: "incidentd 没有运行，无法起草；先启动它",
        en: "incidentd does not run, and nothing can be drafted without it; start it first")
    }
    let editor = try DraftEditor(environment: environment)
    guard let text = try editor.edited(skeleton.text) else {
      editor.discard()
      throw VerbFailure(.refused, zh: "没有改动，未起草", en: "nothing was written, so nothing was drafted")
    }
    var draft = request
    draft.options["edit"] = nil
    draft.options["from"] = [text]
    do {
      guard let answer = try await client.send(draft) else {
        throw VerbFailure(
          .couldNot, zh: "incidentd 刚刚停止；草稿在 \(editor.file)",
          en: "incidentd has just ended; the draft is in \(editor.file)")
      }
      editor.discard()
      return answer
    } catch {
      complain(
        "incident: "
          + Bilingual(
            zh: "草稿保留在 \(editor.file)；改好后用 --from 交回",
            en: "the draft is kept in \(editor.file); hand it in again with --from")[
            request.language] + "\n")
      throw error
    }
  }

  /// Shows what would be done and does it after a yes. A script has to say `--yes` itself, and
  /// without it ends as one that was refused.
  private func decided(
    _ question: String, _ shown: VerbAnswer, _ line: VerbParser.Line, _ client: DeskClient
  ) async throws -> VerbOutcome {
    let language = line.request.language
    let hint = Bilingual(zh: "同一命令加 --yes 即执行", en: "the same command with --yes does it")
    guard let ask, !line.wantsJSON else {
      var answer = shown
      answer.text += hint[language] + "\n"
      return VerbOutcome(answer: answer, exitCode: .refused)
    }
    try show(VerbOutcome(answer: shown), line)
    let reply = ask("\(question) [y/N] ")?.lowercased() ?? ""
    guard ["y", "yes", "是"].contains(reply) else {
      let nothing = Bilingual(zh: "没有改动\n", en: "nothing was changed\n")[language]
      return VerbOutcome(answer: VerbAnswer(text: nothing, json: shown.json), exitCode: .refused)
    }
    var request = line.request
    request.options["yes"] = []
    guard let answer = try await client.send(request) else {
      throw VerbFailure(
        .couldNot, zh: "incidentd 刚刚停止；没有改动", en: "incidentd has just ended; nothing was changed")
    }
    return VerbOutcome(answer: answer)
  }

  /// Without a daemon: what is read is read from the files, what is recorded takes the lock.
  private func here(
    _ line: VerbParser.Line, _ place: DeskPlace, _ folder: StateFolder, _ client: DeskClient
  ) async throws -> VerbAnswer {
    let configuration = try Configuration.read(place)
    let frontDesk: FrontDesk
    switch line.specification.access(line.request.words) {
    case .reading: frontDesk = try FrontDesk.read(folder)
    case .daemon, .listening, .files: frontDesk = try FrontDesk.read(folder)
    case .recording:
      let deadline = ContinuousClock.now + Self.lockPatience
      var opened: FrontDesk?
      while opened == nil {
        do throws(JournalFailure) {
          opened = try FrontDesk.open(folder)
        } catch {
          guard case .locked = error, ContinuousClock.now < deadline else { throw error }
          // A daemon that has just started holds the lock before it listens.
          if let answer = try await client.send(line.request) { return answer }
          try await Task.sleep(for: Self.lockPause)
        }
      }
      guard let opened else { preconditionFailure("the loop ends with a desk or throws") }
      frontDesk = opened
      _ = try await frontDesk.perform(configuration.adoption, by: .desk)
    }
    let desk = VerbDesk(frontDesk: frontDesk, configuration: configuration, live: nil)
    do {
      let answer = try await desk.answer(line.request, forUser: Self.user(environment))
      try await frontDesk.close()
      return answer
    } catch {
      try await frontDesk.close()
      throw error
    }
  }

  /// Without the daemon only the state's owner gets at the record; says what to type instead.
  private static func notOurs(_ failure: JournalFailure, _ arguments: [String]) -> VerbFailure? {
    guard case .disk(let disk) = failure, [EACCES, EPERM].contains(disk.number.code) else {
      return nil
    }
    let line = (["sudo", "incident"] + arguments.map(shellQuoted)).joined(separator: " ")
    return VerbFailure(
      .couldNot,
      zh: "incidentd 没有运行，而 \(disk.path) 属于别的帐号。启动 incidentd，或者执行：\n  \(line)",
      en:
        "incidentd does not run, and \(disk.path) belongs to another account. Start incidentd, or "
        + "type:\n  \(line)")
  }

  private static func shellQuoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      byte >= 0x80 || "-_./:=@%+,".utf8.contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }

  /// Root acts for whoever called `sudo`.
  static func user(_ environment: [String: String]) -> UInt32 {
    let user = getuid()
    guard user == 0, let caller = environment["SUDO_UID"].flatMap({ UInt32($0) }) else {
      return user
    }
    return caller
  }

  private func show(_ outcome: VerbOutcome, _ line: VerbParser.Line) throws {
    let text =
      line.wantsJSON
      ? String(decoding: outcome.answer.json, as: UTF8.self) + "\n"
      : Style.rendered(
        outcome.answer.text, colours: isTerminal && environment["NO_COLOR"] == nil)
    guard line.specification.name == "report", let file = line.request.value("o") else {
      write(text)
      return
    }
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    } catch {
      throw VerbFailure(
        .couldNot, zh: "无法写入 \(file)：\(error.localizedDescription)",
        en: "cannot write \(file): \(error.localizedDescription)")
    }
  }

  private func report(_ error: any Error, _ language: Language, asJSON: Bool) -> ExitCode {
    let problem = VerbProblem(error)
    if asJSON {
      let json = JSONWriter.object { writer in
        writer.memberObject("problem") { problem.write(to: &$0) }
      }
      write(String(decoding: json, as: UTF8.self) + "\n")
    }
    complain("incident: " + terminalSafe(problem.explanation[language], keepsLines: true) + "\n")
    return problem.exitCode
  }

  private static func content(of file: String) throws(VerbFailure) -> String {
    do {
      let data =
        file == "-"
        ? try FileHandle.standardInput.readToEnd() ?? Data()
        : try Data(contentsOf: URL(fileURLWithPath: file))
      guard let text = String(validating: data, as: UTF8.self) else {
        throw VerbFailure(.usage, zh: "\(file) 不是 UTF-8 文本", en: "\(file) is not UTF-8 text")
      }
      return text
    } catch let failure as VerbFailure {
      throw failure
    } catch {
      throw VerbFailure(
        .couldNot, zh: "无法读取 \(file)：\(error.localizedDescription)",
        en: "cannot read \(file): \(error.localizedDescription)")
    }
  }

  package static func overview(in language: Language) -> String {
    let head = Bilingual(
      zh: "incident：应急新闻服务台。每条命令加 --help 看用法与例子。",
      en: "incident: the emergency news desk. Each verb explains itself with --help.")[language]
    let verbs = VerbTable.all.map { verb in
      let pad = String(repeating: " ", count: max(1, 12 - verb.name.count))
      return "  \(verb.name)\(pad)\(verb.summary[language])"
    }
    return head + "\n\n" + verbs.joined(separator: "\n") + "\n"
  }
}
