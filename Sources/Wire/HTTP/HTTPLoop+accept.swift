import CCurl
import Glibc
import Synchronization

/// Connections that come and go.
extension HTTPLoop {
  func accept(_ listener: BoundListener) {
    // A few at a time, so that a flood of connections does not keep the others waiting.
    for _ in 0..<16 {
      var address = sockaddr_storage()
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let number = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          accept4(
            listener.descriptor.number, $0, &length,
            Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
        }
      }
      guard number >= 0 else {
        if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) { pauseAccepting() }
        return
      }
      let descriptor = Descriptor(number)
      guard
        let peer = HTTPConnection.peer(of: number, isUnix: listener.isUnix, address)
      else { continue }
      take(descriptor, peer, isUnix: listener.isUnix)
    }
  }

  private func take(_ descriptor: Descriptor, _ peer: HTTPRequest.Peer, isUnix: Bool) {
    guard
      confined.connections.count(of: peer) < limits.connectionsPerPeer
        || giveWay(confined.connections.longestIdle(of: peer)),
      confined.connections.count < limits.connections
        || giveWay(confined.connections.longestIdle())
    else {
      let response = HTTPResponse.text("too many connections\n", status: 503)
      let bytes = response.encoded(isHead: false, closes: true, date: date())
      _ = bytes.withUnsafeBytes {
        Glibc.send(descriptor.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      return
    }
    if !isUnix {
      var yes: Int32 = 1
      setsockopt(
        descriptor.number, Int32(IPPROTO_TCP), TCP_NODELAY, &yes,
        socklen_t(MemoryLayout<Int32>.size))
    }
    let connection = HTTPConnection(
      confined.connections.nextID(), descriptor, peer, limits,
      deadline: confined.now + limits.headerTime)
    confined.connections.insert(connection)
    connectionCount.add(1, ordering: .relaxed)
    lookAgain(at: connection.deadline)
    add(descriptor.number, connection.id)
  }

  /// Closes a connection that is idle, if there is one, so that another has its place.
  private func giveWay(_ connection: HTTPConnection?) -> Bool {
    guard let connection else { return false }
    close(connection)
    return true
  }

  func close(_ connection: HTTPConnection) {
    if case .handling(let task, _, _) = connection.phase { task.cancel() }
    // The number could be used again before the descriptor goes with its last reference.
    epoll_ctl(epoll.number, EPOLL_CTL_DEL, connection.descriptor.number, nil)
    if confined.connections.remove(connection) {
      connectionCount.subtract(1, ordering: .relaxed)
    }
  }

  private func pauseAccepting() {
    guard confined.acceptAgain == nil, confined.stopDeadline == nil else { return }
    ignoreListeners()
    let time = confined.now + Self.acceptPause
    confined.acceptAgain = time
    lookAgain(at: time)
  }
}
