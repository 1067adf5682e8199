// Words that say nothing about what a post is about.

extension WordSet {
  /// English first; of the other languages that meet on the same feeds, the commonest small words.
  static let stopWords = WordSet(
    stopWordText.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
      .split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init))
}

let stopWordText: StaticString = """
  a an the this that these those some any each every all both few more most much many such other
  another no not nor only own same so than too very just also even still yet ever never always
  i me my mine myself we us our ours ourselves you your yours yourself he him his himself she her
  hers herself it its itself they them their theirs themselves who whom whose which what when
  where why how one ones someone anyone everyone something anything everything nothing
  am is are was were be been being have has had having do does did doing done will would shall
  should can could may might must ought get gets got getting go goes going gone went come comes
  coming came make makes made making take takes took taken let lets say says said saying tell
  know knows think see sees saw seen look looks want wants need needs give gives gave use used
  of at by for with about against between into through during before after above below to from up
  down in out on off over under again further then once here there while until because as if or
  and but though although since upon within without across among around per via
  now new like well back way via time today tonight yesterday tomorrow day days people man good
  really right yeah yes ok okay oh please thanks lol omg wow
  im ive id ill dont doesnt didnt cant couldnt wont wouldnt isnt arent wasnt werent hasnt havent
  don't doesn't didn't can't couldn't won't wouldn't isn't aren't wasn't weren't hasn't haven't
  i'm i've i'd i'll it's that's there's what's he's she's we're we've they're you're let's
  rt mt amp lt gt quot nbsp http https www com cc dm ff tco
  de la el los las del en un una unos unas y que se por con para su es al lo como mas pero sus le
  ya este esta si porque cuando muy sin sobre ser son tiene tambien me hay donde desde todo nos
  o do da dos das no na nos nas em um uma ao aos com sem mais mas foi pelo pela isso ele ela
  il di che e un uno una per non sono con del della dei delle nel nella alla anche ma piu si lo gli
  le les des du et est une dans pour qui pas sur au ce il ne
  mi tu te ti ci vi lui lei noi voi loro mio tuo suo questa questo quello tutto tutti prima ora ancora
  alle agli dai dagli sul sulla dopo dove quando anche ho hai ha abbiamo fa fare sei sia stato era chi
  cosa come che solo bene oggi eu voce vc meu minha seu sua esse isso tem ter vai estou sao tudo todos
  quem quando agora hoje mi tus sus eso esto esta estan estoy hoy ahora bien todo todos solo fue tan
  ang ng sa mga na po ko mo ako ikaw siya yung lang naman din rin kung para hindi wala may pa ba ay
  c'est je tu nous vous ils mais ou donc avec tout plus
  и в на не что с по как это за из у от а то но мы вы он она они так уже все для же бы до при мне
  der die das und ist ein eine den von zu mit auf im nicht
  """

/// Chinese characters that mostly hold a sentence together. A link to one of them is weaker
/// evidence that two characters form a word.
let functionIdeographs: Set<UInt32> = Set(
  """
  的了在是我有和就不人都一上也很到说要去你会着没看好自己这那他她它们被把与及等让向从对为因或之将已后前中如\
  何什么哪些怎样还吗呢吧啊个
  """.unicodeScalars.map(\.value))

/// The characters that, behind digits, say what is counted.
enum Units {
  private static let measures: Set<UInt32> = Set(
    "级人名元万亿吨米度户家辆起例号路所座台套米升斤倍成楼层里件场分".unicodeScalars.map(\.value))
  private static let calendar: Set<UInt32> = Set("年月日点时秒天岁届周第".unicodeScalars.map(\.value))

  static func contains(_ scalar: UInt32) -> Bool {
    scalar == 0x25 || measures.contains(scalar) || calendar.contains(scalar)
  }

  static func isOfCalendar(_ scalar: UInt32) -> Bool { calendar.contains(scalar) }
}

/// Phrases that platforms put around a text.
struct NoisePhrases: Sendable {
  static let shared = NoisePhrases()

  private let phrases: [[UInt32]]
  private let firsts: [UInt32]
  private let lasts: [UInt32]

  private init() {
    phrases = ["转发微博", "快转微博", "转发了", "网页链接", "微博视频", "展开全文", "收起全文", "查看图片", "分享自"]
      .map { $0.unicodeScalars.map(\.value) }
    firsts = phrases.compactMap(\.first)
    lasts = phrases.compactMap(\.last)
  }

  /// The run without such phrases at its ends.
  func trimmed(_ scalars: [UInt32], _ start: Int, _ end: Int) -> (Int, Int) {
    var (start, end) = (start, end)
    if firsts.contains(scalars[start]) {
      for phrase in phrases where scalars[start..<end].starts(with: phrase) {
        start += phrase.count
        break
      }
    }
    if start < end, lasts.contains(scalars[end - 1]) {
      for phrase in phrases where scalars[start..<end].reversed().starts(with: phrase.reversed()) {
        end -= phrase.count
        break
      }
    }
    return (start, end)
  }
}
