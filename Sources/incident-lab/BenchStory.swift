import Bytes
import Watch

/// The stories that `bench alert` has told: each of a place and a kind of trouble of its own, so that
/// no desk takes one for a part of another.
struct BenchStory {
  let place: String
  let words: [String]

  static let all = [
    BenchStory(place: "石渡化工园", words: ["爆炸了", "起火了", "又爆炸一声"]),
    BenchStory(place: "东桥商场", words: ["坍塌了", "楼顶垮塌", "一角倒塌"]),
    BenchStory(place: "柳湾高速", words: ["连环相撞", "出车祸了", "大车翻车"]),
    BenchStory(place: "青岗小学", words: ["食物中毒", "集体中毒", "疑似食物中毒"]),
    BenchStory(place: "北坝冷库", words: ["氨气泄漏", "有毒气体泄漏", "氨气还在泄漏"]),
    BenchStory(place: "桂湖车站", words: ["有人持刀", "持刀行凶", "砍人了"]),
    BenchStory(place: "松坪广场", words: ["踩踏了", "发生踩踏", "踩踏事件"]),
    BenchStory(place: "芦洲岛", words: ["地震了", "余震又来", "地震好久"]),
  ]

  private static let sources = 6
  private static let posts = 12
  private static let everydayPosts = 400
  /// The posts of a story come within so many seconds.
  private static let length = 20

  /// One post of one source.
  struct Post: Sendable {
    let number: Int
    let source: Int
    let time: Instant
    let author: String
    let text: String
  }

  /// All that one desk hears: the stories at random moments, and everyday posts around them.
  static func told(
    from start: Instant, span: Double, _ random: inout MadeStream.Random
  ) -> [Post] {
    var posts: [(time: Instant, source: Int, text: String)] = []
    let everyday = MadeStream.items(1200)
    // What a post says besides is everybody's own: with common words the stories would be one.
    var besides = everyday.filter { $0.language == "zh" }.map { $0.text.prefix(10) }
    for story in all {
      let begin = start + .milliseconds(random.below(max(1, Int(span * 1000))))
      for place in 0..<Self.posts {
        let word = story.words[random.below(story.words.count)]
        posts.append(
          (
            begin + .milliseconds(random.below(length * 1000)), (place + random.below(2)) % sources,
            "\(story.place)\(word)，\(besides.removeLast())"
          ))
      }
    }
    for (place, item) in everyday.prefix(everydayPosts).enumerated() {
      posts.append(
        (
          start + .milliseconds(place * Int(span * 1000) / everydayPosts), place % sources,
          item.text
        ))
    }
    posts.sort { ($0.time, $0.source, $0.text) < ($1.time, $1.source, $1.text) }
    return posts.enumerated().map { number, post in
      Post(
        number: number, source: post.source, time: post.time, author: "neighbour\(number)",
        text: post.text)
    }
  }

  /// The story that a text belongs to.
  static func place(in text: String) -> String? {
    all.first { text.contains($0.place) }?.place
  }
}
