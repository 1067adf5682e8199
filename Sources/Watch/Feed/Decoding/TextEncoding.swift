import Foundation

/// An encoding in which feeds come, as the WHATWG Encoding Standard groups them.
///
/// The groups are wider than the labels say, because publishers use labels loosely: what is called
/// gb2312 is read as gb18030, what is called latin1 as windows-1252.
enum TextEncoding: Hashable, Sendable {
  case utf8
  case utf16(isBigEndian: Bool)
  case utf32(isBigEndian: Bool)
  case gb18030
  case hz
  case big5
  case shiftJIS
  case eucJP
  case iso2022JP
  case eucKR
  case single(SingleByte)

  /// One byte a character; the upper half follows a table.
  struct SingleByte: Hashable, Sendable {
    let name: String
    /// What Foundation knows it by.
    let rawEncoding: UInt
  }

  static let windows1252 = single("windows-1252", 12)

  /// Its name in the WHATWG standard, where it has one.
  var name: String {
    switch self {
    case .utf8: "utf-8"
    case .utf16(let isBigEndian): isBigEndian ? "utf-16be" : "utf-16le"
    case .utf32(let isBigEndian): isBigEndian ? "utf-32be" : "utf-32le"
    case .gb18030: "gb18030"
    case .hz: "hz-gb-2312"
    case .big5: "big5"
    case .shiftJIS: "shift_jis"
    case .eucJP: "euc-jp"
    case .iso2022JP: "iso-2022-jp"
    case .eucKR: "euc-kr"
    case .single(let table): table.name
    }
  }

  /// Whether two bytes make a character in the languages that this was made for.
  var isPairs: Bool {
    switch self {
    case .gb18030, .big5, .shiftJIS, .eucJP, .eucKR: true
    case .utf8, .utf16, .utf32, .hz, .iso2022JP, .single: false
    }
  }

  /// Whether a text of ASCII alone is the same in this encoding.
  var containsASCII: Bool {
    switch self {
    case .utf16, .utf32, .hz, .iso2022JP: false
    case .utf8, .gb18030, .big5, .shiftJIS, .eucJP, .eucKR, .single: true
    }
  }

  /// Labels that servers send without meaning them; they rank behind everything else.
  var isDefaultOfServers: Bool { self == Self.windows1252 }

  static func single(_ name: String, _ rawEncoding: UInt) -> TextEncoding {
    .single(SingleByte(name: name, rawEncoding: rawEncoding))
  }
}

extension TextEncoding {
  /// The encoding that a label means; nil if nobody knows it.
  init?(label: some StringProtocol) {
    // `ISO_8859-1:1987` and `iso8859-1` are one label to those who write them.
    let key = label.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    if let known = Self.byLabel[key] {
      self = known
    } else if let part = Self.latinPart(key), let known = Self.byLatinPart[part] {
      self = known
    } else if let page = Self.codePage(key), let known = Self.byCodePage[page] {
      self = known
    } else {
      return nil
    }
  }

  /// The part of ISO 8859 that `iso88595`, `88595` or `csisolatincyrillic5` names.
  private static func latinPart(_ key: String) -> Int? {
    for prefix in ["iso8859", "8859"] where key.hasPrefix(prefix) {
      let rest = key.dropFirst(prefix.count)
      // A year may follow: iso-8859-2:1987.
      for digits in [rest.prefix(2), rest.prefix(1)] {
        let year = rest.dropFirst(digits.count)
        guard let part = Int(digits), byLatinPart[part] != nil else { continue }
        if ["", "e", "i"].contains(year) || (year.count == 4 && year.hasPrefix("19")) {
          return part
        }
      }
    }
    return nil
  }

  private static func codePage(_ key: String) -> Int? {
    for prefix in ["windows", "xcp", "cp", "ibm", "ms", "dos", "win"] where key.hasPrefix(prefix) {
      if let page = Int(key.dropFirst(prefix.count)) { return page }
    }
    return nil
  }

  // The numbers are CFStringEncoding values; with the top bit set they are NSStringEncodings.

  private static let byLatinPart: [Int: TextEncoding] = [
    1: windows1252,
    2: single("iso-8859-2", 9),
    3: single("iso-8859-3", 0x8000_0203),
    4: single("iso-8859-4", 0x8000_0204),
    5: single("iso-8859-5", 0x8000_0205),
    6: single("iso-8859-6", 0x8000_0206),
    7: single("iso-8859-7", 0x8000_0207),
    8: single("iso-8859-8", 0x8000_0208),
    9: single("windows-1254", 14),
    10: single("iso-8859-10", 0x8000_020a),
    11: single("windows-874", 0x8000_041d),
    13: single("iso-8859-13", 0x8000_020d),
    14: single("iso-8859-14", 0x8000_020e),
    15: single("iso-8859-15", 0x8000_020f),
    16: single("iso-8859-16", 0x8000_0210),
  ]

