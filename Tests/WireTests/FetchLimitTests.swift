import Support
import Testing
import Wire

@Suite("A fetch's limits")
struct FetchLimitTests {
  let fetcher = Fetcher()

  private func request(_ server: LoopbackServer) -> FetchRequest { loopbackRequest(server.url()) }

  @Test("end a body without an end")
  func endless() async throws {
    let events = Recorder<Bool>()
    let server = try LoopbackServer { peer in
      _ = peer.readHead()
      peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x78, count: 65_536) + [13, 10]
      while peer.write(chunk) {}
      events.add(true)
    }
    #expect(await failure(of: fetcher, request(server)) == .tooLarge(.wire(4 << 20)))
    var narrow = request(server)
    narrow.limits.bodyBytes = 100_000
    #expect(await failure(of: fetcher, narrow) == .tooLarge(.body(100_000)))
    #expect(await events.wait(for: 2).count == 2)
  }

  @Test("count what was unpacked, not what came", arguments: [1 << 20, 8 << 20])
  func unpacked(limit: Int) async throws {
    let bomb = zstandardZeros(blocks: 128)
    #expect(bomb.count < 600)
    let server = try LoopbackServer { peer in
      _ = peer.readHead()
      peer.write(
        "HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\nContent-Length: \(bomb.count)\r\n\r\n")
      peer.write(bomb)
    }
    var request = request(server)
    request.limits.bodyBytes = limit
    request.limits.ratio = 1_000_000
    #expect(await failure(of: fetcher, request) == .tooLarge(.body(limit)))
  }

  @Test("know a bomb by how tightly it is packed")
  func ratio() async throws {
    let gzip = gzipZeros(megabytes: 4)
    let zstandard = zstandardZeros(blocks: 32)
    let server = try LoopbackServer { peer in
      let isGzip = peer.readHead()?.hasPrefix("GET /gzip") == true
      let body = isGzip ? gzip : zstandard
      let name = isGzip ? "gzip" : "zstd"
      peer.write("HTTP/1.1 200 OK\r\nContent-Encoding: \(name)\r\n\r\n")
      peer.write(body)
    }
    #expect(await failure(of: fetcher, request(server)) == .tooLarge(.ratio(200)))
    // 158 to 1: a bomb only to a stricter rule, and otherwise whole.
    var gzipped = loopbackRequest(server.url("/gzip"))
    let response = try await fetcher.fetch(gzipped)
    #expect(response.body.count == 4 << 20)
    #expect(response.body.allSatisfy { $0 == 0x61 })
    #expect(response.bytesOnWire < 40_000)
    gzipped.limits.ratio = 100
    #expect(await failure(of: fetcher, gzipped) == .tooLarge(.ratio(100)))
  }

  @Test("count packed bytes that come to nothing")
  func emptyBlocks() async throws {
    let server = try LoopbackServer { peer in
      _ = peer.readHead()
      peer.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
      peer.write(gzipHeader)
      // Stored blocks of no bytes, for ever.
      let blocks = [UInt8]((0..<4000).flatMap { _ in [0, 0, 0, 0xff, 0xff] as [UInt8] })
      while peer.write(blocks) {}
    }
    var request = request(server)
    request.limits.wireBytes = 200_000
    #expect(await failure(of: fetcher, request) == .tooLarge(.wire(200_000)))
  }

  @Test("refuse a body that is packed twice")
  func twoLayers() async throws {
    let server = try LoopbackServer { peer in
      let isList = peer.readHead()?.hasPrefix("GET /list") == true
      peer.write(
        isList
          ? "HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\n\r\n"
          : "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: br\r\n\r\n")
    }
    let wanted = FetchFailure.protocolBroken("more than one layer of Content-Encoding")
    #expect(await failure(of: fetcher, loopbackRequest(server.url("/list"))) == wanted)
    #expect(await failure(of: fetcher, loopbackRequest(server.url("/two"))) == wanted)
  }

  @Test("end a flood of headers")
  func headerFlood() async throws {
    let server = try LoopbackServer { peer in
      _ = peer.readHead()
      peer.write("HTTP/1.1 200 OK\r\n")
      let line = "X-A: " + String(repeating: "y", count: 1000) + "\r\n"
      while peer.write(line) {}
    }
    #expect(await failure(of: fetcher, request(server)) == .tooLarge(.headers(64 << 10)))
  }

  @Test("end a silent server")
  func silent() async throws {
    let server = try LoopbackServer { peer in
      _ = peer.readHead()
      peer.readToEnd()
    }
    var request = request(server)
    request.limits.firstByte = .milliseconds(120)
    #expect(await failure(of: fetcher, request) == .timedOut(.firstByte))
  }

  @Test("end a head, and a body, that drip", arguments: ["head", "body"])
  func dripping(part: String) async throws {
    let server = try LoopbackServer { peer in
      _ = peer.readHead()
      peer.write("HTTP/1.1 200 OK\r\n")
      if part == "body" { peer.write("Content-Length: 100000\r\n\r\n") }
      let piece = part == "body" ? "x" : "X-A: y\r\n"
      while peer.write(piece), !peer.isClosed(within: 10) {}
    }
    var request = request(server)
    request.limits.slowWindow = .milliseconds(150)
    request.limits.slowestBytesPerSecond = 10_000
    #expect(await failure(of: fetcher, request) == .timedOut(.slow))
  }

  @Test("leave a steady transfer alone, however long the windows")
  func steady() async throws {
    let server = try LoopbackServer { peer in
      _ = peer.readHead()
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
      for _ in 0..<240 {
        peer.write([UInt8](repeating: 0x78, count: 250))
        _ = peer.isClosed(within: 5)
      }
    }
    var request = request(server)
    request.limits.slowWindow = .milliseconds(400)
    request.limits.slowestBytesPerSecond = 1
    #expect(try await fetcher.fetch(request).body.count == 60_000)
  }

  @Test("end a request that takes too long as a whole, over all its redirects")
  func total() async throws {
    let server = try LoopbackServer { peer in
      guard let head = peer.readHead() else { return }
      let number = head.split(separator: " ")[1].dropFirst().count
      _ = peer.isClosed(within: 60)
      peer.write(
        "HTTP/1.1 302 Found\r\nLocation: /\(String(repeating: "a", count: number + 1))\r\n"
          + "Content-Length: 0\r\n\r\n")
    }
    var request = request(server)
    request.redirects = .follow(50)
    request.limits.total = .milliseconds(400)
    #expect(await failure(of: fetcher, request) == .timedOut(.total))
    #expect(server.connections < 12)
  }

  @Test("end a connection that does not come about")
  func connecting() async throws {
    let server = try FullServer()
    var request = loopbackRequest("http://127.0.0.1:\(server.port)/")
    request.limits.connect = .milliseconds(200)
    #expect(await failure(of: fetcher, request) == .timedOut(.connect))
  }
}

