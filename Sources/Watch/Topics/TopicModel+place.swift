import Bytes

// One post: is it a copy, what are its terms, which story does it tell.
extension TopicModel {
  /// Terms whose pairs are asked for novelty; there is room for so many below.
  private static let noveltyTerms = 6
  /// A term in a hashtag was chosen by the author to say what the post is about.
  private static let tagBoost = 1.5
  /// A triple is rare and would outweigh the two pairs that it consists of.
  private static let tripleShare = 0.25
  /// From this significance on a term tells something even inside a frame.
  private static let framedBurst = 4.0
  /// With fewer serious posts than this share a cluster is small talk.
  private static let smallTalkShare = 0.2
  /// A published time further back is not believed to say when something was talked about.
  private static let oldestPublished: Duration = .hours(24)

  mutating func place(_ item: Item, at time: Instant) {
    scanner.read(title: item.title, text: item.text)
    let traces = Traces(item)
    post.frame = frames.frame(of: scanner.text.scalars, source: traces.source)
    let signature = TextSignature(scanner.text, without: post.frame)
    let countedAt = countingTime(of: item, seen: time)
    let step = TermRates.step(of: countedAt)
    let decisionStep = TermRates.step(of: time)
    if scanner.text.letters > 0, let known = duplicates.find(signature, at: decisionStep),
      let id = resolve(known)
    {
      add(item, traces, to: id, isCopy: true, step: step, at: time)
      return
    }

    frames.count(scanner.text.scalars, source: traces.source)
    scanner.findTerms()
    intern()
    countTerms(traces, at: step)
    weigh()
    guard !post.weighed.isEmpty else {
      assignments.append(Assignment(item: item.id, cluster: nextSerial, isCopy: false))
      tick.places.append(nil)
      nextSerial += 1
      return
    }
    post.isAlarming = SeverityReader.standard.isAlarming(scanner.text)
    let novelty = noteNovelty()
    let (first, second) = centroids.nearest(
      post.weighed, order: post.order, at: time.microseconds,
      timeToLive: Double(settings.timeToLive.microseconds),
      least: settings.joinSimilarity * caution)
    let (id, other) = chosen(first, second) ?? (found(item, at: time), nil)
    duplicates.insert(signature, cluster: id, at: decisionStep)
    centroids.add(post.weighed, to: id)
    noteHolders()
    clusters[Int(id.slot)].noteNovelty(novelty)
    add(item, traces, to: id, isCopy: false, step: step, at: time)
    mergeAndPublish(id, bridgedTo: other, at: time)
  }

  /// The cluster that the post joins, and the next that it is like as well.
  private mutating func chosen(_ first: Match?, _ second: Match?) -> (ClusterID, ClusterID?)? {
    let least = settings.joinSimilarity * caution
    let one = first.flatMap { $0.score >= least && !isCryAmidSmallTalk($0.id) ? $0.id : nil }
    let other = second.flatMap { $0.score >= least && !isCryAmidSmallTalk($0.id) ? $0.id : nil }
    if let one { return (one, other) }
    return other.map { ($0, nil) }
  }

  /// Whether the post tells of trouble, and the cluster, which is no topic, of none: what is said of
  /// a place every day must not swallow the first word of a fire there.
  private mutating func isCryAmidSmallTalk(_ id: ClusterID) -> Bool {
    post.isAlarming && !isTopic[Int(id.slot)]
      && severity(Int(id.slot)).serious < Self.smallTalkShare
  }

  /// The published time where it can be true, else the time the item was first seen.
  private func countingTime(of item: Item, seen: Instant) -> Instant {
    guard let published = item.published, published <= seen,
      seen - published <= Self.oldestPublished
    else { return seen }
    return published
  }

  /// Where a cluster is now, if it still stands or was absorbed by one that does.
  func resolve(_ id: ClusterID) -> ClusterID? {
    var id = id
    while true {
      if centroids.stands(id) { return id }
      guard let next = forward[id.serial] else { return nil }
      id = next
    }
  }

  private mutating func add(
    _ item: Item, _ traces: Traces, to id: ClusterID, isCopy: Bool, step: Int64, at time: Instant
  ) {
    let slot = Int(id.slot)
    let hour = step.floorDivided(by: 12)
    if clusters[slot].lastTick != tickNumber {
      clusters[slot].lastTick = tickNumber
      tick.touched.append(id)
    }
    centroids.touch(slot, at: time.microseconds)
    clusters[slot].add(item, traces, isCopy: isCopy, hour: hour, at: time)
    assignments.append(Assignment(item: item.id, cluster: id.serial, isCopy: isCopy))
    tick.places.append(id)
  }

  private func isInFrame(_ found: FoundTerm) -> Bool {
    found.end <= post.frame.head || found.start >= scanner.text.scalars.count - 1 - post.frame.tail
  }

