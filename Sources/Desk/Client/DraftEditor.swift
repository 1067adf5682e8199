import Bytes
import Foundation
import Glibc

/// Lets whoever drafts write in an editor of his own: a file with what the stage needs, the editor,
/// and what was saved. A text that is refused stays in its file.
struct DraftEditor {
  private let environment: [String: String]
  let file: String

  init(environment: [String: String]) throws {
    self.environment = environment
    let folder = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var template = Array((folder + "/incident-draft-XXXXXX.json5").utf8CString)
    let descriptor = mkstemps(&template, Int32(".json5".utf8.count))
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(errno))
      throw VerbFailure(
        .couldNot, zh: "无法在 \(folder) 中建立草稿文件：\(reason)",
        en: "cannot make a draft file in \(folder): \(reason)")
    }
    close(descriptor)
    file = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// What was saved; nil where nothing was changed.
  func edited(_ skeleton: String) throws -> String? {
    try Data(skeleton.utf8).write(to: URL(fileURLWithPath: file))
    let editor =
      [environment["VISUAL"], environment["EDITOR"]].compactMap { $0 }
      .first { !$0.isEmpty } ?? "vi"
    // The variable may bring options of its own, as a shell would read it.
    let line = editor + " '" + file.replacing("'", with: "'\\''") + "'"
    let status = Self.run(["/bin/sh", "-c", line])
    guard status == 0 else {
      throw VerbFailure(
        .couldNot,
        zh: "编辑器“\(editor)”没有正常结束（\(status)）；草稿在 \(file)。可用环境变量 EDITOR 指定编辑器",
        en: "the editor '\(editor)' did not end well (\(status)); the draft is in \(file). The "
          + "variable EDITOR names another")
    }
    let data = try Data(contentsOf: URL(fileURLWithPath: file))
    guard let text = String(validating: data, as: UTF8.self) else {
      throw VerbFailure(
        .usage, zh: "\(file) 不是 UTF-8 文本", en: "\(file) is not UTF-8 text")
    }
    return text == skeleton ? nil : text
  }

  /// Once it has been taken over, the file is no longer needed.
  func discard() { unlink(file) }

  /// The exit status; 127 where it could not be started.
  private static func run(_ words: [String]) -> Int32 {
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var child = pid_t()
    guard posix_spawn(&child, words[0], nil, nil, &arguments, environ) == 0 else { return 127 }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { return 127 }
    }
    let signal = status & 0x7f
    return signal == 0 ? status >> 8 & 0xff : 128 + signal
  }
}
