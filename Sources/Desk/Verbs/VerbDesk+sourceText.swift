import Bytes
import Response

// What one look at a source has shown, for people and for programs.
extension VerbDesk {
  /// `isKnown` is false where nobody has said yet what the source is to be.
  func text(
    of trial: SourceTrial, _ settings: Configuration.SourceSettings, isKnown: Bool = true,
    _ call: Call
  ) -> String {
    let zone = configuration.desk.zone
    let title = trial.title ?? (isKnown ? settings.name[call.language] : trial.url)
    var lines = [Style.strong(terminalSafe(title))]
    lines.append(terminalSafe(trial.url))
    if let format = trial.format {
      lines.append(
        "\(terminalSafe(format))  \(terminalSafe(trial.encoding ?? ""))  "
          + call("\(trial.count) 条", trial.count == 1 ? "1 entry" : "\(trial.count) entries"))
    }
    lines += trial.entries.map { entry in
      let time = entry.published.map { zone.text($0) } ?? call("时间不明", "no date")
      return "  \(time)  \(terminalSafe(shortened(entry.title, to: 70)))"
    }
    lines += trial.notes.map { Style.faint(terminalSafe($0[call.language])) }
    let others = trial.candidates.filter { $0.url != trial.url }
    if !others.isEmpty {
      lines.append(call("页面上的其他订阅：", "other feeds that the page names:"))
      lines += others.prefix(10).map { other in
        "  \(terminalSafe(other.url))" + (other.title.map { "  " + terminalSafe($0) } ?? "")
      }
    }
    guard isKnown else { return lines.joined(separator: "\n") + "\n" }
    lines.append(
      Style.faint(
        "\(settings.id)  \(settings.tier.rawValue)  \(settings.language)  "
          + "\(settings.zone.identifier)  \(settings.every.text)  "
          + call("发布者 ", "owner ") + terminalSafe(settings.owner)))
    return lines.joined(separator: "\n") + "\n"
  }

  static func write(
    _ trial: SourceTrial, _ settings: Configuration.SourceSettings, to writer: inout JSONWriter
  ) {
    writer.memberObject("source") { settings.write(to: &$0) }
    writer.member("url", trial.url)
    if let problem = trial.problem { writer.member("problem", problem) }
    writer.member(ifPresent: "format", trial.format)
    writer.member(ifPresent: "title", trial.title)
    writer.member(ifPresent: "encoding", trial.encoding)
    writer.member("count", trial.count)
    writer.memberArray("entries") { list in
      for entry in trial.entries {
        list.object {
          $0.member("title", entry.title)
          $0.member(ifPresent: "published", entry.published?.iso8601)
        }
      }
    }
    writer.memberArray("notes") { list in
      for note in trial.notes { list.object { $0.member("note", note) } }
    }
    writer.member("candidates", trial.candidates.map(\.url))
  }
}
