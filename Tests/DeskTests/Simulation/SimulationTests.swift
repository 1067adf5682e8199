import Bytes
import Foundation
import Response
import Support
import Testing

@testable import Desk

/// `Tests/campaign simulate 100000` does the same with more seeds.
@Suite("A desk of which a seed decides all", .timeLimit(.minutes(60)))
struct SimulationTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let count = environment["SIMULATION_SEEDS"].flatMap { UInt64($0) } ?? 2000
  private static let first = environment["SIMULATION_FIRST"].flatMap { UInt64($0) } ?? 1
  private static let steps = 60

  @Test("keeps what it promised, publishes only what was agreed to, and ends every message")
  func seeds() async throws {
    let playbook = try SimulatedPeople.playbook()
    let workers: UInt64 = 4
    var total = Simulation.Outcome()
    try await withThrowingTaskGroup(of: Simulation.Outcome.self) { group in
      for worker in 0..<workers {
        group.addTask {
          var sum = Simulation.Outcome()
          for seed in Self.first..<Self.first + Self.count where seed % workers == worker {
            sum += try await Simulation(seed: seed, playbook: playbook).run(steps: Self.steps)
          }
          return sum
        }
      }
      for try await part in group { total += part }
    }
    // What did not happen was not tested.
    #expect(total.promised > Int(Self.count) * 10 && total.starts > Int(Self.count) * 3)
    #expect(total.publications * 4 > Int(Self.count) && total.deadLetters * 10 > Int(Self.count))
    #expect(total.refusals > Int(Self.count) && total.faults > Int(Self.count) / 2)
    print(
      "\(Self.count) seeds from \(Self.first): \(total.commands) commands, \(total.refusals) refused,"
        + " \(total.promised) promised, 0 lost; \(total.starts) starts, \(total.faults) faults;"
        + " \(total.signatures) signatures, \(total.publications) publications;"
        + " \(total.messages) messages, \(total.deadLetters) dead letters open at the end;"
        + " \(total.seconds / 3600) h")
  }

  @Test("makes the same journal of the same seed, byte for byte", arguments: 1...5)
  func again(seed: Int) async throws {
    let playbook = try SimulatedPeople.playbook()
    var outcomes: [Simulation.Outcome] = []
    for _ in 0..<2 {
      outcomes.append(
        try await Simulation(seed: UInt64(seed), playbook: playbook).run(steps: Self.steps))
    }
    #expect(outcomes[0] == outcomes[1] && outcomes[0].digest != nil)
    let other = try await Simulation(seed: UInt64(seed) + 1000, playbook: playbook)
      .run(steps: Self.steps)
    #expect(other.digest != outcomes[0].digest)
  }

  @Test("would notice a disk that syncs nothing")
  func unsynced() async throws {
    let playbook = try SimulatedPeople.playbook()
    var noticed = 0
    for seed in 1...20 as ClosedRange<UInt64> {
      do {
        _ = try await Simulation(seed: seed, playbook: playbook, syncs: false)
          .run(steps: Self.steps)
      } catch is Simulation.Violation {
        noticed += 1
      }
    }
    #expect(noticed > 10)
  }
}

@Suite("The audit of a simulated desk")
struct ReleaseAuditTests {
  private static let incident = IncidentID(year: 2026, number: 1)
  private static let part = PartID(incident, PartNumber(.release, 1))
  private static let content = SimulatedPeople.content("text", sheet: 0)
  private static let hash = content.hash(of: part, step: "truth.brief")

  private typealias Step = (String, ReleaseEvent)

  private static func signed(_ who: String, _ gate: String) -> Step {
    (who, .signed(gate: gate, .pass, note: nil, hash: hash))
  }

  private static let drafted: Step = ("li", .drafted(step: "truth.brief", claim: nil, content))
  private static let published: Step = ("gao", .published(hash: hash))

  /// As the rules have it: drafted, submitted, signed twice, approved, published.
  private static let rightly: [Step] = [
    drafted, ("li", .submitted(.ordinary)), signed("zhao", "legal"), signed("wang", "text"),
    ("gao", .approved(hash: hash)), published,
  ]

  private static func audit(_ steps: [Step]) throws -> ReleaseAudit {
    let playbook = try SimulatedPeople.playbook()
    var audit = ReleaseAudit()
    var sequence: Int64 = 0
    func take(_ event: Event, by actor: Actor) {
      sequence += 1
      audit.take(
        [event],
        in: DeskState.RecordContext(
          sequence: sequence, time: Simulation.start, actor: actor, hash: hash))
    }
    take(.registryAdopted(SimulatedPeople.registry), by: .desk)
    take(.playbookAdopted(playbook), by: .desk)
    take(.incident(incident, .opened(SimulatedPeople.opening(1, playbook))), by: .desk)
    for (who, event) in steps {
      take(.incident(incident, .release(1, event)), by: .person(SimulatedPeople.name(who)))
    }
    return audit
  }

  @Test("finds nothing where all was right")
  func right() throws {
    let audit = try Self.audit(Self.rightly)
    #expect(audit.violations.isEmpty && audit.publications == 1 && audit.signatures == 2)
  }

  @Test("finds what was left out", arguments: 1...4)
  func missing(step: Int) throws {
    var steps = Self.rightly
    steps.remove(at: step)
    #expect(try !Self.audit(steps).violations.isEmpty, "without step \(step)")
  }

  @Test(
    "finds a wrong person at each step",
    arguments: [
      (2, "li", "own text"), (2, "he", "nobody for"), (3, "sun", "nobody for"),
      (4, "li", "approved an own"), (4, "chen", "may not approve"), (5, "he", "may not publish"),
    ])
  func person(step: Int, who: String, what: String) throws {
    var steps = Self.rightly
    steps[step].0 = who
    let found = try Self.audit(steps).violations
    #expect(found.contains { $0.contains(what) }, "\(found)")
  }

  @Test("finds too few people, and a text that is not the one that was agreed to")
  func others() throws {
    var few = Self.rightly
    for step in 2...4 { few[step].0 = "wang" }
    #expect(try Self.audit(few).violations.contains { $0.contains("2 people where 3") })
    var changed = Self.rightly
    changed.insert(("zhao", .edited(SimulatedPeople.content("other", sheet: 0))), at: 5)
    #expect(try Self.audit(changed).violations.contains { $0.contains("another text") })
    #expect(
      try Self.audit(Self.rightly + [Self.published]).violations.contains {
        $0.contains("published twice")
      })
  }
}
