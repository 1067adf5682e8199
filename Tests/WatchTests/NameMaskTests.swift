import Testing

@testable import Watch

@Suite("A private person's name")
struct NameMaskTests {
  private static var mask: NameMask {
    var profile = RelevanceProfile()
    profile.places = [.init(["石桥", "Shiqiao"]), .init(["安平镇", "Anping Town"]), .init(["高明"])]
    profile.facilities = [.init(["王家坝"]), .init(["Grant Hall"])]
    profile.publicNames = ["李建国", "Helen Moor"]
    return NameMask(profile)
  }

  @Test("is withheld from label, keywords and posts of a topic that is mainly that")
  func chinese() {
    let topic = TopicSnapshot.sample(
      ["石桥男子张伟明殴打邻居", "网友曝光张伟明视频", "张伟明回应了"], keywords: ["张伟明", "石桥", "殴打"])
    let masked = Self.mask.masked(topic)
    #expect(masked.isMasked)
    #expect(masked.topic.label == "张某某 · 石桥 · 殴打")
    #expect(masked.topic.keywords == ["张某某", "石桥", "殴打"])
    #expect(masked.topic.references.map(\.text).allSatisfy { !$0.contains("张伟明") })
    #expect(masked.topic.references[0].text == "石桥男子张某某殴打邻居")
  }

  @Test(
    "is withheld beside a word for a person, or where it is the only word that says anything",
    arguments: [
      (["教师李华被打", "李华老师受伤", "李华老师住院"], ["李华", "受伤"], "李某"),
      (["欧阳明月同学失踪", "寻找欧阳明月"], ["欧阳明月", "失踪"], "欧阳某某"),
      (["陈晓东怎么了", "今天的陈晓东", "陈晓东！"], ["陈晓东"], "陈某某"),
      (["男子张伟明持刀砍人", "张伟明持刀行凶", "网友说张伟明持刀"], ["张伟明持刀"], "张某某"),
      (["男子李华砍人", "男子李华被抓"], ["男子李华"], "李某"),
      (["张伟明同学你好", "张伟明同学真棒", "张伟明加油"], ["张伟"], "张某某"),
    ])
  func names(texts: [String], keywords: [String], stand: String) {
    let masked = Self.mask.masked(.sample(texts, keywords: keywords))
    #expect(masked.isMasked)
    #expect(masked.topic.references.allSatisfy { $0.text.contains(stand) }, "\(masked)")
  }

  @Test(
    "is not seen in places, offices, storms, things, and what most posts do not name",
    arguments: [
      (["石桥爆炸", "石桥火灾", "石桥浓烟"], ["石桥", "爆炸"]),
      (["王家坝开闸", "王家坝泄洪", "王家坝水位"], ["王家坝"]),
      (["安平镇停水", "安平镇没水"], ["安平镇"]), (["高明停电男子", "男子高明停电"], ["高明"]),
      (["李建国讲话", "网友李建国", "李建国先生"], ["李建国"]),
      (["王志远市长讲话", "市长王志远回应", "王志远"], ["王志远"]),
      (["台风杜苏芮登陆", "杜苏芮来了，登陆", "杜苏芮登陆后"], ["杜苏芮"]),
      (["高考成绩公布", "高考女生哭了", "男生高考"], ["高考"]),
      (["马路塌陷", "马路上塌陷", "男子掉进马路"], ["马路", "塌陷"]),
      (["女子高德平台打车遇害", "高德平台回应", "高德打车"], ["高德", "打车"]),
      (["石桥爆炸", "石桥爆炸了", "男子张伟明石桥爆炸", "石桥"], ["石桥", "爆炸", "张伟明"]),
      (["张伟明讲石桥爆炸", "张伟明拍到石桥爆炸"], ["石桥", "爆炸现场", "张伟明"]),
    ])
  func others(texts: [String], keywords: [String]) {
    let topic = TopicSnapshot.sample(texts, keywords: keywords)
    let masked = Self.mask.masked(topic)
    #expect(!masked.isMasked && masked.topic == topic, "\(masked.topic.label)")
  }

  @Test("in English is two words with capitals that the topic is about")
  func english() {
    let texts = [
      "Local teacher John Smithson was seen at the market today",
      "people say John Smithson left the school last week", "where is John Smithson now",
    ]
    let masked = Self.mask.masked(
      .sample(texts, keywords: ["john smithson", "smithson", "market"]))
    #expect(masked.isMasked)
    #expect(masked.topic.label == "a private person · a private person · market")
    #expect(masked.topic.references[2].text == "where is a private person now")
  }

  @Test(
    "is not seen in English places, offices, titles and public names",
    arguments: [
      (
        ["fire at Grant Hall in the evening, says a man", "smoke over Grant Hall again today"],
        ["grant hall"]
      ),
      (
        ["flood in Anping Town now, a woman said", "no power in Anping Town since the morning"],
        ["anping town", "flood"]
      ),
      (
        ["Mayor Robert Hall speaks to the people", "what did mayor Robert Hall say there today"],
        ["robert hall"]
      ),
      (
        ["Explosion Reported At Chemical Park Today", "Explosion Reported At Chemical Park"],
        ["explosion reported", "chemical park"]
      ),
      (
        ["a teacher met Helen Moor at the office", "we saw Helen Moor there, said a man"],
        ["helen moor"]
      ),
    ])
  func publicThings(texts: [String], keywords: [String]) {
    #expect(!Self.mask.masked(.sample(texts, keywords: keywords)).isMasked)
  }
}
