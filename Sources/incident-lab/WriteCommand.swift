import Bytes
import Desk
import Foundation
import Journal
import Response

/// `incident-lab write`: a record-keeper under load, made to be ended from outside.
enum WriteCommand: LabCommand {
  static let name = "write"
  static let usage = "--state DIR [--waiting N] [--commands N] [--unsynced]"
  static let summary = """
    Opens the record of a state folder, which is made if need be, and writes notes by several
    commands that wait at the same time. Each head is printed once it is on disk, and not before:
    whoever ends this program, or the machine, can tell what was promised. With --unsynced nothing
    is synced, so that a test of power failures can show that it would notice.

    example: incident-lab write --state /mnt/loop/desk --waiting 8 --commands 1000
    """

  static func run(_ arguments: [String]) async throws -> ExitCode {
    let options = try ToolOptions(
      arguments, values: ["state", "waiting", "commands"], flags: ["unsynced"])
    let folder = try options.required("state")
    let waiting = try options.count("waiting") ?? 8
    let count = try options.count("commands") ?? 1_000_000
    var settings = FrontDeskOptions()
    settings.snapshotEvery = 200
    settings.journal.segmentLimit = 100_000
    settings.journal.reserveSize = 1 << 20
    if options.has("unsynced") { settings.journal.disk = TallyDisk(syncs: false) }
    let start = ContinuousClock.now
    // A first start that was cut off has left no incident, so it is taken for none.
    let desk: FrontDesk
    do {
      desk = try FrontDesk.open(StateFolder(folder), options: settings)
    } catch {
      guard case .missing = error else { throw error }
      desk = try FrontDesk.create(
        StateFolder(folder), isExercise: false, at: DeskClock.wallNow(), options: settings)
    }
    try await desk.perform(.adopt(try MadeDesk.registry()), by: .desk)
    let playbook = try MadeDesk.playbook()
    if try await desk.view({ $0.response.incidents.isEmpty }) {
      try await desk.perform(
        .open(MadeDesk.opening(1, playbook), playbook), by: MadeDesk.writer)
    }
    let milliseconds = Int((ContinuousClock.now - start).inSeconds * 1000)
    guard writeAll(Array("open \(milliseconds)\n".utf8), to: STDOUT_FILENO) else {
      return .couldNot
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for worker in 0..<waiting {
        group.addTask {
          for number in 0..<(count / waiting) {
            let receipt = try await desk.perform(
              MadeDesk.note(worker * count + number), by: MadeDesk.writer)
            guard writeAll(Array("\(receipt.head)\n".utf8), to: STDOUT_FILENO) else { return }
          }
        }
      }
      try await group.waitForAll()
    }
    try await desk.close()
    return .done
  }
}
