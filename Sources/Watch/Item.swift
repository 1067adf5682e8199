package import Bytes

/// One post or article in the form that everything behind the poller works on.
///
/// It is the one form of the day segments in `items/`, of `incidentd --replay`, and of what
/// `incident-lab` reads. A rule that needs a field applies only where the field is there.
///
/// A line with a `revision` says that the publisher has changed an item which stands further up
/// under the same `id`: it holds the title and text as they are now, and `changed` says which of the
/// two is new. The older lines stay, so that nothing that was said is lost. It is no new post, and
/// whoever counts posts passes it over.
package struct Item: Hashable, Sendable {
  /// How much is known of who publishes a source.
  package enum Tier: String, CaseIterable, Sendable {
    case official
    case listed
    case other
  }

  /// What makes the item itself, whatever else about it changes; unique within a stream.
  package var id: String
  /// When it was published, as far as that is known; never invented.
  package var published: Instant?
  /// When this desk first saw it. Decisions go by this time.
  package var firstSeen: Instant?
  package var source: String
  /// `zh`, `en` or another language tag.
  package var language: String
  package var text: String
  package var title: String?
  package var link: String?
  /// A keyed pseudonym, never a name or a handle.
  package var author: String?
  /// Who stands behind the source: two sources of one owner are not independent.
  package var owner: String?
  package var tier: Tier?
  /// What few items have; none or one. Kept apart, since tens of thousands of items may wait for
  /// their tick.
  private var rare: [Rare] = []

  private struct Rare: Hashable, Sendable {
    var label: String?
    var revision: Int?
    var changed: Change?
    var follows: [String] = []
    var isCancel = false
    var expires: Instant?
  }

  /// What a publisher has changed. Another time of publication alone is no change.
  package enum Change: String, CaseIterable, Sendable {
    case title
    case text
    case both
  }

  package init(
    id: String, published: Instant?, firstSeen: Instant?, source: String, language: String,
    text: String, title: String? = nil, link: String? = nil, author: String? = nil,
    owner: String? = nil, tier: Tier? = nil, label: String? = nil
  ) {
    self.id = id
    self.published = published
    self.firstSeen = firstSeen
    self.source = source
    self.language = language
    self.text = text
    self.title = title
    self.link = link
    self.author = author
    self.owner = owner
    self.tier = tier
    self.label = label
  }

  /// The event that a recorded stream says it belongs to; for scoring only.
  package var label: String? {
    get { rare.first?.label }
    set { change { $0.label = newValue } }
  }

  /// Which change of the item this is, from 1; nil for the item itself.
  package var revision: Int? {
    get { rare.first?.revision }
    set { change { $0.revision = newValue } }
  }

  /// What the change was made to; nil for the item itself.
  package var changed: Change? {
    get { rare.first?.changed }
    set { change { $0.changed = newValue } }
  }

  /// The ids of the warnings of this source that this one updates or ends; empty for all else.
  package var follows: [String] {
    get { rare.first?.follows ?? [] }
    set { change { $0.follows = newValue } }
  }

  /// Whether it ends what it follows: CAP's Cancel.
  package var isCancel: Bool {
    get { rare.first?.isCancel ?? false }
    set { change { $0.isCancel = newValue } }
  }

  /// Until when a warning holds, where it says so.
  package var expires: Instant? {
    get { rare.first?.expires }
    set { change { $0.expires = newValue } }
  }

  /// An item that has nothing rare is the same however it came to that.
  private mutating func change(_ body: (inout Rare) -> Void) {
    var value = rare.first ?? Rare()
    body(&value)
    rare = value == Rare() ? [] : [value]
  }

  /// The time that orders a stream: first seen where that is known, else published.
  package var decisionTime: Instant? { firstSeen ?? published }
}

extension Item {
  /// One line of JSON without its line break.
  package var line: [UInt8] {
    JSONWriter.object { writer in
      writer.member("id", id)
      if let published {
        writer.member("ts", published.iso8601)
      } else {
        writer.member("ts", .null)
      }
      writer.member(ifPresent: "firstSeen", firstSeen?.iso8601)
      writer.member("source", source)
      writer.member("lang", language)
      writer.member(ifPresent: "title", title)
      writer.member("text", text)
      writer.member(ifPresent: "link", link)
      writer.member(ifPresent: "author", author)
      writer.member(ifPresent: "owner", owner)
      writer.member(ifPresent: "tier", tier?.rawValue)
      writer.member(ifPresent: "label", label)
      if let revision { writer.member("revision", revision) }
      writer.member(ifPresent: "changed", changed?.rawValue)
      if !follows.isEmpty { writer.member("follows", follows) }
      if isCancel { writer.member("cancel", true) }
      writer.member(ifPresent: "expires", expires?.iso8601)
    }
  }

  /// Reads one line. What it does not know it passes over; `text` and one time are required.
  ///
  /// Throws a `JSONFailure` for what is no JSON, a `FieldFailure` for what is no item.
  package init(line: [UInt8]) throws {
    var fields = try Fields(try JSONReader.read(line))
    id = try fields.text("id")
    let timeIsNull = fields.json(ifPresent: "ts")?.isNull ?? true
    published = timeIsNull ? nil : try fields.instant("ts")
    firstSeen = try fields.instant(ifPresent: "firstSeen")
    source = try fields.text("source")
    language = try fields.text("lang")
    text = try fields.text("text")
    title = try fields.text(ifPresent: "title")
    link = try fields.text(ifPresent: "link")
    author = try fields.text(ifPresent: "author")
    owner = try fields.text(ifPresent: "owner")
    tier = try fields.value(
      ifPresent: "tier", Bilingual(same: "official, listed, other"), Tier.init(rawValue:))
    // Some recorded streams number their events.
    label = fields.json(ifPresent: "label").flatMap { $0.string ?? $0.integer.map(String.init) }
    revision = try fields.integer(ifPresent: "revision")
    changed = try fields.value(
      ifPresent: "changed", Bilingual(same: "title, text, both"), Change.init(rawValue:))
    follows = try fields.texts(ifPresent: "follows") ?? []
    isCancel = try fields.flag(ifPresent: "cancel") ?? false
    expires = try fields.instant(ifPresent: "expires")
    guard decisionTime != nil else {
      throw fields.failure(
        "ts",
        Bilingual(zh: "“ts”与“firstSeen”不能都缺", en: "'ts' and 'firstSeen' cannot both be missing"))
    }
  }
}
