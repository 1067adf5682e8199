import Bytes
import Foundation
import Testing

/// The vectors by which implementations are validated: NIST CAVP and RFC 4231.
@Suite("SHA-256 and HMAC, validated")
struct SHA256VectorTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("NIST")

  /// The values of `name = value` lines, in order.
  private static func values(_ file: String) throws -> [(name: String, value: String)] {
    let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    return text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
      return parts.count == 2 && !line.hasPrefix("[") ? (parts[0], parts[1]) : nil
    }
  }

  @Test(
    "give the digest of every message of NIST's",
    arguments: [("SHA256ShortMsg.rsp", 65), ("SHA256LongMsg.rsp", 64)])
  func messages(file: String, count: Int) throws {
    let values = try Self.values(file)
    try #require(values.count == 3 * count)
    var whole: [UInt8] = []
    var bodies: [Range<Int>] = []
    for at in stride(from: 0, to: values.count, by: 3) {
      let fields = values[at..<at + 3]
      try #require(fields.map(\.name) == ["Len", "Msg", "MD"])
      let bits = try #require(Int(values[at].value))
      let message = try #require(hexDecoded(values[at + 1].value))
      #expect(SHA256.hash(Array(message.prefix(bits / 8))).hex == values[at + 2].value, "\(bits)")
      bodies.append(whole.count..<whole.count + bits / 8)
      whole += message
    }
    let together = SHA256Lanes.hashes(
      bodies.map { SHA256Lanes.Message(after: nil, $0) }, in: whole)
    #expect(
      together.map(\.hex) == stride(from: 2, to: values.count, by: 3).map { values[$0].value })
  }

  // SHAVS §6.4: a hundred checkpoints of a thousand digests, each of the three before.
  @Test("give all hundred checkpoints of NIST's Monte Carlo test")
  func monteCarlo() throws {
    let values = try Self.values("SHA256Monte.rsp")
    try #require(values.first?.name == "Seed" && values.count == 201)
    var seed = try #require(hexDecoded(values[0].value))
    for checkpoint in 0..<100 {
      var last = [seed, seed, seed]
      for _ in 0..<1000 {
        let message = last[0] + last[1] + last[2]
        let digest = SHA256.hash(message)
        let lane = SHA256Lanes.Message(after: nil, message.indices)
        try #require(SHA256Lanes.hashes([lane], in: message) == [digest])
        last = [last[1], last[2], digest.bytes]
      }
      seed = last[2]
      try #require(hexEncoded(seed) == values[2 * checkpoint + 2].value, "\(checkpoint)")
    }
  }

  private static let hi = Array("Hi There".utf8)
  private static let longKey = [UInt8](repeating: 0xaa, count: 131)

  // RFC 4231 §4.2 to §4.8; §4.6 gives the first 128 bits only.
  @Test(
    "give the digests of all seven cases of RFC 4231",
    arguments: [
      (
        [UInt8](repeating: 0x0b, count: 20), hi,
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
      ),
      (
        Array(1...25), [UInt8](repeating: 0xcd, count: 50),
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
      ),
      (
        [UInt8](repeating: 0x0c, count: 20), Array("Test With Truncation".utf8),
        "a3b6167473100ee06e0c796c2955552b"
      ),
      (
        longKey, Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
      (
        longKey,
        Array(
          ("This is a test using a larger than block-size key and a larger than block-size data. "
            + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
      ),
    ])
  func authentication(key: [UInt8], message: [UInt8], digest: String) {
    #expect(hmacSHA256(key: key, message).hex.hasPrefix(digest))
  }
}
