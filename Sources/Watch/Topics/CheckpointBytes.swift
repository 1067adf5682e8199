import Bytes

/// Writes numbers and texts one after the other, small numbers in few bytes.
struct CheckpointWriter {
  private(set) var bytes: [UInt8] = []

  /// Seven bits a byte, the lowest first; the top bit says that more follow (LEB128).
  mutating func write(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func write(_ number: UInt32) { write(UInt64(number)) }

  /// Small negative numbers stay short as well: 0, -1, 1, -2 are 0, 1, 2, 3.
  mutating func write(_ number: Int64) {
    write(UInt64(bitPattern: number << 1 ^ number >> 63))
  }

  mutating func write(_ number: Int) { write(Int64(number)) }
  mutating func write(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

  mutating func write(_ number: Double) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number.bitPattern >> shift))
    }
  }

  mutating func write(_ number: Float) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: number.bitPattern >> shift))
    }
  }

  mutating func write(_ text: String) {
    write(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }

  mutating func write(_ raw: [UInt8]) {
    write(raw.count)
    bytes.append(contentsOf: raw)
  }

  mutating func write(_ instant: Instant) { write(instant.microseconds) }

  mutating func write<Value>(
    ifPresent value: Value?, _ write: (inout CheckpointWriter, Value) -> Void
  ) {
    self.write(value != nil)
    if let value { write(&self, value) }
  }

  mutating func write<Value>(
    _ list: [Value], _ write: (inout CheckpointWriter, Value) -> Void
  ) {
    self.write(list.count)
    for value in list { write(&self, value) }
  }

  /// Only the places that are not zero, each by its distance from the one before.
  mutating func write(sparse numbers: [UInt64]) {
    write(numbers.count)
    write(numbers.count { $0 != 0 })
    var before = -1
    for (place, number) in numbers.enumerated() where number != 0 {
      write(place - before)
      write(number)
      before = place
    }
  }
}

/// Reads what `CheckpointWriter` wrote. Each read says by throwing that the bytes end too soon or
/// make no sense; none of them traps.
struct CheckpointReader {
  private let bytes: [UInt8]
  private var position: Int
  private let end: Int

  init(_ bytes: [UInt8], from start: Int, to end: Int) {
    self.bytes = bytes
    position = start
    self.end = end
  }

  var isAtEnd: Bool { position == end }

  mutating func byte() throws(CheckpointFailure) -> UInt8 {
    guard position < end else { throw .damaged }
    position += 1
    return bytes[position - 1]
  }

  mutating func unsigned() throws(CheckpointFailure) -> UInt64 {
    var number: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let byte = try byte()
      guard shift < 64 else { throw .damaged }
      number |= UInt64(byte & 0x7f) << shift
      if byte & 0x80 == 0 { return number }
      shift += 7
    }
  }

  mutating func unsigned32() throws(CheckpointFailure) -> UInt32 {
    guard let number = UInt32(exactly: try unsigned()) else { throw .damaged }
    return number
  }

  mutating func signed() throws(CheckpointFailure) -> Int64 {
    let number = try unsigned()
    return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
  }

  mutating func int() throws(CheckpointFailure) -> Int { Int(try signed()) }

  mutating func int32() throws(CheckpointFailure) -> Int32 {
    guard let number = Int32(exactly: try signed()) else { throw .damaged }
    return number
  }

  /// A number of things that follow, each of at least a byte.
  mutating func count() throws(CheckpointFailure) -> Int {
    let count = try int()
    guard count >= 0, count <= end - position else { throw .damaged }
    return count
  }

  mutating func flag() throws(CheckpointFailure) -> Bool {
    switch try byte() {
    case 0: false
    case 1: true
    default: throw .damaged
    }
  }

  mutating func double() throws(CheckpointFailure) -> Double {
    var bits: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 8) { bits |= UInt64(try byte()) << shift }
    return Double(bitPattern: bits)
  }

  mutating func float() throws(CheckpointFailure) -> Float {
    var bits: UInt32 = 0
    for shift in stride(from: UInt32(0), to: 32, by: 8) { bits |= UInt32(try byte()) << shift }
    return Float(bitPattern: bits)
  }

  mutating func raw() throws(CheckpointFailure) -> [UInt8] {
    let count = try count()
    position += count
    return Array(bytes[position - count..<position])
  }

  mutating func text() throws(CheckpointFailure) -> String {
    guard let text = String(validating: try raw(), as: UTF8.self) else { throw .damaged }
    return text
  }

  mutating func instant() throws(CheckpointFailure) -> Instant {
    Instant(microseconds: try signed())
  }

  mutating func optional<Value>(
    _ read: (inout CheckpointReader) throws(CheckpointFailure) -> Value
  ) throws(CheckpointFailure) -> Value? {
    try flag() ? try read(&self) : nil
  }

  mutating func list<Value>(
    _ read: (inout CheckpointReader) throws(CheckpointFailure) -> Value
  ) throws(CheckpointFailure) -> [Value] {
    let count = try count()
    var list: [Value] = []
    list.reserveCapacity(count)
    for _ in 0..<count { list.append(try read(&self)) }
    return list
  }

  /// What `write(sparse:)` wrote; it must have `size` places.
  mutating func sparse(size: Int) throws(CheckpointFailure) -> [UInt64] {
    guard try int() == size else { throw .damaged }
    var numbers = [UInt64](repeating: 0, count: size)
    var place = -1
    for _ in 0..<(try count()) {
      let distance = try int()
      guard distance > 0, distance <= size - 1 - place else { throw .damaged }
      place += distance
      numbers[place] = try unsigned()
    }
    return numbers
  }
}
