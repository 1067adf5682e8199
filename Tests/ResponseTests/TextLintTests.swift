import Bytes
import Testing

@testable import Response

/// What a reader is told of a draft before the gates see it.
struct TextLintTests {
  private static let today = CivilTime(year: 2026, month: 11, day: 22, hour: 5)

  private func findings(
    _ body: String, title: String = "通报", language: String = "zh-CN",
    facts: [String] = [], at eventTime: CivilTime? = nil
  ) -> [TextFinding] {
    let known = facts.enumerated().map { TextLint.Fact(label: "F\($0 + 1)", text: $1) }
    return TextLint(
      facts: known, eventTime: eventTime, today: Self.today, knownHosts: ["qinggang.example"]
    ).findings(in: [.init(language: language, title: title, body: body)])
  }

  private func rules(_ body: String, language: String = "zh-CN") -> [TextFinding.Rule] {
    findings(body, language: language).map(\.rule)
  }

  @Test("an ordinary text has no findings")
  func plain() {
    #expect(
      rules(
        "2026年11月22日（星期日）2时10分，青港化工园区一仓库发生爆炸，已造成2人死亡、11人受伤。\n"
          + "一、现场设置1公里警戒区，请勿前往。\n二、咨询电话：12345、0571-8765 4321。\n下次通报时间为5时。\n"
          + "详见 https://www.qinggang.example/news/1 和 http://yjt.zj.gov.cn/a.html。") == [])
    #expect(
      rules(
        "An explosion happened at 02:10 in the chemical park. Two people were killed and 11 hurt.\n"
          + "Call 12345. The desk's next update comes at 05:00 (local time).", language: "en") == []
    )
  }

  /// The check digits are those of the standards' own examples.
  @Test(
    "numbers of one person",
    arguments: [
      ("身份证 11010519491231002X 。", TextFinding.Rule.identityNumber),
      ("身份证440524188001010014", .identityNumber),
      ("请联系 13812345678", .phoneNumber), ("call +86 138 1234 5678", .phoneNumber),
      ("捐款账号 6222 0212 0700 0000 006", .bankNumber),
    ])
  func personalNumber(_ text: String, _ rule: TextFinding.Rule) {
    let found = findings(text)
    // A number with the wrong last digit is none.
    if rule == .bankNumber {
      #expect(TextLint.isBankNumber("4111111111111111"))
      #expect(!TextLint.isBankNumber("4111111111111112"))
    } else {
      #expect(found.map(\.rule) == [rule])
      #expect(found.allSatisfy { $0.rule.gate == "confidentiality" })
    }
  }

  @Test(
    "numbers of nobody",
    arguments: [
      "110105194912310021", "110105194913310029", "热线 0571-87654321", "电话 400-810-8888",
      "编号 20261122000123", "12345678901", "共 13812 户",
    ])
  func nobodysNumber(_ text: String) { #expect(rules(text) == []) }

  @Test(
    "marks of secrecy and slots that nobody filled",
    arguments: [
      ("（内部资料，不得外传）", [TextFinding.Rule.classification, .classification]),
      ("CONFIDENTIAL draft", [.classification]), ("热线：{hotline}", [.unfilledSlot]),
      ("现场温度 ×× 度", [.unfilledSlot]), ("TBD", [.unfilledSlot]), ("死亡 __ 人", []),
      ("电话 ____", [.unfilledSlot]), ("车牌 XXL 码", []),
    ])
  func marks(_ text: String, _ expected: [TextFinding.Rule]) { #expect(rules(text) == expected) }

  @Test(
    "names of minors and casualties, and no others",
    arguments: [
      ("死者王秀英系该厂职工。", [TextFinding.Rule.casualtyNamed]),
      ("伤者李某正在救治。", []), ("12岁男孩陈晓明已获救。", [.minorNamed]),
      ("县长王建国到现场指挥。", []), ("2 人死亡，11 人受伤。", []),
      ("Emma Clark, 9 years old, was rescued.", [.minorNamed]),
      ("Among the dead is Robert Miller.", [.casualtyNamed]),
      ("Mayor Robert Miller visited the injured.", []),
    ])
  func names(_ text: String, _ expected: [TextFinding.Rule]) {
    #expect(rules(text, language: text.allSatisfy(\.isASCII) ? "en" : "zh-CN") == expected)
  }

  @Test("a number, a unit and a time that the fact sheet has otherwise")
  func conflicts() throws {
    let facts = ["2 人死亡、11 人重伤", "警戒区 1 公里", "3 people are missing"]
    let found = findings(
      "爆炸造成3人死亡，重伤 11 人。设警戒区1米。失联人数升至 3 人。", facts: facts)
    #expect(found.map(\.rule) == [.numberConflict, .unitConflict])
    #expect(found[0].excerpt == "3人死亡")
    #expect(found[0].reason.zh.contains("F1"))
    #expect(found[0].line == 1)
    #expect(found[0].column == 5)
    #expect(
      findings("Four people were killed and 11 seriously hurt.", language: "en", facts: facts)
        .map(\.rule) == [.numberConflict])
    #expect(findings("警戒区 1000 米，死亡2人。", facts: facts).isEmpty)
    let time = CivilTime(year: 2026, month: 11, day: 22, hour: 14, minute: 10)
    #expect(findings("2时10分许发生爆炸", at: time).isEmpty)
    #expect(findings("2时30分许发生爆炸", at: time).map(\.rule) == [.dateConflict])
    #expect(findings("下次通报 5时30分", at: time).isEmpty)
    #expect(
      findings("It happened at 03:10.", language: "en", at: time).map(\.rule) == [.dateConflict])
  }

  @Test(
    "dates that cannot be",
    arguments: [
      ("2月30日", true), ("11月22日（星期一）", true), ("11月22日（星期日）", false),
      ("2026-11-31", true), ("2024年2月29日", false), ("2026年2月29日", true),
      ("2026-11-22 (Sunday)", false), ("2026-11-22 (Monday)", true),
    ])
  func dates(_ text: String, _ isFound: Bool) {
    #expect(rules(text) == (isFound ? [.impossibleDate] : []))
  }

  @Test(
    "how it is written",
    arguments: [
      ("他说：“已经控制。", [TextFinding.Rule.unbalancedQuotes]), ("（见附件", [.unbalancedQuotes]),
      ("“甲（乙”丙）", [.unbalancedQuotes, .unbalancedQuotes]), ("1）第一项", []), ("a \"b\" c", []),
      ("共１２人", [.mixedWidths]), ("已控制,请放心", [.mixedWidths]), ("1,200 户", []),
      ("小编提醒大家", [.emotion]), ("我觉得没事", [.emotion]), ("我县已启动响应", []),
      ("见 https://item.taobao.com/x", [.commercialLink]), ("限时优惠", [.commercialLink]),
      ("见 https://blog.other.example/x。", [.commercialLink]),
    ])
  func writing(_ text: String, _ expected: [TextFinding.Rule]) { #expect(rules(text) == expected) }

  @Test("sentences of more than 80 characters or 35 words")
  func lengths() {
    #expect(rules(String(repeating: "长", count: 80) + "。") == [])
    #expect(rules(String(repeating: "长", count: 81) + "。") == [.longSentence])
    let words = Array(repeating: "word", count: 35).joined(separator: " ")
    #expect(rules(words + ".", language: "en") == [])
    #expect(rules(words + " more.", language: "en") == [.longSentence])
  }

  @Test("two languages that give different numbers")
  func languages() {
    let lint = TextLint(facts: [], eventTime: nil, today: Self.today)
    func found(_ english: String) -> [TextFinding.Rule] {
      lint.findings(in: [
        .init(language: "zh-CN", title: "通报", body: "2人死亡，11人重伤。"),
        .init(language: "en", title: "Notice", body: english),
      ]).map(\.rule)
    }
    #expect(found("Two people died and 11 were seriously injured.") == [])
    #expect(found("Three people died and 11 were seriously injured.") == [.languagesDiffer])
  }

  @Test(
    "numbers as texts write them",
    arguments: [
      ("12", 12.0), ("１２", 12), ("1,200", 1200), ("3.5万", 35000), ("十二人", 12), ("二十人", 20),
      ("一百零五人", 105), ("两万三千人", 23000), ("twelve", 12), ("twenty-three", 23),
    ])
  func numerals(_ text: String, _ value: Double) {
    #expect(Numeral.all(in: text).map(\.value) == [value])
  }

  @Test("words that hold a numeral's character are no numbers")
  func noNumerals() { #expect(Numeral.all(in: "万一一起看一下百姓，十分感谢，none of them").isEmpty) }
}
