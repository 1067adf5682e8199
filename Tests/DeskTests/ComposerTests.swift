import Bytes
import Response
import Testing

@testable import Desk

@Suite("Composer: an item's address in the mail")
struct ComposerTests {
  private static let time = Instant(seconds: 1_790_000_000)
  private static let address = "https://news.example/zhang-wei-ming"

  private func sample(title: String?, link: String?) -> AlertEvidence.Sample {
    AlertEvidence.Sample(
      item: "i", source: "s", seen: Self.time, isOfficial: false, title: title, link: link)
  }

  private func evidence(_ subject: AlertEvidence.Subject, isMasked: Bool) -> AlertEvidence {
    AlertEvidence(
      subject: subject, level: .urgent, label: "x", keywords: [], reason: Bilingual(same: "x"),
      first: Self.time, detected: Self.time,
      coverage: AlertEvidence.Coverage(sources: 1, silent: 0), isMasked: isMasked)
  }

  @Test("is left out where the topic is somebody's name, whoever kept it")
  func masked() throws {
    let topic = AlertEvidence.Subject.topic(try #require(TopicID("T20261122-001")))
    let kept = sample(title: "张某某打人", link: Self.address)
    let other = sample(title: nil, link: nil)
    let item = ItemSearch.Found(title: "张伟明打人", link: Self.address)
    for (sample, item) in [(kept, nil), (other, item)] {
      #expect(Composer.link(of: sample, item, in: evidence(topic, isMasked: true)) == nil)
      #expect(Composer.link(of: sample, item, in: evidence(topic, isMasked: false)) != nil)
    }
    // Of a phrase's posts those that name nobody keep theirs.
    let phrase = AlertEvidence.Subject.phrase("停水")
    #expect(Composer.link(of: kept, nil, in: evidence(phrase, isMasked: true)) == Self.address)
    #expect(Composer.link(of: other, item, in: evidence(phrase, isMasked: true)) == nil)
    // What was withheld once stays so, though the item log has it.
    let withheld = sample(title: "居民张某某", link: nil)
    #expect(Composer.link(of: withheld, item, in: evidence(phrase, isMasked: false)) == nil)
  }

  @Test("is said to be missing for the reason that it is")
  func unlinked() {
    func reason(_ link: String?, isPersonal: Bool = false) -> ShownItem.Unlinked {
      Composer.unlinked(
        sample(title: nil, link: nil), ItemSearch.Found(title: "x", link: link),
        isPersonal: isPersonal)
    }
    #expect(reason(nil) == .hadNone)
    #expect(reason("https://forum.example/@ming/1") == .namesAuthor)
    #expect(reason(Self.address, isPersonal: true) == .namesAuthor)
    #expect(reason(Self.address) == .namesPerson)
    let gone = Composer.unlinked(sample(title: nil, link: nil), nil, isPersonal: false)
    #expect(gone == .isGone)
  }
}
