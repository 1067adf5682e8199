package import Bytes

/// One text of one stage on its way: draft, in review, approved, published.
///
/// Everything that people agree to is bound to the hash of the exact text and audience. A changed
/// text is another hash, so that no agreement can be carried over by mistake; once published it
/// does not change any more.
package struct Release: Hashable, Sendable {
  package let number: Int
  package let step: String
  /// The claim that a rebuttal answers.
  package let claim: Int?
  /// The published release that this one corrects.
  package let corrects: Int?
  package internal(set) var content: ReleaseContent
  package internal(set) var hash: Digest
  /// Who wrote the first version and each later one. None of them may sign or approve it.
  package internal(set) var authors: [Name]
  package internal(set) var drafted: Incident.Stamp
  package internal(set) var edited: Incident.Stamp?
  package internal(set) var submission: Submission?
  package internal(set) var signatures: [Signature] = []
  package internal(set) var approval: Approval?
  /// What an edit made void, for the record.
  package internal(set) var voided: [Voided] = []
  package internal(set) var embargo: Embargo?
  package internal(set) var publication: Publication?
  package internal(set) var withdrawal: Withdrawal?
  /// Who wanted it out before its gates, where the playbook allows that at all.
  package internal(set) var consents: [OverrideConsent] = []
  package internal(set) var copies: [CentreCopy] = []

  package enum Status: String, CaseIterable, Sendable {
    case draft
    case inReview
    case returned
    case approved
    case embargoed
    case published
    case withdrawn

    package var title: Bilingual {
      switch self {
      case .draft: Bilingual(zh: "草稿", en: "draft")
      case .inReview: Bilingual(zh: "审核中", en: "in review")
      case .returned: Bilingual(zh: "已退回", en: "returned")
      case .approved: Bilingual(zh: "已签发", en: "approved")
      case .embargoed: Bilingual(zh: "已签发，定时发布", en: "approved, under embargo")
      case .published: Bilingual(zh: "已发布", en: "published")
      case .withdrawn: Bilingual(zh: "已撤回", en: "withdrawn")
      }
    }
  }

  package struct Submission: Hashable, Sendable {
    package let lane: Lane
    /// Why a text that says something was done names no action.
    package let noAction: String?
    package let stamp: Incident.Stamp
  }

  package struct Signature: Hashable, Sendable {
    package let gate: String
    package let verdict: GateVerdict
    package let note: String?
    package let hash: Digest
    package let stamp: Incident.Stamp
  }

  package struct Approval: Hashable, Sendable {
    package let hash: Digest
    package let stamp: Incident.Stamp
  }

  package struct Voided: Hashable, Sendable {
    package let signatures: [Signature]
    package let approval: Approval?
    package let stamp: Incident.Stamp
  }

  /// Approved and sent to the centres, and not to be said before `until`.
  package struct Embargo: Hashable, Sendable {
    package let until: Instant
    package let hash: Digest
    package let explanation: String?
    package let stamp: Incident.Stamp
  }

  package struct Publication: Hashable, Sendable {
    package let hash: Digest
    /// Why a number differs from what was published before.
    package let explanation: String?
    package let stamp: Incident.Stamp
  }

  package struct Withdrawal: Hashable, Sendable {
    package let why: String
    package let stamp: Incident.Stamp
  }

  package struct OverrideConsent: Hashable, Sendable {
    package let why: String
    package let hash: Digest
    package let stamp: Incident.Stamp
  }

  package var status: Status {
    if withdrawal != nil { return .withdrawn }
    if publication != nil { return .published }
    if embargo != nil { return .embargoed }
    if approval != nil { return .approved }
    if signatures.contains(where: { $0.verdict == .returned }) { return .returned }
    return submission == nil ? .draft : .inReview
  }

  /// The gates of this list that have not passed the present text.
  package func openGates(of gates: [String]) -> [String] {
    gates.filter { gate in
      !signatures.contains { $0.gate == gate && $0.verdict == .pass && $0.hash == hash }
    }
  }

  /// Whether it stands before the public.
  package var isInForce: Bool { publication != nil && withdrawal == nil }

  /// Whether it was approved over gates that had not passed it.
  package var isOverridden: Bool {
    approval != nil && consents.count { $0.hash == hash } >= DeskState.overrideApprovers
  }

  /// Everybody who has had a part in the present text.
  package var persons: Set<Name> {
    var persons = Set(authors)
    for stamp in signatures.filter({ $0.verdict == .pass }).map(\.stamp)
      + consents.filter({ $0.hash == hash }).map(\.stamp) + [approval?.stamp].compactMap({ $0 })
    {
      if case .person(let name) = stamp.actor { persons.insert(name) }
    }
    return persons
  }
}

