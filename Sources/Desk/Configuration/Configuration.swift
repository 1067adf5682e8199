package import Bytes
package import Response

/// Everything that the files of a desk say, read whole and checked: either all of it holds or none.
package struct Configuration: Sendable {
  /// The file `incident.json5`, and the folder that its relative paths start from.
  package var file: String
  package var folder: String
  package var stateFolder: String
  package var desk: DeskIdentity
  package var mail: MailSettings?
  package var http: HTTPSettings
  package var alerts: AlertSettings
  package var relevance: RelevanceSettings
  package var polling: PollingSettings
  package var sources: [SourceSettings]
  package var people: [PersonSettings]
  package var centres: [CentreSettings]
  package var playbooks: [Playbook]
  /// Which days are working days; nil where no calendar.json5 is found.
  package var calendar: WorkCalendar?
  /// Template texts by their path without language, then by language tag.
  package var templates: [String: [String: String]]
  /// Hosts off loopback that an exercise may deliver to.
  package var exerciseHosts: [String]

  /// The mail server that takes the desk's messages.
  package struct MailSettings: Hashable, Sendable {
    package enum Security: String, CaseIterable, Sendable {
      case none
      case starttls
      case tls
    }

    package var host: String
    package var port: Int
    package var security: Security
    package var from: String
    package var user: String?
    package var passwordFile: String?
    package var authorityFile: String?
  }

  package struct HTTPSettings: Hashable, Sendable {
    /// Where the daemon listens; nil for the Unix socket alone.
    package var host: String?
    package var port: Int
    /// How the desk's pages are reached from outside, without a slash at the end.
    package var publicURL: String?
    /// Who besides the state's owner may use the socket.
    package var socketGroup: String?
  }

  package struct AlertSettings: Hashable, Sendable {
    package var to: [Name]
    package var escalateAfter: Period?
    package var escalateTo: [Name]
    /// Raises or lowers what becomes an alert; 1 is as shipped.
    package var sensitivity: Double
    package var silence: SilenceSettings

    package var policy: NoticePolicy {
      NoticePolicy(
        escalateAfter: escalateAfter?.duration, escalateTo: escalateTo, warnTo: to)
    }
  }

  /// When people are told that sources cannot be heard, or bring much less than usual.
  package struct SilenceSettings: Hashable, Sendable {
    /// After so long an official source is missed; nil never.
    package var official: Duration? = .minutes(30)
    /// This share of all sources is missed after `shareAfter`; nil never.
    package var share: Double? = 1.0 / 3
    package var shareAfter: Duration = .minutes(15)
    /// Whether unusually little is told of, once weeks have taught what is usual.
    package var volume = true
  }

  /// One place by all its names, and the places that lie in it, each by all its names.
  package struct PlaceSettings: Hashable, Sendable {
    package var names: [String]
    package var parts: [[String]]
  }

  /// What matters to this desk. It decides what becomes an alert, never what is counted.
  package struct RelevanceSettings: Hashable, Sendable {
    package var places: [PlaceSettings] = []
    package var facilities: [PlaceSettings] = []
    package var duties: [String] = []
    /// Words of trouble besides those that ship, or with another weight.
    package var severity: [SeverityWords] = []
    package var events: [KnownEvent] = []
    /// Talk that nobody need be told of, as long as no trouble comes of it.
    package var muted: [MutedMatter] = []
    /// Names of offices and of those who hold them: never withheld as a private person's.
    package var publicNames: [String] = []
    package var phrases: [Phrase] = []

    package struct SeverityWords: Hashable, Sendable {
      /// The kinds of trouble, as the rules know them.
      package enum Kind: String, CaseIterable, Sendable {
        case fire, collapse, water, quake, traffic, health, poison, violence, crowd, outage, harm
        case grievance, idiom, leisure, drill
      }

      package var words: [String]
      package var kind: Kind
      /// 0 says nothing, 1 is worth a look, 2 is serious, 3 is grave.
      package var weight: Int
    }

    package struct MutedMatter: Hashable, Sendable {
      package var name: String
      package var words: [String]
      package var until: Instant?
    }

    /// Words to be told of without a burst: from so many posts of so many voices within a time.
    package struct Phrase: Hashable, Sendable {
      package var name: String
      package var words: [String]
      package var posts: Int
      package var voices: Int
      package var within: Duration
      package var isUrgent: Bool
      /// Two notices of it are at least so far apart.
      package var every: Duration
    }

    /// Something on the calendar that explains a burst of its words.
    package struct KnownEvent: Hashable, Sendable {
      package var name: String
      package var words: [String]
      package var from: Instant
      package var to: Instant
    }
  }

  package struct PollingSettings: Hashable, Sendable {
    package var userAgent: String
    package var every: Period
    package var atOnce: Int
  }

  package struct SourceSettings: Hashable, Sendable {
    package enum Tier: String, CaseIterable, Sendable {
      case official
      case listed
      case other
    }

    package var id: Name
    package var name: Bilingual
    /// Where it is asked; for a folder, its path as an address.
    package var url: String
    package var kind: Kind
    package var owner: String
    package var tier: Tier
    package var language: String
    package var zone: DeskZone
    package var every: Period
    /// Warnings and measurements, where minutes count: asked at the given interval, whatever the
    /// publisher would like and however quiet it is, unless it refuses.
    package var isUrgent: Bool
    /// A document of up to 32 MiB is taken, not only of 8.
    package var isLarge: Bool
    /// In place of the desk's own, for a publisher who asks for another; on the record of the file.
    package var userAgent: String?
    /// The source is one person's: its links and names stay out of every record.
    package var isPersonal: Bool
    /// Address ranges that it may be reached at although they are not public, as `10.0.0.0/8`.
    package var allow: [String]
    /// By a command, never by the file.
    package var pause: SourcePause?
  }

  package struct PersonSettings: Hashable, Sendable {
    package var person: Person
    package var mail: String?
    package var phone: String?
    /// The account on this machine, by number or by name.
    package var userID: UInt32?
    package var userName: String?
  }

  package struct CentreSettings: Hashable, Sendable {
    package var centre: Centre
    package var mail: String?
    package var phone: String?
    package var webhook: WebhookSettings?

    package struct WebhookSettings: Hashable, Sendable {
      package var url: String
      package var secretFile: String
      package var allow: [String]
    }

    package var route: CentreRoute {
      CentreRoute(
        centre: centre.id,
        channels: (webhook == nil ? [] : [.webhook]) + (mail == nil ? [] : [.mail]))
    }
  }

  /// What the rules see of it.
  package var registry: Registry {
    Registry(desk: desk, people: people.map(\.person), centres: centres.map(\.centre))
  }

  /// What the record has to know of the files, before anything else is done.
  package var adoption: Command { .adopt(registry, calendar: calendar) }

  package var routes: [CentreRoute] { centres.map(\.route).filter { !$0.channels.isEmpty } }

  package func playbook(_ name: Name) -> Playbook? { playbooks.first { $0.name == name } }

  package func person(_ id: Name) -> PersonSettings? { people.first { $0.person.id == id } }

  package func centre(_ id: Name) -> CentreSettings? { centres.first { $0.centre.id == id } }

  /// The template of a step: its own (`templates/truth.brief`), else that of its stage.
  package func template(for step: String, of stage: Playbook.Stage, language: String) -> Template? {
    guard let path = stage.template else { return nil }
    let own = path + "." + step.split(separator: ".").dropFirst().joined(separator: ".")
    let text = templates[own]?[language] ?? templates[path]?[language]
    return text.flatMap { Template($0) }
  }
}

/// What was wrong with the files of a desk, and where.
package struct ConfigurationFailure: Explained, Hashable {
  package let explanation: Bilingual

  package var exitCode: ExitCode { .configuration }

  package init(_ explanation: Bilingual) { self.explanation = explanation }

  /// Everything that is wrong in a file, a line each.
  package init(file: String, _ failure: FieldFailure, in bytes: [UInt8]) {
    self.init(
      failure.all.map { failure in
        let (line, column) = textPosition(of: failure.offset, in: bytes)
        return ConfigurationFailure(
          Bilingual(
            zh: "\(file):\(line):\(column)：\(failure.message.zh)",
            en: "\(file):\(line):\(column): \(failure.message.en)"))
      })
  }

  /// Several at once.
  package init(_ failures: [ConfigurationFailure]) {
    explanation = Bilingual(
      zh: failures.map(\.explanation.zh).joined(separator: "\n"),
      en: failures.map(\.explanation.en).joined(separator: "\n"))
  }

  package init(file: String, _ failure: JSONFailure) {
    explanation = Bilingual(
      zh: "\(file):\(failure.line):\(failure.column)：\(failure.message.zh)",
      en: "\(file):\(failure.line):\(failure.column): \(failure.message.en)")
  }
}
