import Bytes
import Testing

@Suite("Identifiers")
struct IdentifierTests {
  @Test("are read from the text that they show, and from no other")
  func roundTrip() {
    #expect(IncidentID("2026-0007")?.description == "2026-0007")
    #expect(IncidentID("2026-12345")?.number == 12345)
    #expect(
      PartID("2026-0007/R3") == PartID(IncidentID(year: 2026, number: 7), PartNumber(.release, 3)))
    #expect(TopicID("T20261122-003")?.description == "T20261122-003")
    #expect(AlertID("W20261122-014")?.description == "W20261122-014")
    #expect(DeliveryID("D42.1") == DeliveryID(sequence: 42, index: 1))
  }

  @Test(
    "are not read from what looks like one",
    arguments: [
      "2026-007", "2026-00007", "2026-0000", "26-0007", "2026-+007", "2026-0007/R", "2026-0007/R0",
      "2026-0007/R03", "2026-0007/X1", "2026-0007/r1", "T20261322-001", "T20261122-01",
      "t20261122-001", "W20261122-0014", "T2026１122-003", "D0.1", "D1", "D1.0", "D01.1", "D1.1.1",
      "",
    ])
  func refusing(text: String) {
    #expect(IncidentID(text) == nil)
    #expect(PartID(text) == nil)
    #expect(TopicID(text) == nil)
    #expect(AlertID(text) == nil)
    #expect(DeliveryID(text) == nil)
  }

  @Test("are in the order in which they were given")
  func order() throws {
    let ids = try ["2026-9999", "2026-10000", "2027-0001"].map { try #require(IncidentID($0)) }
    #expect(ids.shuffled().sorted() == ids)
  }

  @Test(
    "of people and places can stand in a path and a header",
    arguments: [
      ("li", true), ("qixi-media.1", true), ("", false), (".hidden", false), ("-x", false),
      ("a/b", false), ("Li", false), ("李", false), ("a b", false),
      (String(repeating: "a", count: 65), false),
    ])
  func names(text: String, isName: Bool) {
    #expect((Name(text) != nil) == isName)
  }
}
