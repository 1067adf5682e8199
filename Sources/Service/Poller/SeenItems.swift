import Bytes
import Watch

/// Which items a source has shown, and how they were when it showed them last.
///
/// It decides what of a document is new, what is a change of something known, and what is known
/// under another name. A value: what follows from a document is kept only once its items are on disk.
struct SeenItems: Hashable, Sendable {
  /// The 32 hexadecimal digits of an item's id as a number.
  struct Key: Hashable, Comparable, Sendable {
    let high: UInt64
    let low: UInt64

    /// Ids of another form, which recorded items may have, are hashed into one.
    init(_ id: String) {
      let digits = id.utf8.count == 32 ? id : String(SHA256.hash(id).hex.prefix(32))
      if let high = UInt64(digits.prefix(16), radix: 16),
        let low = UInt64(digits.dropFirst(16), radix: 16)
      {
        (self.high, self.low) = (high, low)
      } else {
        self = Key(String(SHA256.hash(id).hex.prefix(32)))
      }
    }

    var text: String { [high, low].map(Self.digits).joined() }

    static func < (left: Key, right: Key) -> Bool {
      (left.high, left.low) < (right.high, right.low)
    }

    private static func digits(_ number: UInt64) -> String {
      let text = String(number, radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
  }

  struct Entry: Hashable, Sendable {
    /// When the source showed it last, in seconds since 1970.
    var seen: UInt32
    /// Nil for what an older version remembered.
    var mark: ItemMark?
    /// How often it was changed since it was new.
    var revision: UInt16 = 0
    /// How often its publisher used the guid of this item again for another one.
    var uses: UInt16 = 0
  }

  private(set) var entries: [Key: Entry] = [:]
  /// What the last document listed, in its order.
  private(set) var listing: [Key] = []

  /// An item that a feed has not listed for so long is forgotten; a feed that brings it back then
  /// is taken at its word.
  static let memory = Duration.days(60)
  /// What changes more often counts its readers, or shows the time: that is kept no more.
  static let mostRevisions = 20
  /// Fewer listed items are no ground to say that their publisher has renamed them.
  private static let fewestForRenaming = 3

  init() {}

  init(entries: [Key: Entry], listing: [Key]) {
    self.entries = entries
    self.listing = listing
  }

  /// What a document brings, in the order in which it is to be kept, and what is known after that.
  struct News: Sendable {
    /// New items and changed ones; the latter have a `revision`.
    var items: [Item] = []
    var after = SeenItems()
    /// Whether it showed anything that this source had shown before.
    var hasKnown = false
  }

  /// - Parameter items: those of one document, the newest first, each id once.
  func news(in items: [Item], at now: Instant) -> News {
    var news = News(after: self)
    let renamed = renamed(in: items)
    var listed: [Key] = []
    // A feed lists the newest first; the oldest is kept first.
    for item in items.reversed() {
      let key = Key(item.id)
      listed.append(key)
      if let old = renamed[key] {
        news.after.entries[key] = news.after.entries.removeValue(forKey: old)
      }
      news.take(item, key, at: now)
    }
    news.after.listing = listed.reversed()
    news.after.forget(at: now)
    return news
  }

  /// Adds what the item log knows better than a file that a crash left behind.
  mutating func note(logged item: Item, at seen: Instant) {
    let key = Key(item.id)
    let revision = UInt16(clamping: item.revision ?? 0)
    if let known = entries[key], known.revision >= revision, known.mark != nil { return }
    var entry = entries[key] ?? Entry(seen: 0)
    entry.seen = max(entry.seen, UInt32(clamping: seen.seconds))
    entry.mark = ItemMark(item)
    entry.revision = max(entry.revision, revision)
    entries[key] = entry
  }

  private mutating func forget(at now: Instant) {
    let oldest = UInt32(clamping: (now - Self.memory).seconds)
    guard entries.contains(where: { $0.value.seen < oldest }) else { return }
    entries = entries.filter { $0.value.seen >= oldest }
  }

  /// The keys that stand for an item under another one, by the new.
  ///
  /// A publisher who moves to https or to another system renames all: more than half of what was
  /// listed is gone at once, and stands there under other names with the same links or titles. One
  /// item alone is the same as another if link and time of publication are.
  private func renamed(in items: [Item]) -> [Key: Key] {
    let present = Set(items.map { Key($0.id) })
    let gone = listing.compactMap { key in
      present.contains(key) ? nil : entries[key]?.mark.map { (key, $0) }
    }
    guard !gone.isEmpty else { return [:] }
    let fresh = items.map { (Key($0.id), ItemMark($0)) }.filter { entries[$0.0] == nil }
    let byLink = Self.unique(gone) { $0.link }
    let byTitle = Self.unique(gone) { $0.title }
    let freshLinks = Self.unique(fresh) { $0.link }
    let freshTitles = Self.unique(fresh) { $0.title }
    var all: [Key: Key] = [:]
    var sure: [Key: Key] = [:]
    for (key, mark) in fresh {
      if freshLinks[mark.link]?.key == key, let old = byLink[mark.link] {
        all[key] = old.key
        if mark.published != 0, mark.published == old.mark.published { sure[key] = old.key }
      } else if freshTitles[mark.title]?.key == key, let old = byTitle[mark.title] {
        all[key] = old.key
      }
    }
    let isRenaming =
      listing.count >= Self.fewestForRenaming && gone.count * 2 > listing.count
      && all.count * 2 > listing.count
    return isRenaming ? all : sure
  }

  /// Those whose value nobody else has.
  private static func unique(
    _ marks: [(Key, ItemMark)], by value: (ItemMark) -> UInt32
  ) -> [UInt32: (key: Key, mark: ItemMark)] {
    var found: [UInt32: (key: Key, mark: ItemMark)] = [:]
    var repeated: Set<UInt32> = [0]
    for (key, mark) in marks where found.updateValue((key, mark), forKey: value(mark)) != nil {
      repeated.insert(value(mark))
    }
    return found.filter { !repeated.contains($0.key) }
  }
}

extension SeenItems.News {
  fileprivate mutating func take(_ item: Item, _ key: SeenItems.Key, at now: Instant) {
    let mark = ItemMark(item)
    let seen = UInt32(clamping: now.seconds)
    guard var entry = after.entries[key] else {
      after.set(SeenItems.Entry(seen: seen, mark: mark), key)
      items.append(item)
      return
    }
    hasKnown = true
    entry.seen = seen
    var item = item
    if entry.uses > 0 { item.id = Self.id(of: key, use: entry.uses) }
    if let known = entry.mark {
      if Self.isAnother(mark, than: known) {
        entry.uses = entry.uses == .max ? 1 : entry.uses + 1
        entry.revision = 0
        item.id = Self.id(of: key, use: entry.uses)
        // A crash may have come between the item log and this.
        if after.entries[SeenItems.Key(item.id)] == nil { items.append(item) }
      } else if let change = known.change(to: mark) {
        if entry.revision < SeenItems.mostRevisions {
          entry.revision += 1
          item.revision = Int(entry.revision)
          item.changed = change
          items.append(item)
        }
      }
    }
    entry.mark = mark
    after.set(entry, key)
  }

  /// A guid that was used again for another article: another page, another title, another time.
  private static func isAnother(_ mark: ItemMark, than known: ItemMark) -> Bool {
    mark.link != 0 && known.link != 0 && mark.link != known.link && mark.title != 0
      && known.title != 0 && mark.title != known.title
      && (mark.published > known.published || (mark.published == 0 && known.published == 0))
  }

  private static func id(of key: SeenItems.Key, use: UInt16) -> String {
    String(SHA256.hash("\(key.text)/\(use)").hex.prefix(32))
  }
}

extension SeenItems {
  fileprivate mutating func set(_ entry: Entry, _ key: Key) { entries[key] = entry }
}
