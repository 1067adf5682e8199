import Testing

@testable import Watch

@Suite("The tables of the topic model")
struct ModelTablesTests {
  @Test("posting lists keep every entry in its order while blocks grow and change hands")
  func postings() {
    var chance: UInt64 = 7
    func next(_ limit: UInt64) -> Int {
      chance = mixed(chance &+ 1)
      return Int(chance % limit)
    }
    var lists = PostingLists()
    var plain = [[ClusterID]](repeating: [], count: 40)
    lists.makeRoom(term: 39)
    for number in 1...6000 {
      let term = next(40)
      let id = ClusterID(slot: UInt32(next(1000)), serial: UInt32(number))
      lists.append(id, to: Int32(term))
      plain[term].append(id)
      if plain[term].count > 190 || next(50) == 0 {
        plain[term] = Array(plain[term].suffix(next(64)))
        lists[Int32(term)] = plain[term]
      }
      let newest = lists.newest(8, of: Int32(term))
      #expect(Array(lists.entries[newest]) == plain[term].suffix(8))
    }
    for term in plain.indices { #expect(lists[Int32(term)] == plain[term]) }
  }

  @Test("terms that share a slot of the small table are told apart")
  func weighted() {
    var table = WeightedTerms()
    table.set([(5, 0.5), (5 + 1024, 0.25), (6, 2)])
    let held = [5, 1029, 2053, 6, 7].map { HeldTerm(term: $0, weight: 1) }
    #expect(table.product(held, from: 0, count: 5) == 2.75)
    #expect(table.place(of: 1029) == 1)
    #expect(table.place(of: 2053) == -1)
    table.set([(7, 1)])
    #expect(table.product(held, from: 0, count: 5) == 1)
  }

  @Test("the terms with the smallest past are forgotten first, of equals the lowest number")
  func evicts() {
    var table = TermTable(limit: 400)
    var pasts: [Double] = []
    for number in 0..<400 {
      let past = Double(mixed(UInt64(number)) % 97) / 7 * (number % 5 == 0 ? 1e-9 : 1e6)
      #expect(table.intern(UInt64(number + 1), [0x61], 0, 1) == Int32(number))
      table.update(Int32(number)) { $0.past = past }
      pasts.append(past)
    }
    let ranked = pasts.indices.sorted { (pasts[$0], $0) < (pasts[$1], $1) }
    #expect(table.evict() == ranked.prefix(100).map { Int32($0) })
    #expect(table.count == 300)
  }

  @Test("ask for a significance that is as rare among many terms as what is asked for among few")
  func corrected() throws {
    var settings = ModelSettings()
    var rates = TermRates(settings: settings)
    for number in 0..<20_000 {
      #expect(rates.table.intern(UInt64(number + 1), [0x61], 0, 1) != nil)
      if number == 9_999 { #expect(rates.corrected(4) == 4) }
    }
    // Twice the tests: 4² + 2 ln 2.
    #expect(abs(rates.corrected(4) - 4.169688) < 1e-5)
    settings.testCorrection = 0
    #expect(abs(TermRates(settings: settings).corrected(2.5) - 2.5) < 1e-12)
    // Of a table that forgot, and of one that was restored, only what is known counts.
    var model = TopicModel(settings: ModelSettings())
    model.rates = rates
    _ = model.rates.table.evict()
    #expect(model.rates.corrected(4) < rates.corrected(4))
    let restored = try TopicModel(checkpoint: model.checkpoint())
    #expect(restored.rates.corrected(2.5) == model.rates.corrected(2.5))
  }

  @Test("the longest of the words that begin alike counts, and covers what lies inside it")
  func longestWord() {
    let finder = WordFinder(["爆炸", "好吃到爆炸", "爆炸性", "fire", "fire sale"])
    let found = finder.find(in: Alphabet.shared.compared("好吃到爆炸，爆炸性Fire SALE fires 爆炸"))
    #expect(found == [1, 2, 4, 0])
  }
}
