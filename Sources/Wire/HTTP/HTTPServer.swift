import Synchronization

/// An HTTP/1.1 server for the desk's own people and programs, on one thread of its own.
///
/// No request waits for another connection: the thread never blocks, handlers run on the shared
/// pool, and every step has a limit of time and of size. Requests of one connection are answered
/// in turn; one that comes in the same piece as the request before it is not read, and the
/// connection is closed after the first answer.
package final class HTTPServer: Sendable {
  package typealias Handler = @Sendable (HTTPRequest) async -> HTTPResponse

  /// Where it listens, with the ports that the system chose.
  package let listeners: [HTTPListener]
  private let loop: HTTPLoop

  /// The port of the first TCP listener.
  package var port: Int? {
    for case .tcp(_, let port) in listeners { return port }
    return nil
  }

  /// Listens on all of these, or on none and throws.
  ///
  /// `onFault` is told of answers of the handler that could not be sent as they were.
  package static func start(
    listeners: [HTTPListener], limits: HTTPLimits = HTTPLimits(),
    onFault: @escaping @Sendable (String) -> Void = { _ in }, handler: @escaping Handler
  ) throws(HTTPServerFailure) -> HTTPServer {
    var bound: [BoundListener] = []
    for listener in listeners {
      do throws(HTTPServerFailure) {
        bound.append(try BoundListener(listener))
      } catch {
        for other in bound { other.removeFile() }
        throw error
      }
    }
    let loop = try HTTPLoop(bound, limits, onFault: onFault, handler: handler)
    OwnThread.start("wire-http") { loop.run() }
    return HTTPServer(bound.map(\.listener), loop)
  }

  private init(_ listeners: [HTTPListener], _ loop: HTTPLoop) {
    self.listeners = listeners
    self.loop = loop
  }

  deinit { loop.stop(within: .zero) }

  /// Takes no further connections, answers the requests that have begun, and ends; what is not
  /// answered within this time is cut off.
  package func stop(within time: Duration = .seconds(5)) async {
    loop.stop(within: time)
    await loop.ending.wait()
  }

  /// Open connections at this moment.
  package var connections: Int { loop.connectionCount.load(ordering: .relaxed) }
}
