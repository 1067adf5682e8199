package import Bytes
import Foundation

/// The desk's secrets: files of mode 0600 in a folder of mode 0700, never in a line, a log or a mail.
package struct DeskKeys: Sendable {
  private let folder: String

  package init(folder: String) { self.folder = folder }

  /// A key of the desk's own that its name tells apart; made on first use.
  ///
  /// Throws what the file system says, and `.openToOthers` for a file that others can read.
  package func key(_ name: String) throws(KeyFailure) -> [UInt8] {
    let path = folder + "/" + name + ".key"
    if let key = try read(path) { return key }
    try make(path)
    guard let key = try read(path) else { throw .unreadable(path) }
    return key
  }

  /// The key for the pseudonyms of a month, as `2026-09`. Another month, another pseudonym: nobody
  /// can be followed from one into the next.
  package func authorKey(month: String) throws(KeyFailure) -> [UInt8] {
    try key("authors-" + month)
  }

  /// The months for which there is a key.
  package func authorMonths() -> [String] {
    // A folder that is not there holds no keys.
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasPrefix("authors-") && $0.hasSuffix(".key") }
      .map { String($0.dropFirst("authors-".count).dropLast(".key".count)) }.sorted()
  }

  /// Overwrites and removes a month's key. What it had made pseudonyms of cannot be joined any more.
  package func destroyAuthorKey(month: String) throws(KeyFailure) {
    let path = folder + "/authors-" + month + ".key"
    // One that is gone is destroyed: a crash may have come before the record, or a backup without.
    guard isOrMayNotBeSeen(path) else { return }
    do {
      if let handle = FileHandle(forUpdatingAtPath: path) {
        try handle.write(contentsOf: Data(count: Self.size))
        try handle.synchronize()
        try handle.close()
      }
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw .unreadable(path)
    }
  }

  /// A secret that a person put into a file: the first line, without blanks at its ends.
  package static func secret(inFile path: String) throws(KeyFailure) -> String {
    guard let bytes = try readFile(path) else { throw .missing(path) }
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first ?? ""
    let secret = line.trimmingCharacters(in: .whitespaces)
    guard !secret.isEmpty else { throw .missing(path) }
    return secret
  }

  private static let size = 32

  private func read(_ path: String) throws(KeyFailure) -> [UInt8]? {
    guard let bytes = try Self.readFile(path) else { return nil }
    guard bytes.count == Self.size else { throw .unreadable(path) }
    return bytes
  }

  private static func readFile(_ path: String) throws(KeyFailure) -> [UInt8]? {
    guard isOrMayNotBeSeen(path) else { return nil }
    var status = stat()
    guard stat(path, &status) == 0 else { throw .unreadable(path) }
    guard status.st_mode & 0o077 == 0 else { throw .openToOthers(path) }
    guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path) }
    return Array(data)
  }

  /// Of two programs or threads that come at once, one's key gets the name, and both read that.
  private func make(_ path: String) throws(KeyFailure) {
    mkdir(folder, 0o700)
    let temporary = path + ".new-" + UUID().uuidString
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .unreadable(path) }
    var generator = SystemRandomNumberGenerator()
    let key = (0..<Self.size).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    let isWritten = write(descriptor, key, key.count) == key.count && fsync(descriptor) == 0
    close(descriptor)
    defer { unlink(temporary) }
    guard isWritten, link(temporary, path) == 0 || errno == EEXIST else {
      throw .unreadable(path)
    }
    let folderDescriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folderDescriptor >= 0 {
      fsync(folderDescriptor)
      close(folderDescriptor)
    }
  }
}

package enum KeyFailure: Explained, Hashable {
  case missing(String)
  case unreadable(String)
  case openToOthers(String)

  package var exitCode: ExitCode {
    switch self {
    case .missing, .openToOthers: .configuration
    case .unreadable: .couldNot
    }
  }

  package var explanation: Bilingual {
    switch self {
    case .missing(let path):
      Bilingual(zh: "密钥文件 \(path) 不存在或为空", en: "the secret file \(path) is missing or empty")
    case .unreadable(let path):
      Bilingual(zh: "密钥文件 \(path) 无法读写", en: "the secret file \(path) cannot be read or written")
    case .openToOthers(let path):
      Bilingual(
        zh: "密钥文件 \(path) 他人可读；请执行 chmod 600 \(path)",
        en: "others can read the secret file \(path); use chmod 600 \(path)")
    }
  }
}

/// The code that proves that somebody has read a message: derived, so that it need not be stored.
package enum ReplyCode {
  /// Crockford's alphabet: nothing that could be mistaken when it is read out on the telephone.
  private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
  /// 8 characters of 5 bits: with the attempts that a page allows, a guess is hopeless.
  private static let length = 8

  package static func code(for delivery: DeliveryID, key: [UInt8]) -> String {
    let digest = hmacSHA256(key: key, Array("reply:\(delivery)".utf8)).bytes
    var value: UInt64 = 0
    for byte in digest.prefix(8) { value = value << 8 | UInt64(byte) }
    return String((0..<length).map { alphabet[Int(value >> UInt64(5 * $0) & 31)] })
  }

  /// Whether a code that somebody typed is the right one; small letters and blanks do not matter.
  package static func isRight(_ typed: String, for delivery: DeliveryID, key: [UInt8]) -> Bool {
    let normal = typed.uppercased().filter { $0 != " " && $0 != "-" }
      .map { $0 == "O" ? "0" : $0 == "I" || $0 == "L" ? "1" : $0 }
    return equalInConstantTime(
      Array(String(normal).utf8), Array(code(for: delivery, key: key).utf8))
  }
}
