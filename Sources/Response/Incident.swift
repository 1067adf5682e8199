package import Bytes

/// One matter from the first report to the timeline report, as the events have made it.
package struct Incident: Hashable, Sendable {
  package let id: IncidentID
  package let opening: Opening
  /// When the record was opened, and in which journal record.
  package let opened: Stamp
  package internal(set) var status: IncidentStatus
  package internal(set) var grade: Grade?
  package internal(set) var eventTime: Instant?
  /// The playbook that holds now; the one of the opening stays in `opening`.
  package internal(set) var playbook: PlaybookReference
  /// What the clocks have counted by, the present basis last.
  package internal(set) var bases: [Basis]
  package internal(set) var topics: [TopicID]

  package internal(set) var notes: [Note] = []
  package internal(set) var facts: [Fact] = []
  /// Raised by every change of a fact, so that a text can point at what it was written from.
  package internal(set) var factSheetVersion = 0
  package internal(set) var actions: [Action] = []
  package internal(set) var promises: [Promise] = []
  package internal(set) var claims: [Claim] = []
  package internal(set) var releases: [Release] = []
  package internal(set) var course: IncidentCourse
  package internal(set) var upwardReports: [UpwardReport] = []
  package internal(set) var warned: [Warned] = []
  package internal(set) var counts: [HourCount] = []
  package internal(set) var closed: Stamp?

  init(id: IncidentID, opening: Opening, opened: Stamp) {
    self.id = id
    self.opening = opening
    self.opened = opened
    status = .open
    grade = opening.grade
    eventTime = opening.eventTime
    topics = opening.topics
    course = IncidentCourse()
    if let colour = opening.warning {
      course.warning = IncidentCourse.Scale(value: colour, why: nil, stamp: opened)
    }
    if let level = opening.responseLevel {
      course.responseLevel = IncidentCourse.Scale(value: level, why: nil, stamp: opened)
    }
    playbook = opening.playbook
    bases = [
      Basis(
        eventTime: opening.eventTime, grade: opening.grade, playbook: opening.playbook,
        cause: .opening, stamp: opened)
    ]
  }

  /// What was known when the record was opened.
  package struct Opening: Hashable, Sendable {
    package var title: String
    package var kind: IncidentKind
    package var incidentClass: IncidentClass
    package var grade: Grade?
    package var warning: WarningColour?
    package var responseLevel: ResponseLevel?
    package var eventTime: Instant?
    /// When the desk's own model first noticed it; nil if a person brought it.
    package var detected: Instant?
    package var place: String?
    package var topics: [TopicID]
    package var alert: AlertID?
    package var playbook: PlaybookReference

    package init(
      title: String, kind: IncidentKind, incidentClass: IncidentClass, grade: Grade? = nil,
      warning: WarningColour? = nil, responseLevel: ResponseLevel? = nil, eventTime: Instant? = nil,
      detected: Instant? = nil, place: String? = nil,
      topics: [TopicID] = [], alert: AlertID? = nil, playbook: PlaybookReference
    ) {
      self.title = title
      self.kind = kind
      self.incidentClass = incidentClass
      self.grade = grade
      self.warning = warning
      self.responseLevel = responseLevel
      self.eventTime = eventTime
      self.detected = detected
      self.place = place
      self.topics = topics
      self.alert = alert
      self.playbook = playbook
    }
  }

  /// The playbook that an incident is bound to; the journal holds its definition under the hash.
  package struct PlaybookReference: Hashable, Sendable {
    package let name: Name
    package let version: Int
    package let hash: Digest

    package init(name: Name, version: Int, hash: Digest) {
      self.name = name
      self.version = version
      self.hash = hash
    }

    package init(_ playbook: Playbook) {
      self.init(name: playbook.name, version: playbook.version, hash: playbook.hash)
    }
  }

  /// When something was recorded, by whom, and where the journal says so.
  package struct Stamp: Hashable, Sendable {
    package let sequence: Int64
    package let time: Instant
    package let actor: Actor

    package init(sequence: Int64, time: Instant, actor: Actor) {
      self.sequence = sequence
      self.time = time
      self.actor = actor
    }
  }

  package struct Note: Hashable, Sendable {
    package let number: Int
    package let text: String
    package let stamp: Stamp
  }

  /// One statement of the fact sheet (口径).
  package struct Fact: Hashable, Sendable {
    package let number: Int
    package var state: FactState
    package var text: String
    package var source: String?
    package var stamp: Stamp
    /// How often it was set anew.
    package var revisions: Int
    package var retracted: Retraction?
    /// What it said before, the oldest first.
    package var history: [Version] = []

    package struct Version: Hashable, Sendable {
      package let state: FactState
      package let text: String
      package let stamp: Stamp
    }

    var version: Version { Version(state: state, text: text, stamp: stamp) }

    package struct Retraction: Hashable, Sendable {
      package let why: String
      package let stamp: Stamp
    }
  }

  /// What was done on the ground.
  package struct Action: Hashable, Sendable {
    package let number: Int
    package let text: String
    package let unit: String?
    package let happened: Instant?
    package let stamp: Stamp
    package var done: Done?
    package var proofs: [Proof] = []

    package struct Done: Hashable, Sendable {
      package let evidence: String?
      package let stamp: Stamp
    }

    package struct Proof: Hashable, Sendable {
      package let evidence: Evidence
      package let stamp: Stamp
    }
  }

  /// A public commitment, with somebody who keeps it and a time.
  package struct Promise: Hashable, Sendable {
    package let number: Int
    package let text: String
    package let owner: String
    package let due: Instant
    package let stamp: Stamp
    package var kept: Kept?
    /// To whom it went, the last one last.
    package var handed: [Handed] = []
    package var broken: Broken?

    package var isOpen: Bool { kept == nil && broken == nil }
    /// Who answers for it now.
    package var keeper: String { handed.last?.owner ?? owner }

    package struct Kept: Hashable, Sendable {
      package let how: String?
      package let stamp: Stamp
    }

    package struct Handed: Hashable, Sendable {
      package let owner: String
      package let how: String?
      package let stamp: Stamp
    }

    /// It will not be kept, and the record says why.
    package struct Broken: Hashable, Sendable {
      package let why: String
      package let stamp: Stamp
    }
  }

  /// One circulating statement.
  package struct Claim: Hashable, Sendable {
    package let number: Int
    package let text: String
    package let type: ClaimType?
    package let stamp: Stamp
    package var verdict: ClaimVerdict
    package var ruling: Ruling?

    package struct Ruling: Hashable, Sendable {
      package let evidence: String?
      package let stamp: Stamp
    }
  }

  /// What was heard in one hour about one linked topic.
  package struct HourCount: Hashable, Sendable {
    package let topic: TopicID
    /// The start of the hour.
    package let hour: Instant
    package let posts: Int
    /// Distinct pseudonyms and owners; nil where the posts bear none.
    package let authors: Int?
    package let owners: Int?
    /// How many sources could not be heard at the end of that hour.
    package let silentSources: Int

    package init(
      topic: TopicID, hour: Instant, posts: Int, authors: Int?, owners: Int?, silentSources: Int
    ) {
      self.topic = topic
      self.hour = hour
      self.posts = posts
      self.authors = authors
      self.owners = owners
      self.silentSources = silentSources
    }
  }
}

extension Incident {
  package var isOpen: Bool {
    switch status {
    case .open, .active, .closing: true
    case .closed, .reviewed: false
    }
  }

  package func fact(_ number: Int) -> Fact? { facts.first { $0.number == number } }
  package func action(_ number: Int) -> Action? { actions.first { $0.number == number } }
  package func promise(_ number: Int) -> Promise? { promises.first { $0.number == number } }
  package func claim(_ number: Int) -> Claim? { claims.first { $0.number == number } }
  package func release(_ number: Int) -> Release? { releases.first { $0.number == number } }

  /// The releases of one step that have gone out, in that order.
  package func published(_ step: String) -> [Release] {
    releases.filter { $0.step == step && $0.publication != nil }
  }

  /// What was done and no published text has told yet.
  package var untoldActions: [Action] {
    let told = Set(releases.filter { $0.publication != nil }.flatMap(\.content.actions))
    return actions.filter { !told.contains($0.number) }
  }

  package var openPromises: [Promise] { promises.filter(\.isOpen) }
}
