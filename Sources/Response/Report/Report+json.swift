import Bytes

extension Report {
  /// The report for programs: the incident as it stands, its alerts, and the whole timeline.
  package var json: [UInt8] {
    JSONWriter.object { writer in
      writer.member("report", 1)
      writer.member("exercise", isExercise)
      writer.memberObject("asOf") {
        $0.member("journal", journal)
        $0.member("n", head.sequence)
        $0.member("h", head.hash.hex)
        $0.member("time", head.time.iso8601)
      }
      writer.memberObject("incident") {
        IncidentDocument(incident, in: state, at: head.time).write(to: &$0)
      }
      writer.memberArray("alerts") { writer in
        for alert in alerts {
          writer.object { writer in
            writer.member("alert", alert.id.description)
            writer.member("raised", alert.raised)
            writer.member(ifPresent: "acknowledged", alert.acknowledged?.stamp)
            alert.evidence.write(to: &writer)
          }
        }
      }
      writer.memberArray("timeline") { writer in
        for entry in timeline {
          writer.object { writer in
            writer.member("n", entry.context.sequence)
            writer.member("time", entry.context.time.iso8601)
            writer.member("by", entry.context.actor.description)
            writer.member("kind", entry.kind)
            writer.member("text", entry.text)
          }
        }
      }
    }
  }
}
