import Bytes
import Response
import Testing

@testable import Desk

/// What the desk never does has no word in it: no verb, option, role or event.
@Suite("Never")
struct NeverTests {
  private static let silencing = [
    "delete", "remove", "suppress", "takedown", "take down", "silence", "censor", "block", "ban",
    "flag", "complain", "删", "屏蔽", "封号", "禁言", "下架", "举报", "控评", "水军",
  ]
  private static let persons = [
    "author", "handle", "account", "profile", "watchlist", "watch-list", "track",
    "作者", "账号", "画像", "网民身份", "跟踪",
  ]

  private static func words(of text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && $0 != "-" }.map(String.init)
  }

  private static func names(_ word: String, in text: String) -> Bool {
    word.allSatisfy(\.isASCII)
      ? words(of: text).contains { $0 == word || $0 == word + "s" || $0 == word + "ed" }
      : text.contains(word)
  }

  @Test("does a verb, a form or an option silence anybody, or look at a person")
  func verbs() {
    #expect(VerbTable.all.count > 20)
    for verb in VerbTable.all {
      var texts = [verb.name, verb.summary.en, verb.summary.zh] + verb.forms
      for option in verb.options { texts += [option.name, option.help.en, option.help.zh] }
      for text in texts {
        for word in Self.silencing + Self.persons {
          #expect(!Self.names(word, in: text), "\(verb.name): '\(text)' has '\(word)'")
        }
      }
    }
  }

  @Test("has anybody a role for that")
  func roles() {
    #expect(
      Set(Role.allCases.map(\.rawValue)).isSubset(
        of: [
          "viewer", "drafter", "reviewer", "approver", "lead", "expert", "centre", "contractor",
          "supervisor", "auditor",
          "admin",
        ]),
      "\(Role.allCases)")
  }

  @Test(
    "is an account or a private person listened for, whatever the word is put under",
    arguments: [
      "@mingming", "＠明明", "找@李明", "weilan.example/@ming", "forum.example/u/ming", "张伟明", "李华",
      "張偉明", "歐陽明月", "#张伟明#", "张伟明 打人", "教师张伟明", "张伟明老师", "John Smithson",
      "john smithson", "driver Mary Joneston", "Piet Vandermolen", "张伟明案", "张伟明跳楼", "王建国",
      "张海涛", "肖建华", "王小明", "王小明同学", "王小明 被打", "王敬书记", "李华老师被打", "局长王志远", "男子王飞",
      "jane doe", "Sarah McDonald", "Emma J. Clark", "José García", "Mary O'Brien", "13800138000",
      "138-0013-8000", "+86 138 0013 8000", "１３８００１３８０００", "找 13800138000", "110101199003074514",
    ])
  func watchedPersons(word: String) throws {
    for entry in [
      #"phrases: [{ words: ["停水", "\#(word)"] }]"#,
      #"phrases: [{ name: "\#(word)", words: ["停水"] }]"#, #"duties: ["\#(word)"]"#,
      #"muted: [{ name: "x", words: ["停水", "\#(word)"] }]"#,
      #"muted: [{ name: "\#(word)", words: ["停水"] }]"#,
      #"severity: [{ words: ["\#(word)"], kind: "outage", weight: 3 }]"#,
    ] {
      let main = SampleDesk.main.replacing(
        "  sources: [", with: "relevance: {\n\(entry) },\n  sources: [", maxReplacements: 1)
      let desk = try SampleDesk(main: main)
      let failure = try #require(throws: ConfigurationFailure.self, "\(entry)") {
        try desk.configuration()
      }
      #expect(failure.explanation.en.contains("incident.json5:7:"), "\(failure.explanation.en)")
      #expect(failure.explanation.en.contains("'\(word)' under '"), "\(failure.explanation.en)")
      #expect(failure.explanation.en.contains("take it away"))
      #expect(failure.explanation.zh.contains("请删去"))
    }
  }

  @Test("is a matter, a place or an official taken for a private person")
  func watchedMatters() throws {
    let words = [
      "停水", "no water", "power cut", "强拆", "高温", "安全", "石化爆炸", "易燃", "管涌", "堵路", "江堤", "洪水",
      "王敬讲话", "王敬", "常熟", "North Lake", "chemical park", "12345", "400-800-1234",
      "石桥 爆炸", "化工园区", "power outage", "water main", "学校 食堂", "王庄 爆炸", "张村 停电", "高铁站",
      "江水 上涨", "黄河 决堤", "马路 塌陷", "金店 抢劫", "王庄爆炸", "李家湾 停水", "张村书记", "市长热线",
      "高中老师", "江海大桥被淹", "安平小区停水", "居民楼", "学生食堂", "2026-11-23", "victoria flood", "大桥 坍塌",
      "全市停电", "高新区 停水", "石龙大桥", "教师节", "业主维权", "明天停水", "阳光小区", "病人安置点",
    ].map { "\"\($0)\"" }.joined(separator: ", ")
    let desk = try SampleDesk(
      main: SampleDesk.main.replacing(
        "  sources: [",
        with: "relevance: { places: [\"常熟\"], publicNames: [\"王敬\"], "
          + "phrases: [{ words: [\(words)] }] },\n  sources: [", maxReplacements: 1))
    #expect(try desk.configuration().relevance.phrases.count == 1)
  }

  @Test("takes a verb's option the name of one that all verbs have")
  func commonOptions() {
    for verb in VerbTable.all {
      let common = Set(VerbSpecification.common.map(\.name))
      #expect(common.isDisjoint(with: verb.options.map(\.name)), "\(verb.name)")
    }
  }
}
