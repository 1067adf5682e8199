import Bytes
import Desk
import Foundation
import Support
import Testing
import Watch

@testable import Service
@testable import incident_sim

/// The shipped county, told from twenty seeds, under the rules of its own desk.
@Suite("The sample county")
struct SampleCountyTests {
  static let seeds = UInt64(1)...20

  static let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(
      "Samples/county"
    )
    .path

  let county: County
  let rules: AlertRules

  init() throws {
    county = try County(folder: Self.samples)
    rules = try Configuration.read(
      DeskPlace.find(
        configuration: Self.samples + "/desk/incident.json5", state: nil, environment: [:])
    ).alertRules
  }

  private func moment(_ text: String) throws -> Instant {
    try #require(county.calendar.instant(text))
  }

  @Test("tells of the explosion in time, and of nothing in the quiet night", arguments: seeds)
  func day(seed: UInt64) throws {
    let posts = county.stream(seed: seed)
    let kinds = Dictionary(uniqueKeysWithValues: posts.map { ($0.id, $0.kind) })
    let run = AlertRun(posts.map { $0.item(of: county.feeds[$0.feed]) }, rules: rules)

    // Independent: of another author where there is one, else of another owner.
    var voices: Set<String> = []
    let third = try #require(
      posts.first { post in
        guard post.kind == "explosion", !post.isCopy else { return false }
        voices.insert(post.author ?? county.feeds[post.feed].owner)
        return voices.count == 3
      })
    func share(_ kind: String, _ raised: AlertRun.Raised) -> Double {
      let known = raised.topic.references.compactMap { kinds[$0.id] }
      return Double(known.count { $0.hasPrefix(kind) }) / Double(max(1, known.count))
    }
    let alarm = try #require(run.raised.first { share("explosion", $0) >= 0.5 })
    #expect(alarm.at - third.firstSeen <= .minutes(15))

    let night = try moment("26 22:00")..<moment("27 06:00")
    #expect(run.raised.count { night.contains($0.at) } <= 1)
    for kind in ["festival", "football"] {
      #expect(run.raised.allSatisfy { share(kind, $0) < 0.5 })
    }
  }
}
