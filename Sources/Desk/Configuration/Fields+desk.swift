import Bytes
import Response

// What only the files of a desk hold.
extension Fields {
  mutating func name(_ name: String) throws(FieldFailure) -> Name {
    try value(
      name, Bilingual(zh: "小写字母、数字组成的名称", en: "a name of lower-case letters and digits")
    ) { Name($0) }
  }

  mutating func nameList(ifPresent name: String) throws(FieldFailure) -> [Name] {
    var list: [Name] = []
    for text in try texts(ifPresent: name) ?? [] {
      guard let one = Name(text) else {
        throw failure(name, Bilingual(zh: "“\(text)”不是名称", en: "'\(text)' is not a name"))
      }
      list.append(one)
    }
    return list
  }

  private static let zoneForm = Bilingual(
    zh: "时区，如 Asia/Shanghai", en: "a zone, as in Asia/Shanghai")
  private static let linkForm = Bilingual(
    zh: "http 或 https 地址", en: "an http or https address")

  mutating func zone(_ name: String) throws(FieldFailure) -> DeskZone {
    try value(name, Self.zoneForm) { DeskZone($0) }
  }

  mutating func zone(ifPresent name: String) throws(FieldFailure) -> DeskZone? {
    try value(ifPresent: name, Self.zoneForm) { DeskZone($0) }
  }

  mutating func period(ifPresent name: String) throws(FieldFailure) -> Period? {
    try value(
      ifPresent: name,
      Bilingual(zh: "时长，如 PT30M、PT5H", en: "a length of time, as in PT30M, PT5H")
    ) { Period($0) }
  }

  mutating func interval(ifPresent name: String) throws(FieldFailure) -> Period? {
    guard let period = try period(ifPresent: name) else { return nil }
    guard period.duration >= Configuration.PollingSettings.shortest else {
      throw failure(
        name, Bilingual(zh: "“\(name)”不得短于 PT30S", en: "'\(name)' may not be shorter than PT30S"))
    }
    return period
  }

  mutating func port(ifPresent name: String) throws(FieldFailure) -> Int? {
    guard let port = try integer(ifPresent: name) else { return nil }
    guard (0...65_535).contains(port) else {
      throw failure(name, Bilingual(zh: "端口应在 0 与 65535 之间", en: "a port is between 0 and 65535"))
    }
    return port
  }

  mutating func link(_ name: String) throws(FieldFailure) -> String {
    try value(name, Self.linkForm) { safeLink($0) }
  }

  mutating func link(ifPresent name: String) throws(FieldFailure) -> String? {
    try value(ifPresent: name, Self.linkForm) { safeLink($0) }
  }

  mutating func address(_ name: String) throws(FieldFailure) -> String {
    try value(name, Bilingual(zh: "邮箱地址", en: "a mail address"), Self.mailAddress)
  }

  mutating func address(ifPresent name: String) throws(FieldFailure) -> String? {
    try value(ifPresent: name, Bilingual(zh: "邮箱地址", en: "a mail address"), Self.mailAddress)
  }

  /// `local@domain` without blanks, control characters, quotes or angle brackets: what such a thing
  /// could do in a header is not worth what it could mean.
  private static func mailAddress(_ text: String) -> String? {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), text.utf8.count <= 254,
      text.unicodeScalars.allSatisfy({
        $0.isASCII && $0.value > 0x20 && $0.value < 0x7f
          && !"<>\"(),;:\\[]".unicodeScalars.contains($0)
      })
    else { return nil }
    return text
  }
}
