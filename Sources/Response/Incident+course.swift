import Bytes

extension Incident {
  mutating func apply(_ event: CourseEvent, _ stamp: Stamp) {
    switch event {
    case .warningSet(let colour, let why):
      course.warning = IncidentCourse.Scale(value: colour, why: why, stamp: stamp)
    case .responseLevelSet(let level, let why):
      course.responseLevel = IncidentCourse.Scale(value: level, why: why, stamp: stamp)
    case .tallied(let toll, let source):
      course.tallies.append(Tally(toll: toll, source: source, stamp: stamp))
    case .triaged(let answers, let why):
      for answer in answers {
        course.triage[answer.question] = Triage(isYes: answer.isYes, why: why, stamp: stamp)
      }
    case .leadNamed(let unit, let why):
      course.leads.append(LeadUnit(unit: unit, why: why, stamp: stamp))
    case .consulted(let number, let unit, let about, let due):
      course.consultations.append(
        Consultation(number: number, unit: unit, about: about, due: due, stamp: stamp))
    case .replied(let number, let text):
      change(&course.consultations, { $0.number == number }) {
        $0.reply = Consultation.Reply(text: text, stamp: stamp)
      }
    case .linked(let other, let why):
      course.links.append(Link(other: other, why: why, stamp: stamp))
    case .decided(let number, let resolution):
      course.decisions.append(
        Decision(
          number: number, resolution: resolution, factSheetVersion: factSheetVersion,
          known: facts.filter { $0.retracted == nil }, grade: grade, stamp: stamp))
    case .playbookChanged(let reference, let why):
      rebase(
        eventTime: eventTime, grade: grade, playbook: reference, .playbook(why: why), stamp)
    case .evidenceAdded(let number, let evidence):
      change(&actions, { $0.number == number }) {
        $0.proofs.append(Action.Proof(evidence: evidence, stamp: stamp))
      }
    case .promiseHanded(let number, let owner, let how):
      change(&promises, { $0.number == number }) {
        $0.handed.append(Promise.Handed(owner: owner, how: how, stamp: stamp))
      }
    case .promiseBroken(let number, let why):
      change(&promises, { $0.number == number }) {
        $0.broken = Promise.Broken(why: why, stamp: stamp)
      }
    case .lessonAdded(let number, let kind, let text, let owner, let due):
      course.lessons.append(
        Lesson(number: number, kind: kind, text: text, owner: owner, due: due, stamp: stamp))
    case .lessonDone(let number, let how, let playbook):
      change(&course.lessons, { $0.number == number }) {
        $0.done = Lesson.Done(how: how, playbook: playbook, stamp: stamp)
      }
    case .reviewed(let summary):
      course.reviewed = Reviewed(summary: summary, stamp: stamp)
      status = .reviewed
    }
  }

  /// When each step of the chain was first taken. A step is what the record shows, not what
  /// somebody ticks.
  package var steps: [(step: CourseStep, stamp: Stamp?)] {
    func first(_ stamps: [Stamp?]) -> Stamp? {
      stamps.compactMap { $0 }.min { $0.sequence < $1.sequence }
    }
    return CourseStep.allCases.map { step in
      switch step {
      case .collect: (step, opened)
      case .consult: (step, first(course.consultations.map(\.stamp) + course.leads.map(\.stamp)))
      case .judge:
        (
          step,
          first(course.triage.values.map(\.stamp) + course.decisions.map(\.stamp))
        )
      case .answer: (step, first(releases.map { $0.publication?.stamp }))
      case .evaluate:
        (step, first(course.lessons.map(\.stamp) + [course.reviewed?.stamp]))
      }
    }
  }

  /// Whether somebody still owes something: a promise or a lesson outlives the closing.
  package var isSettled: Bool {
    !isOpen && openPromises.isEmpty && course.lessons.allSatisfy { $0.done != nil }
  }
}
