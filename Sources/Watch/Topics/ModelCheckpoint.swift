package import Bytes

/// Why a checkpoint cannot be used.
package enum CheckpointFailure: Error, Hashable, Explained {
  case notACheckpoint
  case newerVersion(Int)
  case olderVersion(Int)
  case damaged

  package var explanation: Bilingual {
    switch self {
    case .notACheckpoint:
      Bilingual(
        zh: "这不是话题模型的检查点；请从已存条目重新建立模型",
        en: "this is no checkpoint of the topic model; build the model anew from the stored items")
    case .newerVersion(let version):
      Bilingual(
        zh: "检查点为第 \(version) 版，由更新的程序写成；请用该程序打开，或从已存条目重新建立模型",
        en: "the checkpoint has version \(version), written by a newer program; "
          + "open it with that program, or build the model anew from the stored items")
    case .olderVersion(let version):
      Bilingual(
        zh: "检查点为第 \(version) 版，本程序不再使用；将从已存条目重新建立模型",
        en: "the checkpoint has version \(version), which this program no longer uses; "
          + "the model is built anew from the stored items")
    case .damaged:
      Bilingual(
        zh: "检查点已损坏，与其校验值不符；请改用上一个检查点，或从已存条目重新建立模型",
        en: "the checkpoint is damaged and does not match its hash; "
          + "use the one before, or build the model anew from the stored items")
    }
  }

  package var exitCode: ExitCode {
    switch self {
    case .notACheckpoint, .olderVersion, .damaged: .damaged
    case .newerVersion: .newerVersion
    }
  }
}

// The form: a line that names it, the version, the parts in the order below, SHA-256 of all that.
extension TopicModel {
  private static let magic = Array("incident topics\n".utf8)
  private static let version: UInt8 = 4
  private static let hashLength = 32

  /// Everything that the model is, so that a restored one goes on as if nothing had happened.
  ///
  /// The same model always gives the same bytes. Taken between two ticks.
  package func checkpoint() -> [UInt8] {
    var writer = CheckpointWriter()
    writer.write(settings)
    writer.write(ifPresent: now) { $0.write($1) }
    writer.write(ifPresent: firstTick) { $0.write($1) }
    writer.write(lastSweep)
    writer.write(nextSerial)
    writer.write(postNumber)
    writer.write(scanner.links)
    writer.write(frames)
    writer.write(rates)
    writer.write(duplicates)
    writer.write(sparse: voiceTerms.slots)
    writer.write(sparse: noveltyFilter.present)
    writer.write(sparse: noveltyFilter.before)
    writer.write(ifPresent: noveltyFilter.nextTurn) { $0.write($1) }
    writer.write(clusters) { $0.write($1) }
    writer.write(notes) { writer, notes in
      writer.write(ifPresent: notes) { $0.write($1) }
    }
    writer.write(vacant) { $0.write($1) }
    writer.write(centroids)
    writer.write(forward.keys.sorted()) { writer, serial in
      writer.write(serial)
      if let id = forward[serial] { writer.write(id) }
    }
    writer.write(bridges.keys.sorted()) { writer, pair in
      writer.write(pair)
      writer.write(bridges[pair] ?? 0)
    }
    let content = Self.magic + [Self.version] + writer.bytes
    return content + SHA256.hash(content).bytes
  }

  package init(checkpoint bytes: [UInt8]) throws(CheckpointFailure) {
    let head = Self.magic.count + 1
    guard bytes.starts(with: Self.magic), bytes.count >= head + Self.hashLength else {
      throw .notACheckpoint
    }
    let end = bytes.count - Self.hashLength
    var hash = SHA256()
    hash.update(bytes[..<end])
    let isWhole = hash.finish().bytes == Array(bytes[end...])
    let version = bytes[head - 1]
    // A version that was damaged is damage, not news from the future.
    guard isWhole else { throw .damaged }
    guard version >= Self.version else { throw .olderVersion(Int(version)) }
    guard version == Self.version else { throw .newerVersion(Int(version)) }
    var reader = CheckpointReader(bytes, from: head, to: end)
    self.init(settings: try reader.settings())
    now = try reader.optional { (reader) throws(CheckpointFailure) in try reader.instant() }
    firstTick = try reader.optional { (reader) throws(CheckpointFailure) in try reader.instant() }
    lastSweep = try reader.signed()
    nextSerial = try reader.unsigned32()
    postNumber = try reader.unsigned32()
    scanner = TermScanner(links: try reader.links(settings))
    frames = try reader.frames(settings)
    rates = try reader.rates(settings)
    noteUsualTerms()
    duplicates = try reader.duplicates(settings)
    voiceTerms = VoiceTerms(
      limit: settings.voiceLimit, slots: try reader.sparse(size: voiceTerms.slots.count))
    let words = noveltyFilter.present.count
    noveltyFilter = NoveltyFilter(
      bits: settings.noveltyBits, present: try reader.sparse(size: words),
      before: try reader.sparse(size: words),
      nextTurn: try reader.optional { (reader) throws(CheckpointFailure) in try reader.instant() })
    clusters = try reader.list { (reader) throws(CheckpointFailure) in try reader.cluster() }
    notes = try reader.list { (reader) throws(CheckpointFailure) in
      try reader.optional { (reader) throws(CheckpointFailure) in try reader.notes() }
    }
    isTopic = notes.map { $0 != nil }
    vacant = try reader.list { (reader) throws(CheckpointFailure) in try reader.unsigned32() }
    centroids = try reader.centroids()
    for _ in 0..<(try reader.count()) {
      forward[try reader.unsigned32()] = try reader.clusterID()
    }
    for _ in 0..<(try reader.count()) {
      bridges[try reader.unsigned()] = try reader.unsigned32()
    }
    guard reader.isAtEnd, notes.count == clusters.count, centroids.holds(clusters.count) else {
      throw .damaged
    }
  }
}
