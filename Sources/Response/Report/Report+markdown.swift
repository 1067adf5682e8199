package import Bytes

extension Report {
  /// The report as Markdown.
  package func markdown(in language: Language) -> String {
    let page = page(in: language)
    var lines = ["# " + escapedMarkdown(page.title), ""]
    if page.isExercise {
      lines += ["**\(Postmark.exerciseMark)**", ""]
    }
    for section in page.sections {
      lines += ["## " + escapedMarkdown(section.heading), ""]
      for block in section.blocks { lines += markdown(block) + [""] }
    }
    return lines.joined(separator: "\n")
  }

  private func markdown(_ block: ReportPage.Block) -> [String] {
    switch block {
    case .lines(let lines):
      return lines.map { "- " + escapedMarkdown($0.text) + " " + cited($0.citations) }
    case .table(let table):
      let columns = table.columns.map(escapedMarkdown) + ["#"]
      return ["| " + columns.joined(separator: " | ") + " |"]
        + ["|" + String(repeating: " --- |", count: columns.count)]
        + table.rows.map { row in
          let cells = row.cells.map(escapedMarkdown) + [cited(row.citations)]
          let mark = row.isAlarming ? "**!** " : ""
          return "| " + mark + cells.joined(separator: " | ") + " |"
        }
    case .chart(let chart):
      return ["```"] + chart.lines + ["```", cited(chart.citations)]
    case .quotation(let title, let body, let citations):
      let text =
        [title, ""]
        + body.split(separator: "\n", omittingEmptySubsequences: false).map(
          String.init)
      return text.map { "> " + escapedMarkdown($0) } + [">", "> " + cited(citations)]
    }
  }

  private func cited(_ citations: [Int64]) -> String {
    citationText(citations)
  }
}
