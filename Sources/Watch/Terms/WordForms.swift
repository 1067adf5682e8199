// What makes two written words the same word.

/// A number for the word as it stands.
func wordKey(_ scalars: [UInt32], _ start: Int, _ end: Int) -> UInt64 {
  hashed(scalars, start, end, last: nil)
}

/// A number for the word without the endings of English: plural, -ing, -ed, a silent e.
///
/// Light on purpose: it must not join words of different meaning, and words of other languages
/// pass through it as well. `fires`, `fired` and `firing` meet; `news` and `new` do not.
func stemKey(_ scalars: [UInt32], _ start: Int, _ end: Int) -> UInt64 {
  guard end - start > 3 else { return wordKey(scalars, start, end) }
  func letter(_ fromEnd: Int, _ end: Int) -> UInt32 { scalars[end - fromEnd] }
  var last = end
  if letter(1, last) == 0x73 {  // s
    let before = letter(2, last)
    if before == 0x65, letter(3, last) == 0x69, last - start > 4 {  // ies -> y
      return hashed(scalars, start, last - 3, last: 0x79)
    }
    // ss, us, is and ws end words that are no plurals: press, virus, crisis, news.
    let keeps = before == 0x73 || before == 0x75 || before == 0x69 || before == 0x77
    if !keeps { last -= 1 }
  }
  let length = last - start
  if length > 5, letter(1, last) == 0x67, letter(2, last) == 0x6e, letter(3, last) == 0x69 {
    last = undoubled(scalars, start, last - 3)  // ing
  } else if length > 4, letter(1, last) == 0x64, letter(2, last) == 0x65 {
    last = undoubled(scalars, start, last - 2)  // ed
  }
  if last - start > 3, letter(1, last) == 0x65 { last -= 1 }  // e
  return hashed(scalars, start, last, last: nil)
}

/// `stopped` without its ending is `stopp`; the second p goes too. `ll` and `ss` stay: call, press.
private func undoubled(_ scalars: [UInt32], _ start: Int, _ end: Int) -> Int {
  guard end - start > 3 else { return end }
  let letter = scalars[end - 1]
  return letter == scalars[end - 2] && letter != 0x6c && letter != 0x73 ? end - 1 : end
}

/// FNV-1a over whole characters, spread at the end; the two top bits are free for the caller.
private func hashed(_ scalars: [UInt32], _ start: Int, _ end: Int, last: UInt32?) -> UInt64 {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for at in start..<end { hash = (hash ^ UInt64(scalars[at])) &* 0x0000_0100_0000_01b3 }
  if let last { hash = (hash ^ UInt64(last)) &* 0x0000_0100_0000_01b3 }
  return mixed(hash) >> 2
}

/// A fixed set of words, asked for by their keys.
struct WordSet: Sendable {
  private var slots: [UInt64]
  private let mask: Int

  init(_ words: [String]) {
    self.init(
      keys: Set(
        words.map { word in
          let scalars = word.unicodeScalars.map(\.value)
          return wordKey(scalars, 0, scalars.count)
        }))
  }

  init(keys: Set<UInt64>) {
    var size = 16
    while size < keys.count * 3 { size *= 2 }
    slots = [UInt64](repeating: 0, count: size)
    mask = size - 1
    for key in keys {
      var at = Int(truncatingIfNeeded: key) & mask
      while slots[at] != 0, slots[at] != key { at = (at + 1) & mask }
      slots[at] = key
    }
  }

  @inline(__always)
  func contains(_ key: UInt64) -> Bool {
    var at = Int(truncatingIfNeeded: key) & mask
    while slots[at] != 0 {
      if slots[at] == key { return true }
      at = (at + 1) & mask
    }
    return false
  }
}