@Suite("A broken answer")
struct BrokenAnswerTests {
  let fetcher = Fetcher()

  @Test(
    "is told from a whole one",
    arguments: [
      ("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc", "interrupted"),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "interrupted"),
      ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 3\r\n\r\nhello", "protocol"),
      ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", "protocol"),
      ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab", "interrupted"),
      ("hello, I am no server\r\n\r\n", "protocol"),
      ("SSH-2.0-OpenSSH_9.2\r\n", "protocol"),
      ("HTTP/1.1 200 OK\r\nContent-Le", "interrupted"),
      ("", "interrupted"),
    ])
  func broken(answer: String, kind: String) async throws {
    let server = try LoopbackServer { peer in
      _ = peer.readHead()
      peer.write(answer)
    }
    let failure = await failure(of: fetcher, loopbackRequest(server.url()))
    switch failure {
    case .interrupted: #expect(kind == "interrupted")
    case .protocolBroken: #expect(kind == "protocol")
    default: Issue.record("\(answer): \(String(describing: failure))")
    }
    #expect(failure?.isTemporary == (kind == "interrupted"))
  }

  @Test("is told from a reset in the middle")
  func reset() async throws {
    let server = try LoopbackServer { peer in
      _ = peer.readHead()
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")
      peer.resetOnClose()
    }
    guard case .interrupted = await failure(of: fetcher, loopbackRequest(server.url())) else {
      Issue.record("a reset was not noticed")
      return
    }
  }

  @Test("does not disturb the next request")
  func nextRequest() async throws {
    let server = try LoopbackServer { peer in
      while let head = peer.readHead() {
        if head.hasPrefix("GET /bad") {
          peer.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 3\r\n\r\nhello")
        } else {
          peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        }
      }
    }
    #expect(await failure(of: fetcher, loopbackRequest(server.url("/bad"))) != nil)
    let response = try await fetcher.fetch(loopbackRequest(server.url("/good")))
    #expect(response.body == Array("ok".utf8))
    // The connection that broke the rules is not used again.
    #expect(server.connections == 2)
  }
}

let gzipHeader: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]

/// So many megabytes of `a` in one gzip member: a literal, then matches of 258 bytes at distance 1
/// in the fixed code (RFC 1951 §3.2.6), 13 bits each.
func gzipZeros(megabytes: Int) -> [UInt8] {
  var bits = BitWriter()
  bits.write(1, count: 1)
  bits.write(1, count: 2)
  let size = megabytes << 20
  let matches = (size - 1) / 258
  bits.writeCode(0x30 + 0x61, count: 8)
  for _ in 0..<matches {
    bits.writeCode(0xc5, count: 8)
    bits.writeCode(0, count: 5)
  }
  for _ in 0..<(size - 1 - matches * 258) { bits.writeCode(0x30 + 0x61, count: 8) }
  bits.writeCode(0, count: 7)
  var crc: UInt32 = .max
  for _ in 0..<size { crc = crcStep(crc, 0x61) }
  crc = ~crc
  let trailer = [crc, UInt32(size)].flatMap { word in
    (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) }
  }
  return gzipHeader + bits.bytes + trailer
}

private let crcTable: [UInt32] = (0..<256).map { index in
  (0..<8).reduce(UInt32(index)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
}

private func crcStep(_ crc: UInt32, _ byte: UInt8) -> UInt32 {
  crcTable[Int((crc ^ UInt32(byte)) & 0xff)] ^ crc >> 8
}

private struct BitWriter {
  private(set) var bytes: [UInt8] = []
  private var used = 8

  /// The lowest bit first.
  mutating func write(_ value: Int, count: Int) {
    for bit in 0..<count {
      if used == 8 {
        bytes.append(0)
        used = 0
      }
      bytes[bytes.count - 1] |= UInt8(value >> bit & 1) << UInt8(used)
      used += 1
    }
  }

  /// A Huffman code: the highest bit first.
  mutating func writeCode(_ value: Int, count: Int) {
    for bit in (0..<count).reversed() { write(value >> bit & 1, count: 1) }
  }
}

/// So many blocks of 128 KiB of zeros in a Zstandard frame, four bytes a block (RFC 8878 §3.1.1).
func zstandardZeros(blocks: Int) -> [UInt8] {
  var frame: [UInt8] = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]
  for block in 0..<blocks {
    let header = 131_072 << 3 | 1 << 1 | (block == blocks - 1 ? 1 : 0)
    frame += (0..<3).map { UInt8(truncatingIfNeeded: header >> (8 * $0)) }
    frame.append(0)
  }
  return frame
}
