import Bytes

/// `incident-sim counts`: how many posts of which kind, hour by hour.
enum CountsCommand: SimCommand {
  static let name = "counts"
  static let usage = "--county DIR [--seed N]"
  static let summary = """
    Counts the posts of the recorded stream by kind, in spans of three hours of the county's day,
    and by feed: for whoever writes frames and wants to see what they come to.

      incident-sim counts --county Samples/county --seed 1
    """

  private static let hoursPerColumn = 3

  static func run(_ arguments: [String]) throws -> ExitCode {
    let options = try ToolOptions(arguments, values: ["county", "seed"])
    let county = try options.county()
    let posts = county.stream(seed: try options.seed())
    var rows: [(String, [Int])] = []
    for post in posts {
      add(post, to: &rows, named: post.kind.hasPrefix("ordinary") ? "ordinary" : post.kind, county)
    }
    for post in posts where post.kind.hasPrefix("ordinary") {
      add(post, to: &rows, named: post.kind, county)
    }
    for post in posts { add(post, to: &rows, named: "at " + county.feeds[post.feed].id, county) }
    print("posts: \(posts.count), copies among them: \(posts.count(where: \.isCopy))")
    print(([cell("", 22)] + starts(county).map { cell($0, 6) } + ["   sum"]).joined())
    for (name, counts) in rows {
      let cells = counts.map { cell($0 == 0 ? "·" : String($0), 6) }
      print(cell(name, 22) + cells.joined() + cell(String(counts.reduce(0, +)), 6))
    }
    return .done
  }

  private static func add(
    _ post: Post, to rows: inout [(String, [Int])], named name: String, _ county: County
  ) {
    let hour = Int((post.published - county.from).inSeconds) / 3600
    let row = rows.firstIndex { $0.0 == name }
    if row == nil { rows.append((name, starts(county).map { _ in 0 })) }
    rows[row ?? rows.count - 1].1[hour / hoursPerColumn] += 1
  }

  private static func starts(_ county: County) -> [String] {
    let hours = (Int((county.to - county.from).inSeconds) + 3599) / 3600
    return stride(from: 0, to: hours, by: hoursPerColumn).map { hour in
      let civil = county.zone.civil(county.from + .hours(hour))
      return "\(civil.day)/\(padded(civil.hour, 2))"
    }
  }

  private static func cell(_ text: String, _ width: Int) -> String {
    let blanks = String(repeating: " ", count: max(0, width - text.count))
    return width > 10 ? text + blanks : blanks + text
  }
}
