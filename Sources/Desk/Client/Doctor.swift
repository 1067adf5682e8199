import Bytes
import Foundation
import Journal
import Response
import Wire

/// `incident doctor`: looks at an installation as somebody would who was called because it does not
/// work, and says what to do about each thing.
struct Doctor {
  let place: DeskPlace
  let language: Language

  /// One thing that was looked at.
  struct Finding: Hashable {
    enum Weight: String {
      case good
      /// It works, and yet will not do.
      case caution
      case fault
    }

    let subject: Bilingual
    let weight: Weight
    let text: Bilingual
  }

  private static let leastFree: Int64 = 200 << 20
  private static let enoughFree: Int64 = 2 << 30
  /// A longer journal takes a minute to check; `journal verify` does that.
  private static let longestCheck: Int64 = 1 << 30
  private static let patience = Duration.seconds(5)

  func findings() async -> [Finding] {
    let configuration: Configuration
    do {
      configuration = try Configuration.read(place)
      try DeskSecrets(configuration).check()
    } catch {
      return [
        Finding(
          subject: Bilingual(zh: "配置", en: "configuration"), weight: .fault,
          text: VerbProblem(error).explanation)
      ]
    }
    var findings = [self.configuration(configuration)]
    findings += configuration.cautions.map {
      Finding(subject: Bilingual(zh: "配置", en: "configuration"), weight: .caution, text: $0)
    }
    findings += people(configuration)
    findings += templates(configuration)
    let state = StateFolder(configuration.stateFolder)
    findings.append(disk(state))
    findings += journal(state)
    findings.append(await daemon(state))
    if let mail = configuration.mail { findings.append(await reach(mail)) }
    return findings
  }

  func answer() async -> VerbOutcome {
    let findings = await findings()
    let lines = findings.map { finding in
      let mark =
        switch finding.weight {
        case .good: Style.good("✓")
        case .caution: Style.alarm("!")
        case .fault: Style.alarm("✗")
        }
      let colon = language == .chinese ? "：" : ": "
      return "\(mark) \(finding.subject[language])\(colon)"
        + terminalSafe(finding.text[language], keepsLines: true)
    }
    let faults = findings.count { $0.weight == .fault }
    let cautions = findings.count { $0.weight == .caution }
    let summary = Bilingual(
      zh: faults > 0
        ? "\(faults) 处须处理" : cautions > 0 ? "可以工作，\(cautions) 处请留意" : "一切正常",
      en: faults > 0
        ? counted(faults, "thing") + " to repair"
        : cautions > 0 ? "it works; look at " + counted(cautions, "caution") : "all is well")
    let answer = VerbAnswer(
      lines.joined(separator: "\n") + "\n\n" + Style.strong(summary[language]) + "\n"
    ) { writer in
      writer.member("faults", faults)
      writer.member("cautions", cautions)
      writer.memberArray("findings") { writer in
        for finding in findings {
          writer.object {
            $0.member("subject", finding.subject.en)
            $0.member("weight", finding.weight.rawValue)
            $0.member("text", finding.text)
          }
        }
      }
    }
    return VerbOutcome(answer: answer, exitCode: faults > 0 ? .couldNot : .done)
  }

  private func configuration(_ configuration: Configuration) -> Finding {
    Finding(
      subject: Bilingual(zh: "配置", en: "configuration"), weight: .good,
      text: Bilingual(
        zh: "\(configuration.file)：\(configuration.sources.count) 个信源，"
          + "\(configuration.people.count) 人，\(configuration.centres.count) 个中心，"
          + "\(configuration.playbooks.count) 个预案",
        en: "\(configuration.file): " + counted(configuration.sources.count, "source") + ", "
          + counted(configuration.people.count, "person", "people") + ", "
          + counted(configuration.centres.count, "centre") + ", "
          + counted(configuration.playbooks.count, "playbook")))
  }

  private func people(_ configuration: Configuration) -> [Finding] {
    let subject = Bilingual(zh: "人员", en: "people")
    var findings: [Finding] = []
    let nameless = configuration.people.filter { $0.userID == nil && $0.userName == nil }
    if nameless.count == configuration.people.count {
      findings.append(
        Finding(
          subject: subject, weight: .fault,
          text: Bilingual(
            zh: "没有人有本机帐号：谁也无法审核、签发；在 people.json5 中写 uid 或 user",
            en:
              "nobody has an account on this machine, so nobody can sign or approve; give them uid "
              + "or user in people.json5")))
    }
    if configuration.alerts.to.isEmpty {
      findings.append(
        Finding(
          subject: subject, weight: .caution,
          text: Bilingual(
            zh: "预警不发给任何人；写 alerts: { to: [\"…\"] }",
            en: "alerts are mailed to nobody; write alerts: { to: [\"…\"] }")))
    }
    let now = DeskClock.wallNow()
    let present = configuration.people.map(\.person).filter { !$0.isAbsent(at: now) }
    let gates = Set(configuration.playbooks.flatMap { $0.stages.flatMap(\.gates) })
    let held = Set(configuration.people.flatMap(\.person.gates))
    for gate in gates.intersection(held).sorted()
    where !present.contains(where: { $0.gates.contains(gate) || $0.deputyGates.contains(gate) }) {
      findings.append(
        Finding(
          subject: subject, weight: .fault,
          text: Bilingual(
            zh: "负责“\(gate)”关的人此刻都不在岗，也没有代理人（deputyGates）",
            en: "all who hold the gate '\(gate)' are absent now, and nobody stands in "
              + "(deputyGates)")))
    }
    for centre in configuration.centres
    where centre.mail == nil && centre.webhook == nil && centre.phone == nil {
      findings.append(
        Finding(
          subject: Bilingual(zh: "融媒体中心", en: "centres"), weight: .fault,
          text: Bilingual(
            zh: "“\(centre.centre.id)”既无邮箱、回调，也无电话：无法联系",
            en:
              "'\(centre.centre.id)' has neither mail, webhook nor telephone: it cannot be reached"
          )))
    }
    return findings
  }