  private mutating func intern() {
    postNumber &+= 1
    let number = postNumber
    post.terms.removeAll(keepingCapacity: true)
    post.found.removeAll(keepingCapacity: true)
    post.framed.removeAll(keepingCapacity: true)
    // Three short loops: in each the memory is asked for many terms at a time.
    rates.table.touch(scanner.terms)
    for index in scanner.terms.indices {
      let found = scanner.terms[index]
      if let term = rates.table.intern(found.key, scanner.text.scalars, found.start, found.end) {
        post.found.append(term)
        if isInFrame(found) { post.framed.append(term) }
      }
    }
    for term in post.found {
      let (isNew, isUnheard) = rates.table.update(term) { entry in
        let isNew = entry.lastPost != number
        entry.lastPost = number
        return (isNew, entry.isUnheard)
      }
      centroids.makeRoom(term: term)
      if isUnheard {
        let key = rates.table.entries[Int(term)].key
        if TermScanner.isWord(key) { rates.assume(usualWords.expected(key), of: term) }
        noteUsual(term)
      }
      if isNew { post.terms.append(term) }
    }
  }

  /// Counts the terms, each once a day for an author, once an hour for an owner without authors.
  private mutating func countTerms(_ traces: Traces, at step: Int64) {
    guard let voice = traces.voice else {
      rates.count(post.terms, countsPost: true, at: step)
      return
    }
    let steps: Int64 = traces.author == nil ? 12 : Int64(TermRates.stepsADay)
    let period = step.floorDivided(by: steps)
    post.counted.removeAll(keepingCapacity: true)
    for term in post.terms {
      let key = rates.table.entries[Int(term)].key
      if voiceTerms.isFirst(voice, key, period: period) { post.counted.append(term) }
    }
    // Who repeats himself adds no volume either, or his flood would hide what others say.
    let countsPost = post.counted.count * 2 >= post.terms.count
    rates.count(post.counted, countsPost: countsPost, at: step)
  }

  /// A term weighs by its rarity and its burst; the whole post has length one.
  private mutating func weigh() {
    post.weighed.removeAll(keepingCapacity: true)
    let all = rates.posts.total + settings.priorPosts
    var sum = 0.0
    for term in post.terms {
      let entry = rates.table.entries[Int(term)]
      let rarity = naturalLogarithm(max(1.05, all / (Double(entry.total) + 0.5)))
      // An everyday word that bursts is no sign that two posts tell the same.
      let burst = isUsual[Int(term)] ? 0 : min(8, rates.significance(entry))
      // What the source writes around every post says nothing, unless it is in every mouth now.
      if burst < Self.framedBurst, post.framed.contains(term) { continue }
      var weight = rarity * (1 + settings.burstBoost * burst / 4)
      if TermScanner.isTriple(entry.key) { weight *= Self.tripleShare }
      sum += weight * weight
      post.weighed.append((term, Float(weight)))
    }
    guard sum > 0 else { return }
    let scale = Float(1 / sum.squareRoot())
    // Heaviest first; of equals, the one that stands first in the post.
    post.packed.removeAll(keepingCapacity: true)
    post.order.removeAll(keepingCapacity: true)
    for index in post.weighed.indices {
      post.weighed[index].weight *= scale
      let bits = UInt64(post.weighed[index].weight.bitPattern)
      let entry = bits << 32 | UInt64(UInt32.max - UInt32(index))
      post.packed.append(entry)
      var place = index
      while place > 0, post.packed[place - 1] < entry {
        post.packed[place] = post.packed[place - 1]
        place -= 1
      }
      post.packed[place] = entry
    }
    for entry in post.packed { post.order.append(Int(UInt32.max - UInt32(entry & 0xffff_ffff))) }
  }

  private mutating func noteNovelty() -> Double {
    let count = min(Self.noveltyTerms, post.order.count)
    guard count > 1 else { return 1 }
    var heads = InlineArray<6, UInt64>(repeating: 0)
    for place in 0..<count {
      heads[place] = mixed(rates.table.entries[Int(post.weighed[post.order[place]].term)].key)
    }
    let fresh = noveltyFilter.insertPairs(heads.span.extracting(first: count))
    return Double(fresh) / Double(count * (count - 1) / 2)
  }

  /// A new cluster, founded by this item.
  private mutating func found(_ item: Item, at time: Instant) -> ClusterID {
    if clusters.count - vacant.count >= settings.clusterLimit { makeRoom() }
    let serial = nextSerial
    nextSerial += 1
    let cluster = Cluster(serial: serial, key: item.id, at: time)
    let slot: UInt32
    if let free = vacant.popLast() {
      slot = free
      clusters[Int(slot)] = cluster
    } else {
      slot = UInt32(clusters.count)
      clusters.append(cluster)
      notes.append(nil)
      isTopic.append(false)
    }
    let id = ClusterID(slot: slot, serial: serial)
    centroids.place(id, at: time.microseconds)
    return id
  }

  /// Keeps count of how many clusters hold each term, after `centroids` changed.
  mutating func noteHolders() {
    for term in centroids.gained {
      rates.table.update(term) { $0.clusters += 1 }
      if centroids.postings.length(term) >= Centroids.postingLimit { centroids.tidy(term) }
    }
    for term in centroids.dropped { rates.table.update(term) { $0.clusters -= 1 } }
  }
}
