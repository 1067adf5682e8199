import Bytes

extension Incident {
  /// Takes over one event. It was decided on, so it is not questioned here.
  mutating func apply(_ event: IncidentEvent, _ stamp: Stamp) {
    switch event {
    case .opened: break
    case .eventTimeCorrected(let time, let why):
      rebase(
        eventTime: time, grade: grade, playbook: playbook, .eventTime(why: why), stamp)
    case .regraded(let grade, let why):
      rebase(
        eventTime: eventTime, grade: grade, playbook: playbook, .grade(why: why), stamp)
    case .noted(let number, let text):
      notes.append(Note(number: number, text: text, stamp: stamp))
    case .factSet(let number, let state, let text, let source):
      set(
        Fact(number: number, state: state, text: text, source: source, stamp: stamp, revisions: 1))
    case .factRetracted(let number, let why):
      change(&facts, { $0.number == number }) {
        $0.retracted = Fact.Retraction(why: why, stamp: stamp)
      }
      factSheetVersion += 1
    case .actionAdded(let number, let text, let unit, let happened):
      actions.append(
        Action(number: number, text: text, unit: unit, happened: happened, stamp: stamp))
    case .actionDone(let number, let evidence):
      change(&actions, { $0.number == number }) {
        $0.done = Action.Done(evidence: evidence, stamp: stamp)
      }
    case .promiseAdded(let number, let text, let owner, let due):
      promises.append(
        Promise(number: number, text: text, owner: owner, due: due, stamp: stamp))
    case .promiseKept(let number, let how):
      change(&promises, { $0.number == number }) {
        $0.kept = Promise.Kept(how: how, stamp: stamp)
      }
    case .claimAdded(let number, let text, let type):
      claims.append(
        Claim(number: number, text: text, type: type, stamp: stamp, verdict: .unverified))
    case .claimRuled(let number, let verdict, let evidence):
      change(&claims, { $0.number == number }) {
        $0.verdict = verdict
        $0.ruling = Claim.Ruling(evidence: evidence, stamp: stamp)
      }
    case .reportedUp(let number, let level, let items, let sent):
      upwardReports.append(
        UpwardReport(number: number, level: level, items: items, sent: sent, stamp: stamp))
    case .reportReceived(let number, let office, let time):
      change(&upwardReports, { $0.number == number }) {
        $0.receipt = UpwardReport.Receipt(office: office, time: time, stamp: stamp)
      }
    case .warned(let warnings): warned.append(Warned(warnings: warnings, stamp: stamp))
    case .course(let event): apply(event, stamp)
    case .release(let number, let event): apply(event, toRelease: number, stamp)
    case .counted(let hours):
      // The same hour counted again replaces what stood: late posts belong to their hour.
      for hour in hours {
        counts.removeAll { $0.topic == hour.topic && $0.hour == hour.hour }
        counts.append(hour)
      }
    case .closed:
      status = .closed
      closed = stamp
    }
  }

  private mutating func set(_ fact: Fact) {
    factSheetVersion += 1
    guard let at = facts.firstIndex(where: { $0.number == fact.number }) else {
      facts.append(fact)
      return
    }
    var changed = fact
    changed.history = facts[at].history + [facts[at].version]
    changed.revisions = facts[at].revisions + 1
    facts[at] = changed
  }

  private mutating func apply(_ event: ReleaseEvent, toRelease number: Int, _ stamp: Stamp) {
    if case .drafted(let step, let claim, let content, let corrects) = event {
      guard case .person(let author) = stamp.actor else { return }
      releases.append(
        Release(
          number: number, step: step, claim: claim, corrects: corrects, content: content,
          hash: content.hash(of: part(.release, number), step: step), authors: [author],
          drafted: stamp))
      return
    }
    change(&releases, { $0.number == number }) { $0.apply(event, in: id, stamp) }
    if case .published = event {
      status = release(number)?.step == "closing" ? .closing : status == .open ? .active : status
    }
  }

  mutating func sent(_ number: Int, to centre: Name, _ stamp: Stamp) {
    change(&releases, { $0.number == number }) { release in
      guard !release.copies.contains(where: { $0.centre == centre }) else { return }
      release.copies.append(CentreCopy(centre: centre, sent: stamp))
    }
  }

  mutating func delivered(_ number: Int, to centre: Name, at time: Instant) {
    change(&releases, { $0.number == number }) { release in
      // The first channel that gets through counts.
      change(&release.copies, { $0.centre == centre }) { $0.delivered = $0.delivered ?? time }
    }
  }
}

extension Release {
  fileprivate mutating func apply(
    _ event: ReleaseEvent, in incident: IncidentID, _ stamp: Incident.Stamp
  ) {
    switch event {
    case .drafted: break
    case .edited(let content): edit(content, in: incident, stamp)
    case .submitted(let lane, let why):
      submission = Submission(lane: lane, noAction: why, stamp: stamp)
    case .signed(let gate, let verdict, let note, let hash):
      signatures.append(
        Signature(gate: gate, verdict: verdict, note: note, hash: hash, stamp: stamp))
    case .approved(let hash): approval = Approval(hash: hash, stamp: stamp)
    case .overrideConsented(let why, let hash):
      consents.append(OverrideConsent(why: why, hash: hash, stamp: stamp))
    case .embargoed(let until, let hash, let explanation):
      embargo = Embargo(until: until, hash: hash, explanation: explanation, stamp: stamp)
    case .published(let hash, let explanation):
      publication = Publication(hash: hash, explanation: explanation, stamp: stamp)
    case .withdrawn(let why): withdrawal = Withdrawal(why: why, stamp: stamp)
    case .answered(let centre, let answer, let reply):
      change(&copies, { $0.centre == centre }) { $0.take(answer, reply, stamp) }
    case .reminded(let centre, _):
      change(&copies, { $0.centre == centre }) { $0.reminded = stamp }
    }
  }

  /// Another text: whoever had agreed has to be asked again.
  private mutating func edit(
    _ content: ReleaseContent, in incident: IncidentID, _ stamp: Incident.Stamp
  ) {
    if !signatures.isEmpty || approval != nil {
      voided.append(Voided(signatures: signatures, approval: approval, stamp: stamp))
    }
    signatures = []
    approval = nil
    submission = nil
    edited = stamp
    self.content = content
    hash = content.hash(of: PartID(incident, PartNumber(.release, number)), step: step)
    if case .person(let author) = stamp.actor, !authors.contains(author) {
      authors.append(author)
    }
  }
}

extension CentreCopy {
  fileprivate mutating func take(
    _ answer: CentreAnswer, _ reply: CentreReply, _ stamp: Incident.Stamp
  ) {
    let reply = Reply(
      channel: reply.channel, text: reply.text, witnessed: reply.witnessed, stamp: stamp)
    switch answer {
    case .acknowledged: acknowledged = reply
    case .consented: consented = reply
    case .objected: objected = reply
    case .published: published = reply
    }
    // Whoever answers at all has received it.
    if acknowledged == nil { acknowledged = reply }
  }
}

/// Changes the first element that fits.
func change<Element>(
  _ elements: inout [Element], _ fits: (Element) -> Bool, _ body: (inout Element) -> Void
) {
  guard let at = elements.firstIndex(where: fits) else { return }
  body(&elements[at])
}
