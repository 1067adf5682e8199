import Bytes

// Marks that do not belong into a public text, and how it is written.
extension TextLint {
  func marks(_ part: LintNotes.Part, _ notes: inout LintNotes) {
    for match in part.text.matches(
      of:
        #/\{[A-Za-z][A-Za-z0-9]*\}|[×ＸX]{2,}(?![A-Za-z0-9])|_{3,}|＿{2,}|〔 *〕|【 *】|\[ *\]|待填|待补|待定稿|\b(?:TODO|TBD|TBC)\b/#
    ) {
      notes.add(
        .unfilledSlot, part, match.range, zh: "模板的空没有填上", en: "a slot of the template is not filled"
      )
    }
    let lowered = part.text.lowercased()
    for word in Self.classifications {
      for range in lowered.ranges(of: word) {
        guard let own = Self.range(range, of: lowered, in: part.text) else { continue }
        notes.add(
          .classification, part, own, zh: "像密级或内部资料的标志",
          en: "looks like a classification mark or a note for internal use")
      }
    }
  }

  private static let classifications = [
    "绝密", "机密", "秘密★", "内部资料", "内部文件", "内部掌握", "不得外传", "不宜公开", "仅供内部",
    "top secret", "classified", "confidential", "internal use only", "not for distribution",
    "official use only",
  ]

  /// Lower case may have another length; ASCII and ideographs have the same.
  private static func range(
    _ range: Range<String.Index>, of lowered: String, in text: String
  ) -> Range<String.Index>? {
    let start = lowered.distance(from: lowered.startIndex, to: range.lowerBound)
    let count = lowered.distance(from: range.lowerBound, to: range.upperBound)
    guard let first = text.index(text.startIndex, offsetBy: start, limitedBy: text.endIndex),
      let last = text.index(first, offsetBy: count, limitedBy: text.endIndex)
    else { return nil }
    return first..<last
  }

  func writing(_ part: LintNotes.Part, _ notes: inout LintNotes) {
    pairs(part, &notes)
    widths(part, &notes)
    links(part, &notes)
    emotion(part, &notes)
    lengths(part, &notes)
  }

  private static let closing: [Character: Character] = [
    "”": "“", "’": "‘", "」": "「", "』": "『", "）": "（", "》": "《", "】": "【", "〕": "〔",
    ")": "(", "]": "[",
  ]

  /// What opens has to close within its line.
  private func pairs(_ part: LintNotes.Part, _ notes: inout LintNotes) {
    let text = part.text
    var open: [String.Index] = []
    var straight: String.Index?
    for index in text.indices {
      let character = text[index]
      if character == "\"" {
        straight = straight == nil ? index : nil
      } else if Self.closing.values.contains(character) {
        open.append(index)
      } else if let opener = Self.closing[character] {
        if let last = open.last, text[last] == opener {
          open.removeLast()
        } else if character != "’", !isListNumber(text, before: index) {
          // ’ is an apostrophe as well, and a number of a list has no opening bracket: 1) 2）.
          add(index, "前面没有“\(opener)”", "there is no '\(opener)' before it")
        }
      }
    }
    for index in open + [straight].compactMap({ $0 }) {
      add(index, "后面没有与之成对的", "nothing closes it in this line")
    }

    func add(_ index: String.Index, _ zh: String, _ en: String) {
      notes.add(.unbalancedQuotes, part, index..<text.index(after: index), zh: zh, en: en)
    }
  }

  private func isListNumber(_ text: String, before index: String.Index) -> Bool {
    let head = text[..<index].drop { $0 == " " || $0 == "　" }
    return "）)".contains(text[index]) && !head.isEmpty && head.count <= 2
      && head.allSatisfy { $0.isNumber || ("a"..."z").contains($0) }
  }

