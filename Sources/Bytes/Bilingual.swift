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

  /// Both texts side by side, for readers of whom nothing is known.
  package var both: String { zh == en ? zh : "\(zh) / \(en)" }

  /// Each text in one line of so many characters.
  package func shortened(to limit: Int) -> Bilingual {
    Bilingual(zh: Bytes.shortened(zh, to: limit), en: Bytes.shortened(en, to: limit))
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

extension Fields {
  /// `{"zh-CN": "…", en: "…"}`, both required; or one text where it is the same in both.
  package mutating func bilingual(ifPresent name: String) throws(FieldFailure) -> Bilingual? {
    guard let json = json(ifPresent: name) else { return nil }
    if let text = json.string { return Bilingual(same: text) }
    var texts = try Fields(json, path: inner(name))
    let zh = try texts.text(Language.chinese.rawValue)
    let en = try texts.text(Language.english.rawValue)
    try texts.finish()
    return Bilingual(zh: zh, en: en)
  }

  package mutating func bilingual(_ name: String) throws(FieldFailure) -> Bilingual {
    _ = try json(name)
    guard let text = try bilingual(ifPresent: name) else {
      throw failure(Bilingual(zh: "缺少“\(name)”", en: "'\(name)' is missing"))
    }
    return text
  }
}

extension JSONWriter {
  package mutating func member(_ name: String, _ text: Bilingual) {
    memberObject(name) {
      $0.member(Language.chinese.rawValue, text.zh)
      $0.member(Language.english.rawValue, text.en)
    }
  }
}
