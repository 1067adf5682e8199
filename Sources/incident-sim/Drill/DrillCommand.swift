import Bytes
import Foundation

/// `incident-sim drill`: two days of the fictional county, played through the real programs.
enum DrillCommand: SimCommand {
  static let name = "drill"
  static let usage =
    "--county DIR --playbooks DIR --out DIR [--seed N] [--lang zh-CN|en] [--stay]"
  static let summary = """
    Serves the county's feeds on loopback, takes the desk's mail, plays its media centres and its
    people, and moves the exercise clock through both days. What happens is told as it happens; at
    the end stands the timeline report. Everything is written below --out, which must not exist.
    With --stay the desk goes on afterwards, until this program is told to end.

      incident-sim drill --county Samples/county --playbooks Playbooks --out /tmp/lanchuan
    """

  static func run(_ arguments: [String]) async throws -> ExitCode {
    let options = try ToolOptions(
      arguments, values: ["county", "playbooks", "out", "seed", "lang"], flags: ["stay"])
    let language =
      options["lang"].flatMap { Language(tag: $0) }
      ?? ProcessInfo.processInfo.environment["LANG"].flatMap { Language(tag: $0) } ?? .english
    let folder = absolute(try options.required("out"))
    let ending = Ending()
    let stage = try await DrillStage(
      county: try options.required("county"), seed: try options.seed(), folder: folder,
      playbooks: try options.required("playbooks"), language: language)
    let drill = Drill(stage: stage, folder: folder, language: language)
    do {
      let code = try await drill.play()
      if options.has("stay"), code == .done {
        try await drill.stay(until: ending)
      }
      await stage.takeDown()
      return code
    } catch {
      await stage.takeDown()
      throw error
    }
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
  }
}

/// SIGTERM or SIGINT, which end a desk that was left standing.
///
/// Unchecked: the Dispatch sources, which Dispatch itself guards, are only kept alive here.
final class Ending: @unchecked Sendable {
  let stream: AsyncStream<Void>
  private let sources: [any DispatchSourceSignal]

  init() {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    self.stream = stream
    let queue = DispatchQueue(label: "sim.signals")
    sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { @Sendable in _ = continuation.yield() }
      source.resume()
      return source
    }
    signal(SIGPIPE, SIG_IGN)
  }
}

/// One drill from its first line to its last.
private struct Drill {
  let stage: DrillStage
  let folder: String
  let language: Language

  private func callAsFunction(_ zh: String, _ en: String) -> String {
    language == .chinese ? zh : en
  }

  private func say(_ line: String) { Self.print(line) }

  private static let print: @Sendable (String) -> Void = { line in
    // A reader that has gone must not stop the drill.
    try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
  }

  func play() async throws -> ExitCode {
    let name = stage.county.name[language]
    let sources = stage.county.feeds.count
    say(self("\(name)：一次演练。", "\(name): an exercise."))
    say(
      self(
        "两天，\(sources) 个信源，\(stage.script.centres.count) 个融媒体中心；一切都在本机，所说的都是虚构。",
        "Two days, \(sources) sources, \(stage.script.centres.count) media centres; all of it is "
          + "on this machine, and all of it is invented."))
    say("")
    var director = Director(stage, language: language, say: Self.print)
    let outcome = try await director.play()
    let reports = try await reports(of: outcome)
    say("")
    say(self("两天过去了。", "The two days are over."))
    let quiet = stage.script.quiet
    let night = "\(stamp(quiet.from))–\(stamp(quiet.to))"
    say(
      self(
        "预警 \(outcome.alerts) 次，其中安静的夜里（\(night)）\(outcome.quietAlerts) 次。",
        "\(counted(outcome.alerts, "alert")), of which \(outcome.quietAlerts) in the quiet night (\(night))."
      ))
    guard outcome.quietAlerts <= stage.script.quiet.alerts else {
      throw ToolFailure(
        "the night was not quiet: " + counted(outcome.quietAlerts, "alert"), .refused)
    }
    try await verify()
    say(self("时间线报告：", "The timeline report:"))
    for report in reports { say("  \(report)") }
    return .done
  }

  private func stamp(_ time: Instant) -> String {
    let civil = stage.county.calendar.zone.civil(time)
    return self("\(civil.day)日\(civil.minuteText)", "day \(civil.day), \(civil.minuteText)")
  }

  private func reports(of outcome: Director.Outcome) async throws -> [String] {
    guard let incident = outcome.incident else { return [] }
    var files: [String] = []
    for format in ["html", "md", "json"] {
      let file = "\(folder)/report-\(incident).\(format)"
      let ending = try await ChildProgram.run(
        "incident",
        ["report", incident, "--format", format, "-o", file, "--lang", language.rawValue],
        environment: stage.environment)
      guard ending.status == 0 else {
        throw ToolFailure("incident report: \(ending.problems)", .couldNot)
      }
      files.append(file)
    }
    return files
  }

  private func verify() async throws {
    let ending = try await ChildProgram.run(
      "incident", ["journal", "verify"], environment: stage.environment)
    guard ending.status == 0 else {
      throw ToolFailure("incident journal verify: \(ending.problems)", .damaged)
    }
    say(self("日志逐条核对无误。", "The journal was checked record by record, and is whole."))
  }

  /// Leaves the desk standing, with its clock running, until somebody ends it.
  func stay(until ending: Ending) async throws {
    try await stage.desk.run()
    say("")
    say(self("值班台还开着，时钟照常走。可以试试：", "The desk is still up and its clock runs. Try:"))
    let programs = ChildProgram.folder
    say("  export INCIDENT_CONFIG=\(folder)/incident.json5 PATH=\(programs):$PATH")
    say("  incident list --all")
    say("  incident topic list")
    say("  incident source list")
    say(
      self(
        "停止：kill \(getpid())（或 Samples/quickstart --stop）",
        "To stop it: kill \(getpid()) (or Samples/quickstart --stop)"))
    for await _ in ending.stream { return }
  }
}
