import Bytes
import Wire

/// Serves the county's feeds on loopback, each on a host of its own, as of the desk's clock.
struct FeedServer: Sendable {
  /// The same for all hosts, as a configuration would have it.
  let port: Int
  private let server: HTTPServer

  /// Ports are shared with the rest of the machine, so that a free one may have to be looked for.
  private static let attempts = 20

  /// The host of the feed of this number: 127.0.1.1 and so on.
  static func host(_ index: Int) -> String { "127.0.1.\(index + 1)" }

  static func start(_ county: County, seed: UInt64, clock: DeskClock) throws -> FeedServer {
    let edition = Edition(county: county, seed: seed)
    var last: (any Error)?
    for _ in 0..<attempts {
      let first = try HTTPServer.start(
        listeners: [.tcp(host: host(0), port: 0)], handler: { _ in .empty(status: 404) })
      guard let port = first.port else { continue }
      // Given up at once: the port is only borrowed to know one that is free.
      let free = first
      Task { await free.stop(within: .zero) }
      do {
        let listeners = county.feeds.indices.map {
          HTTPListener.tcp(host: host($0), port: port + 1)
        }
        let server = try HTTPServer.start(listeners: listeners) { request in
          answer(request, edition, clock)
        }
        return FeedServer(port: port + 1, server: server)
      } catch {
        last = error
      }
    }
    throw ToolFailure("no port is free for the feeds: \(last.map { "\($0)" } ?? "")", .couldNot)
  }

  func stop() async { await server.stop(within: .zero) }

  private static func answer(_ request: HTTPRequest, _ edition: Edition, _ clock: DeskClock)
    -> HTTPResponse
  {
    let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    let path = query.isEmpty ? request.rawPath : request.rawPath + "?" + query
    guard let reply = edition.reply(toPath: path, at: clock.now()) else {
      return .text("no such feed\n", status: 404)
    }
    var headers = HeaderList()
    headers.add("Content-Type", reply.contentType)
    if let modified = reply.lastModified { headers.add("Last-Modified", imfFixdate(modified)) }
    if let etag = reply.etag { headers.add("ETag", etag) }
    if let location = reply.location { headers.add("Location", location) }
    if reply.status == 200, let etag = reply.etag, request.headers["If-None-Match"] == etag {
      headers.remove("Content-Type")
      return HTTPResponse(status: 304, headers: headers)
    }
    return HTTPResponse(status: reply.status, headers: headers, body: reply.body)
  }
}
