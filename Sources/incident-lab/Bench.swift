import Bytes
import Foundation

/// `incident-lab bench`: how fast a part of the program is, on this machine, with a stated input.
enum BenchCommand: LabCommand {
  static let name = "bench"
  static var usage: String {
    subjects.map { "\($0.name) \($0.usage)" }.joined(separator: " | bench ")
  }
  static let summary = """
    Measures one subject and prints a table, or with --json one object. Both say what was read,
    how often, on how many cores, and what the figures mean.

    example: incident-lab bench topics --posts 100000 --json
    """

  static var subjects: [any BenchSubject.Type] {
    [
      TopicsBench.self, ParseBench.self, PollBench.self, ListenBench.self, HostileBench.self,
      PollServer.self, JournalBench.self, AlertBench.self,
    ]
  }

  static func run(_ arguments: [String]) async throws -> ExitCode {
    guard let name = arguments.first else {
      throw ToolFailure("say what to measure: \(subjects.map { $0.name }.joined(separator: ", "))")
    }
    guard let subject = subjects.first(where: { $0.name == name }) else {
      let near = nearest(to: name, among: subjects.map { $0.name })
      let hint = near.map { "; did you mean '\($0)'?" } ?? ""
      throw ToolFailure("nothing to measure is called '\(name)'\(hint)")
    }
    var rest = Array(arguments.dropFirst())
    let isJSON = rest.contains("--json")
    rest.removeAll { $0 == "--json" }
    let report = try await subject.measure(rest)
    print(isJSON ? report.json : report.table)
    return .done
  }
}

/// One thing that can be measured.
protocol BenchSubject {
  static var name: String { get }
  static var usage: String { get }
  static func measure(_ arguments: [String]) async throws -> BenchReport
}

/// What was measured, and how.
struct BenchReport {
  struct Figure {
    var name: String
    var value: Double
    var unit: String
  }

  var subject: String
  /// What was read, in one sentence.
  var input: String
  /// How it was measured, in one sentence.
  var method: String
  /// How many cores the measured part used.
  var coresUsed: Int
  var figures: [Figure]

  private static var coresPresent: Int { ProcessInfo.processInfo.activeProcessorCount }

  var table: String {
    let width = figures.map(\.name.count).max() ?? 0
    let lines = figures.map { figure in
      let name = figure.name.padding(toLength: width, withPad: " ", startingAt: 0)
      return "  \(name)  \(Self.text(figure.value)) \(figure.unit)"
    }
    return """
      \(subject)
        input: \(input)
        method: \(method)
        cores: \(coresUsed) used, \(Self.coresPresent) present
      \(lines.joined(separator: "\n"))
      """
  }

  var json: String {
    let bytes = JSONWriter.object { writer in
      writer.member("bench", subject)
      writer.member("input", input)
      writer.member("method", method)
      writer.member("coresUsed", coresUsed)
      writer.member("coresPresent", Self.coresPresent)
      writer.memberArray("figures") { list in
        for figure in figures {
          list.object {
            $0.member("name", figure.name)
            $0.member("value", figure.value)
            $0.member("unit", figure.unit)
          }
        }
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func text(_ value: Double) -> String {
    value >= 100 || value == value.rounded()
      ? String(Int(value.rounded())) : String((value * 100).rounded() / 100)
  }
}

/// Time that this process spent on processors, which a loaded machine stretches less than the wall.
func processorTime() -> Duration {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

/// The largest part of memory that this process ever held, in MiB.
func peakMemory() -> Double {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return Double(usage.ru_maxrss) / 1024
}
