package import Bytes
package import Journal

/// What a test or a daemon may change about the record-keeper.
package struct FrontDeskOptions: Sendable {
  package var journal = JournalOptions()
  /// A snapshot is written after so many records, and on closing after so many since the last one:
  /// reading fewer takes a fraction of a second.
  package var snapshotEvery = 20_000
  package var snapshotAtClose = 5_000
  /// For a daemon: what it has to record waits for room on a full disk, and what stands before a
  /// snapshot is verified while it works.
  package var runsLong = false

  /// For tests: another clock than the wall or that of an exercise, and the journal's name.
  package var clock: DeskClock?
  package var identifier: String?

  package init() {}
}
