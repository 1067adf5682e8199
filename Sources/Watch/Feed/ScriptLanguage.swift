/// The language of a text as far as its script tells, else what is said of it.
///
/// Publishing software names a language that nobody set: `en-US` stands over a great many Chinese
/// feeds. So a text in Han characters is `zh` whatever its feed says, and one without any is not.
func language(of texts: String..., named: String?, source: String?) -> String {
  var han = 0
  var kana = 0
  var letters = 0
  for text in texts {
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x41...0x5a, 0x61...0x7a: letters += 1
      case 0..<0xc0: break
      case 0x4e00...0x9fff, 0x3400...0x4dbf, 0x2_0000...0x3_ffff: han += 1
      case 0x3040...0x30ff: kana += 1
      case 0xc0...0x24f, 0x370...0x52f, 0xac00...0xd7a3: letters += 1
      default: break
      }
    }
  }
  let named = named.flatMap(primaryTag)
  // A character of Han is about as much as two or three letters. Japanese is written in both.
  if han > 0, han * 3 >= letters, kana * 5 < han {
    return "zh"
  }
  if let named, named != "zh" || han > 0 { return named }
  if let source = source.flatMap(primaryTag), source != "zh" || letters == 0 { return source }
  return kana > 0 ? "ja" : "en"
}

/// `zh` of `zh-Hans-CN`; nil for what is no tag.
private func primaryTag(_ tag: String) -> String? {
  let primary = tag.lowercased().prefix { $0.isASCII && $0.isLetter }
  return (2...3).contains(primary.count) ? String(primary) : nil
}