  private func templates(_ configuration: Configuration) -> [Finding] {
    let language = configuration.desk.language.rawValue
    let missing = configuration.playbooks.flatMap { playbook in
      playbook.stages.filter { stage in
        stage.template != nil
          && !stage.steps.contains {
            configuration.template(for: $0.name, of: stage, language: language) != nil
          }
      }.map { "\(playbook.name)/\($0.id)" }
    }
    guard !missing.isEmpty else { return [] }
    return [
      Finding(
        subject: Bilingual(zh: "模板", en: "templates"), weight: .caution,
        text: Bilingual(
          zh: "缺少 \(language) 模板：\(missing.joined(separator: "、"))；届时须自写正文",
          en:
            "no template in \(language) for \(missing.joined(separator: ", ")): the text has to be "
            + "written whole"))
    ]
  }

  private func disk(_ state: StateFolder) -> Finding {
    let subject = Bilingual(zh: "磁盘", en: "disk")
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: state.path)
    guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value else {
      return Finding(
        subject: subject, weight: .fault,
        text: Bilingual(
          zh: "没有状态文件夹 \(state.path)；用 incident init 建立，或改正 state 一项",
          en: "there is no state folder \(state.path); make one with incident init, or set 'state' "
            + "right"))
    }
    let text = Bilingual(
      zh: "\(state.path) 所在磁盘还有 \(free >> 20) MiB",
      en: "\(free >> 20) MiB are free where \(state.path) is")
    guard free < Self.enoughFree else {
      return Finding(subject: subject, weight: .good, text: text)
    }
    return Finding(
      subject: subject, weight: free < Self.leastFree ? .fault : .caution,
      text: Bilingual(
        zh: text.zh + "；请腾出空间，满盘时记录会停",
        en: text.en + "; make room, for on a full disk the record stops"))
  }

  private func journal(_ state: StateFolder) -> [Finding] {
    let subject = Bilingual(zh: "记录", en: "record")
    do {
      let size = Self.size(of: state.journal)
      guard size <= Self.longestCheck else {
        return [
          Finding(
            subject: subject, weight: .caution,
            text: Bilingual(
              zh: "日志有 \(size >> 20) MiB，未在此核对；请用 incident journal verify",
              en:
                "the journal has \(size >> 20) MiB and was not checked here; use incident journal "
                + "verify"))
        ]
      }
      let found = try JournalReader(folder: state.path).verify()
      var findings = [
        Finding(
          subject: subject, weight: found.tornTail == nil ? .good : .caution,
          text: found.explanation)
      ]
      let anchors = try AnchorFile(folder: state.path).anchors()
      if anchors.isEmpty {
        findings.append(
          Finding(
            subject: subject, weight: .caution,
            text: Bilingual(
              zh: "还没有外人持有日志的哈希：发出第一封邮件后即有旁证",
              en: "nobody outside holds a head of the journal yet; the first mail changes that")))
      }
      return findings
    } catch {
      return [
        Finding(subject: subject, weight: .fault, text: VerbProblem(error).explanation)
      ]
    }
  }

  private static func size(of folder: String) -> Int64 {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.reduce(0) { sum, name in
      let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)
      return sum + ((attributes?[.size] as? NSNumber)?.int64Value ?? 0)
    }
  }

  private func daemon(_ state: StateFolder) async -> Finding {
    let subject = Bilingual(zh: "系统", en: "daemon")
    let client = DeskClient(socket: state.socket, fetcher: Fetcher())
    do {
      let answer = try await client.send(VerbRequest(verb: "list", words: [], language: language))
      if answer != nil {
        return Finding(
          subject: subject, weight: .good,
          text: Bilingual(
            zh: "incidentd 在 \(state.socket) 应答", en: "incidentd answers at \(state.socket)"))
      }
      return Finding(
        subject: subject, weight: .fault,
        text: Bilingual(
          zh: "incidentd 没有运行：没有人在监听信源。启动：incidentd --config \(place.configurationFile)",
          en: "incidentd does not run, so nothing is listened to. Start it: incidentd --config "
            + place.configurationFile))
    } catch {
      return Finding(subject: subject, weight: .fault, text: VerbProblem(error).explanation)
    }
  }

  private func reach(_ mail: Configuration.MailSettings) async -> Finding {
    let subject = Bilingual(zh: "邮件", en: "mail")
    let place = "\(mail.host):\(mail.port)"
    let isThere = await Self.connects(to: mail.host, port: mail.port, within: Self.patience)
    guard isThere else {
      return Finding(
        subject: subject, weight: .fault,
        text: Bilingual(
          zh: "连不上邮件服务器 \(place)：预警和送审发不出去；检查 mail 一项与网络",
          en:
            "the mail server \(place) cannot be reached, so no alert goes out; check 'mail' and the "
            + "network"))
    }
    return Finding(
      subject: subject, weight: .good,
      text: Bilingual(zh: "邮件服务器 \(place) 接受连接", en: "the mail server \(place) takes connections")
    )
  }

  /// Whether something takes a connection there; asked on a thread of its own, since names are looked
  /// up with a wait.
  private static func connects(to host: String, port: Int, within limit: Duration) async -> Bool {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(returning: TCPProbe.connects(to: host, port: port, within: limit))
      }
    }
  }
}
