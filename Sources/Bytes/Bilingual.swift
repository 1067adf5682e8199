/// One text in the desk's two languages. Every text that a person reads is one of these.
package struct Bilingual: Hashable, Sendable {
  package let zh: String
  package let en: String

  package init(zh: String, en: String) {
    self.zh = zh
    self.en = en
  }

  /// A text that is the same in both: a name, a number.
  package init(same text: String) {
    self.init(zh: text, en: text)
  }

  package subscript(_ language: Language) -> String {
    switch language {
    case .chinese: zh
    case .english: en
    }
  }
}

/// A language that the desk speaks.
package enum Language: String, CaseIterable, Sendable {
  case chinese = "zh-CN"
  case english = "en"

  /// What a configuration or `LANG` asks for; nil if it is neither of ours.
  package init?(tag: some StringProtocol) {
    let lowered = tag.lowercased()
    if lowered.hasPrefix("zh") {
      self = .chinese
    } else if lowered.hasPrefix("en") {
      self = .english
    } else {
      return nil
    }
  }
}

/// A problem that can tell a person what happened, in either language.
package protocol Explained: Error, Sendable {
  var explanation: Bilingual { get }
  var exitCode: ExitCode { get }
}
