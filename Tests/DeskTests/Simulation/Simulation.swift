import Bytes
import Foundation
import Journal
import Response
import Support
import Synchronization

@testable import Desk

/// Some days at a desk: people, centres, mail, the clock and the disk, as one seed decides.
///
/// One command comes after the other, so that the same seed makes the same calls to the disk and
/// the same journal, byte for byte. What is random is what is done by whom, what becomes of a
/// message, and when the process, the power, the disk or its room is lost.
actor Simulation {
  static let folder = StateFolder("/desk")
  static let start = Instant(seconds: 1_790_000_000)

  /// What the walk came to.
  struct Outcome: Hashable, Sendable {
    var commands = 0
    var refusals = 0
    var promised = 0
    var starts = 0
    var faults = 0
    var messages = 0
    var deadLetters = 0
    var publications = 0
    var signatures = 0
    var seconds: Int64 = 0
    /// Of all that is on the disk in the end.
    var digest: Digest?

    static func += (left: inout Outcome, right: Outcome) {
      left.commands += right.commands
      left.refusals += right.refusals
      left.promised += right.promised
      left.starts += right.starts
      left.faults += right.faults
      left.messages += right.messages
      left.deadLetters += right.deadLetters
      left.publications += right.publications
      left.signatures += right.signatures
      left.seconds += right.seconds
    }
  }

  /// What should never be: said with the seed, so that the walk can be walked again.
  struct Violation: Error, CustomStringConvertible {
    let description: String
  }

  let seed: UInt64
  var dice: SeededGenerator
  let playbook: Playbook
  let clock = DeskClock.fixed(Simulation.start)
  private let disk = MemoryDisk()
  private let faults: FaultPlan
  /// Since boot, which nobody can set.
  private let uptime = Mutex<Int64>(0)
  private let boot = Mutex(1)
  private var current: FrontDesk?
  private var promised: [Head] = []
  /// Messages that reached somebody, whether the desk was told so or not.
  private var arrived: Set<DeliveryID> = []
  var mailbox: [Delivery] = []
  var outcome = Outcome()

  init(seed: UInt64, playbook: Playbook, syncs: Bool = true) {
    faults = FaultPlan(syncs: syncs)
    self.seed = seed
    self.playbook = playbook
    dice = SeededGenerator(seed: seed)
  }

  func violation(_ text: String) -> Violation { Violation(description: "seed \(seed): \(text)") }

  var desk: FrontDesk {
    get throws {
      guard let current else { throw violation("the desk is not open") }
      return current
    }
  }

  private var options: FrontDeskOptions {
    var options = FrontDeskOptions()
    options.clock = clock
    options.identifier = "00000000-0000-4000-8000-000000000000"
    options.journal.disk = disk
    options.journal.segmentLimit = 12_000
    options.snapshotEvery = 25
    options.snapshotAtClose = 10
    options.journal.bootMark = { [self] in
      BootMark(
        bootID: "boot-\(boot.withLock { $0 })",
        nanoseconds: uptime.withLock { $0 } * 1000)
    }
    return options
  }

  // The walk.

  func run(steps: Int) async throws -> Outcome {
    current = try FrontDesk.create(
      Self.folder, isExercise: false, at: clock.now(), options: options)
    try await perform(.adopt(SimulatedPeople.registry), by: .desk)
    let plan = faults
    disk.obey { call, _ in plan.fault(at: call) }
    for _ in 0..<steps {
      passTime()
      switch Int.random(in: 0..<100, using: &dice) {
      case 0..<58: try await personActs()
      case 58..<74: try await deliver()
      case 74..<82: try await centreAnswers()
      case 82..<88: try await clockworkActs()
      case 88..<91: try await alertIsRaised()
      case 91..<94: try await restart(losingPower: false)
      case 94..<96: try await restart(losingPower: true)
      case 96..<98: planFault()
      default: faults.isFull.withLock { $0.toggle() }
      }
    }
    try await end()
    return outcome
  }

  private func planFault() {
    outcome.faults += 1
    let fault = FaultPlan.Fault.allCases.randomElement(using: &dice) ?? .dead
    let call = Int.random(in: 0..<40, using: &dice)
    faults.state.withLock { $0 = FaultPlan.State(fault: fault, in: call) }
    let plan = faults
    disk.obey { call, _ in plan.fault(at: call) }
  }

  private func passTime() {
    let passed = Duration.seconds(
      Int64.random(in: 1...(Bool.random(using: &dice) ? 60 : 7200), using: &dice))
    uptime.withLock { $0 += passed.microseconds }
    outcome.seconds += passed.microseconds / 1_000_000
    var now = clock.now() + passed
    // Somebody sets the wall clock.
    if Int.random(in: 0..<60, using: &dice) == 0 {
      now = now + .minutes(Int.random(in: -60...60, using: &dice))
    }
    clock.move(to: now)
  }

  /// Gives a command as whoever it is. What the rules refuse is refused; what the disk does not
  /// take was not promised, and after a fault the process begins anew.
  @discardableResult
  func perform(_ command: Command, by actor: Actor) async throws -> FrontDesk.Receipt? {
    outcome.commands += 1
    do {
      let receipt = try await desk.perform(command, by: actor)
      if !receipt.events.isEmpty { promised.append(receipt.head) }
      return receipt
    } catch is Refusal {
      outcome.refusals += 1
    } catch let failure as JournalFailure {
      try await survive(failure)
    }
    return nil
  }

  /// What the state is once all of it is on disk; nil where the process ended over it.
  func view() async throws -> DeskState? {
    do {
      return try await desk.view { $0.response }
    } catch let failure as JournalFailure {
      try await survive(failure)
      return nil
    }
  }

  private func survive(_ failure: JournalFailure) async throws {
    switch failure {
    case .full: return
    case .poisoned, .disk:
      guard faults.wasHit else { throw violation("without a fault: \(failure)") }
      try await restart(losingPower: Bool.random(using: &dice))
    default: throw violation("\(failure)")
    }
  }

  /// The process is gone at once, and with the power also what was not synced.
  func restart(losingPower: Bool) async throws {
    disk.obey { _, _ in .dead }
    // What it would still do has no effect any more.
    try? await current?.close()
    current = nil
    for attempt in 0..<4 {
      if losingPower {
        disk.cutPower(&dice)
        boot.withLock { $0 += 1 }
      } else {
        disk.endProcess()
      }
      // The next start can be lost as well, but not for ever.
      faults.state.withLock { $0 = FaultPlan.State() }
      faults.isFull.withLock { $0 = false }
      if attempt < 3, Int.random(in: 0..<4, using: &dice) == 0 { planFault() }
      outcome.starts += 1
      do {
        current = try FrontDesk.open(Self.folder, options: options)
        try look()
        let plan = faults
        disk.obey { call, _ in plan.fault(at: call) }
        return
      } catch let failure as JournalFailure {
        try? await current?.close()
        current = nil
        guard faults.wasHit else { throw violation("does not start: \(failure)") }
        disk.obey { _, _ in .dead }
      }
    }
    throw violation("does not start at all")
  }

  /// Everything that was promised is there, under its number and its hash, and the chain holds.
  private func look() throws {
    do throws(JournalFailure) {
      _ = try JournalReader(folder: Self.folder.path, disk: disk).verify(anchors: promised)
    } catch {
      guard faults.wasHit, case .disk = error else { throw violation("after a start: \(error)") }
      throw error
    }
    outcome.promised = promised.count
  }

  func markArrived(_ delivery: Delivery) {
    arrived.insert(delivery.id)
    mailbox.append(delivery)
  }

  // The end.

  private func end() async throws {
    try await restart(losingPower: true)
    disk.obey { _, _ in nil }
    faults.state.withLock { $0 = FaultPlan.State() }
    try await deliverTheRest()
    guard let state = try await view() else { throw violation("cannot be read in the end") }
    try checkDeliveries(state)
    try await desk.saveSnapshot()
    let desk = try desk
    try await desk.makeWhole(state.incidents.keys)
    let whole = try await desk.view { $0.response }
    try await desk.close()
    current = nil
    try look()
    try audit()
    try await compare(whole)
    var all: [UInt8] = []
    for name in try disk.names(in: Self.folder.path + "/journal") {
      all += disk.content(Self.folder.path + "/journal/" + name) ?? []
    }
    outcome.digest = SHA256.hash(all)
  }

  /// Two days in which the network works, or says for good that it does not.
  private func deliverTheRest() async throws {
    for _ in 0..<400 {
      guard let state = try await view() else { throw violation("cannot be read") }
      let now = clock.now()
      for delivery in state.dueDeliveries(at: now) { try await attempt(delivery) }
      guard let after = try await view() else { throw violation("cannot be read") }
      guard let next = after.nextDeliveryDue(after: now) else {
        if after.dueDeliveries(at: now).isEmpty { return }
        continue
      }
      uptime.withLock { $0 += max(0, (next - now).microseconds) }
      clock.move(to: max(next, now))
    }
    throw violation("messages are on their way for ever")
  }

  private func checkDeliveries(_ state: DeskState) throws {
    outcome.messages = state.deliveries.count
    outcome.deadLetters = state.deadLetters.count
    for delivery in state.deliveries.values {
      switch delivery.result {
      case nil: throw violation("\(delivery.id) has no end")
      case .delivered:
        guard arrived.contains(delivery.id) else {
          throw violation("\(delivery.id) counts as delivered and was not")
        }
      case .failed:
        guard isTold(delivery, state) else { throw violation("nobody is told of \(delivery.id)") }
      }
    }
  }

  /// A message that was given up stands among what is to be done, or its matter is settled.
  private func isTold(_ delivery: Delivery, _ state: DeskState) -> Bool {
    switch delivery.order.matter {
    case .alert(let id), .escalation(let id):
      return state.alerts[id]?.acknowledged != nil || state.deadLetters.contains(delivery)
    case .clocks(let id):
      guard let incident = state.incidents[id] else { return false }
      return !incident.isOpen
        || state.dues(of: incident, at: clock.now()).contains { due in
          if case .unwarned(delivery.id, _) = due.matter { true } else { false }
        }
    case .release(let part), .reminder(let part), .withdrawal(let part):
      guard let incident = state.incidents[part.incident] else { return false }
      guard incident.isOpen else { return true }
      let dues = state.dues(of: incident, at: clock.now())
      return dues.contains { due in
        if case .undelivered(delivery.id, _, _) = due.matter { true } else { false }
      }
        || incident.release(part.part.number)?.copies.contains {
          .centre($0.centre) == delivery.order.recipient && $0.acknowledged != nil
        } ?? false
    }
  }

  /// What the journal alone says was done by whom.
  private func audit() throws {
    var audit = ReleaseAudit()
    let decoder = RecordDecoder(folder: Self.folder.path, disk: disk)
    var last: Int64 = 0
    _ = try JournalReader(folder: Self.folder.path, disk: disk).read(making: decoder.decoded) {
      audit.take(
        $0.events.compactMap { event in
          if case .response(let event) = event { event } else { nil }
        }, in: $0.context)
      last = $0.context.sequence
    }
    outcome.publications = audit.publications
    outcome.signatures = audit.signatures
    if let first = audit.violations.first { throw violation(first) }
    if let open = audit.openMessages.first { throw violation("\(open) has no end on record") }
    guard last >= promised.map(\.sequence).max() ?? 0 else { throw violation("the end is missing") }
  }

  /// From the snapshot, from all records and before the end: one state.
  private func compare(_ whole: DeskState) async throws {
    for keepsSnapshots in [true, false] {
      if !keepsSnapshots { disk.erase(under: Self.folder.path + "/snapshot") }
      let again = try FrontDesk.open(Self.folder, options: options)
      try await again.makeWhole(whole.incidents.keys)
      let state = try await again.view { $0.response }
      try await again.close()
      guard state.incidents == whole.incidents, state.deliveries == whole.deliveries,
        state.alerts == whole.alerts, state.registry == whole.registry
      else { throw violation("another state \(keepsSnapshots ? "from a snapshot" : "from all")") }
    }
  }
}

