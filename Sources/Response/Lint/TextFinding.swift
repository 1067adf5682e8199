package import Bytes

/// What a reader of a draft should look at, with its place and the reason.
///
/// A finding helps whoever holds the gate; it decides nothing. Only a slot that nobody filled keeps a
/// text back, for no gate can mean that.
package struct TextFinding: Hashable, Sendable {
  package let rule: Rule
  /// The language of the text that it stands in, by its tag.
  package let language: String
  /// Line 0 is the title; the lines of the body count from 1, as do columns, in characters.
  package let line: Int
  package let column: Int
  /// The words that it is about.
  package let excerpt: String
  package let reason: Bilingual

  /// The rules, by the words that programs know them by.
  package enum Rule: String, CaseIterable, Sendable {
    case unfilledSlot
    case identityNumber
    case phoneNumber
    case bankNumber
    case classification
    case minorNamed
    case casualtyNamed
    case numberConflict
    case unitConflict
    case dateConflict
    case impossibleDate
    case languagesDiffer
    case unbalancedQuotes
    case mixedWidths
    case commercialLink
    case emotion
    case longSentence

    /// The gate that it helps, by the usual name.
    package var gate: String {
      switch self {
      case .identityNumber, .phoneNumber, .bankNumber, .classification, .minorNamed,
        .casualtyNamed:
        "confidentiality"
      case .unfilledSlot, .numberConflict, .unitConflict, .dateConflict, .impossibleDate,
        .languagesDiffer, .unbalancedQuotes, .mixedWidths, .commercialLink, .emotion,
        .longSentence:
        "text"
      }
    }

    /// Whether a text may not go into review with it.
    package var keepsBack: Bool { self == .unfilledSlot }

    package var title: Bilingual {
      switch self {
      case .unfilledSlot: Bilingual(zh: "空未填", en: "unfilled slot")
      case .identityNumber: Bilingual(zh: "身份证号", en: "identity-card number")
      case .phoneNumber: Bilingual(zh: "个人手机号", en: "personal telephone number")
      case .bankNumber: Bilingual(zh: "银行卡号", en: "bank-card number")
      case .classification: Bilingual(zh: "密级标志", en: "classification mark")
      case .minorNamed: Bilingual(zh: "未成年人姓名", en: "name of a minor")
      case .casualtyNamed: Bilingual(zh: "伤亡人员姓名", en: "name of a casualty")
      case .numberConflict: Bilingual(zh: "数字与口径不符", en: "number differs from the fact sheet")
      case .unitConflict: Bilingual(zh: "单位与口径不符", en: "unit differs from the fact sheet")
      case .dateConflict: Bilingual(zh: "时间与口径不符", en: "time differs from the fact sheet")
      case .impossibleDate: Bilingual(zh: "日期有误", en: "impossible date")
      case .languagesDiffer: Bilingual(zh: "各语言数字不一", en: "the languages differ")
      case .unbalancedQuotes: Bilingual(zh: "标点不成对", en: "unbalanced quotes or brackets")
      case .mixedWidths: Bilingual(zh: "全半角混用", en: "full and half width mixed")
      case .commercialLink: Bilingual(zh: "商业链接或广告", en: "commercial link or advertisement")
      case .emotion: Bilingual(zh: "个人情绪", en: "first-person emotion")
      case .longSentence: Bilingual(zh: "句子过长", en: "long sentence")
      }
    }
  }

  /// `en 3:14`, `zh-CN title`: where to look.
  package var place: Bilingual {
    line == 0
      ? Bilingual(zh: "\(language) 标题第 \(column) 字", en: "\(language) title:\(column)")
      : Bilingual(zh: "\(language) 第 \(line) 行第 \(column) 字", en: "\(language) \(line):\(column)")
  }
}

extension TextFinding {
  package func write(to writer: inout JSONWriter) {
    writer.member("rule", rule.rawValue)
    writer.member("gate", rule.gate)
    writer.member("language", language)
    writer.member("line", line)
    writer.member("column", column)
    writer.member("excerpt", excerpt)
    writer.member("reason", reason)
    writer.member("keepsBack", rule.keepsBack)
  }
}
