package import Bytes

/// Where a journal ends: the number of a record, and the hash that stands for it and all before it.
///
/// A head that is known outside (in a mail, at a county) is what makes later rewriting visible.
package struct Head: Hashable, Sendable, CustomStringConvertible {
  package let sequence: Int64
  package let hash: Digest

  package init(sequence: Int64, hash: Digest) {
    self.sequence = sequence
    self.hash = hash
  }

  /// Reads `42:` and 64 lower-case hexadecimal digits; nil for anything else.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let sequence = Int64(parts[0]), sequence > 0,
      let hash = Digest(hex: parts[1])
    else { return nil }
    self.init(sequence: sequence, hash: hash)
    guard description == text else { return nil }
  }

  package var description: String { "\(sequence):\(hash.hex)" }

  /// What stands before the first record of the journal of this name.
  static func genesis(of identifier: String) -> Head {
    Head(sequence: 0, hash: SHA256.hash(SegmentHeader.format + "\n" + identifier))
  }
}
