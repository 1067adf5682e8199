import Bytes
import Foundation

/// A file that goes with a command line: it is read where it is typed, and kept by whoever records.
struct Attachment: Hashable {
  let name: String
  let bytes: [UInt8]

  /// What fits into one request; a photograph has to be made smaller, or named by its hash.
  static let limit = 640 << 10
  private static let nameLimit = 100

  /// Puts the files of a request in the place of their paths.
  static func attach(to request: inout VerbRequest, _ specification: VerbSpecification)
    throws(VerbFailure)
  {
    for option in specification.options where option.isAttachment {
      guard let path = request.value(option.name) else { continue }
      guard let data = FileManager.default.contents(atPath: path) else {
        let reason = String(cString: strerror(errno))
        throw VerbFailure(
          .couldNot, zh: "无法读取 \(path)：\(reason)", en: "cannot read \(path): \(reason)")
      }
      guard data.count <= limit else {
        let kept = limit >> 10
        throw VerbFailure(
          .usage,
          zh: "\(path) 超过 \(kept) KiB：请缩小，或自行保管原件，用 --hash 记下它的 SHA-256",
          en:
            "\(path) is larger than \(kept) KiB: make it smaller, or keep it yourselves and record "
            + "its SHA-256 with --hash")
      }
      let name = String(URL(fileURLWithPath: path).lastPathComponent.prefix(nameLimit))
      request.options[option.name] = [data.base64EncodedString()]
      request.options[option.name + "-name"] = [name]
    }
  }

  /// The file of an option; nil where none was given.
  init?(_ request: VerbRequest, _ option: String) throws(VerbFailure) {
    guard let text = request.value(option) else { return nil }
    guard let data = Data(base64Encoded: text), data.count <= Self.limit else {
      throw VerbFailure(
        .usage, zh: "“--\(option)”的文件没有完整送达", en: "the file of '--\(option)' did not arrive whole")
    }
    name = request.value(option + "-name") ?? "file"
    bytes = Array(data)
  }
}
