/// What is answered. The server adds `Date`, `Content-Length` and `Connection`.
package struct HTTPResponse: Hashable, Sendable {
  package var status: Int
  /// Checked when the response is written: one that could break out of its line makes the answer
  /// a 500, and none of it leaves.
  package var headers: HeaderList
  package var body: [UInt8]

  package init(status: Int, headers: HeaderList = HeaderList(), body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  package static func text(_ text: String, status: Int = 200) -> HTTPResponse {
    of("text/plain; charset=utf-8", Array(text.utf8), status)
  }

  package static func html(_ text: String, status: Int = 200) -> HTTPResponse {
    of("text/html; charset=utf-8", Array(text.utf8), status)
  }

  package static func json(_ bytes: [UInt8], status: Int = 200) -> HTTPResponse {
    of("application/json", bytes, status)
  }

  package static func empty(status: Int = 204) -> HTTPResponse { HTTPResponse(status: status) }

  /// 303: what follows a form, so that going back does not send it again.
  package static func seeOther(_ location: String) -> HTTPResponse {
    HTTPResponse(status: 303, headers: ["Location": location])
  }

  /// A body with its type.
  package static func of(_ type: String, _ body: [UInt8], _ status: Int = 200) -> HTTPResponse {
    HTTPResponse(status: status, headers: ["Content-Type": type], body: body)
  }
}

extension HeaderList: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, String)...) {
    self.init()
    for (name, value) in elements { add(name, value) }
  }
}

extension HTTPResponse {
  /// Whether a body may follow at all (RFC 9110 §6.4.1).
  var mayHaveBody: Bool { status != 204 && status != 304 && status >= 200 }

  /// Whether it can be written as it is. `Content-Length` and the like are the server's to write.
  var isSound: Bool {
    (200...599).contains(status) && headers.isClean && (mayHaveBody || body.isEmpty)
      && !headers.fields.contains { Self.isOurs($0.name) }
  }

  private static func isOurs(_ name: String) -> Bool {
    switch name.utf8.count {
    case 4: isSameHeader(name, "Date")
    case 10: isSameHeader(name, "Connection")
    case 14: isSameHeader(name, "Content-Length")
    case 17: isSameHeader(name, "Transfer-Encoding")
    default: false
    }
  }

  /// The bytes that go out. `isHead`: the same head as for a GET, without the body.
  func encoded(isHead: Bool, closes: Bool, date: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256 + (isHead ? 0 : body.count))
    // Piece by piece: putting lines together as texts first cost a third of an answer's time.
    bytes.append(text: "HTTP/1.1 ")
    bytes.append(text: String(status))
    bytes.append(text: " ")
    bytes.append(text: Self.reason(status))
    bytes.append(text: "\r\nDate: ")
    bytes.append(contentsOf: date)
    for field in headers.fields {
      bytes.append(text: "\r\n")
      bytes.append(text: field.name)
      bytes.append(text: ": ")
      bytes.append(contentsOf: field.bytes)
    }
    if mayHaveBody {
      bytes.append(text: "\r\nContent-Length: ")
      bytes.append(text: String(body.count))
    }
    bytes.append(text: closes ? "\r\nConnection: close\r\n\r\n" : "\r\n\r\n")
    if !isHead { bytes.append(contentsOf: body) }
    return bytes
  }

  /// RFC 9110 §15, in so far as anything here answers with it.
  static func reason(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 301: "Moved Permanently"
    case 302: "Found"
    case 303: "See Other"
    case 304: "Not Modified"
    case 307: "Temporary Redirect"
    case 308: "Permanent Redirect"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 410: "Gone"
    case 411: "Length Required"
    case 412: "Precondition Failed"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 417: "Expectation Failed"
    case 422: "Unprocessable Content"
    case 428: "Precondition Required"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    case 507: "Insufficient Storage"
    default: "Status"
    }
  }
}

extension [UInt8] {
  fileprivate mutating func append(text: String) {
    append(contentsOf: text.utf8)
  }
}
