import Bytes

/// The answer of a feed, ready to be sent.
struct FeedReply: Sendable, Hashable {
  let status: Int
  let contentType: String
  let body: [UInt8]
  /// For `Last-Modified` and `ETag` of a whole feed; nil for anything else.
  let lastModified: Instant?
  let etag: String?
  /// The path to ask instead.
  let location: String?

  static func feed(_ body: [UInt8], mediaType: String, modified: Instant) -> FeedReply {
    FeedReply(
      status: 200, contentType: mediaType, body: body, lastModified: modified,
      etag: "\"\(SHA256.hash(body).short)\"", location: nil)
  }

  /// A maintenance page comes with 200, as such pages do.
  static func page(_ html: String) -> FeedReply {
    FeedReply(
      status: 200, contentType: "text/html; charset=utf-8", body: Array(html.utf8),
      lastModified: nil, etag: nil, location: nil)
  }

  static func failed(_ status: Int) -> FeedReply {
    FeedReply(
      status: status, contentType: "text/plain; charset=utf-8", body: Array("\(status)\n".utf8),
      lastModified: nil, etag: nil, location: nil)
  }

  static func moved(to path: String) -> FeedReply {
    FeedReply(
      status: 301, contentType: "text/plain; charset=utf-8", body: Array("moved\n".utf8),
      lastModified: nil, etag: nil, location: path)
  }
}
