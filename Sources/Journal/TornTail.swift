package import Bytes

/// The end of the last segment, where a write was cut off before it was acknowledged.
package struct TornTail: Hashable, Sendable {
  package let place: Record.Place
  /// The record that was being written.
  package let sequence: Int64
  package let length: Int
  package let digest: Digest
  let bytes: [UInt8]

  init(place: Record.Place, sequence: Int64, bytes: [UInt8]) {
    self.place = place
    self.sequence = sequence
    self.bytes = bytes
    length = bytes.count
    digest = SHA256.hash(bytes)
  }

  /// The file's name without its folder.
  package var segmentName: String {
    String(place.file.split(separator: "/").last ?? "")
  }

  package var explanation: Bilingual {
    Bilingual(
      zh: "\(place.file) 末尾有 \(length) 字节没有写完（自字节 \(place.offset) 起）；"
        + "这是写入中途停机所致，已确认的记录没有丢失",
      en: "the last \(length) bytes of \(place.file), from byte \(place.offset) on, were cut off"
        + " in mid-write; nothing that was acknowledged is lost")
  }
}
