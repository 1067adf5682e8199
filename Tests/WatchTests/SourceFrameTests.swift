import Bytes
import Support
import Testing

@testable import Watch

@Suite("The frame that a source puts around its posts")
struct SourceFrameTests {
  private static func scalars(_ text: String) -> [UInt32] {
    var runs = TextRuns()
    runs.read(title: nil, text: text)
    return runs.scalars
  }

  private static let subjects = Array("春夏秋冬山川河海风云雷电花草树木鸟兽鱼虫")

  /// A question of the day, of which the source asks hundreds.
  private static func question(_ number: Int) -> String {
    var rest = number &* 4001
    var subject = ""
    for _ in 0..<4 {
      subject.append(subjects[rest % subjects.count])
      rest /= subjects.count
    }
    return "每日一问请大家来讨论\(subject)，目前情况如何，有哪些信息值得大家关注呢"
  }

  /// What of a post is known for a frame, and counts it.
  private static func take(
    _ scalars: [UInt32], of source: UInt64, _ frames: inout SourceFrames
  ) -> SourceFrames.Frame {
    let frame = frames.frame(of: scalars, source: source)
    frames.count(scalars, source: source)
    return frame
  }

  @Test("is known after a dozen posts, and only as the source's own")
  func learned() {
    var frames = SourceFrames(limit: 1 << 14)
    for number in 0..<12 {
      #expect(
        Self.take(Self.scalars(Self.question(number)), of: 1, &frames) == SourceFrames.Frame())
    }
    let frame = Self.take(Self.scalars(Self.question(12)), of: 1, &frames)
    #expect(frame.head == 6)
    #expect(frame.tail == 6)
    // The longer one is counted from the time on at which the shorter one is known.
    for number in 13..<40 { _ = Self.take(Self.scalars(Self.question(number)), of: 1, &frames) }
    #expect(Self.take(Self.scalars(Self.question(40)), of: 1, &frames).tail > 6)
    #expect(Self.take(Self.scalars(Self.question(13)), of: 2, &frames) == SourceFrames.Frame())
  }

  @Test("is none where one in two hundred posts or fewer share it")
  func rare() {
    var frames = SourceFrames(limit: 1 << 16)
    for number in 0..<6000 {
      _ = Self.take(
        Self.scalars("编号\(number * 7919)的普通帖子\(number)内容各不相同\(number * 31)"), of: 1, &frames)
    }
    for number in 0..<20 {
      #expect(
        Self.take(Self.scalars(Self.question(number)), of: 1, &frames) == SourceFrames.Frame())
    }
  }

  @Test("is forgotten within weeks, and its table has a limit")
  func forgotten() {
    var frames = SourceFrames(limit: 200)
    frames.advance(to: AlertCounty.start)
    for number in 0..<40 { _ = Self.take(Self.scalars(Self.question(number)), of: 1, &frames) }
    #expect(Self.take(Self.scalars(Self.question(50)), of: 1, &frames).tail > 0)
    for week in 1...4 { frames.advance(to: AlertCounty.start + .days(7 * week) + .seconds(1)) }
    #expect(Self.take(Self.scalars(Self.question(60)), of: 1, &frames) == SourceFrames.Frame())
    for number in 0..<5000 {
      _ = Self.take(Self.scalars("各不相同\(number)的帖子\(number * 7)号"), of: 1, &frames)
    }
    #expect(frames.counts.count <= 200 + 8)
  }

  @Test("does not make copies of what is framed alike")
  func apart() throws {
    var model = TopicModel(settings: ModelSettings())
    var copies = (first: 0, last: 0)
    for number in 0..<600 {
      let time = AlertCounty.start + .minutes(number * 10)
      let item = Item(
        id: "q\(number)", published: time, firstSeen: time, source: "s", language: "zh",
        text: Self.question(number))
      _ = model.take([item], through: time + .seconds(1))
      let count = model.assignments.count { $0.isCopy }
      if number < 20 { copies.first += count }
      if number >= 500 { copies.last += count }
    }
    #expect(copies.first > 5)
    #expect(copies.last == 0)
    let restored = try TopicModel(checkpoint: model.checkpoint())
    #expect(restored.checkpoint() == model.checkpoint())
    #expect(restored.frames.counts.count == model.frames.counts.count)
  }
}
