import Bytes
import Glibc

/// One JSON5 file of a county, read so that each mistake in it is named with its place.
struct CountyFile {
  /// The file as a person would name it: the folder as given, and the name.
  let path: String
  private let bytes: [UInt8]
  private let json: JSON

  init(_ name: String, in folder: String) throws(CountyFailure) {
    path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
    bytes = try Self.contents(of: path)
    do throws(JSONFailure) {
      json = try JSONReader.read(bytes, as: .json5)
    } catch {
      throw .mistake(file: path, line: error.line, column: error.column, error.message)
    }
  }

  /// What `body` makes of the file's object; members that it did not ask for are refused.
  func read<Value>(
    _ body: (inout Fields) throws(FieldFailure) -> Value
  ) throws(CountyFailure) -> Value {
    do throws(FieldFailure) {
      var fields = try Fields(json)
      let value = try body(&fields)
      try fields.finish()
      return value
    } catch {
      let (line, column) = textPosition(of: error.offset, in: bytes)
      throw .mistake(file: path, line: line, column: column, error.message)
    }
  }

  /// Read by the C library: it says in one word why a file could not be read.
  private static func contents(of path: String) throws(CountyFailure) -> [UInt8] {
    guard let file = fopen(path, "rb") else {
      throw .unreadable(file: path, reason: String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      bytes += chunk.prefix(count)
      if count < chunk.count { break }
    }
    guard ferror(file) == 0 else {
      throw .unreadable(file: path, reason: String(cString: strerror(errno)))
    }
    return bytes
  }
}

extension Fields {
  /// The elements of a list, each an object of its own that may hold nothing unknown.
  mutating func objects<Value>(
    ifPresent name: String, _ body: (inout Fields) throws(FieldFailure) -> Value
  ) throws(FieldFailure) -> [Value] {
    var values: [Value] = []
    for (place, element) in (try array(ifPresent: name) ?? []).enumerated() {
      var fields = try Fields(element, path: "\(inner(name))[\(place)]")
      values.append(try body(&fields))
      try fields.finish()
    }
    return values
  }

  /// The members of an object whose names are data, in the order of the file.
  mutating func entries(ifPresent name: String) throws(FieldFailure) -> [(String, JSON)] {
    guard var inside = try fields(ifPresent: name) else { return [] }
    return try inside.members()
  }

  /// A whole number that lies in a range.
  mutating func integer(
    ifPresent name: String, in range: ClosedRange<Int>
  ) throws(FieldFailure) -> Int? {
    guard let number = try integer(ifPresent: name) else { return nil }
    guard range.contains(number) else {
      throw failure(
        name,
        Bilingual(
          zh: "“\(inner(name))”应在 \(range.lowerBound) 到 \(range.upperBound) 之间",
          en: "'\(inner(name))' should be from \(range.lowerBound) to \(range.upperBound)"))
    }
    return number
  }

  mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(FieldFailure) -> Int {
    if let number = try integer(ifPresent: name, in: range) { return number }
    return try integer(name)
  }

  /// The place of a name in a list of known ones; an unknown one is refused with the nearest.
  mutating func place(_ name: String, among known: [String], _ what: Bilingual) throws(FieldFailure)
    -> Int
  {
    let text = try text(name)
    if let place = known.firstIndex(of: text) { return place }
    throw failure(name, unknownName(text, among: known, what))
  }
}

/// The message for a name that stands for nothing.
func unknownName(_ name: String, among known: [String], _ what: Bilingual) -> Bilingual {
  let near = nearest(to: name, among: known)
  return Bilingual(
    zh: "没有名为“\(name)”的\(what.zh)" + (near.map { "；是否应为“\($0)”？" } ?? ""),
    en: "there is no \(what.en) '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
}

extension Fields {
  /// All members of the object itself, whose names are data.
  mutating func members() throws(FieldFailure) -> [(String, JSON)] {
    var entries: [(String, JSON)] = []
    for name in names { entries.append((name, try json(name))) }
    return entries
  }
}
