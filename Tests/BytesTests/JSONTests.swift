import Bytes
import Foundation
import Testing

@Suite("Reading JSON")
struct JSONTests {
  @Test("agrees with Foundation on what strict JSON says", arguments: Self.validTexts)
  func valid(text: String) throws {
    let ours = try JSONReader.read(text)
    let theirs = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    #expect(Self.plain(ours) == Self.plain(theirs))
  }

  static let validTexts = [
    "null", "true", " false ", "0", "-0.5e+3", "1e-7", "9223372036854775807", #""""#,
    #""a\"\\\/\b\f\n\r\tA\u4e2d\ud83d\ude00""#, "[]", "[1, [2, {}], null]",
    #"{"a": 1, "b": {"c": [true]}, "": ""}"#, #"{"中文": "爆炸"}"#,
  ]

  @Test("refuses what strict JSON does not allow", arguments: Self.invalidTexts)
  func invalid(text: String) {
    #expect(throws: JSONFailure.self) { try JSONReader.read(text) }
  }

  static let invalidTexts = [
    "", " ", "nul", "01", "1.", ".5", "+1", "1e", "0x10", "Infinity", "NaN", "'a'", "\"a",
    "\"\\x41\"",
    "\"\\u12\"", "\"\\ud800\"", "\"a\nb\"", "[1,]", "[1 2]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}",
    "{\"a\":1,\"a\":2}", "// no\n1", "1 2", "[", "{\"a\":", String(repeating: "[", count: 200),
  ]

