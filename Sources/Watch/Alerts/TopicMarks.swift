package import Bytes

/// What people of the desk said of topics: worth being told of, or noise.
///
/// Marks move the significance that a topic needs, for topics of the same leading kind of trouble and
/// for no others; topics without words of trouble are a kind as well. That a notice of less than
/// serious words was noise says nothing of serious ones, and does not raise what those need. A noise mark on a topic that
/// was told counts +1, a useful one −1, a noise mark on what was never told nothing: nobody was
/// woken by it. Each mark fades evenly to nothing over `lifetime`. The sum times `step` is added to
/// one and kept within `bounds`, so that no number of marks can make a desk deaf or restless; for
/// grave words the upper bound is `graveLimit`. A mark that is taken back, or made anew, counts as
/// it stands: nothing else is remembered of it.
package struct TopicMarks: Hashable, Sendable {
  package struct Mark: Hashable, Sendable {
    package var isUseful: Bool
    /// The leading kind of trouble of the topic; nil for one without words of trouble.
    package var trouble: Trouble?
    /// Whether it had serious words.
    package var isSevere: Bool
    package var at: Instant
    /// Whether people had been told of the topic.
    package var wasTold: Bool

    package init(
      isUseful: Bool, trouble: Trouble?, isSevere: Bool, at: Instant, wasTold: Bool
    ) {
      self.isSevere = isSevere
      self.isUseful = isUseful
      self.trouble = trouble
      self.at = at
      self.wasTold = wasTold
    }

    /// How much it still counts, in 0...1.
    package func weight(at now: Instant) -> Double {
      max(0, min(1, 1 - (now - at).inSeconds / TopicMarks.lifetime.inSeconds))
    }
  }

  package static let lifetime = Duration.days(90)
  package static let step = 0.1
  package static let bounds = 0.7...1.5
  package static let graveLimit = 1.2

  package var marks: [Mark] = []

  package init(_ marks: [Mark] = []) { self.marks = marks }

  /// By what the needed significance of such a topic is multiplied.
  package func factor(
    for trouble: Trouble?, isSevere: Bool, isGrave: Bool = false, at now: Instant
  ) -> Double {
    var balance = 0.0
    for mark in marks where mark.trouble == trouble {
      if mark.isUseful {
        balance -= mark.weight(at: now)
      } else if mark.wasTold, mark.isSevere || !isSevere {
        balance += mark.weight(at: now)
      }
    }
    let highest = isGrave ? Self.graveLimit : Self.bounds.upperBound
    return min(highest, max(Self.bounds.lowerBound, 1 + Self.step * balance))
  }
}
