/// What one client may take of the server.
package struct HTTPLimits: Hashable, Sendable {
  package var requestLineBytes = 8 << 10
  package var headerBytes = 32 << 10
  package var headerCount = 64
  package var bodyBytes = 1 << 20
  /// From the first byte of a request, or from the start of the connection, to the empty line.
  package var headerTime: Duration = .seconds(10)
  package var bodyTime: Duration = .seconds(30)
  /// Between two requests of a connection.
  package var idleTime: Duration = .seconds(60)
  /// For the handler; past it the answer is 503 and its task is cancelled.
  package var handlerTime: Duration = .seconds(30)
  /// Without a byte of the response taken.
  package var writeTime: Duration = .seconds(30)
  package var connections = 256
  /// From one IP address, or of one user over the Unix socket.
  package var connectionsPerPeer = 32

  package init() {}
}
