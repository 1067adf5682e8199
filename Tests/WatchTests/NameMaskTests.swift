import Testing

@testable import Watch

@Suite("A private person's name")
struct NameMaskTests {
  private static var mask: NameMask {
    var profile = RelevanceProfile()
    profile.places = [.init(["石桥", "Shiqiao"]), .init(["安平镇", "Anping Town"]), .init(["高明"])]
    profile.facilities = [.init(["王家坝"]), .init(["Grant Hall"])]
    profile.publicNames = ["孙建伟", "Helen Moor"]
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

  @Test("is withheld where the profile does not have it as public")
  func publicName() {
    let topic = TopicSnapshot.sample(["孙建伟讲话", "网友孙建伟", "孙建伟先生"], keywords: ["孙建伟"])
    #expect(NameMask(RelevanceProfile()).masked(topic).isMasked)
    #expect(!Self.mask.masked(topic).isMasked)
  }

  @Test(
    "is withheld though its characters are in everyday words, and whatever it is followed by",
    arguments: [
      (["老师王芳打学生", "老师王芳打学生视频"], ["王芳", "学生"], "王某"),
      (["男子刘伟跳楼身亡", "男子刘伟跳楼"], ["刘伟", "跳楼"], "刘某"),
      (["学生李明死于校内", "学生李明死因"], ["李明", "学生"], "李某"),
      (["男子刘伟坠亡", "男子刘伟坠亡原因"], ["刘伟"], "刘某"),
      (["男子王飞打人", "男子王飞被抓"], ["王飞", "打人"], "王某"),
      (["男子刘国强打人", "刘国强被抓"], ["刘国强", "打人"], "刘某某"),
      (["王小明怎么了", "今天的王小明", "王小明！"], ["王小明"], "王某某"),
      (["王建国是谁", "今天的王建国"], ["王建国"], "王某某"),
      (["张海涛打人", "张海涛打人视频"], ["张海", "打人"], "张某某"),
      (["教师李学军被打", "李学军老师"], ["李学军"], "李某某"),
      (["女子陈金凤失踪", "寻找陈金凤"], ["陈金凤", "失踪"], "陈某某"),
      (["张春生被查", "张春生回应"], ["张春生"], "张某某"),
      (["男子王发财溺水", "王发财溺水"], ["王发财"], "王某某"),
      (["肖建华被抓", "肖建华回应"], ["肖建华"], "肖某某"),
      (["老师骆小琴打人", "骆小琴老师"], ["骆小琴"], "骆某某"),
      (["学生全明杰失踪", "全明杰同学"], ["全明杰"], "全某某"),
      (["男子付强打人", "男子付强被抓"], ["付强"], "付某"),
      (["学生连晓雯失踪", "连晓雯同学失踪"], ["连晓雯"], "连某某"),
    ])
  func usualCharacters(texts: [String], keywords: [String], stand: String) {
    let masked = Self.mask.masked(.sample(texts, keywords: keywords))
    #expect(masked.isMasked)
    #expect(masked.topic.references.allSatisfy { $0.text.contains(stand) }, "\(masked)")
  }

  @Test(
    "is not seen in everyday words, beside a word for a person either",
    arguments: [
      "国庆", "金融", "海运", "高考", "江水", "方案", "时间", "程度", "安全", "全市", "和平", "马路", "田地", "白天",
      "黄金", "周末", "严重", "金额", "常见", "水电", "毛巾", "龙卷风", "石桥爆炸", "全国", "应该", "明天", "高速",
      "江中", "高楼坠落", "向大家", "于金华", "高温", "安置", "冷静", "连续", "单打", "江边溺水", "向学校", "于海南",
    ])
  func everyday(word: String) {
    for text in ["男子\(word)被抓", "学生\(word)打人", "居民\(word)停电", "市民在\(word)时受伤"] {
      let shown = Self.mask.masked(TopicSnapshot.sample([text]).references)
      #expect(shown.references[0].text == text)
      let topic = TopicSnapshot.sample([text, text, "\(word)回应", word], keywords: [word])
      #expect(!Self.mask.masked(topic).isMasked, "\(Self.mask.masked(topic).topic.label)")
    }
    let words = Self.mask.firstWords(of: .sample([word + "了"], keywords: [word])).keywords
    #expect(words == [word])
  }

  @Test(
    "is not seen in places, offices, storms, things, and what most posts do not name",
    arguments: [
      (["石桥爆炸", "石桥火灾", "石桥浓烟"], ["石桥", "爆炸"]),
      (["王家坝开闸", "王家坝泄洪", "王家坝水位"], ["王家坝"]),
      (["安平镇停水", "安平镇没水"], ["安平镇"]), (["高明停电男子", "男子高明停电"], ["高明"]),
      (["孙建伟讲话", "网友孙建伟", "孙建伟先生"], ["孙建伟"]),
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

  @Test(
    "is seen where a storm is talked of, but not beside it",
    arguments: [
      ["男子张伟明在台风天救人", "张伟明救人，台风登陆", "网友赞台风中的张伟明"],
      ["男子张伟明登陆账号骗人", "张伟明登陆后骗人", "张伟明登陆平台"],
      ["男子张伟明救人", "抗台风张伟明救人", "网友赞张伟明"],
    ])
  func nearStorm(texts: [String]) {
    let masked = Self.mask.masked(.sample(texts, keywords: ["张伟明"]))
    #expect(masked.isMasked && masked.topic.references.allSatisfy { !$0.text.contains("伟明") })
  }

  @Test(
    "is seen where an office stands beside it once, and beside what is no office",
    arguments: [
      ["男子张伟明打人", "市长张伟明打人", "张伟明是谁", "张伟明打人视频"],
      ["记者张伟明打人", "记者张伟明回应"], ["演员张伟明打人", "张伟明演员回应"],
      ["代表张伟明打人", "冠军张伟明回应"], ["班主任张伟明打人", "班主任张伟明回应"],
      ["张伟明市长热线投诉", "张伟明市长信箱投诉"],
    ])
  func nearOffice(texts: [String]) {
    let masked = Self.mask.masked(.sample(texts, keywords: ["张伟明"]))
    #expect(masked.isMasked && masked.topic.label == "张某某")
    #expect(masked.topic.references.allSatisfy { !$0.text.contains("伟明") })
  }

  @Test("in English is seen where one post only gives it an office")
  func oneOffice() {
    let texts = [
      "the driver John Smithson hit a wall today", "was it mayor John Smithson in that car",
      "people saw John Smithson run from there",
    ]
    let masked = Self.mask.masked(.sample(texts, keywords: ["john smithson", "smithson"]))
    #expect(masked.isMasked && !"\(masked.topic)".contains("mithson"))
  }

  @Test("is withheld in whatever script and spelling a post has it, the rest as it was written")
  func scripts() {
    let topic = TopicSnapshot.sample(
      ["男子張偉明毆打鄰居", "網友曝光張\u{200b}偉明視頻", "张伟明回應", "大家都在說張偉…"],
      keywords: ["张伟明", "毆打"])
    let masked = Self.mask.masked(topic)
    #expect(masked.isMasked)
    #expect(
      masked.topic.references.map(\.text) == [
        "男子张某某毆打鄰居", "網友曝光张某某視頻", "张某某回應", "大家都在說张某…",
      ])
    let wide = Self.mask.masked(
      .sample(
        ["a man saw John Smithson run away", "ＪＯＨＮ ＳＭＩＴＨＳＯＮ ran away", "john smithson ran away"],
        keywords: ["john smithson", "smithson"]))
    #expect(wide.topic.references.allSatisfy { $0.text.contains("a private person ") }, "\(wide)")
  }

  @Test("is withheld for all who are named, and in every part of a name that is a word of its own")
  func several() {
    let masked = Self.mask.masked(
      .sample(
        ["男子张伟明殴打李华", "张伟明和李华打架", "伟明打了李华", "邻居王晓军劝张伟明"],
        keywords: ["张伟明", "殴打", "李华", "伟明", "王晓", "张伟"]))
    #expect(masked.topic.label == "张某某 · 殴打 · 李某")
    #expect(masked.topic.keywords == ["张某某", "殴打", "李某", "某某", "王某", "张某"])
    for text in masked.topic.references.map(\.text) {
      #expect(["伟", "华", "晓"].allSatisfy { !text.contains($0) }, "\(text)")
    }
    let pair = Self.mask.masked(
      .sample(["陈晓东和林晓雨怎么了", "今天的陈晓东、林晓雨"], keywords: ["陈晓东", "林晓雨"]))
    #expect(pair.isMasked && pair.topic.label == "陈某某 · 林某某")
    let english = Self.mask.masked(
      .sample(
        [
          "the driver John Smithson hit Mary Joneston near the market",
          "people say John Smithson and Mary Joneston left last week",
        ], keywords: ["john smithson", "mary joneston", "market"]))
    #expect(!"\(english.topic)".lowercased().contains("joneston"))
    #expect(!"\(english.topic)".lowercased().contains("smithson"))
  }

  @Test("is public only where the profile has the whole of it, and one character is none")
  func shortNames() {
    var profile = RelevanceProfile()
    profile.publicNames = ["张", "", "李华"]
    let mask = NameMask(profile)
    #expect(mask.masked(.sample(["男子张伟明打人", "张伟明"], keywords: ["张伟明"])).isMasked)
    #expect(mask.masked(.sample(["男子李华明打人", "李华明"], keywords: ["李华明"])).isMasked)
    #expect(!mask.masked(.sample(["男子李华打人", "李华强调"], keywords: ["李华"])).isMasked)
  }

  @Test(
    "is kept out of a topic's first words as soon as a word looks like one",
    arguments: [
      (["石桥爆炸，李华看见"], ["石桥", "李华"], ["石桥", "李某"]),
      (["石桥爆炸", "张伟明在场", "石桥浓烟", "石桥"], ["石桥", "爆炸", "张伟明"], ["石桥", "爆炸", "张某某"]),
      (["市长王志远讲话"], ["王志远", "讲话"], ["王某某", "讲话"]),
      (["市长王志远讲话", "王志远市长", "王志远"], ["王志远", "讲话"], ["王志远", "讲话"]),
      (["安岭停水", "安岭没水", "安岭又停水"], ["安岭", "停水"], ["安岭", "停水"]),
      (["沈阳停水"], ["沈阳", "停水"], ["沈阳", "停水"]),
      (["网友饶志明停水"], ["饶志明", "停水"], ["饶某某", "停水"]),
      (
        ["shares of Delta Novum fell after the close today"], ["delta", "shares"],
        ["delta", "shares"]
      ),
      (
        ["we saw John Smithson at the market today"], ["smithson", "market"],
        ["a private person", "market"]
      ),
      (["Local Teacher John Smithson Arrested Today"], ["john smithson"], ["a private person"]),
    ])
  func firstWords(texts: [String], keywords: [String], shown: [String]) {
    let words = Self.mask.firstWords(of: .sample(texts, keywords: keywords))
    #expect(words.keywords == shown)
    #expect(words.label == shown.joined(separator: " · "))
  }

  @Test("is withheld from posts behind which no topic stands, where a word for a person shows it")
  func posts() {
    let texts = ["居民李華被困", "石桥停水", "據張伟明先生說停水", "市长王志远回应", "a man, John Smithson, is missing here"]
    let shown = Self.mask.masked(TopicSnapshot.sample(texts).references)
    #expect(
      shown.references.map(\.text) == [
        "居民李某被困", "石桥停水", "據张某某先生說停水", "市长王志远回应",
        "a man, a private person, is missing here",
      ])
    #expect(shown.naming == ["k0", "k2", "k4"])
  }

  @Test("is withheld from addresses too: they spell titles, in pinyin as well")
  func addresses() {
    func linked(_ texts: [String], keywords: [String]? = nil) -> TopicSnapshot {
      var topic = TopicSnapshot.sample(texts, keywords: keywords)
      for index in topic.references.indices {
        topic.references[index].link = "https://news.example/zhang-wei-ming-\(index)"
      }
      return topic
    }
    let topic = linked(["男子张伟明殴打邻居", "张伟明被抓"], keywords: ["张伟明"])
    #expect(Self.mask.masked(topic).topic.references.allSatisfy { $0.link == nil })
    let others = linked(["石桥爆炸", "石桥浓烟"], keywords: ["石桥", "爆炸"])
    #expect(Self.mask.masked(others).topic == others)
    let posts = Self.mask.masked(linked(["居民李华被困", "石桥停水"]).references).references
    #expect(posts.map { $0.link == nil } == [true, false])
  }

  @Test("counts for nothing where a topic is compared with what was told without it")
  func comparing() {
    let topic = TopicSnapshot.sample(
      ["男子张伟明殴打邻居", "张伟明持刀"], keywords: ["张伟明", "殴打", "张伟明持刀"])
    #expect(Self.mask.comparable(topic).keywords == ["殴打", "张某某持刀"])
    #expect(["张某", "欧阳某某", "某某", "a private person"].allSatisfy(NameMask.isStand))
    #expect(["某地", "石桥", "张伟明", "market", ""].allSatisfy { !NameMask.isStand($0) })
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
    #expect(masked.topic.label == "a private person · market")
    #expect(masked.topic.references[2].text == "where is a private person now")
  }

  @Test(
    "in English is seen where an office is somebody else's, and however it is spelled",
    arguments: [
      (["Judge jails Emma Clark over crash that killed two"], "emma clark", "Clark"),
      (["Mayor mourns Emma Clark after the crash on the road"], "emma clark", "Clark"),
      (["President pardons Emma Clark over the crash of last year"], "emma clark", "Clark"),
      (["Judge Jails Emma Clark Over Crash"], "emma clark", "Clark"),
      (["Teacher Sarah McDonald suspended over a video in class"], "sarah mcdonald", "McDonald"),
      (["the teacher Mary O'Brien was seen at the market"], "mary o'brien", "Brien"),
      (["the driver Ann Smith-Jones hit a wall today"], "ann smith · smith jones", "Jones"),
      (["the driver Emma J. Clark hit a wall today"], "emma · clark", "Clark"),
      (["the driver José García hit a wall today"], "josé garcía", "García"),
      (["the driver Emma Clark's car hit a wall today"], "emma clark", "Clark"),
    ])
  func spellings(texts: [String], keywords: String, last: String) {
    let words = keywords.split(separator: " · ").map(String.init)
    let masked = Self.mask.masked(.sample(texts + texts, keywords: words))
    #expect(masked.isMasked && !"\(masked.topic)".lowercased().contains(last.lowercased()))
    #expect(masked.topic.references.allSatisfy { $0.text.contains("a private person") })
    #expect(!masked.topic.references[0].text.contains("private person private"), "\(masked)")
  }

  @Test("in English is not what somebody is called by, and what is small is the word it is")
  func parts() {
    let texts = [
      "Teacher Will Smithson was seen, and will come again", "they will ask teacher Will Smithson",
    ]
    let masked = Self.mask.masked(.sample(texts, keywords: ["will smithson", "smithson"]))
    #expect(
      masked.topic.references.map(\.text) == [
        "Teacher a private person was seen, and will come again",
        "they will ask teacher a private person",
      ])
    #expect(masked.topic.keywords == ["a private person"])
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
        [
          "Chief Justice Robert Hall speaks to the people",
          "what did Mayor Robert Hall say there now",
        ],
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
