import Bytes

// Clusters in a checkpoint.
extension CheckpointWriter {
  mutating func write(_ id: ClusterID) {
    write(id.slot)
    write(id.serial)
  }

  mutating func write(_ sketch: DistinctSketch) {
    write(sketch.smallest) { $0.write($1) }
  }

  mutating func write(_ cluster: Cluster) {
    write(cluster.serial)
    guard cluster.serial != 0 else { return }
    write(cluster.key)
    write(cluster.aliases) { $0.write($1) }
    write(cluster.posts)
    write(cluster.copies)
    write(cluster.official)
    write(cluster.first)
    write(cluster.last)
    write(cluster.voices)
    write(cluster.authors)
    write(cluster.owners)
    write(cluster.sources)
    write(cluster.hours) { writer, tally in
      writer.write(tally.hour)
      writer.write(tally.posts)
      writer.write(tally.copies)
      writer.write(tally.authors)
      writer.write(tally.owners)
    }
    write(cluster.references) { $0.write($1) }
    write(cluster.noveltySum)
    write(cluster.noveltyPosts)
    write(cluster.nextMerge)
  }

  mutating func write(_ reference: TopicReference) {
    write(reference.id)
    write(reference.text)
    write(ifPresent: reference.link) { $0.write($1) }
    write(reference.source)
    write(ifPresent: reference.owner) { $0.write($1) }
    write(ifPresent: reference.tier?.rawValue) { $0.write($1) }
    write(ifPresent: reference.published) { $0.write($1) }
    write(ifPresent: reference.firstSeen) { $0.write($1) }
  }

  mutating func write(_ notes: TopicNotes) {
    write(notes.detected)
    write(notes.keywords) { $0.write($1) }
    write(notes.keywordPosts)
    write(notes.state.rawValue)
    write(notes.score)
    write(notes.leading) { $0.write(Int64($1)) }
    for figure in [notes.figures.hour, notes.figures.sixHours, notes.figures.day] {
      write(figure.count)
      write(figure.expected)
      write(figure.z)
    }
    for share in notes.severity.shares { write(share) }
    write(notes.rises)
    write(ifPresent: notes.quietSince) { $0.write($1) }
  }

  mutating func write(_ centroids: Centroids) {
    write(centroids.serials.count)
    for slot in centroids.serials.indices {
      write(centroids.serials[slot])
      write(centroids.times[slot])
      write(centroids.births[slot])
      write(centroids.squares[slot])
      write(centroids.contents(slot)) { writer, held in
        writer.write(Int64(held.term))
        writer.write(held.weight)
      }
    }
    write(centroids.postings.count)
    for term in 0..<centroids.postings.count {
      write(centroids.postings[Int32(term)]) { $0.write($1) }
    }
  }
}

extension CheckpointReader {
  mutating func clusterID() throws(CheckpointFailure) -> ClusterID {
    ClusterID(slot: try unsigned32(), serial: try unsigned32())
  }

  private mutating func sketch() throws(CheckpointFailure) -> DistinctSketch {
    let hashes = try list { (reader) throws(CheckpointFailure) in try reader.unsigned() }
    guard hashes.count <= DistinctSketch.capacity else { throw .damaged }
    return DistinctSketch(sorted: hashes)
  }

  mutating func cluster() throws(CheckpointFailure) -> Cluster {
    let serial = try unsigned32()
    guard serial != 0 else { return Cluster(serial: 0, key: "", at: Instant(microseconds: 0)) }
    var cluster = Cluster(serial: serial, key: try text(), at: Instant(microseconds: 0))
    cluster.aliases = try list { (reader) throws(CheckpointFailure) in try reader.text() }
    cluster.posts = try int()
    cluster.copies = try int()
    cluster.official = try int()
    cluster.first = try instant()
    cluster.last = try instant()
    cluster.voices = try sketch()
    cluster.authors = try sketch()
    cluster.owners = try sketch()
    cluster.sources = try sketch()
    cluster.hours = try list { (reader) throws(CheckpointFailure) in
      var tally = HourTally(hour: try reader.signed())
      tally.posts = try reader.int()
      tally.copies = try reader.int()
      tally.authors = try reader.sketch()
      tally.owners = try reader.sketch()
      return tally
    }
    cluster.references = try list { (reader) throws(CheckpointFailure) in try reader.reference() }
    cluster.noveltySum = try double()
    cluster.noveltyPosts = try int()
    cluster.nextMerge = try int()
    return cluster
  }

  private mutating func reference() throws(CheckpointFailure) -> TopicReference {
    TopicReference(
      id: try text(), text: try text(),
      link: try optional { (reader) throws(CheckpointFailure) in try reader.text() },
      source: try text(),
      owner: try optional { (reader) throws(CheckpointFailure) in try reader.text() },
      tier: try optional { (reader) throws(CheckpointFailure) in try reader.tier() },
      published: try optional { (reader) throws(CheckpointFailure) in try reader.instant() },
      firstSeen: try optional { (reader) throws(CheckpointFailure) in try reader.instant() })
  }

  private mutating func tier() throws(CheckpointFailure) -> Item.Tier {
    guard let tier = Item.Tier(rawValue: try text()) else { throw .damaged }
    return tier
  }

  mutating func notes() throws(CheckpointFailure) -> TopicNotes {
    var notes = TopicNotes(detected: try instant())
    notes.keywords = try list { (reader) throws(CheckpointFailure) in try reader.text() }
    notes.keywordPosts = try int()
    guard let state = TopicState(rawValue: try text()) else { throw .damaged }
    notes.state = state
    notes.score = try double()
    notes.leading = try list { (reader) throws(CheckpointFailure) in try reader.int32() }
    notes.figures = WindowFigures(
      hour: try significance(), sixHours: try significance(), day: try significance())
    notes.severity = TopicSeverity(
      grave: try double(), serious: try double(), any: try double(), leisure: try double())
    notes.rises = try int()
    notes.quietSince = try optional { (reader) throws(CheckpointFailure) in try reader.instant() }
    return notes
  }

  private mutating func significance() throws(CheckpointFailure) -> Significance {
    Significance(count: try double(), expected: try double(), z: try double())
  }

  mutating func centroids() throws(CheckpointFailure) -> Centroids {
    var centroids = Centroids()
    for slot in 0..<(try count()) {
      let id = ClusterID(slot: UInt32(slot), serial: try unsigned32())
      let last = try signed()
      centroids.place(id, at: last)
      centroids.noteBirth(slot, at: try signed())
      let squares = try double()
      let contents = try list { (reader) throws(CheckpointFailure) in
        (term: try reader.int32(), weight: try reader.float())
      }
      guard contents.count <= Centroids.width else { throw .damaged }
      centroids.fill(slot, contents, squares: squares)
    }
    let postings = try list { (reader) throws(CheckpointFailure) in
      try reader.list { (reader) throws(CheckpointFailure) in try reader.clusterID() }
    }
    centroids.fill(postings)
    return centroids
  }
}
