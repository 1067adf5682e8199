import Bytes

/// Why a county could not be loaded.
enum CountyFailure: Explained, Hashable, CustomStringConvertible {
  case unreadable(file: String, reason: String)
  /// A mistake in a file of the county, with its place counted from 1.
  case mistake(file: String, line: Int, column: Int, Bilingual)

  var explanation: Bilingual {
    switch self {
    case .unreadable(let file, let reason):
      Bilingual(
        zh: "无法读取“\(file)”：\(reason)；请检查 --county 所指的文件夹",
        en: "cannot read '\(file)': \(reason); check the folder that --county names")
    case .mistake(let file, let line, let column, let message):
      Bilingual(
        zh: "\(file):\(line):\(column): \(message.zh)",
        en: "\(file):\(line):\(column): \(message.en)")
    }
  }

  var exitCode: ExitCode { .configuration }

  var description: String { explanation.en }
}