  private static let byCodePage: [Int: TextEncoding] = [
    437: single("ibm437", 0x8000_0400),
    819: windows1252,
    737: single("ibm737", 0x8000_0405),
    775: single("ibm775", 0x8000_0406),
    850: single("ibm850", 0x8000_0410),
    852: single("ibm852", 0x8000_0412),
    855: single("ibm855", 0x8000_0413),
    857: single("ibm857", 0x8000_0414),
    860: single("ibm860", 0x8000_0415),
    861: single("ibm861", 0x8000_0416),
    862: single("ibm862", 0x8000_0417),
    863: single("ibm863", 0x8000_0418),
    865: single("ibm865", 0x8000_041a),
    866: single("ibm866", 0x8000_041b),
    869: single("ibm869", 0x8000_041c),
    874: single("windows-874", 0x8000_041d),
    932: .shiftJIS,
    936: .gb18030,
    943: .shiftJIS,
    949: .eucKR,
    950: .big5,
    1250: single("windows-1250", 15),
    1251: single("windows-1251", 11),
    1252: windows1252,
    1253: single("windows-1253", 13),
    1254: single("windows-1254", 14),
    1255: single("windows-1255", 0x8000_0505),
    1256: single("windows-1256", 0x8000_0506),
    1257: single("windows-1257", 0x8000_0507),
    1258: single("windows-1258", 0x8000_0508),
    54936: .gb18030,
    65001: .utf8,
  ]

  /// Every encoding of one byte a character, once.
  static var allSingle: Set<SingleByte> {
    let known = [TextEncoding](byLatinPart.values) + byCodePage.values + byLabel.values
    return Set(known.compactMap { if case .single(let table) = $0 { table } else { nil } })
  }

  private static let byLabel: [String: TextEncoding] = {
    let groups: [(TextEncoding, String)] = [
      // ASCII is UTF-8 without its upper half.
      (.utf8, "utf8 unicode11utf8 u8 utf utf8sig ascii usascii ansix341968 646 iso646us"),
      (.utf16(isBigEndian: false), "utf16 utf16le unicode ucs2 csunicode iso10646ucs2 u16"),
      (.utf16(isBigEndian: true), "utf16be unicodefffe unicodebig"),
      (.utf32(isBigEndian: false), "utf32 utf32le ucs4 u32"),
      (.utf32(isBigEndian: true), "utf32be"),
      (
        .gb18030,
        """
        gb2312 gbk gb18030 chinese csgb2312 csiso58gb231280 gb231280 isoir58 xgbk euccn gb180302000 \
        gb23121980 cn936 eucgb2312cn
        """
      ),
      (.hz, "hz hzgb hzgb2312"),
      (.big5, "big5 big5hkscs cnbig5 csbig5 xxbig5 big5tw hkscs big5hk"),
      (.shiftJIS, "shiftjis sjis xsjis csshiftjis mskanji windows31j shiftjisx0213 shiftjis2004"),
      (.eucJP, "eucjp xeucjp cseucpkdfmtjapanese ujis eucjisx0213 eucjis2004"),
      (
        .iso2022JP,
        "iso2022jp csiso2022jp iso2022jp1 iso2022jp2 iso2022jp2004 iso2022jp3 iso2022jpext"
      ),
      (
        .eucKR,
        "euckr cseuckr ksc5601 ksc56011987 ksc56011989 korean isoir149 csksc56011987 uhc xwindows949 ksx1001"
      ),
      (windows1252, "latin1 l1 csisolatin1 isoir100 ibm819"),
      (single("iso-8859-2", 9), "latin2 l2 csisolatin2 isoir101"),
      (single("iso-8859-3", 0x8000_0203), "latin3 l3 csisolatin3 isoir109"),
      (single("iso-8859-4", 0x8000_0204), "latin4 l4 csisolatin4 isoir110"),
      (single("iso-8859-5", 0x8000_0205), "cyrillic csisolatincyrillic isoir144"),
      (single("iso-8859-6", 0x8000_0206), "arabic csisolatinarabic asmo708 ecma114 isoir127"),
      (
        single("iso-8859-7", 0x8000_0207),
        "greek greek8 csisolatingreek ecma118 elot928 isoir126 suneugreek"
      ),
      (single("iso-8859-8", 0x8000_0208), "hebrew csisolatinhebrew visual logical isoir138"),
      (single("windows-1254", 14), "latin5 l5 csisolatin5 turkish isoir148"),
      (single("iso-8859-10", 0x8000_020a), "latin6 l6 csisolatin6 isoir157"),
      (single("iso-8859-13", 0x8000_020d), "latin7 l7"),
      (single("iso-8859-14", 0x8000_020e), "latin8 l8"),
      (single("iso-8859-15", 0x8000_020f), "latin9 l9 csisolatin9"),
      (single("iso-8859-16", 0x8000_0210), "latin10 l10"),
      (single("tis-620", 0x8000_041d), "tis620 thai isoir166"),
      (single("koi8-r", 0x8000_0a02), "koi8r koi8 koi cskoi8r"),
      (single("koi8-u", 0x8000_0a08), "koi8u koi8ru"),
      (single("macintosh", 30), "macintosh mac xmacroman macroman csmacintosh"),
      (single("x-mac-cyrillic", 0x8000_0007), "xmaccyrillic maccyrillic xmacukrainian"),
      (single("windows-1251", 11), "win1251 ansi1251"),
      (single("windows-1250", 15), "easteurope"),
      (single("windows-1255", 0x8000_0505), "winhebrew"),
    ]
    var table: [String: TextEncoding] = [:]
    for (encoding, labels) in groups {
      for label in labels.split(separator: " ") { table[String(label)] = encoding }
    }
    return table
  }()
}
