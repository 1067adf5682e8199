import Bytes
import Foundation

/// Small letters without accents, as the tables here are asked.
func foldedWord(_ word: some StringProtocol) -> String {
  word.utf8.allSatisfy { $0 < 0x80 }
    ? word.lowercased()
    : word.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
}

enum MonthNames {
  /// 1 to 12; nil for what is no month.
  static func month(_ foldedWord: String) -> Int? { table[foldedWord] }

  private static let table: [String: Int] = {
    var table: [String: Int] = [:]
    for (index, names) in lists.enumerated() {
      for name in names.split(separator: " ") { table[foldedWord(name)] = index + 1 }
    }
    return table
  }()

  /// English, German, French, Spanish, Italian, Portuguese, Dutch, Nordic, Polish, Czech, Hungarian,
  /// Russian and Greek, whole and cut short.
  private static let lists = [
    """
    jan january januar janvier janv enero ene gennaio gen janeiro januari januári jänner jän stycznia \
    styczeń sty ledna leden január янв январь января ιαν ιανουαρίου ιανουάριος
    """,
    """
    feb february februar februari février févr fév fevr febrero febbraio fevereiro fev lutego luty lut \
    února únor február фев февр февраль февраля φεβ φεβρουαρίου φεβρουάριος
    """,
    """
    mar march märz mrz mars marzo marz maart mrt março marca marzec března březen március márc marts \
    мар март марта μάρ μαρ μαρτίου μάρτιος
    """,
    """
    apr april avril avr abril abr aprile kwietnia kwiecień kwi dubna duben április ápr апр апрель \
    апреля απρ απριλίου απρίλιος
    """,
    """
    may mai mayo maggio mag maio mei maj maja května květen május máj май мая μάι μαι μαΐου μάιος
    """,
    """
    jun june juni juin junio giugno giu junho czerwca czerwiec cze června červen június jún июн июнь \
    июня ιούν ιουν ιουνίου ιούνιος
    """,
    """
    jul july juli juillet juil julio luglio lug julho lipca lipiec lip července červenec július júl \
    июл июль июля ιούλ ιουλ ιουλίου ιούλιος
    """,
    """
    aug august août aout agosto ago augustus sierpnia sierpień sie srpna srpen augusztus авг август \
    августа αύγ αυγ αυγούστου αύγουστος
    """,
    """
    sep sept september septembre septiembre setiembre settembre set setembro września wrzesień wrz září \
    szeptember szept сен сент сентябрь сентября σεπ σεπτεμβρίου σεπτέμβριος
    """,
    """
    oct october oktober okt octobre octubre ottobre ott outubro out października październik paź října \
    říjen október окт октябрь октября οκτ οκτωβρίου οκτώβριος
    """,
    """
    nov november novembre noviembre novembro listopada listopad lis listopadu ноя нояб ноябрь ноября \
    νοέ νοε νοεμβρίου νοέμβριος
    """,
    """
    dec december dezember dez décembre déc diciembre dic dicembre dezembro desember des grudnia grudzień \
    gru prosince prosinec дек декабрь декабря δεκ δεκεμβρίου δεκέμβριος
    """,
  ]
}

/// 1 is Monday; only what is needed to tell day from month.
enum WeekdayNames {
  static func weekday(_ foldedWord: String) -> Int? {
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    return names.firstIndex { foldedWord.hasPrefix($0) }.map { $0 + 1 }
  }
}

enum ZoneNames {
  /// Seconds ahead of UTC; nil for a name that nobody knows.
  ///
  /// CST is China's time where the source lives by it, else America's.
  static func offset(_ name: String, _ civil: CivilTime, _ zone: DeskZone) -> Int? {
    if name == "cst", zone.offsetSeconds(at: civil.instant()) == 8 * 3600 { return 8 * 3600 }
    if let minutes = minutes[name] { return minutes * 60 }
    // RFC 2822 §4.3: the letters of RFC 822 were defined wrongly and say nothing.
    return name.utf8.count == 1 && name != "j" && name.utf8.allSatisfy(isLetter) ? 0 : nil
  }

  private static let minutes: [String: Int] = {
    let groups: [(Int, String)] = [
      (0, "z ut utc gmt wet uct zulu"),
      (-240, "edt at ast clt"), (-300, "est cdt et"), (-360, "cst mdt ct"), (-420, "mst pdt mt"),
      (-480, "pst akdt pt"), (-540, "akst hdt"), (-600, "hst"), (-180, "adt art brt"),
      (-150, "ndt"),
      (-210, "nst"), (60, "cet bst west mez met wat"), (120, "cest mesz mest eet sast cat"),
      (180, "eest msk trt eat"), (210, "irst"), (240, "gst msd samt"), (300, "pkt uzt yekt"),
      (330, "ist"), (345, "npt"), (390, "mmt"), (420, "ict wib"),
      (480, "hkt sgt awst pht myt ulat"),
      (540, "jst kst"), (570, "acst"), (600, "aest"), (630, "acdt"), (660, "aedt"), (720, "nzst"),
      (780, "nzdt"),
    ]
    var table: [String: Int] = [:]
    for (minutes, names) in groups {
      for name in names.split(separator: " ") { table[String(name)] = minutes }
    }
    return table
  }()
}
