import Bytes
import Foundation
import Glibc

/// What `write` and `fdatasync` alone cost: the sizes of a run of ours, one after the other.
enum RawLoop {
  /// How long it took, in seconds of the wall.
  static func write(_ sizes: [Int], to file: String) throws -> Double {
    let descriptor = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw ToolFailure("cannot write \(file)", .couldNot) }
    defer { close(descriptor) }
    let bytes = [UInt8](repeating: 0x61, count: sizes.max() ?? 0)
    let start = ContinuousClock.now
    for size in sizes {
      guard Glibc.write(descriptor, bytes, size) == size, fdatasync(descriptor) == 0 else {
        throw ToolFailure("cannot write \(file)", .couldNot)
      }
    }
    return (ContinuousClock.now - start).inSeconds
  }
}

/// OpenSSL's own measure of its code without SHA-NI and AVX.
enum OpenSSLSpeed {
  /// In MB/s; nil where there is no `openssl`.
  static func scalarSHA256() -> Double? {
    // Bit 60 AVX and 41 SSSE3 of the first word; 29 SHA, 8 BMI2, 5 AVX2, 3 BMI1 of the second.
    let line = ShellLine.output(
      "OPENSSL_ia32cap='~0x1000020000000000:~0x20000128' "
        + "openssl speed -seconds 1 -bytes 16384 -evp sha256")
    guard let last = line?.split(separator: "\n").last(where: { $0.hasPrefix("sha256") }),
      let text = last.split(separator: " ").last, text.hasSuffix("k"),
      let value = Double(text.dropLast())
    else { return nil }
    return value / 1000
  }
}

/// A line for the shell. `Process` waits on a run loop, which a task does not have.
enum ShellLine {
  /// What it prints; nil where it fails.
  static func output(_ line: String) -> String? {
    guard let stream = popen(line + " 2>/dev/null", "r") else { return nil }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = fread(&buffer, 1, buffer.count, stream)
      guard count > 0 else { break }
      bytes += buffer.prefix(count)
    }
    return pclose(stream) == 0 ? String(decoding: bytes, as: UTF8.self) : nil
  }
}

/// SQLite as Python brings it along: never linked here.
enum SQLiteLoop {
  private static let script = """
    import sqlite3, sys, threading, time
    path, connections, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    first = sqlite3.connect(path)
    first.execute("pragma journal_mode=wal")
    first.execute("create table record(n integer primary key, line text)")
    first.commit()
    counts = [0] * connections
    def run(index):
        c = sqlite3.connect(path, timeout=60, isolation_level=None)
        c.execute("pragma synchronous=full")
        while time.monotonic() < end:
            c.execute("insert into record(line) values (?)", ("x" * 500,))
            counts[index] += 1
    start = time.monotonic()
    end = start + seconds
    threads = [threading.Thread(target=run, args=(i,)) for i in range(connections)]
    for t in threads: t.start()
    for t in threads: t.join()
    print(sum(counts), time.monotonic() - start)
    """

  /// Nil where there is no `python3`.
  static func commits(_ file: String, connections: Int, seconds: Int) -> (
    commits: Int, seconds: Double
  )? {
    // Neither the script nor a folder of ours has a single quotation mark.
    let text = ShellLine.output("python3 -c '\(script)' '\(file)' \(connections) \(seconds)")
    let numbers = text?.split { $0 == " " || $0 == "\n" } ?? []
    guard numbers.count == 2, let commits = Int(numbers[0]), let spent = Double(numbers[1]) else {
      return nil
    }
    return (commits, spent)
  }
}