/// What a release says, and to whom.
package struct ReleaseContent: Hashable, Sendable {
  package struct Text: Hashable, Sendable {
    package let title: String
    package let body: String

    package init(title: String, body: String) {
      self.title = title
      self.body = body
    }
  }

  /// By language tag; at least one.
  package var texts: [String: Text]
  /// Shorter or longer forms of the same for single channels, by channel and language. They are
  /// handed to those who publish there, and are reviewed with the text.
  package var channels: [String: [String: Text]] = [:]
  /// Whose words it gives; that expert signs it off.
  package var expert: Name?
  package var audience: [Playbook.Audience]
  /// The slots that the stage needs, by name, each in its languages.
  package var slots: [String: [String: String]]
  /// The actions and promises that the text speaks of, by number.
  package var actions: [Int]
  package var promises: [Int]
  /// What proves it, in a rebuttal.
  package var evidence: [String]
  /// The fact sheet that it was written from.
  package var factSheetVersion: Int

  package init(
    texts: [String: Text], audience: [Playbook.Audience], slots: [String: [String: String]] = [:],
    actions: [Int] = [], promises: [Int] = [], evidence: [String] = [], factSheetVersion: Int,
    channels: [String: [String: Text]] = [:], expert: Name? = nil
  ) {
    self.channels = channels
    self.expert = expert
    self.texts = texts
    self.audience = audience
    self.slots = slots
    self.actions = actions
    self.promises = promises
    self.evidence = evidence
    self.factSheetVersion = factSheetVersion
  }

  /// The languages as they are shown: the desk's two, then others by their tags.
  package var languages: [String] {
    let own = Language.allCases.map(\.rawValue).filter { texts[$0] != nil }
    return own + texts.keys.filter { !own.contains($0) }.sorted()
  }

  /// What gates and approvals are bound to: the release, its texts and its audience, to the byte.
  package func hash(of release: PartID, step: String) -> Digest {
    let bytes = JSONWriter.object { writer in
      writer.member("release", release.description)
      writer.member("step", step)
      writer.member("audience", audience.map(\.rawValue).sorted())
      writer.memberObject("texts") { writer in
        for language in texts.keys.sorted() {
          guard let text = texts[language] else { continue }
          writer.memberObject(language) {
            $0.member("title", text.title)
            $0.member("body", text.body)
          }
        }
      }
      // Only where there are any, so that texts of earlier records keep their hashes.
      if !channels.isEmpty { writeChannels(to: &writer) }
      writer.member(ifPresent: "expert", expert?.text)
    }
    return SHA256.hash(bytes)
  }

  func writeChannels(to writer: inout JSONWriter) {
    writer.memberObject("channels") { writer in
      for channel in channels.keys.sorted() {
        writer.memberObject(channel) { writer in
          for (language, text) in (channels[channel] ?? [:]).sorted(by: { $0.key < $1.key }) {
            writer.memberObject(language) {
              $0.member("title", text.title)
              $0.member("body", text.body)
            }
          }
        }
      }
    }
  }

  /// The text for a reader of this language, or in the first language there is.
  package func text(for language: Language) -> Text? {
    texts[language.rawValue] ?? languages.first.flatMap { texts[$0] }
  }
}

/// One release at one media centre, from sending to publication there.
package struct CentreCopy: Hashable, Sendable {
  package let centre: Name
  package let sent: Incident.Stamp
  package internal(set) var delivered: Instant?
  package internal(set) var acknowledged: Reply?
  package internal(set) var consented: Reply?
  package internal(set) var objected: Reply?
  package internal(set) var published: Reply?
  package internal(set) var reminded: Incident.Stamp?

  /// What a centre answered, and how it reached us.
  package struct Reply: Hashable, Sendable {
    package let channel: ReplyChannel
    /// A note, an objection, or the link of the publication.
    package let text: String?
    /// The head of our journal that the centre had seen: it is a witness from then on.
    package let witnessed: Witness?
    package let stamp: Incident.Stamp
  }
}

/// How an answer came: never by a mere click on a link, which a mail scanner does as well.
package enum ReplyChannel: String, CaseIterable, Sendable {
  case command
  case webhook
  case page
  case code

  package var title: Bilingual {
    switch self {
    case .command: Bilingual(zh: "命令", en: "command")
    case .webhook: Bilingual(zh: "签名回调", en: "signed webhook")
    case .page: Bilingual(zh: "确认页", en: "page")
    case .code: Bilingual(zh: "回执码", en: "reply code")
    }
  }
}

/// A journal head that somebody outside holds.
package struct Witness: Hashable, Sendable {
  package let sequence: Int64
  package let hash: Digest

  package init(sequence: Int64, hash: Digest) {
    self.sequence = sequence
    self.hash = hash
  }
}