/// Which call to the disk fails next, and how.
final class FaultPlan: Sendable {
  enum Fault: CaseIterable {
    case dead
    case syncFails
    case writeFails
    case short
    case interrupted
    case noDescriptors
    case renameFails
  }

  struct State {
    var fault: Fault?
    /// So many calls that it could hit go well before.
    var left = 0
    var wasHit = false

    init() {}

    init(fault: Fault, in calls: Int) {
      self.fault = fault
      left = calls
    }
  }

  let state = Mutex(State())
  let isFull = Mutex(false)
  /// Without syncs nothing that was promised is safe from the next power failure.
  let syncs: Bool

  init(syncs: Bool) { self.syncs = syncs }

  /// Whether a fault that ends a process has come since the last start.
  var wasHit: Bool { state.withLock { $0.wasHit } }

  func fault(at call: MemoryDisk.Call) -> MemoryDisk.Fault? {
    if let fault = state.withLock({ Self.next(&$0, call.call) }) { return fault }
    if !syncs, call.call == .synchroniseData { return .ignored }
    guard isFull.withLock({ $0 }), call.call == .write || call.call == .allocate else { return nil }
    return .error(ENOSPC)
  }

  private static func next(_ state: inout State, _ call: DiskCall) -> MemoryDisk.Fault? {
    guard let fault = state.fault, hits(fault, call) else { return nil }
    guard state.left <= 0 else {
      state.left -= 1
      return nil
    }
    state.fault = nil
    switch fault {
    case .short: return .short
    case .interrupted: return .error(EINTR)
    case .dead:
      state.wasHit = true
      return .dead
    case .syncFails, .writeFails, .renameFails:
      state.wasHit = true
      return .error(EIO)
    case .noDescriptors:
      state.wasHit = true
      return .error(EMFILE)
    }
  }

  private static func hits(_ fault: Fault, _ call: DiskCall) -> Bool {
    switch fault {
    case .dead: true
    case .syncFails: call == .synchroniseData || call == .synchronise
    case .writeFails, .short: call == .write || call == .rewrite
    case .interrupted: call == .write || call == .rewrite || call == .read
    case .noDescriptors: call == .open
    case .renameFails: call == .rename
    }
  }
}
