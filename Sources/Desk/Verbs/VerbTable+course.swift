import Bytes

// The verbs of an incident's course: its times, its reports upwards, who is asked, what is decided.
extension VerbTable {
  private typealias Option = VerbSpecification.Option

  static let course: [VerbSpecification] = [
    VerbSpecification(
      "event-time", ["ID TIME"],
      options: [Option("why", "TEXT", zh: "理由，必填", en: "why, which has to be said")],
      zh: "更正事发时间：时限重算，原限仍列出",
      en: "correct the event time: the clocks follow, and what they showed stays in sight",
      example: "incident event-time 2026-0007 02:06 --why \"119 接警记录\"", access: .recording),
    VerbSpecification(
      "reportup", ["ID draft", "ID send LEVEL", "ID received REPORT"],
      options: [
        Option(
          "item", "NAME=TEXT", zh: "报告的一项，如 casualties=2 人死亡",
          en: "one item of the report, as casualties=2 dead"),
        Option("at", "TIME", zh: "何时发出或收到，缺省此刻", en: "when it went or arrived, else now"),
        Option("by", "TEXT", zh: "由哪个单位收到", en: "which office received it"),
      ],
      zh: "上报：各级时限、必报事项、回执；不对公众",
      en: "report upwards: each level's clock, what it has to say, its receipt; never public",
      example: "incident reportup 2026-0007 send county --item casualties=\"2 人死亡\"",
      access: { $0.dropFirst().first == "draft" ? .reading : .recording }),
  ]
}
