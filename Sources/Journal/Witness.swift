/// Looks for a line that says that a record was on disk, in bytes that are no chained lines.
///
/// A line writes a record's number as its watermark only after that record was synced. So if one
/// says so of the record that cannot be read, it was not cut off: it was damaged later.
enum Witness {
  private static let lineStart = Array(#"{"v":"#.utf8)

  /// The head of a line is enough, and it is looked for at every byte, not only after a line
  /// break: damage may have taken the break away, and the rest of the line may be cut off.
  static func find(
    in tail: [UInt8], for sequence: Int64
  ) -> (sequence: Int64, watermark: Int64)? {
    var at = 1
    while at + lineStart.count <= tail.count {
      if tail[at] == lineStart[0], let found = head(of: tail, at: at), found.watermark >= sequence {
        return found
      }
      at += 1
    }
    return nil
  }

  private static func head(
    of bytes: [UInt8], at start: Int
  ) -> (sequence: Int64, watermark: Int64)? {
    var scanner = HeadScanner(bytes[start...])
    guard scanner.skip(#"{"v":"#), scanner.number() != nil,
      scanner.skip(#","n":"#), let sequence = scanner.number(),
      scanner.skip(#","t":""#), scanner.skipText(),
      scanner.skip(#","b":""#), scanner.skipText(),
      scanner.skip(#","c":"#), let watermark = scanner.number(), scanner.skip(",")
    else { return nil }
    return (sequence, watermark)
  }
}
