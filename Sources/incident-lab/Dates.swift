import Bytes
import Foundation
import Watch

/// `dates`: dates as feeds write them in, the instants that they mean out.
enum DatesCommand: LabCommand {
  static let name = "dates"
  static let usage = "--in DATES.jsonl --out OUT.jsonl"
  static let summary = """
    Reads {"input", "default_tz"} lines and writes {"input", "utc"} lines; "utc" is null for what
    is no date. "default_tz" is an offset or a name, as +08:00 or Asia/Shanghai, and stands in
    where a date names no zone.

    example: echo '{"input":"2026年6月1日8时30分","default_tz":"+08:00"}' | incident-lab dates --in - --out -
    """

  static func run(_ arguments: [String]) async throws -> ExitCode {
    let options = try ToolOptions(arguments, values: ["in", "out"])
    let path = try options.required("in")
    let out = try options.required("out")
    try LabFile.check(outputs: [("out", out)], inputs: [("in", path)])
    var output: [[UInt8]] = []
    try LabFile.eachLine(path) { line, number in
      do {
        output.append(try answer(line))
      } catch {
        throw ToolFailure("\(path):\(number): \(LabFile.describe(error))", .damaged)
      }
    }
    try LabFile.write(output.flatMap { $0 + [0x0a] }, to: out)
    return .done
  }

  private static func answer(_ line: [UInt8]) throws -> [UInt8] {
    var fields = try Fields(try JSONReader.read(line))
    let input = try fields.text("input")
    let zone = try fields.value(
      "default_tz",
      Bilingual(zh: "时区，如 +08:00 或 Asia/Shanghai", en: "a zone, as +08:00 or Asia/Shanghai")
    ) { DeskZone($0.hasPrefix("+") || $0.hasPrefix("-") ? "GMT" + $0 : $0) }
    // Whole seconds: no feed is meant more finely.
    let instant = feedDate(input, in: zone).map { Instant(seconds: $0.seconds) }
    return JSONWriter.object { writer in
      writer.member("input", input)
      if let instant { writer.member("utc", instant.iso8601) } else { writer.member("utc", .null) }
    }
  }
}
