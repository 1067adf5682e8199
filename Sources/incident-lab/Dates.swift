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

  static func run(_ arguments: [String]) throws -> ExitCode {
    let options = try LabOptions(arguments, values: ["in", "out"])
    let path = try options.required("in")
    let out = try options.required("out")
    var output: [[UInt8]] = []
    for (number, line) in try LineFile(path: path).lines().enumerated() where !line.isEmpty {
      do {
        output.append(try answer(line))
      } catch {
        throw LabFailure("\(path):\(number + 1): \(error)", .damaged)
      }
    }
    try LineFile(path: out).write(output)
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

/// A file of lines, or standard input and output for `-`.
struct LineFile {
  let path: String

  /// With empty lines, so that a count of them is a line number.
  func lines() throws -> [[UInt8]] {
    let data =
      path == "-"
      ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: path)
    guard let data else { throw LabFailure("cannot read '\(path)'", .couldNot) }
    return Array(data).split(separator: 0x0a, omittingEmptySubsequences: false).map { Array($0) }
  }

  func write(_ lines: [[UInt8]]) throws {
    let data = Data(lines.flatMap { $0 + [0x0a] })
    if path == "-" {
      FileHandle.standardOutput.write(data)
    } else {
      try data.write(to: URL(fileURLWithPath: path))
    }
  }
}
