/// Finds out the encoding of a text that nothing names, by how much it looks like a language.
///
/// Each candidate's reading is scored by how common its characters are in the languages that use
/// that encoding. The right reading is full of common characters, a wrong one of rare ones.
enum EncodingDetector {
  /// Enough to be sure, and cheap enough to read a dozen times.
  private static let sampleSize = 16 << 10
  /// A reading below this looks like no language at all.
  private static let threshold = 0.32

  /// The encoding of bytes that are not UTF-8; nil if nothing fits better than windows-1252.
  ///
  /// `saysWestern` tells that something claims windows-1252; of the encodings of Latin scripts none
  /// other is then looked for.
  static func encoding(of bytes: [UInt8], saysWestern: Bool) -> TextEncoding? {
    // What is ASCII says nothing, and before the first other byte no pair can begin.
    guard let first = bytes.firstIndex(where: { $0 >= 0x80 }) else { return nil }
    let sample = bytes[first..<min(bytes.count, first + sampleSize)]
    let pairs = best(Self.pairModels, sample)
    if let pairs, pairs.score >= 0.5 { return pairs.encoding }
    // In a Latin script the accented letters stand alone among ASCII ones.
    if isLatin(sample) { return saysWestern ? nil : best(Self.latinModels, sample)?.encoding }
    let singles = best(Self.singleModels, sample)
    let winner = [pairs, singles].compactMap { $0 }.max { $0.score < $1.score }
    return winner.flatMap { $0.score >= threshold ? narrowed($0.encoding, sample) : nil }
  }

  /// Windows-874 is TIS-620 with a few marks more; without any of them it is called by the standard.
  private static func narrowed(_ encoding: TextEncoding, _ sample: ArraySlice<UInt8>)
    -> TextEncoding
  {
    encoding.name == "windows-874" && !sample.contains { (0x80..<0xa0).contains($0) }
      ? TextEncoding(label: "tis-620") ?? encoding : encoding
  }

  private static func best(
    _ models: [(TextEncoding, LanguageModel)], _ sample: ArraySlice<UInt8>
  ) -> (encoding: TextEncoding, score: Double)? {
    var best: (encoding: TextEncoding, score: Double)?
    for (encoding, model) in models {
      let score = model.score(TextDecoder(sample, as: encoding))
      // Of equals the first: the commoner one.
      if score > best?.score ?? -.infinity { best = (encoding, score) }
    }
    return best
  }

  private static func isLatin(_ sample: ArraySlice<UInt8>) -> Bool {
    func isASCIILetter(_ byte: UInt8) -> Bool {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte < 0x80
    }
    var inWords = 0
    var runs = 0
    var index = sample.startIndex
    while index < sample.endIndex {
      guard sample[index] >= 0x80 else {
        index += 1
        continue
      }
      let start = index
      while index < sample.endIndex, sample[index] >= 0x80 { index += 1 }
      runs += 1
      let touchesLetter =
        (start > sample.startIndex && isASCIILetter(sample[start - 1]))
        || (index < sample.endIndex && isASCIILetter(sample[index]))
      if index - start <= 2, touchesLetter { inWords += 1 }
    }
    return inWords * 2 > runs
  }

  private static let pairModels: [(TextEncoding, LanguageModel)] = [
    (.gb18030, .simplifiedChinese), (.big5, .traditionalChinese), (.eucJP, .japanese),
    (.shiftJIS, .japanese), (.eucKR, .korean),
  ]

  private static let singleModels: [(TextEncoding, LanguageModel)] =
    [
      "windows-1251", "koi8-r", "koi8-u", "iso-8859-5", "ibm866",
    ].compactMap { label in TextEncoding(label: label).map { ($0, .russian) } }
    + [
      ("windows-1253", LanguageModel.greek), ("windows-1255", .hebrew), ("windows-874", .thai),
      ("windows-1256", .arabic), ("iso-8859-6", .arabic),
    ].compactMap { label, model in TextEncoding(label: label).map { ($0, model) } }
}

extension EncodingDetector {
  private static let latinModels: [(TextEncoding, LanguageModel)] = [
    ("windows-1252", LanguageModel.western), ("windows-1250", .central), ("iso-8859-2", .central),
    ("windows-1254", .turkish), ("windows-1257", .baltic),
  ].compactMap { label, model in TextEncoding(label: label).map { ($0, model) } }
}

/// How common the characters of a language are.
struct LanguageModel: Sendable {
  /// Between 0 and 1; what is not here is rare.
  private let weights: [UInt32: Double]

  /// From the commonest on. In an alphabet every letter is fairly common, so its weights fall off
  /// faster than those of a script with thousands of characters.
  private init(commonestFirst characters: String, isAlphabet: Bool) {
    let scalars = Array(characters.unicodeScalars)
    var weights: [UInt32: Double] = [:]
    for (rank, scalar) in scalars.enumerated() {
      let share = 1 - Double(rank) / Double(scalars.count)
      weights[scalar.value] = isAlphabet ? share * share : 0.6 + 0.4 * share
    }
    // Small letters carry a text; a reading that is all capitals is the wrong table.
    for scalar in scalars where isAlphabet {
      let capital = scalar.properties.uppercaseMapping.unicodeScalars
      if let first = capital.first, capital.count == 1, first != scalar {
        weights[first.value] = 0.25 * (weights[scalar.value] ?? 0)
      }
    }
    self.weights = weights
  }

