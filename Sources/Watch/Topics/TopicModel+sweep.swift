import Bytes

// What time takes away.
extension TopicModel {
  /// Every hour of the stream: closes what is over, looks at quiet topics, makes room.
  mutating func sweep(at time: Instant) {
    let limit = settings.timeToLive.microseconds
    let now = time.microseconds
    for slot in clusters.indices {
      guard centroids.serials[slot] != 0, isTopic[slot] || now - centroids.times[slot] > limit
      else { continue }
      let id = ClusterID(slot: UInt32(slot), serial: centroids.serials[slot])
      if now - centroids.times[slot] > limit {
        close(id)
      } else {
        lookAgain(id, at: time)
      }
    }
    guard time.seconds.floorDivided(by: 3600) % 24 == 0 else { return }
    let standing = Set(centroids.serials)
    bridges = bridges.filter { pair, _ in
      standing.contains(UInt32(pair >> 32)) && standing.contains(UInt32(pair & 0xffff_ffff))
    }
    forward = forward.filter { resolve($0.value) != nil }
  }

  /// A topic that no post touched may have become quiet.
  private mutating func lookAgain(_ id: ClusterID, at time: Instant) {
    let slot = Int(id.slot)
    guard let state = notes[slot]?.state, state != .fading,
      clusters[slot].lastTick != tickNumber
    else { return }
    refresh(id, at: time, isTouched: false)
    if notes[slot]?.state != state {
      clusters[slot].lastTick = tickNumber
      tick.touched.append(id)
    }
  }

  /// At the limit of clusters, those that are no topics and were silent longest go, a tenth of all.
  /// Topics go only when nothing else is left.
  mutating func makeRoom() {
    struct Rank {
      var slot: Int
      var serial: UInt32
      var last: Int64
      var isTopic: Bool
    }
    var ranks: [Rank] = []
    for slot in clusters.indices where centroids.serials[slot] != 0 {
      ranks.append(
        Rank(
          slot: slot, serial: centroids.serials[slot], last: centroids.times[slot],
          isTopic: isTopic[slot]))
    }
    ranks.sort {
      $0.isTopic != $1.isTopic ? $1.isTopic : ($0.last, $0.serial) < ($1.last, $1.serial)
    }
    for rank in ranks.prefix(max(1, ranks.count - settings.clusterLimit * 9 / 10)) {
      close(ClusterID(slot: UInt32(rank.slot), serial: rank.serial))
    }
  }

  /// Takes a cluster down; if it was a topic, the tick says that it is over.
  private mutating func close(_ id: ClusterID) {
    let slot = Int(id.slot)
    if isTopic[slot] {
      notes[slot]?.state = .closed
      tick.closed.append(latestSnapshot(slot: slot))
    }
    takeDown(id)
  }

  mutating func evictTerms() {
    for term in rates.table.evict() { centroids.forget(term) }
  }
}
