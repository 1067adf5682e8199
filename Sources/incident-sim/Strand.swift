import Bytes

/// One part of what is talked about: a kind of chatter, or one event of the story.
struct Strand: Sendable {
  /// What tests and the lab score by: `ordinary.traffic`, `explosion`, `rumour.water`.
  let kind: String
  /// What the recorded stream says of its posts; nil for what is no event.
  let label: String?
  /// The county's words, and after them its own.
  let lexicon: Lexicon
  let parts: [Part]
  let beats: [Beat]

  /// What many people say, in their own words and at their own times.
  struct Part: Sendable {
    let voice: Int
    let volume: Volume
    let frames: [Frame]
    /// How many of a hundred pass on an earlier post of the strand.
    let repostPercent: Int
  }

  /// What is said once, at a moment that the story fixes.
  struct Beat: Sendable {
    let at: Instant
    /// It comes up to so many seconds later; the seed says how many.
    let withinSeconds: Int
    let feed: Int
    let content: Content
    let mirrors: [Passing]

    enum Content: Sendable {
      case post(Frame)
      case alert(Alert)
    }
  }

  /// The same text on another feed, some minutes later.
  struct Passing: Sendable {
    let feed: Int
    let afterMinutes: Int
    /// How it is passed on; nil for word by word.
    let form: Frame?
  }
}
