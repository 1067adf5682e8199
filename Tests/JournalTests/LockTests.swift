import Bytes
import Foundation
import Journal
import Support
import Testing

@Suite("The lock")
struct LockTests {
  @Test("is refused to a second opener, with the number of the first")
  func second() throws {
    let sample = try Sample()
    let journal = try sample.create()
    let failure = #expect(throws: JournalFailure.self) { try sample.open() }
    #expect(failure == .locked(folder: sample.root, by: getpid()))
    #expect(failure?.isTemporary == true && failure?.exitCode == .tryAgain)
    #expect(throws: JournalFailure.self) { try sample.create() }
    try journal.close()
    let (again, _) = try sample.open()
    try again.close()
  }

  @Test(
    "is respected when another process holds it",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/flock")))
  func otherProcess() throws {
    let sample = try Sample()
    _ = try sample.fill(1)
    let holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
    holder.arguments = [
      "--nonblock", sample.folder.path("journal/lock"), "sh", "-c", "echo held; read line",
    ]
    let (input, output) = (Pipe(), Pipe())
    holder.standardInput = input
    holder.standardOutput = output
    try holder.run()
    let word = try output.fileHandleForReading.read(upToCount: 5)
    #expect(word == Data("held\n".utf8))
    let failure = #expect(throws: JournalFailure.self) { try sample.open() }
    // The last one to write into the file closed it in good order.
    #expect(failure == .locked(folder: sample.root, by: nil))
    try input.fileHandleForWriting.close()
    holder.waitUntilExit()
    let (journal, _) = try sample.open()
    try journal.close()
  }

  @Test("goes when the journal is closed, also after a failure, and then says so")
  func afterFailure() throws {
    let disk = TestDisk { call, _ in
      call.call == .write && call.path.hasSuffix("1.jsonl") ? .error(EIO) : nil
    }
    let sample = try Sample(disk)
    let journal = try sample.create()
    #expect(throws: JournalFailure.self) { try journal.commit(1) }
    #expect(throws: JournalFailure.self) { try journal.close() }
    let left = String(decoding: try sample.folder.read("journal/lock"), as: UTF8.self)
    #expect(left == "\(getpid()) \(Sample.bootMark.bootID)\n")
    let (again, _) = try sample.with(TestDisk()).open()
    try again.close()
    #expect(try sample.folder.read("journal/lock") == Array("closed\n".utf8))
  }

  @Test("is given up also where a child that is being started holds a copy of it")
  func copies() throws {
    let sample = try Sample()
    let journal = try sample.create()
    let path = try sample.options.disk.resolved(sample.folder.path("journal/lock"))
    let descriptor = try #require(
      try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }
        .first { descriptor in
          // One of another test may be gone by now.
          let target = try? FileManager.default.destinationOfSymbolicLink(
            atPath: "/proc/self/fd/\(descriptor)")
          return target == path
        })
    let copy = dup(descriptor)
    defer { close(copy) }
    try journal.close()
    let (again, _) = try sample.open()
    try again.close()
  }

  @Test("is not made in a folder that holds no journal")
  func noJournal() throws {
    let sample = try Sample()
    let failure = #expect(throws: JournalFailure.self) { try sample.open() }
    #expect(failure == .missing(folder: sample.root))
    #expect(failure?.exitCode == .couldNot)
    #expect(sample.names("").isEmpty)
  }

  @Test("guards what exists from being made anew")
  func existing() throws {
    let sample = try Sample()
    _ = try sample.fill(1)
    let before = try sample.segment()
    let failure = #expect(throws: JournalFailure.self) { try sample.create() }
    #expect(failure == .existing(folder: sample.root) && failure?.exitCode == .refused)
    #expect(try sample.segment() == before)
  }
}

@Suite("A file system")
struct FileSystemTests {
  private static let local = "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"

  @Test(
    "that another machine or program answers for is refused",
    arguments: ["nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "fuseblk", "virtiofs", "9p"])
  func unsafe(kind: String) throws {
    let mount =
      "40 22 0:40 / \(NSTemporaryDirectory().dropLast()) rw shared:1 - \(kind) host:/x rw\n"
    let disk = TestDisk(mountTable: Self.local + mount)
    var sample = try Sample(disk)
    let failure = #expect(throws: JournalFailure.self) { try sample.create() }
    #expect(failure == .unsafeFileSystem(folder: sample.root + "/journal", kind: kind))
    #expect(failure?.explanation.en.contains(kind) == true)
    sample.options.acceptsAnyFileSystem = true
    _ = try sample.fill(1)
    sample.options.acceptsAnyFileSystem = false
    #expect(throws: JournalFailure.self) { try sample.open() }
  }

  @Test(
    "is told by the mount that is nearest to the folder, and last in its place",
    arguments: [
      ("", true),
      ("40 22 0:40 / /elsewhere rw - nfs host:/x rw\n", true),
      ("40 22 0:40 / /tm rw - nfs host:/x rw\n", true),
      ("40 22 0:40 / /tmp rw - nfs host:/x rw\n41 40 0:41 / /tmp rw - tmpfs tmpfs rw\n", true),
      ("40 22 0:40 / /tmp rw - tmpfs tmpfs rw\n41 40 0:41 / /tmp rw - nfs host:/x rw\n", false),
      ("40 22 0:40 / /tmp\\040folder rw a:1 b:2 - nfs host:/x rw\n", true),
      ("broken\n", true),
    ])
  func nearest(table: String, isSafe: Bool) throws {
    try #require(NSTemporaryDirectory() == "/tmp/")
    let sample = try Sample(TestDisk(mountTable: Self.local + table))
    if isSafe {
      _ = try sample.fill(1)
    } else {
      #expect(throws: JournalFailure.self) { try sample.create() }
    }
  }

  @Test("that cannot be told is refused")
  func unknown() throws {
    let sample = try Sample(TestDisk(mountTable: ""))
    let failure = #expect(throws: JournalFailure.self) { try sample.create() }
    #expect(failure == .unsafeFileSystem(folder: sample.root + "/journal", kind: nil))
  }
}
