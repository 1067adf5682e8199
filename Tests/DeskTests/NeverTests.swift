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

  @Test("takes a verb's option the name of one that all verbs have")
  func commonOptions() {
    for verb in VerbTable.all {
      let common = Set(VerbSpecification.common.map(\.name))
      #expect(common.isDisjoint(with: verb.options.map(\.name)), "\(verb.name)")
    }
  }
}