  /// Full-width letters and digits, and half-width marks between ideographs.
  private func widths(_ part: LintNotes.Part, _ notes: inout LintNotes) {
    let text = part.text
    for match in text.matches(of: #/[０-９Ａ-Ｚａ-ｚ]+/#) {
      notes.add(
        .mixedWidths, part, match.range, zh: "全角的数字或字母：请改半角",
        en: "full-width digits or letters: write half-width ones")
    }
    for match in text.matches(of: #/\p{Han}([,;:?!])(?=\p{Han})/#) {
      notes.add(
        .mixedWidths, part, match.1.startIndex..<match.1.endIndex, zh: "汉字之间用了半角标点",
        en: "a half-width mark between ideographs")
    }
    guard !notes.isChinese else { return }
    for match in text.matches(of: #/[，。；：？！]/#) {
      notes.add(
        .mixedWidths, part, match.range, zh: "外文中用了全角标点",
        en: "a full-width mark in a text that is not Chinese")
    }
  }

  private func links(_ part: LintNotes.Part, _ notes: inout LintNotes) {
    for match in part.text.matches(of: #/https?:\/\/([A-Za-z0-9.\-]+)[^\s，。；）)》]*/#) {
      let host = match.1.lowercased()
      let isKnown =
        knownHosts.contains { host == $0 || host.hasSuffix("." + $0) }
        || host == "gov.cn" || host.hasSuffix(".gov.cn")
      guard !isKnown else { continue }
      let isShop = Self.shops.contains { host == $0 || host.hasSuffix("." + $0) }
      notes.add(
        .commercialLink, part, match.range,
        zh: isShop ? "购物网站的链接" : "不是政府或本台登记的网站：请确认没有商业广告",
        en: isShop
          ? "a link to a shop"
          : "neither a government's site nor one the desk knows: make sure that it sells nothing")
    }
    for word in Self.sales {
      for range in part.text.ranges(of: word) {
        notes.add(
          .commercialLink, part, range, zh: "像广告用语", en: "reads like an advertisement")
      }
    }
  }

  private static let shops = [
    "taobao.com", "tmall.com", "jd.com", "pinduoduo.com", "yangkeduo.com", "1688.com",
    "suning.com", "amazon.com", "amazon.cn", "ebay.com", "vip.com",
  ]
  private static let sales = [
    "扫码领取", "点击购买", "立即下单", "限时优惠", "优惠券", "广告合作", "加盟热线", "Buy now",
    "buy now", "special offer", "discount code",
  ]

  private func emotion(_ part: LintNotes.Part, _ notes: inout LintNotes) {
    for match in part.text.matches(
      of:
        #/我(?:个人)?(?:觉得|认为|真的|好|很|太|也是|想说)|小编|本人(?:认为|觉得)|说实话|气死|忍不住|\b[Ii] (?:feel|think|believe|am|was|hope)\b|\bI'm\b|\b[Hh]onestly\b|\b[Pp]ersonally\b|\b[Ii]n my (?:own )?opinion\b/#
    ) {
      notes.add(
        .emotion, part, match.range, zh: "个人口吻：发布代表单位，不代表个人",
        en: "speaks as one person: a release speaks for the institution")
    }
  }

  private static let longestChinese = 80
  private static let longestEnglish = 35

  private func lengths(_ part: LintNotes.Part, _ notes: inout LintNotes) {
    for sentence in Self.sentences(of: part.text) {
      let text = part.text[sentence]
      if notes.isChinese {
        let isEnded = text.last.map { "。！？；".contains($0) } ?? false
        guard text.count - (isEnded ? 1 : 0) > Self.longestChinese else { continue }
        notes.add(
          .longSentence, part, sentence, zh: "一句 \(text.count) 字，宜不超过 \(Self.longestChinese)",
          en: "\(text.count) characters in a sentence; \(Self.longestChinese) are enough")
      } else {
        let words = text.split { $0.isWhitespace }.count
        guard words > Self.longestEnglish else { continue }
        notes.add(
          .longSentence, part, sentence, zh: "一句 \(words) 词，宜不超过 \(Self.longestEnglish)",
          en: "\(words) words in a sentence; \(Self.longestEnglish) are enough")
      }
    }
  }
}
