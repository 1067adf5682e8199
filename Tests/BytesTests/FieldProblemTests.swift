import Testing

@testable import Bytes

@Suite("What is wrong with the members of an object")
struct FieldProblemTests {
  private static let text = """
    {list: [{id: "a", size: 1}, {id: 2}, {id: "c", sise: 3}], nme: "x", naem: "y"}
    """

  private struct Entry {
    let id: String

    init(_ fields: inout Fields) throws(FieldFailure) {
      id = try fields.text("id")
      _ = try fields.integer(ifPresent: "size")
    }
  }

  @Test("tells what is wrong in each element, and not only in the first")
  func elements() throws {
    var fields = try Fields(JSONReader.read(Self.text, as: .json5))
    let failure = try #require(throws: FieldFailure.self) {
      try fields.objects("list") { (entry) throws(FieldFailure) in try Entry(&entry) }
    }
    #expect(
      failure.all.map(\.message.en) == [
        "'list[1].id' should be a text, not a number",
        "unknown key 'list[2].sise'; did you mean 'size'? known: id, size",
      ])
    #expect(failure.all.map(\.offset) == failure.all.map(\.offset).sorted())
  }

  @Test("names every key that nobody reads")
  func strangers() throws {
    var fields = try Fields(JSONReader.read(Self.text, as: .json5))
    _ = fields.json(ifPresent: "list")
    _ = fields.json(ifPresent: "name")
    let failure = try #require(throws: FieldFailure.self) { try fields.finish() }
    #expect(failure.all.count == 2)
    #expect(failure.all.allSatisfy { $0.message.en.contains("did you mean 'name'?") })
  }

  @Test("gathers from several parts, in the order of the text, and is quiet where all is right")
  func gathering() throws {
    let json = try JSONReader.read("{a: 1, b: 'x', c: true}", as: .json5)
    var fields = try Fields(json)
    var problems = FieldProblems()
    #expect(problems.take { () throws(FieldFailure) in try fields.text("b") } == "x")
    try problems.finish()
    #expect(problems.take { () throws(FieldFailure) in try fields.text("c") } == nil)
    #expect(problems.take { () throws(FieldFailure) in try fields.text("a") } == nil)
    let failure = try #require(throws: FieldFailure.self) { try problems.finish() }
    #expect(
      failure.all.map(\.message.en) == [
        "'a' should be a text, not a number", "'c' should be a text, not true or false",
      ])
  }
}
