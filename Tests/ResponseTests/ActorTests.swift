import Response
import Testing

@Suite("Who acts")
struct ActorTests {
  @Test("is written and read back", arguments: ["desk", "user:li", "centre:lanxi"])
  func forms(text: String) throws {
    #expect(try #require(Actor(text)).description == text)
    #expect(Actor(Substring(text)) == Actor(text))
  }

  @Test(
    "is nobody in any other form",
    arguments: ["", "desk2", "user:", "user:Li", "user", "li", "system:journal", "user:a:b"])
  func strangers(text: String) {
    #expect(Actor(text) == nil && Actor(Substring(text)) == nil)
  }
}
