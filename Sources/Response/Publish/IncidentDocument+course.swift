import Bytes

// The course of an incident as JSON.
extension IncidentDocument {
  func writeCourse(_ writer: inout JSONWriter) {
    let course = incident.course
    if let scale = course.warning { write(scale, "warning", &writer) { $0.rawValue } }
    if let scale = course.responseLevel { write(scale, "responseLevel", &writer) { $0.rawValue } }
    writer.memberArray("steps") { writer in
      for step in incident.steps {
        writer.object { writer in
          writer.member("step", step.step.rawValue)
          writer.member(ifPresent: "taken", step.stamp)
        }
      }
    }
    writer.memberArray("casualties") { writer in
      for tally in course.tallies {
        writer.object { writer in
          tally.toll.write(to: &writer)
          writer.member("source", tally.source)
          writer.member("counted", tally.stamp)
        }
      }
    }
    if let suggestion = state.suggestedGrade(of: incident) {
      writer.memberObject("suggestedGrade") { writer in
        writer.member("grade", suggestion.grade.rawValue)
        writer.member("because", suggestion.because)
        writer.member("rule", suggestion.rule)
      }
    }
    writeTriage(&writer)
    writeUnits(&writer)
    writeDecisions(&writer)
    writeLessons(&writer)
  }

  private func write<Value>(
    _ scale: IncidentCourse.Scale<Value>, _ name: String, _ writer: inout JSONWriter,
    _ text: (Value) -> String
  ) {
    writer.memberObject(name) { writer in
      writer.member(ifPresent: "value", scale.value.map(text))
      writer.member(ifPresent: "why", scale.why)
      writer.member("set", scale.stamp)
    }
  }

  private func writeTriage(_ writer: inout JSONWriter) {
    writer.memberObject("triage") { writer in
      for question in TriageQuestion.allCases {
        guard let answer = incident.course.triage[question] else { continue }
        writer.memberObject(question.rawValue) { writer in
          writer.member("answer", answer.isYes)
          writer.member("rule", question.rule)
          writer.member(ifPresent: "why", answer.why)
          writer.member("answered", answer.stamp)
        }
      }
    }
    if let mustAnswer = incident.course.mustAnswer { writer.member("mustAnswer", mustAnswer) }
  }

  private func writeUnits(_ writer: inout JSONWriter) {
    let course = incident.course
    writer.member(ifPresent: "leadUnit", course.lead?.unit)
    writer.memberArray("consultations") { writer in
      for asked in course.consultations {
        writer.object { writer in
          writer.part("id", .consultation, asked.number)
          writer.member("unit", asked.unit)
          writer.member("about", asked.about)
          writer.member(ifPresent: "due", asked.due)
          writer.member("asked", asked.stamp)
          writer.member(ifPresent: "reply", asked.reply?.text)
          writer.member(ifPresent: "replied", asked.reply?.stamp)
        }
      }
    }
    writer.memberArray("links") { writer in
      for link in course.links {
        writer.object { writer in
          writer.member("incident", link.other.description)
          writer.member(ifPresent: "why", link.why)
          writer.member("linked", link.stamp)
        }
      }
    }
  }

  private func writeDecisions(_ writer: inout JSONWriter) {
    writer.memberArray("decisions") { writer in
      for decision in incident.course.decisions {
        writer.object { writer in
          writer.part("id", .decision, decision.number)
          decision.resolution.write(to: &writer)
          writer.member("factSheet", decision.factSheetVersion)
          writer.memberArray("known") { writer in
            for fact in decision.known {
              writer.object { writer in
                writer.part("id", .fact, fact.number)
                writer.member("state", fact.state.rawValue)
                writer.member("text", fact.text)
              }
            }
          }
          writer.member(ifPresent: "grade", decision.grade?.rawValue)
          writer.member("taken", decision.stamp)
        }
      }
    }
  }

  private func writeLessons(_ writer: inout JSONWriter) {
    writer.memberArray("lessons") { writer in
      for lesson in incident.course.lessons {
        writer.object { writer in
          writer.part("id", .lesson, lesson.number)
          writer.member("finding", lesson.kind.rawValue)
          writer.member("text", lesson.text)
          writer.member("owner", lesson.owner)
          writer.member("due", lesson.due.iso8601)
          writer.member("added", lesson.stamp)
          if let done = lesson.done {
            writer.member("how", done.how)
            writer.member(ifPresent: "playbook", done.playbook?.description)
            writer.member("done", done.stamp)
          }
        }
      }
    }
    if let reviewed = incident.course.reviewed {
      writer.memberObject("review") { writer in
        writer.member("summary", reviewed.summary)
        writer.member("finished", reviewed.stamp)
      }
    }
  }
}

// Deeds and words.
extension IncidentDocument {
  func writeProofs(_ action: Incident.Action, _ writer: inout JSONWriter) {
    writer.memberArray("files") { writer in
      for proof in action.proofs {
        writer.object { writer in
          proof.evidence.write(to: &writer)
          writer.member("added", proof.stamp)
        }
      }
    }
  }

  func writeSayDo(_ writer: inout JSONWriter) {
    let sayDo = SayDo(incident)
    func names(_ numbers: [Int]) -> [String] {
      numbers.map { PartNumber(.action, $0).description }
    }
    writer.memberObject("sayDo") { writer in
      writer.member("done", names(sayDo.done))
      writer.member("told", names(sayDo.told))
      writer.member("untold", names(sayDo.untold))
      writer.memberArray("toldNotDone") { writer in
        for gap in sayDo.notDone {
          writer.object {
            $0.part("release", .release, gap.release)
            $0.part("action", .action, gap.action)
          }
        }
      }
      writer.memberArray("saidWithoutAction") { writer in
        for claimed in sayDo.unlinked {
          writer.object {
            $0.part("release", .release, claimed.release)
            $0.member("sentence", claimed.sentence)
          }
        }
      }
    }
  }
}
