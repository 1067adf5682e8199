/// The open connections of a server, and how many each peer holds.
struct ConnectionTable {
  private var connections: [UInt64: HTTPConnection] = [:]
  private var peers: [String: Int] = [:]
  private var lastID: UInt64

  /// Numbers up to this one are taken by others.
  init(after lastID: UInt64) { self.lastID = lastID }

  var count: Int { connections.count }
  var isEmpty: Bool { connections.isEmpty }

  /// A copy, so that connections can be closed on the way through.
  var all: [HTTPConnection] { Array(connections.values) }

  subscript(_ id: UInt64) -> HTTPConnection? { connections[id] }

  /// A number that no connection had before.
  mutating func nextID() -> UInt64 {
    lastID += 1
    return lastID
  }

  mutating func insert(_ connection: HTTPConnection) {
    connections[connection.id] = connection
    peers[connection.peerKey, default: 0] += 1
  }

  /// Whether it was there.
  mutating func remove(_ connection: HTTPConnection) -> Bool {
    guard connections.removeValue(forKey: connection.id) != nil else { return false }
    let key = connection.peerKey
    let left = (peers[key] ?? 1) - 1
    peers[key] = left > 0 ? left : nil
    return true
  }

  func count(of peer: HTTPRequest.Peer) -> Int { peers[HTTPConnection.key(peer)] ?? 0 }

  /// The connection that is idle for longest, among those of one peer if one is named.
  func longestIdle(of peer: HTTPRequest.Peer? = nil) -> HTTPConnection? {
    let key = peer.map(HTTPConnection.key)
    return connections.values
      .filter { $0.isIdle && (key == nil || $0.peerKey == key) }
      .min { $0.deadline < $1.deadline }
  }
}
