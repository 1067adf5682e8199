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

  // RFC 4231 §4.2, §4.3, §4.4, §4.7.
  @Test(
    "give the digests of RFC 4231",
    arguments: [
      (
        [UInt8](repeating: 0x0b, count: 20), "Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), "what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xaa, count: 131),
        "Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
    ])
  func authentication(key: [UInt8], message: String, digest: String) {
    #expect(hmacSHA256(key: key, Array(message.utf8)).hex == digest)
  }

  @Test("come back from their hexadecimal text, and from no other text")
  func hexadecimal() throws {
    let digest = SHA256.hash("abc")
    #expect(Digest(hex: digest.hex) == digest)
    #expect(Digest(hex: digest.hex.uppercased()) == nil)
    #expect(Digest(hex: String(digest.hex.dropLast())) == nil)
    #expect(Digest(hex: String(digest.hex.dropLast()) + "g") == nil)
  }

  @Test("are compared to the last byte")
  func comparison() {
    #expect(equalInConstantTime([1, 2, 3], [1, 2, 3]))
    #expect(!equalInConstantTime([1, 2, 3], [1, 2, 4]))
    #expect(!equalInConstantTime([1, 2, 3], [1, 2]))
  }
}
