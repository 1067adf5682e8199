import Bytes

/// Posts an hour as bars, with the releases marked, as one SVG that needs nothing from outside.
struct VolumeChart {
  struct Hour: Equatable {
    let start: Instant
    let posts: Int
    let silentSources: Int
  }

  struct Mark {
    let time: Instant
    let label: String
    let sequence: Int64
  }

  let hours: [Hour]
  let marks: [Mark]
  let zone: DeskZone
  let language: Language
  let citations: [Int64]

  private static let width = 900.0
  private static let height = 260.0
  private static let left = 46.0
  private static let top = 54.0
  private static let bottom = 40.0

  private var first: Instant { hours.first?.start ?? Instant(seconds: 0) }
  private var last: Instant { (hours.last?.start ?? first) + .hours(1) }
  private var peak: Int { max(1, hours.map(\.posts).max() ?? 1) }

  private func x(_ time: Instant) -> Double {
    let share = (time - first).inSeconds / max(1, (last - first).inSeconds)
    return Self.left + min(1, max(0, share)) * (Self.width - Self.left - 8)
  }

  private func y(_ posts: Int) -> Double {
    Self.height - Self.bottom
      - Double(posts) / Double(peak) * (Self.height - Self.bottom - Self.top)
  }

  var svg: String {
    let title = Bilingual(
      zh: "每小时帖数，最多 \(peak)；竖线为登记与发布；阴影为有信源听不到的小时",
      en: "posts an hour, at most \(peak); lines mark the opening and the releases; "
        + "shaded hours had sources that could not be heard")[language]
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 260\" role=\"img\" "
        + "aria-labelledby=\"volume-title\"><title id=\"volume-title\">\(escapedHTML(title))</title>"
    ]
    parts += hours.filter { $0.silentSources > 0 }.map { shade($0) }
    parts += grid
    parts += hours.map { bar($0) }
    parts += hourLabels
    parts += markLines
    parts.append("</svg>")
    return parts.joined(separator: "\n")
  }

  private func bar(_ hour: Hour) -> String {
    let (x1, x2) = (x(hour.start), x(hour.start + .hours(1)))
    return "<rect x=\"\(rounded(x1, 1))\" y=\"\(rounded(y(hour.posts), 1))\" "
      + "width=\"\(rounded(max(0.5, x2 - x1 - 1), 1))\" "
      + "height=\"\(rounded(Self.height - Self.bottom - y(hour.posts), 1))\" fill=\"#33658a\">"
      + "<title>\(escapedHTML(zone.text(hour.start))): \(hour.posts)</title></rect>"
  }

  private func shade(_ hour: Hour) -> String {
    let (x1, x2) = (x(hour.start), x(hour.start + .hours(1)))
    return "<rect x=\"\(rounded(x1, 1))\" y=\"\(rounded(Self.top, 1))\" "
      + "width=\"\(rounded(x2 - x1, 1))\" "
      + "height=\"\(rounded(Self.height - Self.bottom - Self.top, 1))\" fill=\"#e9dcc9\"/>"
  }

  private var grid: [String] {
    [0, peak / 2, peak].map { posts in
      let level = rounded(y(posts), 1)
      return "<line x1=\"\(Self.left)\" x2=\"892\" y1=\"\(level)\" y2=\"\(level)\" "
        + "stroke=\"#ccc\"/><text x=\"\(Self.left - 6)\" y=\"\(level)\" text-anchor=\"end\" "
        + "dominant-baseline=\"middle\" font-size=\"12\">\(posts)</text>"
    }
  }

  private var hourLabels: [String] {
    let step = max(1, hours.count / 12)
    return hours.enumerated().filter { $0.offset % step == 0 }.map { _, hour in
      let civil = zone.civil(hour.start)
      let label =
        civil.hour == 0 ? "\(padded(civil.month, 2))-\(padded(civil.day, 2))" : civil.minuteText
      return "<text x=\"\(rounded(x(hour.start), 1))\" y=\"236\" font-size=\"11\">\(label)</text>"
    }
  }

  /// Labels stand on three levels in turn, so that marks close together stay readable.
  private var markLines: [String] {
    marks.filter { $0.time >= first && $0.time <= last }.enumerated().map { index, mark in
      let place = rounded(x(mark.time), 1)
      let level = 14 + index % 3 * 14
      return "<line x1=\"\(place)\" x2=\"\(place)\" y1=\"\(level + 4)\" y2=\"220\" "
        + "stroke=\"#a4243b\" stroke-dasharray=\"4 3\"/><text x=\"\(place)\" y=\"\(level)\" "
        + "font-size=\"12\" text-anchor=\"middle\" fill=\"#a4243b\">\(escapedHTML(mark.label))"
        + "<title>\(escapedHTML(zone.text(mark.time))) #\(mark.sequence)</title></text>"
    }
  }

  /// The same as a table of characters, for formats without pictures.
  var lines: [String] {
    hours.map { hour in
      let bar = String(repeating: "█", count: (hour.posts * 40 + peak - 1) / peak)
      let names = marks.filter { $0.time >= hour.start && $0.time < hour.start + .hours(1) }
        .map(\.label).joined(separator: " ")
      let silent = hour.silentSources > 0 ? " (−\(hour.silentSources))" : ""
      return "\(zone.text(hour.start)) \(padded(hour.posts, 4)) \(bar)\(silent) \(names)".trimmed
    }
  }
}
