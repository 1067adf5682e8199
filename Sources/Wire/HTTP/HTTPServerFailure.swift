package import Bytes

/// Why the server did not start.
package enum HTTPServerFailure: Error, Hashable, Sendable {
  case badAddress(String)
  case badPath(String)
  /// Somebody listens there already.
  case inUse(String)
  case notASocket(String)
  case unknownGroup(String)
  case system(String, String)
}

extension HTTPServerFailure: Explained, CustomStringConvertible {
  package var description: String { explanation.en }

  package var exitCode: ExitCode {
    switch self {
    case .badAddress, .badPath, .unknownGroup: .configuration
    case .inUse: .tryAgain
    case .notASocket, .system: .couldNot
    }
  }

  package var explanation: Bilingual {
    switch self {
    case .badAddress(let text):
      Bilingual(
        zh: "“\(text)”不是可监听的地址；请写数字地址，如 127.0.0.1",
        en: "'\(text)' is no address to listen on; write a numeric one, such as 127.0.0.1")
    case .badPath(let path):
      Bilingual(
        zh: "套接字路径须为绝对路径且不超过 \(unixPathLimit) 字节：\(path)",
        en: "a socket's path must be absolute and at most \(unixPathLimit) bytes: \(path)")
    case .inUse(let place):
      Bilingual(zh: "\(place) 已有程序在监听", en: "another program listens on \(place) already")
    case .notASocket(let path):
      Bilingual(
        zh: "\(path) 已存在且不是套接字，未作改动", en: "\(path) exists and is no socket; it was left alone")
    case .unknownGroup(let name):
      Bilingual(zh: "系统中没有用户组“\(name)”", en: "there is no group '\(name)' on this system")
    case .system(let place, let reason):
      Bilingual(zh: "无法在 \(place) 监听：\(reason)", en: "could not listen on \(place): \(reason)")
    }
  }
}
