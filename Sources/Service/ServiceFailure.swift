package import Bytes

/// Why the daemon cannot start or go on.
package enum ServiceFailure: Explained, Hashable {
  case file(call: String, path: String, reason: String)
  case usage(Bilingual)
  case notAnExercise(String)
  case replay(file: String, line: Int, Bilingual)
  case nothingToReplay(String)
  case heardLater(than: Instant, until: Instant)
  case socketPath(String)
  case needsRestart(String)
  case damagedCheckpoint

  package var exitCode: ExitCode {
    switch self {
    case .file: .couldNot
    case .usage: .usage
    case .notAnExercise, .heardLater: .refused
    case .replay, .nothingToReplay, .damagedCheckpoint: .damaged
    case .socketPath: .configuration
    case .needsRestart: .refused
    }
  }

  package var explanation: Bilingual {
    switch self {
    case .file(let call, let path, let reason):
      Bilingual(zh: "对 \(path) 调用 \(call) 出错：\(reason)", en: "\(call) on \(path): \(reason)")
    case .usage(let text): text
    case .notAnExercise(let what):
      Bilingual(
        zh: "“\(what)”只能用于演练；演练用 incident init DIR --exercise 新建",
        en: "'\(what)' is for exercises only; make one with incident init DIR --exercise")
    case .replay(let file, let line, let message):
      Bilingual(
        zh: "\(file) 第 \(line) 行：\(message.zh)", en: "\(file):\(line): \(message.en)")
    case .nothingToReplay(let file):
      Bilingual(zh: "\(file) 中没有带时间的条目", en: "'\(file)' has no item with a time")
    case .heardLater(let start, let heard):
      Bilingual(
        zh: "录制从 \(start.iso8601) 开始，而这个演练台已听到 \(heard.iso8601)；请新建一个演练台",
        en: "the recording begins at \(start.iso8601), and this exercise has heard until "
          + "\(heard.iso8601); make a new one with incident init DIR --exercise")
    case .needsRestart(let key):
      Bilingual(
        zh: "“\(key)”的改动须重新启动 incidentd 才能生效；其余改动也未采用",
        en: "a change of '\(key)' needs a restart of incidentd; nothing of the change was adopted")
    case .damagedCheckpoint:
      Bilingual(
        zh: "检查点的第二行与其哈希不符", en: "the second line of the checkpoint is not what its hash says")
    case .socketPath(let path):
      Bilingual(
        zh: "套接字路径过长：\(path)；请把状态文件夹放在更短的路径下",
        en: "the socket's path is too long: \(path); put the state folder under a shorter path")
    }
  }
}