  @Test("takes the last of two members of one name where a stranger's text has them")
  func duplicates() throws {
    let json = try JSONReader.read(Array(#"{"a":1,"b":2,"a":3}"#.utf8), keepsLastDuplicate: true)
    #expect(json["a"]?.integer == 3)
    #expect(json.members?.count == 2)
  }

  @Test("refuses bytes that are not UTF-8")
  func badUTF8() {
    #expect(throws: JSONFailure.self) { try JSONReader.read([0x22, 0xff, 0x22]) }
  }

  @Test("never crashes, whatever byte is changed")
  func damage() throws {
    let whole = Array(#"{"k":["é\u4e2d",-1.5e3,true,null],"o":{"x":"\n"}}"#.utf8)
    for index in whole.indices {
      for byte in UInt8.min...UInt8.max {
        var damaged = whole
        damaged[index] = byte
        _ = try? JSONReader.read(damaged)
        _ = try? JSONReader.read(damaged, as: .json5)
      }
    }
    for length in whole.indices {
      #expect(throws: JSONFailure.self) { try JSONReader.read(Array(whole[..<length])) }
    }
  }

  @Test("agrees with Foundation's JSON5", arguments: Self.json5Texts)
  func json5(text: String) throws {
    struct Anything: Decodable {
      let value: String
      init(from decoder: any Decoder) throws { value = try JSONTests.plain(decoder: decoder) }
    }
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    let theirs = try decoder.decode(Anything.self, from: Data(text.utf8)).value
    #expect(Self.plain(try JSONReader.read(text, as: .json5)) == theirs)
  }

  static let json5Texts = [
    "// a comment\n{a: 1, /* another */ 'b': \"two\", $c_1: [1, 2,],}",
    "{value: 0x1F, half: .5, whole: 5., plus: +1, minus: -0x10}",
    "['it\\'s', \"tab\\tend\"]",
    "{名称: '应急'}", "\u{feff}[1]",
  ]

  // json5.org §5.1 and §8; Foundation reads neither.
  @Test("reads the escapes and blanks of JSON5 that Foundation lacks")
  func json5Alone() throws {
    let text = "['\\v\\0\\a\\x41 line \\\ngoes on',\u{a0}1\u{2003},\u{2028}2]"
    let json = try JSONReader.read(text, as: .json5)
    #expect(json == .array([.string("\u{b}\u{0}aA line goes on"), .integer(1), .integer(2)]))
  }

  @Test(
    "says where a mistake stands, by line and by column in characters",
    arguments: [
      ("{\n  a: 1,\n  a: 2\n}", 3, 3),
      ("{\n  \"中文\": ?\n}", 2, 9),
      ("[1, 2", 1, 6),
      ("/* open", 1, 1),
    ])
  func positions(text: String, line: Int, column: Int) throws {
    let failure = try #require(throws: JSONFailure.self) {
      try JSONReader.read(text, as: .json5)
    }
    #expect(failure.line == line && failure.column == column)
    #expect(!failure.message.zh.isEmpty && !failure.message.en.isEmpty)
  }

  /// One text for a value of either reader, members in order of their names.
  static func plain(_ value: Any) -> String {
    switch value {
    case let json as JSON: plain(json)
    case is NSNull: "null"
    case let text as String: "'\(text)'"
    case let number as NSNumber:
      CFBooleanTypeCheck.isBoolean(number) ? "\(number.boolValue)" : "\(number.doubleValue)"
    case let elements as [Any]: "[" + elements.map(plain).joined(separator: ",") + "]"
    case let members as [String: Any]:
      "{"
        + members.keys.sorted().map { "\($0):" + plain(members[$0] ?? "?") }.joined(separator: ",")
        + "}"
    default: "?\(type(of: value))"
    }
  }

  static func plain(_ json: JSON) -> String {
    switch json.kind {
    case .null: "null"
    case .boolean(let flag): "\(flag)"
    case .integer(let number): "\(Double(number))"
    case .number(let number): "\(number)"
    case .string(let text): "'\(text)'"
    case .array(let elements): "[" + elements.map { plain($0) }.joined(separator: ",") + "]"
    case .object(let members):
      "{"
        + members.sorted { $0.name < $1.name }.map { "\($0.name):" + plain($0.value) }
        .joined(separator: ",") + "}"
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  static func plain(decoder: any Decoder) throws -> String {
    struct Element: Decodable {
      let text: String
      init(from decoder: any Decoder) throws { text = try JSONTests.plain(decoder: decoder) }
    }
    if let object = try? decoder.container(keyedBy: Key.self) {
      let members = try object.allKeys.sorted { $0.stringValue < $1.stringValue }.map {
        "\($0.stringValue):" + (try object.decode(Element.self, forKey: $0).text)
      }
      return "{" + members.joined(separator: ",") + "}"
    }
    if var list = try? decoder.unkeyedContainer() {
      var elements: [String] = []
      while !list.isAtEnd { elements.append(try list.decode(Element.self).text) }
      return "[" + elements.joined(separator: ",") + "]"
    }
    let single = try decoder.singleValueContainer()
    if let text = try? single.decode(String.self) { return "'\(text)'" }
    if let flag = try? single.decode(Bool.self) { return "\(flag)" }
    if let number = try? single.decode(Double.self) { return "\(number)" }
    return "null"
  }
}

/// Foundation's numbers do not say on Linux whether they were `true` or `1`, but their type does.
private enum CFBooleanTypeCheck {
  static func isBoolean(_ number: NSNumber) -> Bool {
    type(of: number) == type(of: NSNumber(value: true))
      && String(cString: number.objCType) == "c"
  }
}

@Suite("Writing JSON")
struct JSONWriterTests {
  @Test("gives what a strict reader reads back")
  func roundTrip() throws {
    let json = JSON.object([
      "text": .string("a\"\\\u{1}\u{1f}\n\t\r\u{7f}中\u{1F600}"), "number": JSON(.number(0.1)),
      "list": .array([.null, .boolean(true), .integer(-7), .array([])]), "object": .object([:]),
    ])
    let bytes = JSONWriter.bytes { $0.value(json) }
    #expect(try JSONReader.read(bytes) == json)
    #expect(!bytes.contains(0x0a))
  }

  @Test("keeps the order of the calls, with commas where they belong")
  func order() {
    let bytes = JSONWriter.object { writer in
      writer.member("b", 1)
      writer.memberArray("a") {
        $0.value("x")
        $0.object { $0.member("y", true) }
      }
      writer.member(ifPresent: "none", nil)
      writer.member("c", [])
    }
    #expect(String(decoding: bytes, as: UTF8.self) == #"{"b":1,"a":["x",{"y":true}],"c":[]}"#)
  }
}

@Suite("Reading an object by its fields")
struct FieldsTests {
  @Test("names the nearest known key for a misspelt one")
  func misspelt() throws {
    var fields = try Fields(JSONReader.read(#"{"within": "PT1H", "form": "event"}"#))
    _ = try fields.text("within")
    _ = try fields.text(ifPresent: "from")
    let failure = try #require(throws: FieldFailure.self) { try fields.finish() }
    #expect(failure.message.en == "unknown key 'form'; did you mean 'from'? known: from, within")
    #expect(failure.offset == 19)
  }

  @Test("says what should have stood where something else stands")
  func mismatch() throws {
    var fields = try Fields(JSONReader.read(#"{"mail": {"port": "25"}}"#))
    var mail = try fields.fields("mail")
    let failure = try #require(throws: FieldFailure.self) { try mail.integer("port") }
    #expect(failure.message.en == "'mail.port' should be a whole number, not a text")
    #expect(failure.message.zh == "“mail.port”应为整数，而不是文本")
    #expect(throws: FieldFailure.self) { try mail.text("host") }
  }

  @Test("guesses a name only where it is near")
  func nearness() {
    #expect(nearest(to: "wihtin", among: ["within", "from"]) == "within")
    #expect(nearest(to: "zzzz", among: ["within", "from"]) == nil)
  }
}
