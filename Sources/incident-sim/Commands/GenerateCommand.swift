import Bytes
import Watch

/// `incident-sim generate`: the recorded stream, one item a line.
enum GenerateCommand: SimCommand {
  static let name = "generate"
  static let usage = "--county DIR [--seed N] --out ITEMS.jsonl|-"
  static let summary = """
    Writes what a desk would have met in the two days of the story, in the order in which it would
    have met it. The same seed gives the same bytes; another seed tells the same story in other
    words and at other minutes.

      incident-sim generate --county Samples/county --seed 1 --out items.jsonl
    """

  static func run(_ arguments: [String]) throws -> ExitCode {
    let options = try ToolOptions(arguments, values: ["county", "seed", "out"])
    let out = try options.required("out")
    let county = try options.county()
    try write(lines(of: county.stream(seed: try options.seed()), in: county), to: out)
    return .done
  }

  static func lines(of posts: some Sequence<Post>, in county: County) -> [UInt8] {
    var bytes: [UInt8] = []
    for post in posts {
      bytes += post.item(of: county.feeds[post.feed]).line
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}
