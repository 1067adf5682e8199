import Bytes

/// The day of the desk: what its people do, when, and how the media centres behave.
///
/// It lies beside the county's other files, in `drill.json5`. A step happens at a time, or so long
/// after the first alert that names one of the words of `alert`:
///
///     { at: "27 06:58", who: "li", say: {"zh-CN": "…", en: "…"}, run: ["fact", "{incident}", …] }
///     { after: "PT4M", who: "li", say: …, run: ["alert", "ack", "{alert}"] }
///
/// `{alert}`, `{topic}` and `{incident}` stand for what the drill has met so far.
struct DrillScript: Sendable {
  let paces: [Pace]
  let alertWords: [String]
  let centres: [CentrePart]
  let steps: [Step]
  /// The hours in which a desk wants to be left alone, and how many alerts it bears there.
  let quiet: Quiet

  /// From a time on, the clock is moved in steps of this length.
  struct Pace: Sendable {
    let from: Instant
    let every: Duration
  }

  struct Quiet: Sendable {
    let from: Instant
    let to: Instant
    let alerts: Int
  }

  enum Moment: Sendable {
    case at(Instant)
    case afterAlert(Duration)
  }

  struct Step: Sendable {
    let moment: Moment
    let who: Name
    /// Nil for what is done without a word.
    let say: Bilingual?
    let run: [String]
  }

  /// How a media centre answers a release.
  struct CentrePart: Sendable {
    enum Way: String, CaseIterable, Sendable {
      /// Its own system answers with a signed webhook.
      case webhook
      /// An editor opens the page of the mail and presses the button.
      case page
      /// Nobody answers until the reminder; then somebody reads the code out on the telephone.
      case telephone
    }

    let id: Name
    let way: Way
    let acknowledge: Duration
    let publish: Duration?
    let link: String?
    /// Who takes the call.
    let taker: Name?
  }

  init(_ county: County, folder: String) throws(CountyFailure) {
    let file = try CountyFile("drill.json5", in: folder)
    let calendar = county.calendar
    self = try file.read { (fields) throws(FieldFailure) in
      try DrillScript(&fields, calendar)
    }
  }

  private init(_ fields: inout Fields, _ calendar: CountyCalendar) throws(FieldFailure) {
    paces = try fields.objects(ifPresent: "paces") { (pace) throws(FieldFailure) in
      Pace(
        from: try calendar.instant("from", &pace), every: try Self.length("every", &pace))
    }
    alertWords = try fields.texts(ifPresent: "alert") ?? []
    var quiet = try fields.fields("quiet")
    self.quiet = Quiet(
      from: try calendar.instant("from", &quiet), to: try calendar.instant("to", &quiet),
      alerts: try quiet.integer("alerts"))
    try quiet.finish()
    centres = try fields.objects(ifPresent: "centres") { (centre) throws(FieldFailure) in
      CentrePart(
        id: try Self.name("id", &centre), way: try centre.choice("by"),
        acknowledge: try Self.length("acknowledge", &centre),
        publish: try Self.length(ifPresent: "publish", &centre),
        link: try centre.text(ifPresent: "link"),
        taker: try centre.value(ifPresent: "taker", Self.nameForm) { Name($0) })
    }
    steps = try fields.objects(ifPresent: "steps") { (step) throws(FieldFailure) in
      let moment: Moment
      if let wait = try Self.length(ifPresent: "after", &step) {
        moment = .afterAlert(wait)
      } else {
        moment = .at(try calendar.instant("at", &step))
      }
      return Step(
        moment: moment, who: try Self.name("who", &step), say: try step.bilingual(ifPresent: "say"),
        run: try step.texts(ifPresent: "run") ?? [])
    }
  }

  private static let nameForm = Bilingual(zh: "名称", en: "a name")

  private static func name(_ name: String, _ fields: inout Fields) throws(FieldFailure) -> Name {
    try fields.value(name, nameForm) { Name($0) }
  }

  private static let lengthForm = Bilingual(zh: "时长，如 PT5M", en: "a length of time, as in PT5M")

  private static func length(_ name: String, _ fields: inout Fields) throws(FieldFailure)
    -> Duration
  {
    try fields.value(name, lengthForm, minutes)
  }

  private static func length(ifPresent name: String, _ fields: inout Fields) throws(FieldFailure)
    -> Duration?
  {
    try fields.value(ifPresent: name, lengthForm, minutes)
  }

  /// `PT5M` and `PT2H`: a drill needs nothing finer.
  private static func minutes(_ text: String) -> Duration? {
    guard text.hasPrefix("PT"), let unit = text.last, let count = Int(text.dropFirst(2).dropLast()),
      count > 0
    else { return nil }
    switch unit {
    case "M": return .minutes(count)
    case "H": return .hours(count)
    default: return nil
    }
  }

  /// The length of the clock's steps at a time.
  func pace(at time: Instant) -> Duration {
    paces.last { $0.from <= time }?.every ?? .minutes(5)
  }
}
