/// What a server answered, whatever the status.
package struct FetchResponse: Sendable {
  /// One redirect that was followed.
  package struct Hop: Hashable, Sendable {
    package let status: Int
    /// Where it led to, as a whole address.
    package let target: String

    package init(status: Int, target: String) {
      self.status = status
      self.target = target
    }
  }

  /// How long each step took, counted from the start of the last hop; `total` counts all hops.
  package struct Timings: Hashable, Sendable {
    package let lookup: Duration
    package let connect: Duration
    package let tls: Duration
    package let firstByte: Duration
    package let total: Duration
  }

  package let status: Int
  /// The address that answered, after all redirects.
  package let url: String
  package let hops: [Hop]
  /// The headers of the last hop.
  package let headers: HeaderList
  /// After decompression.
  package let body: [UInt8]
  package let timings: Timings
  /// Headers and body of the last hop as they came over the network.
  package let bytesOnWire: Int
  /// Whether the connection of an earlier request was used again.
  package let reusedConnection: Bool

  /// What to send next time as `ifNoneMatch`.
  package var entityTag: [UInt8]? { headers.bytes("ETag") }
  /// What to send next time as `ifModifiedSince`.
  package var lastModified: [UInt8]? { headers.bytes("Last-Modified") }
}
