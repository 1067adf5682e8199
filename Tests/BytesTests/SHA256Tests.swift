import Bytes
import Testing

@Suite("SHA-256 and HMAC")
struct SHA256Tests {
  // FIPS 180-2 appendix B, and the empty message of the NIST short-message vectors.
  @Test(
    "give the standard's digests",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (
        String(repeating: "a", count: 1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ])
  func standardDigests(message: String, digest: String) {
    #expect(SHA256.hash(message).hex == digest)
  }

  @Test("do not depend on how the message is cut into pieces", arguments: 0...130)
  func pieces(cut: Int) {
    let message = (0..<130).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    var hash = SHA256()
    hash.update(message[..<min(cut, 130)])
    hash.update(message[min(cut, 130)...])
    #expect(hash.finish() == SHA256.hash(message))
  }

  @Test("come back from their hexadecimal text, and from no other text")
  func hexadecimal() throws {
    let digest = SHA256.hash("abc")
    #expect(Digest(hex: digest.hex) == digest)
    #expect(Digest(hex: digest.hex.uppercased()) == nil)
    #expect(Digest(hex: String(digest.hex.dropLast())) == nil)
    #expect(Digest(hex: String(digest.hex.dropLast()) + "g") == nil)
    #expect(Digest(digits: Array(digest.hex.utf8).span) == digest)
    for byte in UInt8.min ... .max {
      var digits = Array(digest.hex.utf8)
      digits[40] = byte
      #expect(Digest(digits: digits.span) == Digest(hex: String(decoding: digits, as: UTF8.self)))
    }
    #expect(Digest(digits: Array(digest.hex.utf8.dropLast()).span) == nil)
  }

  @Test("are compared to the last byte")
  func comparison() {
    #expect(equalInConstantTime([1, 2, 3], [1, 2, 3]))
    #expect(!equalInConstantTime([1, 2, 3], [1, 2, 4]))
    #expect(!equalInConstantTime([1, 2, 3], [1, 2]))
  }
}
