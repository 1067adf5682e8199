/// One question to a web server.
package struct FetchRequest: Sendable {
  package enum Method: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
  }

  /// What happens when the server names another address.
  package enum Redirects: Hashable, Sendable {
    /// The redirect itself is the response.
    case stay
    /// So many are followed; each is checked as the first address was, and none leads from https
    /// to http. `Authorization`, `Cookie` and `webhook-…` headers do not go to another origin.
    case follow(Int)
  }

  package var url: String
  package var method: Method = .get
  /// Sent with a POST only.
  package var body: [UInt8] = []
  package var headers = HeaderList()
  /// Sent as they are, byte for byte.
  package var ifNoneMatch: [UInt8]?
  package var ifModifiedSince: [UInt8]?
  package var userAgent: String
  package var limits = FetchLimits()
  package var redirects: Redirects = .follow(5)
  /// Whether the connection may stay open for the next request. Where none is to come soon, it only
  /// takes the server's room, and is in the way of those that are used.
  package var keepsConnection = true
  package var addresses: AddressRule = .publicOnly
  /// A proxy to go through. The environment's is never used. With a proxy the address rule is
  /// asked about hosts that are written as addresses; names are looked up by the proxy.
  package var proxy: String?
  /// Certificates to trust in the place of the system's.
  package var certificateFile: String?
  /// Speaks HTTP over this socket; the address then only names host and path.
  package var unixSocketPath: String?

  package init(url: String, userAgent: String) {
    self.url = url
    self.userAgent = userAgent
  }
}

/// How much a server may send, and how long it may take.
package struct FetchLimits: Hashable, Sendable {
  /// Bytes after decompression.
  package var bodyBytes = 8 << 20
  /// Body bytes as they came over the network.
  package var wireBytes = 4 << 20
  /// Decoded to wire bytes, asked once the body is larger than `ratioFloor`.
  package var ratio = 200
  package var headerBytes = 64 << 10
  /// Name look-up, connection and TLS together.
  package var connect: Duration = .seconds(10)
  /// From the start to the first line of the response.
  package var firstByte: Duration = .seconds(20)
  /// Everything, redirects included.
  package var total: Duration = .seconds(60)
  /// Slower than `slowestBytesPerSecond` throughout a `slowWindow` ends the transfer.
  package var slowestBytesPerSecond = 1024
  package var slowWindow: Duration = .seconds(15)

  package static let ratioFloor = 1 << 20

  package init() {}
}
