package import Bytes

/// A day of UTC, which is one file of the item log.
package struct ItemDay: Hashable, Comparable, Sendable, CustomStringConvertible {
  private let year: Int
  private let month: Int
  private let day: Int

  package init(_ instant: Instant) {
    let civil = CivilTime(instant)
    (year, month, day) = (civil.year, civil.month, civil.day)
  }

  /// Reads `2026-11-22`; nil for anything else.
  package init?(_ text: some StringProtocol) {
    var scanner = DigitScanner(text.utf8)
    guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2),
      scanner.skip("-"), let day = scanner.digits(2), scanner.isAtEnd,
      CivilTime(year: year, month: month, day: day).exists
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
  }

  package var description: String {
    CivilTime(year: year, month: month, day: day).dateText
  }

  /// The first instant of the day.
  package var start: Instant { CivilTime(year: year, month: month, day: day).instant() }

  private static let suffix = ".jsonl"

  var fileName: String { description + Self.suffix }

  /// nil for any other file that stands in the folder.
  init?(fileName: String) {
    guard fileName.hasSuffix(Self.suffix) else { return nil }
    self.init(fileName.dropLast(Self.suffix.utf8.count))
  }

  package static func < (left: ItemDay, right: ItemDay) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }
}

/// The byte after a line of the item log, from which a reader can go on.
package struct ItemPosition: Hashable, Comparable, Sendable, CustomStringConvertible {
  package let day: ItemDay
  package let offset: Int64

  package init(day: ItemDay, offset: Int64) {
    self.day = day
    self.offset = offset
  }

  /// Reads `2026-11-22:4711`, as a checkpoint keeps it; nil for anything else.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let day = ItemDay(parts[0]), let offset = Int64(parts[1]), offset >= 0
    else { return nil }
    self.init(day: day, offset: offset)
    guard description == text else { return nil }
  }

  package var description: String { "\(day):\(offset)" }

  package static func < (left: ItemPosition, right: ItemPosition) -> Bool {
    (left.day, left.offset) < (right.day, right.offset)
  }
}
