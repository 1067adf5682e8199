package import Bytes

/// One record: what was committed in one step, and where it stands.
package struct Record: Hashable, Sendable {
  /// Where a line stands. Lines count from 1, bytes from 0.
  package struct Place: Hashable, Sendable {
    package let file: String
    package let line: Int
    package let offset: Int64

    package init(file: String, line: Int, offset: Int64) {
      self.file = file
      self.line = line
      self.offset = offset
    }
  }

  package let version: Int
  /// Counts from 1 without gaps. This is the order of things; `time` is for people.
  package let sequence: Int64
  package let time: Instant
  package let bootMark: BootMark
  /// The last record that was known to be on disk when this one was written.
  package let watermark: Int64
  package let actor: String
  /// Kinds that this version does not know stand here as they were written.
  package let events: [JSON]
  package let hash: Digest
  package let place: Place
  /// Of its line, with the line break.
  package let length: Int

  package var head: Head { Head(sequence: sequence, hash: hash) }

  /// For the owner of the events: this record is whole, but says something that cannot be.
  package func unreadable(_ reason: Bilingual) -> JournalFailure {
    .damaged(Damage(at: place, sequence: sequence, .event(reason)))
  }
}
