import Bytes

// The verbs of an incident's course: its times, its reports upwards, who is asked, what is decided.
extension VerbTable {
  private typealias Option = VerbSpecification.Option

  static let course: [VerbSpecification] = [
    VerbSpecification(
      "regrade", ["ID GRADE", "ID --warning COLOUR", "ID --level LEVEL"],
      options: [
        Option("why", "TEXT", zh: "理由，必填", en: "why, which has to be said"),
        Option(
          "warning", "red|orange|yellow|blue|none", zh: "预警级别：红橙黄蓝，none 为解除",
          en: "the warning level; none lifts it"),
        Option(
          "level", "I|II|III|IV|none", zh: "响应级别，none 为终止", en: "the response level; none ends it"),
      ],
      zh: "事件分级、预警级别、响应级别：三者互不相同，每次定一个；分级改则时限重算，原限仍列出",
      en:
        "the grade (its clocks follow), the warning level, the response level: three different things",
      example: "incident regrade 2026-0007 II --why \"死亡升至 10 人\"", access: .recording),
    VerbSpecification(
      "casualties", ["ID"],
      options: [
        Option("dead", "N", zh: "死亡人数", en: "how many are dead"),
        Option("missing", "N", zh: "失踪人数", en: "how many are missing"),
        Option("injured", "N", zh: "重伤人数", en: "how many are seriously injured"),
        Option("loss", "YUAN", zh: "直接损失（元），如 1200万", en: "direct loss in yuan, as 1200万"),
        Option("source", "TEXT", zh: "来源，必填", en: "who says so, which has to be said"),
      ],
      zh: "伤亡与损失：按预案的表建议分级，由人确认；变化须补报",
      en: "casualties and loss: they suggest a grade, which a person confirms",
      example: "incident casualties 2026-0007 --dead 10 --source 市卫健委", access: .recording),
    VerbSpecification(
      "triage", ["ID QUESTION=yes|no …"],
      options: [Option("why", "TEXT", zh: "理由", en: "why")],
      zh: "研判必答情形：misread interests conscience emergency ordered falsehood",
      en:
        "which classes that must be answered it belongs to: misread interests conscience emergency "
        + "ordered falsehood",
      example: "incident triage 2026-0007 emergency=yes misread=no", access: .recording),
    VerbSpecification(
      "consult", ["ID UNIT … --about TEXT", "ID UNIT --reply TEXT", "ID UNIT --lead"],
      options: [
        Option("about", "TEXT", zh: "征求什么意见", en: "what it is asked"),
        Option("due", "TIME|PERIOD", zh: "限何时答复", en: "until when it should reply"),
        Option("reply", "TEXT", zh: "它的答复", en: "what it replied"),
        Option("lead", nil, zh: "定为牵头单位", en: "make it the lead unit"),
        Option("why", "TEXT", zh: "理由", en: "why"),
      ],
      zh: "会商：向有关单位征求意见、登记答复、定牵头单位",
      en: "ask the units concerned, record their replies, name the lead unit",
      example: "incident consult 2026-0007 水务局 --about \"自来水是否受影响\" --due PT30M",
      access: .recording),
    VerbSpecification(
      "decide", ["ID TEXT"],
      options: [
        Option("option", "TEXT", zh: "一个选项，可多次", en: "one option; may be repeated"),
        Option("chosen", "N", zh: "选了第几个", en: "which of them was chosen"),
        Option("why", "TEXT", zh: "理由", en: "why"),
        Option("by", "TEXT", zh: "由谁或何会议决定", en: "which meeting or office decided"),
      ],
      zh: "决定：选项、理由、谁定；当时的口径随之存档",
      en:
        "record a decision: its options, its reason, who took it; what was known then stays with it",
      example: "incident decide 2026-0007 疏散范围 --option \"1 公里\" --option \"2 公里\" --chosen 1",
      access: .recording),
    VerbSpecification(
      "link", ["ID ID"], options: [Option("why", "TEXT", zh: "理由", en: "why")],
      zh: "关联两个事件", en: "link two incidents",
      example: "incident link 2026-0007 2026-0005 --why \"同一管线\"", access: .recording),
    VerbSpecification(
      "review", ["ID helped|hindered TEXT", "ID done LESSON", "ID finish"],
      options: [
        Option("owner", "TEXT", zh: "由谁落实", en: "who sees to it"),
        Option("due", "TIME|PERIOD", zh: "期限", en: "until when"),
        Option("how", "TEXT", zh: "如何落实", en: "what was done about it"),
        Option(
          "playbook", "NAME:VERSION", zh: "改成了预案的哪一版", en: "the playbook it led to, as accident:4"),
        Option("summary", "TEXT", zh: "小结", en: "a summary"),
      ],
      zh: "评估：记经验（起了作用、有妨碍）、落实、完成；不追究个人",
      en:
        "the review: what helped and what hindered, who sees to it, what changed; nobody is blamed",
      example: "incident review 2026-0007 hindered \"保密关等 12 分钟\" --owner 办公室 --due P10D",
      access: .recording),
    VerbSpecification(
      "playbook", ["list", "upgrade ID"],
      options: [
        Option(
          "to", "NAME", zh: "换用的预案，缺省为同名的新版", en: "which one; else the same in its new version"),
        Option("why", "TEXT", zh: "理由，必填", en: "why, which has to be said"),
      ],
      zh: "预案：列出；让进行中的事件改用新版（平时事件始终用登记时的版本）",
      en: "playbooks: list them; move an incident, which else keeps its version, to a newer one",
      example: "incident playbook upgrade 2026-0007 --why \"新版补了上报链条\"",
      access: { $0.first == "list" ? .reading : .recording }),
    VerbSpecification(
      "duty", ["on [PERSON]", "off [PERSON]", "list"],
      options: [
        Option("from", "TIME", zh: "从何时起，缺省此刻", en: "from when, else now"),
        Option("until", "TIME|PERIOD", zh: "到何时", en: "until when"),
      ],
      zh: "值班表：上岗、下岗、谁在岗", en: "the duty roster: who is on duty, and who comes next",
      example: "incident duty on li --until PT12H",
      access: { $0.first == "list" ? .reading : .recording }),
    VerbSpecification(
      "handover", ["TEXT", "take [NUMBER]", "show"],
      options: [Option("to", "PERSON", zh: "交给谁", en: "to whom")],
      zh: "交接班：写交班、接班；接班即上岗，交班人下岗",
      en: "hand the watch over in writing, or take it: who takes it is on duty from then on",
      example: "incident handover \"水样 06:00 出结果，R3 待签\" --to wang",
      access: { $0 == ["show"] ? .reading : .recording }),
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
