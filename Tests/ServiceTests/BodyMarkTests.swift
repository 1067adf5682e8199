import Testing

@testable import Service

struct BodyMarkTests {
  @Test func anyByteThatDiffersGivesAnotherMark() {
    for length in [0, 1, 7, 8, 9, 16, 31] {
      let body = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 37) }
      var marks: Set<BodyMark> = [BodyMark(body), BodyMark(body + [0])]
      for place in body.indices {
        for bit in 0..<8 {
          var changed = body
          changed[place] ^= 1 << bit
          marks.insert(BodyMark(changed))
        }
      }
      #expect(marks.count == 2 + length * 8, "\(length) bytes")
    }
  }

  @Test func zerosAreCounted() {
    let marks = Set((0..<64).map { BodyMark([UInt8](repeating: 0, count: $0)) })
    #expect(marks.count == 64)
  }

  @Test func aMarkIsReadAsItWasWritten() throws {
    let mark = BodyMark(Array("正文".utf8))
    #expect(mark.hex.utf8.count == 16)
    #expect(BodyMark(hex: mark.hex) == mark)
    // What older versions wrote was a digest of 32 bytes.
    #expect(BodyMark(hex: String(repeating: "0", count: 64)) == nil)
    #expect(BodyMark(hex: "zz") == nil)
  }
}
