import Bytes
import Glibc
import Response
package import Wire

extension Refusal: CodedRefusal {}

/// Asks a running daemon over its socket.
package struct DeskClient: Sendable {
  package static let path = "/api/v1/command"
  /// Longer than anything the daemon does for a command; a settling exercise takes the longest.
  private static let patience = Duration.seconds(120)

  private let socket: String
  private let fetcher: Fetcher

  package init(socket: String, fetcher: Fetcher) {
    self.socket = socket
    self.fetcher = fetcher
  }

  /// The answer; nil if nobody listens on the socket.
  package func send(_ request: VerbRequest) async throws -> VerbAnswer? {
    var question = FetchRequest(url: "http://desk" + Self.path, userAgent: "incident")
    question.method = .post
    question.body = request.encoded
    question.headers.set("Content-Type", "application/json")
    question.unixSocketPath = socket
    question.redirects = .stay
    question.limits.total = Self.patience
    question.limits.firstByte = Self.patience
    question.limits.bodyBytes = 256 << 20
    question.limits.wireBytes = 256 << 20
    question.limits.slowWindow = Self.patience
    let response: FetchResponse
    do {
      response = try await fetcher.fetch(question)
    } catch .connect {
      if access(socket, F_OK) == 0, access(socket, R_OK | W_OK) != 0, errno == EACCES {
        throw VerbFailure(
          .couldNot,
          zh: "本帐号无权使用值班台的套接字 \(socket)；请管理员把它加入套接字所属的组",
          en: "this account may not use the desk's socket \(socket); have it added to the socket's "
            + "group")
      }
      return nil
    }
    guard response.headers["Content-Type"]?.hasPrefix("application/json") == true else {
      throw VerbFailure(
        .couldNot,
        zh: "incidentd 没有回答（HTTP \(response.status)）；命令可能已执行，请先用 show 核对",
        en: "incidentd gave no answer (HTTP \(response.status)); the command may have been carried "
          + "out: look with show first")
    }
    switch try VerbReply(response.body) {
    case .answer(let answer): return answer
    case .problem(let problem): throw problem
    }
  }
}
