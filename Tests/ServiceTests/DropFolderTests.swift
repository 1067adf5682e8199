import Bytes
import Foundation
import Support
import Testing
import Watch

@testable import Service

/// Comes by a folder again and again.
private final class Visitor {
  private var drop: DropFolder

  init(path: String, limits: DropFolder.Limits = DropFolder.Limits()) {
    drop = DropFolder(path: path, limits: limits)
  }

  func scan() throws(ServiceFailure) -> [DropFolder.File] { try drop.scan() }

  func finish(_ file: DropFolder.File, _ outcome: DropFolder.Outcome) throws(ServiceFailure) {
    try drop.finish(file, outcome)
  }
}

@Suite("A drop folder")
struct DropFolderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func names(_ inner: String = "") -> [String] {
    let place = inner.isEmpty ? folder.root : folder.path(inner)
    return ((try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []).sorted()
  }

  private func text(_ file: DropFolder.File) -> String? {
    guard case .bytes(let bytes, _) = file.content else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("gives a file only when nobody wrote to it since the last scan")
  func settled() throws {
    let drop = Visitor(path: folder.root)
    try folder.write("a.txt", "half")
    #expect(try drop.scan().isEmpty)
    let handle = try #require(FileHandle(forWritingAtPath: folder.path("a.txt")))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(" and half".utf8))
    try handle.close()
    #expect(try drop.scan().isEmpty)
    let files = try drop.scan()
    #expect(files.map(text) == ["half and half"])
    #expect(files.map(\.name) == ["a.txt"])
    // Nothing is moved until its items are committed.
    #expect(names() == ["a.txt"])
    #expect(try drop.scan().map(text) == ["half and half"])
  }

  @Test("leaves names alone that are still being written, and takes them as they are renamed")
  func renamed() throws {
    let drop = Visitor(path: folder.root)
    for name in [".a.xml", "b.xml.part", "c.TMP"] { try folder.write(name, name) }
    #expect(try drop.scan().isEmpty)
    #expect(try drop.scan().isEmpty)
    try FileManager.default.moveItem(
      atPath: folder.path("b.xml.part"), toPath: folder.path("b.xml"))
    #expect(try drop.scan().map(text) == ["b.xml.part"])
    #expect(names() == [".a.xml", "b.xml", "c.TMP"])
  }

  @Test("moves what is done, and what is refused with the reason beside it")
  func finish() throws {
    let drop = Visitor(path: folder.root)
    for round in 1...2 {
      try folder.write("a.xml", "\(round)")
      try folder.write("b.xml", "\(round)")
      _ = try drop.scan()
      for file in try drop.scan() {
        try drop.finish(
          file, file.name == "a.xml" ? .done : .refused(Bilingual(zh: "坏", en: "broken")))
      }
    }
    #expect(names() == ["done", "refused"])
    #expect(names("done") == ["a-2.xml", "a.xml"])
    #expect(names("refused") == ["b-2.xml", "b-2.xml.why", "b.xml", "b.xml.why"])
    #expect(try folder.read("done/a-2.xml") == Array("2".utf8))
    #expect(try folder.read("refused/b.xml.why") == Array("坏\nbroken\n".utf8))
    #expect(try drop.scan().isEmpty)
  }

  @Test("does not move a file that took the place of the one that was read")
  func replaced() throws {
    let drop = Visitor(path: folder.root)
    try folder.write("a.xml", "old")
    _ = try drop.scan()
    let file = try #require(try drop.scan().first)
    try folder.write("a.xml", "new and longer")
    try drop.finish(file, .done)
    #expect(names() == ["a.xml"])
    try FileManager.default.removeItem(atPath: folder.path("a.xml"))
    try drop.finish(file, .done)
    #expect(names().isEmpty)
  }

  @Test("refuses links, pipes, unknown kinds and files that are too large, and opens none of them")
  func refusals() throws {
    try folder.write("secret/key.txt", "secret")
    let drop = Visitor(path: folder.root, limits: DropFolder.Limits(fileBytes: 10))
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("link.txt"), withDestinationPath: folder.path("secret/key.txt"))
    #expect(mkfifo(folder.path("pipe.txt"), 0o600) == 0)
    try folder.write("a.exe", "x")
    try folder.write("large.txt", "12345678901")
    _ = try drop.scan()
    let files = try drop.scan()
    #expect(Set(files.map(\.name)) == ["link.txt", "pipe.txt", "a.exe", "large.txt"])
    for file in files {
      guard case .refused(let reason) = file.content else {
        Issue.record("\(file.name) was read")
        continue
      }
      #expect(reason.zh != reason.en)
      try drop.finish(file, .refused(reason))
    }
    #expect(names() == ["refused", "secret"])
    #expect(names("secret") == ["key.txt"])
    #expect(names("refused").count == 8)
    #expect(
      String(decoding: try folder.read("refused/large.txt.why"), as: UTF8.self).contains("11 bytes")
    )
  }

  @Test("does not move through a link")
  func linkedFolder() throws {
    let other = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("done"), withDestinationPath: other.root)
    let drop = Visitor(path: folder.root)
    try folder.write("a.xml", "a")
    _ = try drop.scan()
    let file = try #require(try drop.scan().first { $0.name == "a.xml" })
    #expect(throws: ServiceFailure.self) { try drop.finish(file, .done) }
    #expect(names() == ["a.xml", "done"])
  }

  @Test("gives so many files and bytes a scan, the oldest first, and the rest in the next")
  func bounds() throws {
    for (age, name) in ["c", "a", "d", "b"].enumerated() {
      try folder.write("\(name).txt", "12345")
      var times = [timespec(), timespec()]
      for index in times.indices { times[index].tv_sec = 1_000_000 + age }
      #expect(utimensat(AT_FDCWD, folder.path("\(name).txt"), times, 0) == 0)
    }
    for (limits, count) in [
      (DropFolder.Limits(files: 3), 3), (DropFolder.Limits(bytes: 10), 2),
      (DropFolder.Limits(bytes: 1), 1), (DropFolder.Limits(names: 0), 0),
    ] {
      let drop = Visitor(path: folder.root, limits: limits)
      _ = try drop.scan()
      #expect(
        try drop.scan().map(\.name) == ["c.txt", "a.txt", "d.txt"].prefix(count).map { $0 })
    }
    let drop = Visitor(path: folder.root, limits: DropFolder.Limits(files: 3))
    _ = try drop.scan()
    for file in try drop.scan() { try drop.finish(file, .done) }
    #expect(try drop.scan().map(\.name) == ["b.txt"])
  }

  @Test("takes names that are no UTF-8, as old systems write them")
  func oldNames() throws {
    // 通知.txt in GBK.
    let name: [UInt8] = [0xcd, 0xa8, 0xd6, 0xaa] + Array(".txt".utf8)
    let path = Array(folder.root.utf8) + [UInt8(ascii: "/")] + name + [0]
    let descriptor = open(path.map { CChar(bitPattern: $0) }, O_WRONLY | O_CREAT, 0o600)
    try #require(descriptor >= 0)
    close(descriptor)
    let drop = Visitor(path: folder.root)
    _ = try drop.scan()
    let file = try #require(try drop.scan().first)
    try drop.finish(file, .done)
    #expect(names().count == 1 && names("done").count == 1)
  }

  @Test("says when it is not there")
  func missing() {
    let drop = Visitor(path: folder.path("none"))
    #expect(throws: ServiceFailure.self) { try drop.scan() }
  }
}
