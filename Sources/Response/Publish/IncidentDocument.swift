package import Bytes

/// An incident as JSON, the same for `incident show --json` and inside a report.
///
/// Times are ISO 8601 in UTC. What does not apply is left out. Every part names the journal record
/// (`n`) that it comes from.
package struct IncidentDocument: Sendable {
  let incident: Incident
  private let playbook: Playbook?
  let state: DeskState
  let now: Instant

  package init(_ incident: Incident, in state: DeskState, at now: Instant) {
    self.incident = incident
    self.playbook = state.playbook(of: incident)
    self.state = state
    self.now = now
  }

  /// The members of an object that is open.
  package func write(to writer: inout JSONWriter) {
    let opening = incident.opening
    writer.member("id", incident.id.description)
    writer.member("title", opening.title)
    writer.member("kind", opening.kind.rawValue)
    writer.member("class", opening.incidentClass.rawValue)
    writer.member("status", incident.status.rawValue)
    writer.member(ifPresent: "grade", incident.grade?.rawValue)
    writer.member(ifPresent: "eventTime", incident.eventTime)
    writer.member(ifPresent: "detected", opening.detected)
    writer.member("opened", incident.opened)
    writer.member(ifPresent: "closed", incident.closed)
    writer.member(ifPresent: "place", opening.place)
    writer.member("topics", incident.topics.map(\.description))
    writer.member(ifPresent: "alert", opening.alert?.description)
    writer.memberObject("playbook") {
      incident.playbook.write(to: &$0)
    }
    if incident.playbook != opening.playbook {
      writer.memberObject("openedWith") { opening.playbook.write(to: &$0) }
    }
    writeDues(&writer)
    writeClocks(&writer)
    writeReports(&writer)
    writeCourse(&writer)
    writeKnowledge(&writer)
    writer.memberArray("releases") { writer in
      for release in incident.releases { writer.object { write(release, &$0) } }
    }
    writer.memberArray("stale") { writer in
      for stale in incident.staleTexts {
        writer.object { writer in
          writer.part("release", .release, stale.release)
          writer.part("fact", .fact, stale.fact)
          writer.member("old", stale.old)
          writer.member(ifPresent: "new", stale.new)
          writer.member("since", stale.since)
          writer.member("centres", stale.centres.map(\.text))
        }
      }
    }
    writer.memberArray("hours") { writer in
      for hour in incident.counts.sorted(by: { ($0.hour, $0.topic) < ($1.hour, $1.topic) }) {
        writer.object { hour.write(to: &$0) }
      }
    }
  }

  private func writeClocks(_ writer: inout JSONWriter) {
    writer.memberArray("clocks") { writer in
      for reading in state.clocks(of: incident, at: now) {
        writer.object { writer in
          writer.member("id", reading.rule.id)
          writer.member("step", reading.goal.name)
          writer.member("title", reading.goal.title)
          writer.member("rule", reading.rule.rule)
          writer.member("soft", reading.rule.isSoft)
          writer.member("within", reading.rule.within.text)
          writer.member(ifPresent: "start", reading.start)
          writer.member("assumedStart", reading.isAssumedStart)
          writer.member(ifPresent: "due", reading.due)
          writer.member("state", reading.state.rawValue)
          writer.member("provisional", reading.isProvisional)
          writer.member(ifPresent: "missingYear", reading.gap?.year)
          if let stop = reading.stop {
            writer.member(stop.release == nil ? "report" : "release", stop.part.description)
            writer.member("stoppedAt", stop.time.iso8601)
            writer.member("stopped", stop.stamp)
          }
          if !reading.earlier.isEmpty { writeEarlier(reading, &writer) }
        }
      }
    }
  }

  private func writeEarlier(_ reading: ClockReading, _ writer: inout JSONWriter) {
    writer.memberArray("earlier") { writer in
      for earlier in reading.earlier {
        writer.object { writer in
          writer.member(ifPresent: "due", earlier.due)
          writer.member("applied", earlier.didApply)
          writer.member("why", earlier.cause.title)
          writer.member("changed", earlier.stamp)
        }
      }
    }
  }

  private func writeReports(_ writer: inout JSONWriter) {
    writer.memberArray("reports") { writer in
      for report in incident.upwardReports {
        writer.object { writer in
          writer.part("id", .upwardReport, report.number)
          writer.member("level", report.level)
          writer.member("sent", report.sent.iso8601)
          writer.memberObject("items") { writer in
            for name in report.items.keys.sorted() {
              writer.member(ifPresent: name, report.items[name])
            }
          }
          writer.member("recorded", report.stamp)
          if let receipt = report.receipt {
            writer.memberObject("receipt") { writer in
              writer.member(ifPresent: "office", receipt.office)
              writer.member("time", receipt.time.iso8601)
              writer.member("recorded", receipt.stamp)
            }
          }
        }
      }
    }
  }

  private func writeKnowledge(_ writer: inout JSONWriter) {
    writer.member("factSheet", incident.factSheetVersion)
    writer.memberArray("facts") { writer in
      for fact in incident.facts {
        writer.object { writer in
          writer.part("id", .fact, fact.number)
          writer.member("state", fact.state.rawValue)
          writer.member("text", fact.text)
          writer.member(ifPresent: "source", fact.source)
          writer.member("set", fact.stamp)
          writer.member(ifPresent: "retracted", fact.retracted?.stamp)
        }
      }
    }
    writer.memberArray("actions") { writer in
      for action in incident.actions {
        writer.object { writer in
          writer.part("id", .action, action.number)
          writer.member("text", action.text)
          writer.member(ifPresent: "unit", action.unit)
          writer.member(ifPresent: "happened", action.happened)
          writer.member("added", action.stamp)
          writer.member(ifPresent: "done", action.done?.stamp)
          writer.member(ifPresent: "evidence", action.done?.evidence)
          if !action.proofs.isEmpty { writeProofs(action, &writer) }
        }
      }
    }
    writer.memberArray("promises") { writer in
      for promise in incident.promises {
        writer.object { writer in
          writer.part("id", .promise, promise.number)
          writer.member("text", promise.text)
          writer.member("owner", promise.owner)
          writer.member("due", promise.due.iso8601)
          writer.member("made", promise.stamp)
          writer.member(ifPresent: "kept", promise.kept?.stamp)
          if !promise.handed.isEmpty {
            writer.memberArray("handed") { writer in
              for handed in promise.handed {
                writer.object { writer in
                  writer.member("to", handed.owner)
                  writer.member(ifPresent: "how", handed.how)
                  writer.member("handed", handed.stamp)
                }
              }
            }
          }
          writer.member(ifPresent: "notKept", promise.broken?.why)
          writer.member(ifPresent: "givenUp", promise.broken?.stamp)
        }
      }
    }
    writeSayDo(&writer)
    writer.memberArray("claims") { writer in
      for claim in incident.claims {
        writer.object { writer in
          writer.part("id", .claim, claim.number)
          writer.member("text", claim.text)
          writer.member(ifPresent: "type", claim.type?.rawValue)
          writer.member("verdict", claim.verdict.rawValue)
          writer.member("added", claim.stamp)
          writer.member(ifPresent: "ruled", claim.ruling?.stamp)
          writer.member(ifPresent: "evidence", claim.ruling?.evidence)
        }
      }
    }
    writer.memberArray("notes") { writer in
      for note in incident.notes {
        writer.object { writer in
          writer.part("id", .note, note.number)
          writer.member("text", note.text)
          writer.member("added", note.stamp)
        }
      }
    }
  }

  private func write(_ release: Release, _ writer: inout JSONWriter) {
    writer.part("id", .release, release.number)
    writer.member("step", release.step)
    if let claim = release.claim { writer.part("claim", .claim, claim) }
    writer.member("status", release.status.rawValue)
    writer.member("hash", release.hash.hex)
    writer.member("authors", release.authors.map(\.text))
    release.content.write(to: &writer)
    writer.member("drafted", release.drafted)
    if let submission = release.submission {
      writer.member("lane", submission.lane.rawValue)
      writer.member("submitted", submission.stamp)
    }
    writer.memberArray("signatures") { writer in
      for signature in release.signatures {
        writer.object { writer in
          writer.member("gate", signature.gate)
          writer.member("verdict", signature.verdict.rawValue)
          writer.member(ifPresent: "note", signature.note)
          writer.member("hash", signature.hash.hex)
          writer.member("signed", signature.stamp)
        }
      }
    }
    let open =
      playbook?.stage(ofStep: release.step).map { release.openGates(of: release.gates(of: $0)) }
      ?? []
    writer.member("openGates", open)
    writer.member(ifPresent: "approved", release.approval?.stamp)
    if let corrects = release.corrects { writer.part("corrects", .release, corrects) }
    writer.member(ifPresent: "embargo", release.embargo?.until)
    writer.member(ifPresent: "published", release.publication?.stamp)
    writer.member(ifPresent: "explanation", release.publication?.explanation)
    writer.member(ifPresent: "withdrawn", release.withdrawal?.stamp)
    if release.isOverridden { writer.member("override", true) }
    writer.memberArray("centres") { writer in
      for copy in release.copies { writer.object { write(copy, &$0) } }
    }
  }

  private func write(_ copy: CentreCopy, _ writer: inout JSONWriter) {
    writer.member("centre", copy.centre.text)
    writer.member("sent", copy.sent)
    writer.member(ifPresent: "delivered", copy.delivered)
    let replies: [(CentreAnswer, CentreCopy.Reply?)] = [
      (.acknowledged, copy.acknowledged), (.consented, copy.consented),
      (.objected, copy.objected), (.published, copy.published),
    ]
    for (answer, reply) in replies {
      guard let reply else { continue }
      writer.memberObject(answer.rawValue) { writer in
        writer.member("at", reply.stamp)
        writer.member("channel", reply.channel.rawValue)
        writer.member(ifPresent: "text", reply.text)
        writer.member(
          "delaySeconds", Int((reply.stamp.time - copy.sent.time).microseconds / 1_000_000))
      }
    }
    writer.member(ifPresent: "reminded", copy.reminded)
  }
}

extension JSONWriter {
  mutating func member(_ name: String, _ stamp: Incident.Stamp) {
    memberObject(name) {
      $0.member("n", stamp.sequence)
      $0.member("time", stamp.time.iso8601)
      $0.member("by", stamp.actor.description)
    }
  }

  mutating func member(ifPresent name: String, _ stamp: Incident.Stamp?) {
    if let stamp { member(name, stamp) }
  }
}
