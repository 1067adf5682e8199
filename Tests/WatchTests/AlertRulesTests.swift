import Bytes
import Support
import Testing

@testable import Watch

@Suite("Alert rules")
struct AlertRulesTests {
  static func profile(known: Bool) -> RelevanceProfile {
    var profile = RelevanceProfile()
    profile.places = [
      .init(["杉湖", "Shanhu"]), .init(["石渡", "Shidu"]), .init(["东桥", "Dongqiao"]),
      .init(["柳湾", "Liuwan"]), .init(["老街"]),
    ]
    profile.facilities = [.init(["化工园", "chemical park"])]
    if known {
      profile.knownEvents = [
        .init(
          name: "柳湾灯会", words: ["灯会", "龙舟", "lantern"], from: AlertCounty.start,
          to: AlertCounty.start + .hours(72)),
        .init(
          name: "足球赛", words: ["足球", "杉湖队", "比赛", "football"], from: AlertCounty.start,
          to: AlertCounty.start + .hours(72)),
      ]
    }
    return profile
  }

  @Test("tell of an explosion within a quarter of an hour of the third voice", arguments: 0..<20)
  func explosion(seed: UInt64) throws {
    var county = AlertCounty(seed: seed)
    county.tell(.explosion, at: .hours(24 + Int(seed % 7)) + .minutes(Int(seed) * 3))
    let third = try #require(county.third.first)
    let raised = AlertRun(
      county.stream, rules: AlertRules(profile: Self.profile(known: true))
    ).raised
    let first = try #require(raised.first)
    #expect(first.at >= third - .minutes(2))
    #expect(first.at - third <= .minutes(15))
    #expect(raised.count <= 2, "\(raised.map { $0.reason.line(in: .universal).en })")
  }

  @Test("keep silent on feasts and matches, planned or not", arguments: 0..<20, [true, false])
  func feasts(seed: UInt64, known: Bool) {
    var county = AlertCounty(seed: 100 + seed)
    county.tell(.festival, at: .hours(28))
    county.tell(.match, at: .hours(35) + .minutes(Int(seed) * 5))
    let raised = AlertRun(
      county.stream, rules: AlertRules(profile: Self.profile(known: known))
    ).raised
    #expect(raised.isEmpty, "\(raised.map { $0.reason.line(in: .universal).en })")
  }

  @Test(
    "are not moved by one author, one source, copies or noise",
    arguments: [AlertCounty.Story.oneAuthor, .onePhrase, .copies, .noise])
  func floods(story: AlertCounty.Story) {
    var county = AlertCounty(seed: 41)
    county.tell(story, at: .hours(27))
    let run = AlertRun(county.stream, rules: AlertRules(profile: Self.profile(known: false)))
    #expect(run.raised.isEmpty, "\(run.raised.map { $0.reason.line(in: .universal).en })")
  }

  @Test("tell of a day of rain once, and not as urgent")
  func rain() throws {
    var county = AlertCounty(seed: 42)
    county.tell(.rain, at: .hours(30))
    let raised = AlertRun(
      county.stream, rules: AlertRules(profile: Self.profile(known: true))
    ).raised
    #expect(raised.count == 1)
    #expect(try #require(raised.first).reason.level == .attention)
  }
}
