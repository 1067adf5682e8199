import Bytes
import Watch

/// Which items a source has shown, and how they were when it showed them last.
///
/// It decides what of a document is new, what is a change of something known, and what is known
/// under another name. A value: what follows from a document is kept only once its items are on disk.
struct SeenItems: Hashable, Sendable {
  /// The 32 hexadecimal digits of an item's id as a number.
  struct ItemKey: Hashable, Comparable, Sendable {
    let high: UInt64
    let low: UInt64

    /// Ids of another form, which recorded items may have, are hashed into one.
    init(_ id: String) {
      if let (high, low) = Self.numbers(id) {
        (self.high, self.low) = (high, low)
      } else {
        let hash = SHA256.hash(id).bytes
        func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
          bytes.reduce(0) { $0 << 8 | UInt64($1) }
        }
        (high, low) = (number(hash.prefix(8)), number(hash.dropFirst(8).prefix(8)))
      }
    }

    /// The two halves of 32 small hexadecimal digits.
    private static func numbers(_ id: String) -> (UInt64, UInt64)? {
      guard id.utf8.count == 32 else { return nil }
      var halves: (UInt64, UInt64) = (0, 0)
      for byte in id.utf8 {
        let digit: UInt64
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt64(byte) - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = UInt64(byte) - 0x57
        default: return nil
        }
        halves = (halves.0 << 4 | halves.1 >> 60, halves.1 << 4 | digit)
      }
      return halves
    }

    var text: String { [high, low].map(Self.digits).joined() }

    static func < (left: ItemKey, right: ItemKey) -> Bool {
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

  private(set) var entries: [ItemKey: Entry] = [:]
  /// What the last document listed, in its order.
  private(set) var listing: [ItemKey] = []

  /// An item that a feed has not listed for so long is forgotten; a feed that brings it back then
  /// is taken at its word.
  static let memory = Duration.days(60)
  /// What changes more often may be a bulletin that is kept up to date, or count its readers: from then
  /// on one change an hour is kept.
  static let mostRevisions = 20
  /// Fewer listed items are no ground to say that their publisher has renamed them.
  private static let fewestForRenaming = 3

  init() {}

  init(entries: [ItemKey: Entry], listing: [ItemKey]) {
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

  /// - Parameters:
  ///   - items: those of one document, the newest first, each id once.
  ///   - isCut: whether the document ends in its middle. Then its last item may be cut as well, and
  ///     says nothing of how it was changed.
  func news(in items: [Item], at now: Instant, isCut: Bool = false) -> News {
    var news = News(after: self)
    let renamed = renamed(in: items)
    var listed: [ItemKey] = []
    // A feed lists the newest first; the oldest is kept first.
    for item in items.reversed() {
      let key = ItemKey(item.id)
      listed.append(key)
      if let old = renamed[key] {
        news.after.entries[key] = news.after.entries.removeValue(forKey: old)
      }
      news.take(item, key, at: now, isCut: isCut && listed.count == 1)
    }
    news.after.listing = listed.reversed()
    news.after.forget(at: now)
    return news
  }

  /// Adds what the item log knows better than a file that a crash left behind.
  mutating func note(logged item: Item, at seen: Instant) {
    let key = ItemKey(item.id)
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
  private func renamed(in items: [Item]) -> [ItemKey: ItemKey] {
    let present = Set(items.map { ItemKey($0.id) })
    let gone = listing.compactMap { key in
      present.contains(key) ? nil : entries[key]?.mark.map { (key, $0) }
    }
    guard !gone.isEmpty else { return [:] }
    let fresh = items.map { (ItemKey($0.id), ItemMark($0)) }.filter { entries[$0.0] == nil }
    let byLink = Self.unique(gone) { $0.link }
    let byTitle = Self.unique(gone) { $0.title }
    let freshLinks = Self.unique(fresh) { $0.link }
    let freshTitles = Self.unique(fresh) { $0.title }
    var all: [ItemKey: ItemKey] = [:]
    var sure: [ItemKey: ItemKey] = [:]
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
    _ marks: [(ItemKey, ItemMark)], by value: (ItemMark) -> UInt32
  ) -> [UInt32: (key: ItemKey, mark: ItemMark)] {
    var found: [UInt32: (key: ItemKey, mark: ItemMark)] = [:]
    var repeated: Set<UInt32> = [0]
    for (key, mark) in marks where found.updateValue((key, mark), forKey: value(mark)) != nil {
      repeated.insert(value(mark))
    }
    return found.filter { !repeated.contains($0.key) }
  }
}

extension SeenItems.News {
  fileprivate mutating func take(
    _ item: Item, _ key: SeenItems.ItemKey, at now: Instant, isCut: Bool
  ) {
    let mark = ItemMark(item)
    let seen = UInt32(clamping: now.seconds)
    guard var entry = after.entries[key] else {
      after.set(SeenItems.Entry(seen: seen, mark: mark), key)
      items.append(item)
      return
    }
    hasKnown = true
    let isAnotherHour = entry.seen / 3600 != seen / 3600
    entry.seen = seen
    if isCut { return after.set(entry, key) }
    var item = item
    if entry.uses > 0 { item.id = Self.id(of: key, use: entry.uses) }
    if let known = entry.mark {
      if Self.isAnother(mark, than: known) {
        entry.uses = entry.uses == .max ? 1 : entry.uses + 1
        entry.revision = 0
        item.id = Self.id(of: key, use: entry.uses)
        // A crash may have come between the item log and this.
        if after.entries[SeenItems.ItemKey(item.id)] == nil { items.append(item) }
      } else if let change = known.change(to: mark) {
        // One that is not kept shows as a change again, so that the last of an hour is not lost.
        guard entry.revision < SeenItems.mostRevisions || isAnotherHour, entry.revision < .max
        else { return after.set(entry, key) }
        entry.revision += 1
        item.revision = Int(entry.revision)
        item.changed = change
        items.append(item)
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

  private static func id(of key: SeenItems.ItemKey, use: UInt16) -> String {
    String(SHA256.hash("\(key.text)/\(use)").hex.prefix(32))
  }
}

extension SeenItems {
  fileprivate mutating func set(_ entry: Entry, _ key: ItemKey) { entries[key] = entry }
}
