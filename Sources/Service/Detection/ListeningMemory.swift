import Watch

/// What is listened for besides bursts: watch phrases, and less than is usually heard. It is kept
/// with the model, as of the same tick.
struct ListeningMemory: Sendable {
  var phrases: PhraseWatch
  var volume = VolumeHabit()

  init(_ phrases: [WatchPhrase]) { self.phrases = PhraseWatch(phrases) }

  mutating func adopt(_ phrases: [WatchPhrase]) { self.phrases.adopt(phrases) }
}
