import Bytes

// Settings and counts in a checkpoint.
extension CheckpointWriter {
  mutating func write(_ settings: ModelSettings) {
    for duration in [
      settings.halfLife, settings.timeToLive, settings.anchoredTime, settings.learningTime,
    ] { write(duration.microseconds) }
    for number in settings.numbers { write(number) }
    for count in settings.counts { write(count) }
  }

  mutating func write(_ links: CharacterLinks) {
    write(links.total)
    write(ifPresent: links.nextHalving) { $0.write($1) }
    write(sparse: links.singles.map { UInt64($0) })
    write(links.pairs.sorted) { $0.write($1) }
  }

  mutating func write(_ frames: SourceFrames) {
    write(ifPresent: frames.nextHalving) { $0.write($1) }
    write(frames.counts.sorted) { $0.write($1) }
  }

  mutating func write(_ rates: TermRates) {
    let table = rates.table.stored
    write(table.entries) { writer, entry in
      writer.write(entry.key)
      writer.write(entry.past)
      writer.write(entry.hour)
      writer.write(entry.sixHours)
      writer.write(entry.day)
      writer.write(entry.total)
      writer.write(entry.clusters)
      writer.write(entry.lastPost)
    }
    write(table.texts)
    write(table.freed) { $0.write(Int64($1)) }
    write(rates.steps) { writer, step in
      writer.write(step.posts)
      writer.write(step.terms) { $0.write(Int64($1)) }
    }
    write(ifPresent: rates.now) { $0.write($1) }
    write(rates.oldest)
    write(rates.origin)
    write(rates.posts.hour)
    write(rates.posts.sixHours)
    write(rates.posts.day)
    write(rates.posts.past)
    write(rates.posts.total)
  }

  mutating func write(_ duplicates: NearDuplicates) {
    write(duplicates.last)
    write(duplicates.inOrder) { writer, post in
      writer.write(post.signature.exact)
      writer.write(post.signature.isShort)
      for lane in 0..<16 { writer.write(post.signature.lanes[lane]) }
      writer.write(post.cluster)
      writer.write(post.step)
    }
  }
}

extension CheckpointReader {
  mutating func settings() throws(CheckpointFailure) -> ModelSettings {
    var settings = ModelSettings()
    settings.halfLife = .microseconds(try signed())
    settings.timeToLive = .microseconds(try signed())
    settings.anchoredTime = .microseconds(try signed())
    settings.learningTime = .microseconds(try signed())
    var numbers: [Double] = []
    for _ in settings.numbers { numbers.append(try double()) }
    settings.numbers = numbers
    var counts: [Int] = []
    for _ in settings.counts { counts.append(try int()) }
    settings.counts = counts
    return settings
  }

  mutating func links(_ settings: ModelSettings) throws(CheckpointFailure) -> CharacterLinks {
    let total = try double()
    let nextHalving = try optional { (reader) throws(CheckpointFailure) in try reader.instant() }
    var singles: [UInt32] = []
    for count in try sparse(size: 0x10000) {
      guard let count = UInt32(exactly: count) else { throw .damaged }
      singles.append(count)
    }
    let pairs = try list { (reader) throws(CheckpointFailure) in try reader.unsigned() }
    return CharacterLinks(
      pairLimit: settings.pairLimit, halfLife: settings.halfLife, singles: singles, pairs: pairs,
      total: total, nextHalving: nextHalving)
  }

  mutating func frames(_ settings: ModelSettings) throws(CheckpointFailure) -> SourceFrames {
    let nextHalving = try optional { (reader) throws(CheckpointFailure) in try reader.instant() }
    let counts = try list { (reader) throws(CheckpointFailure) in try reader.unsigned() }
    return SourceFrames(limit: settings.frameLimit, counts: counts, nextHalving: nextHalving)
  }

  mutating func rates(_ settings: ModelSettings) throws(CheckpointFailure) -> TermRates {
    let entries = try list { (reader) throws(CheckpointFailure) in
      var entry = TermTable.Entry(key: try reader.unsigned())
      entry.past = try reader.double()
      entry.hour = try reader.unsigned32()
      entry.sixHours = try reader.unsigned32()
      entry.day = try reader.unsigned32()
      entry.total = try reader.unsigned32()
      entry.clusters = try reader.unsigned32()
      entry.lastPost = try reader.unsigned32()
      return entry
    }
    let texts = try raw()
    let freed = try list { (reader) throws(CheckpointFailure) in try reader.int32() }
    guard texts.count == entries.count * TermTable.textWidth, freed.count <= entries.count else {
      throw .damaged
    }
    let steps = try list { (reader) throws(CheckpointFailure) in
      var step = TermRates.Step()
      step.posts = try reader.unsigned32()
      step.terms = try reader.list { (reader) throws(CheckpointFailure) in try reader.int32() }
      return step
    }
    guard steps.count == TermRates.stepsADay else { throw .damaged }
    let now = try optional { (reader) throws(CheckpointFailure) in try reader.signed() }
    let (oldest, origin) = (try signed(), try signed())
    let posts = TermRates.PostCounts(
      hour: try unsigned32(), sixHours: try unsigned32(), day: try unsigned32(),
      past: try double(), total: try double())
    let table = TermTable(
      TermTable.Stored(entries: entries, texts: texts, freed: freed), limit: settings.termLimit)
    return TermRates(
      settings: settings, table: table, steps: steps, now: now, oldest: oldest, origin: origin,
      posts: posts)
  }

  mutating func duplicates(_ settings: ModelSettings) throws(CheckpointFailure) -> NearDuplicates {
    let last = try unsigned32()
    let posts = try list { (reader) throws(CheckpointFailure) in
      let exact = try reader.unsigned()
      let isShort = try reader.flag()
      var lanes = SIMD16<UInt32>()
      for lane in 0..<16 { lanes[lane] = try reader.unsigned32() }
      return NearDuplicates.Post(
        signature: TextSignature(lanes: lanes, exact: exact, isShort: isShort),
        cluster: try reader.clusterID(), step: try reader.signed(), older: .zero)
    }
    guard posts.count <= settings.duplicateLimit, posts.count <= Int(last) else { throw .damaged }
    return NearDuplicates(limit: settings.duplicateLimit, posts: posts, last: last)
  }
}
