import Bytes
import Support
import Testing

@Suite("SHA-256 of many messages at once")
struct SHA256LanesTests {
  private typealias Message = SHA256Lanes.Message

  private static let bytes: [UInt8] = {
    var dice = SeededGenerator(seed: 0x5a)
    return (0..<20_000).map { _ in UInt8.random(in: .min ... .max, using: &dice) }
  }()

  /// What one message by itself gives.
  private static func digest(_ message: Message) -> Digest {
    let body = bytes[message.body]
    return message.previous.map { SHA256.hash(after: $0, body.span) } ?? SHA256.hash(Array(body))
  }

  @Test("gives what one by one gives, for each length and with a digest in front or without")
  func lengths() {
    var dice = SeededGenerator(seed: 1)
    var messages: [Message] = []
    for length in 0...1000 {
      let start = Int.random(in: 0..<10_000, using: &dice)
      let previous = SHA256.hash("\(length)")
      messages.append(Message(after: nil, start..<start + length))
      messages.append(Message(after: previous, start..<start + length))
    }
    let found = SHA256Lanes.hashes(messages, in: Self.bytes)
    #expect(found == messages.map(Self.digest))
  }

  @Test("gives them in their order, however many there are and however long each is")
  func order() {
    var dice = SeededGenerator(seed: 2)
    for count in Array(0...20) + [333] {
      let messages = (0..<count).map { number in
        let start = Int.random(in: 0..<10_000, using: &dice)
        let length = Int.random(in: 0...(number % 3 == 0 ? 5000 : 150), using: &dice)
        return Message(
          after: Bool.random(using: &dice) ? SHA256.hash("\(number)") : nil,
          start..<start + length)
      }
      #expect(SHA256Lanes.hashes(messages, in: Self.bytes) == messages.map(Self.digest), "\(count)")
    }
  }

  @Test("does not read beyond the bytes that it is given")
  func beyond() async {
    await #expect(processExitsWith: .failure) {
      _ = SHA256Lanes.hashes([SHA256Lanes.Message(after: nil, 0..<2)], in: [1])
    }
  }
}
