package import Bytes

/// Why there is no response.
///
/// Texts name hosts and addresses, never paths, queries or headers: those can hold keys.
package enum FetchFailure: Error, Hashable, Sendable {
  package enum AddressFault: Hashable, Sendable {
    case malformed
    case scheme(String)
    case holdsPassword
  }

  package enum Phase: Hashable, Sendable {
    case lookup
    case connect
    case firstByte
    /// Slower than the limit for a whole window.
    case slow
    case total
  }

  package enum Cap: Hashable, Sendable {
    case body(Int)
    case wire(Int)
    case ratio(Int)
    case headers(Int)
  }

  package enum RedirectFault: Hashable, Sendable {
    case tooMany(Int)
    case loop
    /// From https to http.
    case downgrade
    case badTarget(AddressFault)
  }

  case badAddress(AddressFault)
  case badHeader(String)
  case badSocketPath(String)
  case portRefused(host: String, port: Int)
  case addressRefused(IPAddress)
  case resolve(host: String)
  case connect(host: String)
  /// `isVerification`: the certificate is not trusted, has expired or names another host.
  case tls(host: String, isVerification: Bool, reason: String)
  case timedOut(Phase)
  case tooLarge(Cap)
  case redirect(RedirectFault)
  /// The answer is no HTTP, or contradicts itself.
  case protocolBroken(String)
  /// The connection ended before the answer did.
  case interrupted(String)
  case cancelled
  /// The line of those that wait is full.
  case busy(Int)
  case shutDown
  case internalFault(String)

  /// Whether the same request may well succeed later.
  package var isTemporary: Bool {
    switch self {
    case .resolve, .connect, .timedOut, .interrupted, .busy, .cancelled, .shutDown: true
    case .tls(_, let isVerification, _): !isVerification
    case .badAddress, .badHeader, .badSocketPath, .portRefused, .addressRefused, .tooLarge,
      .redirect, .protocolBroken, .internalFault:
      false
    }
  }
}

extension FetchFailure: Explained, CustomStringConvertible {
  package var description: String { explanation.en }

  package var exitCode: ExitCode {
    switch self {
    case .badAddress, .badHeader, .badSocketPath: .usage
    case .portRefused, .addressRefused: .refused
    case .busy, .cancelled, .shutDown: .tryAgain
    case .resolve, .connect, .tls, .timedOut, .tooLarge, .redirect, .protocolBroken, .interrupted:
      .couldNot
    case .internalFault: .fault
    }
  }

  package var explanation: Bilingual {
    switch self {
    case .badAddress(let fault): fault.explanation
    case .badHeader(let name):
      Bilingual(
        zh: "请求头“\(name)”含有控制字符或不允许的名称，未发送",
        en: "the header '\(name)' has a control character or a name that is not allowed; not sent")
    case .badSocketPath(let path):
      Bilingual(zh: "套接字路径无效：\(path)", en: "this is no path for a socket: \(path)")
    case .portRefused(let host, let port):
      Bilingual(
        zh: "\(host) 的端口 \(port) 不在允许之列；如确需访问，请在该信源中列出",
        en: "port \(port) of \(host) is not allowed; list it at the source if it is meant")
    case .addressRefused(let address):
      Bilingual(
        zh: "\(address) 不是公网地址，已拒绝；内网信源须单独列出",
        en: "\(address) is no public address and was refused; list an intranet source's range")
    case .resolve(let host):
      Bilingual(zh: "找不到主机 \(host)", en: "no address was found for \(host)")
    case .connect(let host):
      Bilingual(zh: "无法连接 \(host)", en: "could not connect to \(host)")
    case .tls(let host, let isVerification, let reason):
      isVerification
        ? Bilingual(
          zh: "\(host) 的证书不可信：\(reason)", en: "the certificate of \(host) is not trusted: \(reason)"
        )
        : Bilingual(zh: "与 \(host) 的 TLS 握手失败：\(reason)", en: "TLS with \(host) failed: \(reason)")
    case .timedOut(let phase): phase.explanation
    case .tooLarge(let cap): cap.explanation
    case .redirect(let fault): fault.explanation
    case .protocolBroken(let reason):
      Bilingual(zh: "应答不符合 HTTP：\(reason)", en: "the answer breaks the rules of HTTP: \(reason)")
    case .interrupted(let reason):
      Bilingual(zh: "连接中断：\(reason)", en: "the connection ended early: \(reason)")
    case .cancelled: Bilingual(zh: "已取消", en: "cancelled")
    case .busy(let limit):
      Bilingual(zh: "等待的请求已达 \(limit) 个", en: "\(limit) requests are waiting already")
    case .shutDown: Bilingual(zh: "程序正在停止", en: "the program is stopping")
    case .internalFault(let reason):
      Bilingual(zh: "内部错误：\(reason)", en: "a fault of this program: \(reason)")
    }
  }
}

extension FetchFailure.AddressFault {
  fileprivate var explanation: Bilingual {
    switch self {
    case .malformed: Bilingual(zh: "网址格式不正确", en: "the address is malformed")
    case .scheme(let scheme):
      Bilingual(
        zh: "只接受 http 和 https 网址，不接受“\(scheme)”",
        en: "only http and https addresses are taken, not '\(scheme)'")
    case .holdsPassword:
      Bilingual(
        zh: "网址中不得含用户名或密码；请改用请求头",
        en: "the address holds a user name or a password; use a header for it")
    }
  }
}

extension FetchFailure.Phase {
  fileprivate var explanation: Bilingual {
    switch self {
    case .lookup: Bilingual(zh: "域名解析超时", en: "the name look-up took too long")
    case .connect: Bilingual(zh: "连接超时", en: "connecting took too long")
    case .firstByte: Bilingual(zh: "等待应答超时", en: "the answer did not begin in time")
    case .slow: Bilingual(zh: "传输过慢，已中止", en: "the answer came too slowly and was given up")
    case .total: Bilingual(zh: "整个请求超时", en: "the request as a whole took too long")
    }
  }
}

extension FetchFailure.Cap {
  fileprivate var explanation: Bilingual {
    switch self {
    case .body(let limit):
      Bilingual(zh: "解压后的内容超过 \(limit) 字节", en: "the decoded body exceeds \(limit) bytes")
    case .wire(let limit):
      Bilingual(zh: "传输的内容超过 \(limit) 字节", en: "the body on the wire exceeds \(limit) bytes")
    case .ratio(let limit):
      Bilingual(
        zh: "压缩比超过 \(limit)，疑为压缩炸弹",
        en: "the body was packed more than \(limit) to 1, as only an attack is")
    case .headers(let limit):
      Bilingual(zh: "应答头超过 \(limit) 字节", en: "the headers exceed \(limit) bytes")
    }
  }
}

extension FetchFailure.RedirectFault {
  fileprivate var explanation: Bilingual {
    switch self {
    case .tooMany(let limit):
      Bilingual(zh: "重定向超过 \(limit) 次", en: "more than \(limit) redirects")
    case .loop: Bilingual(zh: "重定向成环", en: "the redirects run in a circle")
    case .downgrade:
      Bilingual(zh: "重定向从 https 降为 http，已拒绝", en: "a redirect from https to http was refused")
    case .badTarget(let fault):
      Bilingual(
        zh: "重定向目标无效：\(fault.explanation.zh)",
        en: "a redirect led nowhere: \(fault.explanation.en)")
    }
  }
}
