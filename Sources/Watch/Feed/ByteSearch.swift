import Glibc

// Looking for ASCII in UTF-8, where Character and String would cost a hundred times as much.

extension ArraySlice<UInt8> {
  /// Where this ASCII text first stands, in capitals or not.
  func firstIndex(of text: StaticString) -> Int? {
    span.firstIndex(of: text, from: 0).map { startIndex + $0 }
  }
}

extension Span<UInt8> {
  /// Where this byte first stands from `start` on and before `end`.
  func firstIndex(of byte: UInt8, from start: Int, to end: Int) -> Int? {
    guard start < end else { return nil }
    return withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress,
        let found = memchr(base + start, Int32(byte), end - start)
      else { return nil }
      return UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
  }

  /// Where a `<` or `&` first stands from `start` on; the end if none does.
  func firstMark(from start: Int) -> Int {
    var index = start
    while index + 8 <= count {
      let word = EightBytes(self, at: index)
      if word.equal(UInt8(ascii: "<")) | word.equal(UInt8(ascii: "&")) != 0 { break }
      index += 8
    }
    while index < count, self[index] != UInt8(ascii: "<"), self[index] != UInt8(ascii: "&") {
      index += 1
    }
    return index
  }

  /// Where this ASCII text first stands from `start` on, in capitals or not. It must be given in
  /// small letters, and begin with a mark.
  func firstIndex(of text: StaticString, from start: Int, to end: Int? = nil) -> Int? {
    let last = Swift.min(end ?? count, count) - text.utf8CodeUnitCount
    return text.withUTF8Buffer { wanted in
      precondition(!isLetter(wanted[0]), "looked for by a first byte that may be a capital")
      var index = start
      while let found = firstIndex(of: wanted[0], from: index, to: last + 1) {
        if matches(wanted, at: found) { return found }
        index = found + 1
      }
      return nil
    }
  }

  /// Whether this ASCII text stands here, in capitals or not. It must be given in small letters.
  func hasASCII(_ text: StaticString, at index: Int) -> Bool {
    guard index >= 0, index + text.utf8CodeUnitCount <= count else { return false }
    return text.withUTF8Buffer { matches($0, at: index) }
  }

  private func matches(_ wanted: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
    for offset in wanted.indices where lowered(self[index + offset]) != wanted[offset] {
      return false
    }
    return true
  }
}

/// Eight bytes that are looked at together. Each answer has the top bit of a byte set where it holds;
/// a byte above one for which it holds may be named wrongly, so only "none" is sure.
struct EightBytes {
  private let word: UInt64

  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let tops: UInt64 = 0x8080_8080_8080_8080

  /// There must be eight bytes from `index` on.
  @inline(__always)
  init(_ bytes: Span<UInt8>, at index: Int) {
    precondition(index >= 0 && index + 8 <= bytes.count, "eight bytes beyond the end")
    word = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
  }

  @inline(__always)
  var beyondASCII: UInt64 { word & Self.tops }

  /// `limit` must be at most 0x80.
  @inline(__always)
  func below(_ limit: UInt8) -> UInt64 {
    (word &- Self.ones &* UInt64(limit)) & ~word & Self.tops
  }

  @inline(__always)
  func equal(_ byte: UInt8) -> UInt64 {
    let difference = word ^ (Self.ones &* UInt64(byte))
    return (difference &- Self.ones) & ~difference & Self.tops
  }
}

extension [UInt8] {
  /// Appends a piece of other bytes in one go.
  mutating func append(_ source: Span<UInt8>, _ range: Range<Int>) {
    guard !range.isEmpty else { return }
    source.extracting(range).withUnsafeBufferPointer { append(contentsOf: $0) }
  }
}

@inline(__always)
func lowered(_ byte: UInt8) -> UInt8 {
  byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
}

@inline(__always)
func isLetter(_ byte: UInt8) -> Bool {
  let low = byte | 0x20
  return low >= UInt8(ascii: "a") && low <= UInt8(ascii: "z")
}

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

@inline(__always)
func isLetterOrDigit(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

/// The four blanks of XML.
@inline(__always)
func isBlank(_ byte: UInt8) -> Bool {
  byte == 0x20 || byte == 0x0a || byte == 0x09 || byte == 0x0d
}
