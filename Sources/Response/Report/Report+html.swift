package import Bytes

extension Report {
  /// The report as one HTML page that loads nothing, runs nothing, and can be printed.
  package func html(in language: Language) -> String {
    let page = page(in: language)
    let mark = page.isExercise ? "<p class=\"exercise\">\(Postmark.exerciseMark)</p>\n" : ""
    let sections = page.sections.map { section in
      "<section>\n<h2>\(escapedHTML(section.heading))</h2>\n"
        + section.blocks.map(html).joined(separator: "\n") + "\n</section>"
    }
    return """
      <!DOCTYPE html>
      <html lang="\(language.rawValue)">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'">
      <title>\(escapedHTML(page.title))</title>
      <style>\(Self.style)</style>
      </head>
      <body>
      <h1>\(escapedHTML(page.title))</h1>
      \(mark)\(sections.joined(separator: "\n"))
      </body>
      </html>

      """
  }

  private static let style = """
    body{font:16px/1.55 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",sans-serif;\
    max-width:60em;margin:0 auto;padding:1em;color:#222}
    h1{font-size:1.5em}h2{font-size:1.2em;border-bottom:1px solid #bbb;margin-top:2em}
    table{border-collapse:collapse;width:100%;font-size:.92em}
    .scroll{overflow-x:auto}
    th,td{text-align:left;vertical-align:top;padding:.3em .5em;border-bottom:1px solid #ddd}
    tr.alarm td{background:#fbeaea}
    cite{font-style:normal;color:#666;font-size:.85em;white-space:nowrap}
    td cite,figcaption cite,blockquote cite{white-space:normal}
    blockquote{margin:.8em 0;padding:.5em 1em;border-left:4px solid #33658a;background:#f5f7f9;\
    white-space:pre-wrap}
    .exercise{font-weight:bold;color:#a4243b;border:2px solid #a4243b;padding:.4em;\
    text-align:center}
    svg{width:100%;height:auto}
    @media print{body{max-width:none;font-size:11pt}section{break-inside:auto}\
    tr{break-inside:avoid}}
    """

  private func html(_ block: ReportPage.Block) -> String {
    switch block {
    case .lines(let lines):
      return "<ul>\n"
        + lines.map { "<li>\(escapedHTML($0.text)) \(cited($0.citations))</li>" }
        .joined(separator: "\n") + "\n</ul>"
    case .table(let table):
      let head = (table.columns + ["#"]).map { "<th scope=\"col\">\(escapedHTML($0))</th>" }
      let rows = table.rows.map { row in
        let cells = row.cells.map { "<td>\(escapedHTML($0))</td>" }.joined()
        return "<tr\(row.isAlarming ? " class=\"alarm\"" : "")>\(cells)"
          + "<td>\(cited(row.citations))</td></tr>"
      }
      return "<div class=\"scroll\"><table>\n<thead><tr>\(head.joined())</tr></thead>\n<tbody>\n"
        + rows.joined(separator: "\n") + "\n</tbody></table></div>"
    case .chart(let chart):
      return "<figure>\n\(chart.svg)\n<figcaption>\(cited(chart.citations))</figcaption></figure>"
    case .quotation(let title, let body, let citations):
      return "<blockquote><strong>\(escapedHTML(title))</strong>\n\(escapedHTML(body))\n"
        + "\(cited(citations))</blockquote>"
    }
  }

  private func cited(_ citations: [Int64]) -> String {
    "<cite>\(citationText(citations))</cite>"
  }
}