  /// The average weight of the characters beyond ASCII, less what was unreadable.
  fileprivate func score(_ text: TextDecoder) -> Double {
    guard text.beyondASCII > 0 else { return 0 }
    var sum = 0.0
    for scalar in String(decoding: text.utf8, as: UTF8.self).unicodeScalars
    where scalar.value >= 0x80 && scalar.value != 0xfffd {
      sum += weights[scalar.value] ?? Self.weightOfOthers(scalar.value)
    }
    let readable = sum / Double(text.beyondASCII + text.errors)
    return readable - 2 * Double(text.errors) / Double(text.beyondASCII + text.errors)
  }

  private static func weightOfOthers(_ value: UInt32) -> Double {
    switch value {
    // Punctuation and full-width forms stand in every text of East Asia.
    case 0x3000...0x303f, 0xff01...0xff5e, 0x2010...0x2026: 0.6
    case 0x4e00...0x9fff, 0xac00...0xd7a3: 0.15
    case 0xa0...0xbf: 0.1
    case 0x80...0x9f, 0xe000...0xf8ff: -1
    default: 0
    }
  }

  static let simplifiedChinese = LanguageModel(
    commonestFirst: """
      的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种\
      面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本\
      去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比\
      或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总\
      次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做\
      必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权\
      收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信\
      马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连\
      断深难近市县局镇村警灾情况通报网传谣言群众救援预警疫病院校
      """, isAlphabet: false)

  static let traditionalChinese = LanguageModel(
    commonestFirst: """
      的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種\
      面而方後多定行學法所民得經十三之進著等部度家電力裡如水化高自二理起小物現實加量都兩體制機當使點從業本\
      去把性好應開它合還因由其些然前外天政四日那社義事平形相全表間樣與關各重新線內數正心反你明看原又麼利比\
      或但質氣第向道命此變條只沒結解問意建月公無系軍很情者最立代想已通並提直題黨程展五果料象員位入常文總次\
      品式活設及管特件長求老頭基資邊流路級少圖山統接知較將組見計別她手角期根論運農指幾九區強放決西被做必戰\
      先回則任取據處隊南給色光門即保治北造百規熱領七海口東導器壓志世金增爭濟階思術極交受聯什認六共權收證改\
      清己美再採轉更單風切打白教速花帶安場身車例真務具萬每目至達走積示議聲報完類八離華名確才科張信馬節話米\
      整空元況今集溫傳土許步群廣石記需段研界林律且究觀越織裝影算低持音眾書布容兒須際商非驗連斷深難近市縣局
      """, isAlphabet: false)

  static let japanese = LanguageModel(
    commonestFirst: """
      のにはをたがでてとしれさいなるあっりもかくらうすんきまこだおそよつみけじどわえせばめゃょろちほべへげずゅ\
      ンスルトーイクラリアドレシタロジグフカコプマッバムサテメデオニキチパウュョャブエベセィビナポミダケノワゴヤ\
      日一国人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員\
      九入選立開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約主題下首意法不来作性的要用\
      制治度務強気小七成期公野協取都和統以機平総加山思家話世受区領多県続進正安設保改数記院女初北午指権心界支第産
      """, isAlphabet: false)

  static let korean = LanguageModel(
    commonestFirst: """
      이다는을의가에고하지은로사한기도리를서나인대시어그자아니일해있정수과전만보들부주상원제여장라면으경국문스구\
      선동공성화신조오유안관위중미년교방했습것되세거무계소적개발용진연재내회우민당비군명산업식분학결월호치물음생
      """, isAlphabet: false)

  static let russian = LanguageModel(
    commonestFirst: "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъёіїєґ", isAlphabet: true)
  static let greek = LanguageModel(
    commonestFirst: "αοιετσνηυρπκμλςωάίόέδήγύχθφώβξζψϊΐΰ", isAlphabet: true)
  static let hebrew = LanguageModel(
    commonestFirst: "יהולאתרבמשנחםעדכקפסגצטזןךףץ", isAlphabet: true)
  static let arabic = LanguageModel(
    commonestFirst: "اليمونرتبةعدسفهكقحأجشطصىخإذزثضغئءآظؤ", isAlphabet: true)
  static let western = LanguageModel(
    commonestFirst: "éàèüäöêçáóíñßãôúâîùõåøûæïëœòì’“”–«»ºª°€", isAlphabet: true)
  static let central = LanguageModel(
    commonestFirst: "łęáąíżéóśěščřžćýůńöúőüťűďňźăâîţşđ’“”„–", isAlphabet: true)
  static let turkish = LanguageModel(commonestFirst: "ışüğçöâîû’“”–", isAlphabet: true)
  static let baltic = LanguageModel(
    commonestFirst: "āėīšžūēąņļčųģįķęõäöü’“”„–", isAlphabet: true)
  static let thai = LanguageModel(
    commonestFirst: "านรอกเง่มยลวด้ทสตะิปบีคหุัแจูพช์ขใำไื็ึโผศธซถภณฟญฐษฉฎฏฮ", isAlphabet: true)
}
