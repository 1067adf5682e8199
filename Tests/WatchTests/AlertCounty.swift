import Bytes
import Support
import Watch

/// A county that does not exist, and what people there write: seeded, two days, thin.
///
/// Some sixteen sources; authors on the social ones only. By day 70 items an hour, at night 30.
struct AlertCounty {
  enum Story {
    /// A chemical works blows up; many tell of it within minutes.
    case explosion
    /// A lantern festival that grows over hours.
    case festival
    /// An evening's football match.
    case match
    /// A day of heavy rain.
    case rain
    /// One person who writes about one thing all the time.
    case oneAuthor
    /// One text, five thousand times, from as many accounts.
    case copies
    /// One source that repeats one phrase in ever other words around it.
    case onePhrase
    /// Characters without meaning.
    case noise
  }

  struct Source {
    var name: String
    var owner: String
    var tier: Item.Tier
    var isSocial: Bool
  }

  static let sources: [Source] = [
    Source(name: "shanhu-gov", owner: "gov", tier: .official, isSocial: false),
    Source(name: "shanhu-weather", owner: "weather", tier: .official, isSocial: false),
    Source(name: "shanhu-emergency", owner: "emergency", tier: .official, isSocial: false),
    Source(name: "shanhu-police", owner: "police", tier: .official, isSocial: false),
    Source(name: "shanhu-media", owner: "county-media", tier: .listed, isSocial: false),
    Source(name: "city-daily", owner: "city-press", tier: .listed, isSocial: false),
    Source(name: "city-tv", owner: "city-press", tier: .listed, isSocial: false),
    Source(name: "province-news", owner: "province", tier: .listed, isSocial: false),
    Source(name: "province-english", owner: "province", tier: .listed, isSocial: false),
    Source(name: "blog-a", owner: "platform-a", tier: .other, isSocial: true),
    Source(name: "blog-b", owner: "platform-b", tier: .other, isSocial: true),
    Source(name: "forum", owner: "forum", tier: .other, isSocial: true),
    Source(name: "clips", owner: "clips", tier: .other, isSocial: true),
    Source(name: "neighbours", owner: "neighbours", tier: .other, isSocial: true),
    Source(name: "questions", owner: "questions", tier: .other, isSocial: true),
  ]

  static let start = Instant(seconds: 1_790_000_000 - 1_790_000_000 % 86_400)

  private(set) var items: [Item] = []
  /// When the third independent post of a story was seen.
  private(set) var third: [Instant] = []
  private var random: SeededGenerator
  private var number = 0

  init(seed: UInt64, hours: Int = 48, hourly: Int = 70) {
    random = SeededGenerator(seed: seed)
    for hour in 0..<hours {
      let ofDay = (hour + 8) % 24
      let isNight = ofDay < 7
      let share = isNight ? 0.4 : ofDay > 17 ? 1.3 : 1.0
      let count = Int(Double(hourly) * share) + below(15)
      for _ in 0..<count {
        let source = pick(Self.sources.count)
        add(everyday(source), source, at: .hours(hour) + .seconds(below(3600)))
      }
    }
  }

  /// The items in the order in which they were seen.
  var stream: [Item] {
    items.sorted { ($0.firstSeen ?? Self.start, $0.id) < ($1.firstSeen ?? Self.start, $1.id) }
  }

  // Chance.

  private mutating func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
  private mutating func one(of list: [String]) -> String { list[below(list.count)] }

  /// Three posts of four come from social sources.
  private mutating func pick(_ count: Int) -> Int { below(4) < 3 ? 9 + below(6) : below(9) }

  private mutating func add(
    _ text: String, _ source: Int, at offset: Duration, author: String? = nil
  ) {
    number += 1
    let from = Self.sources[source]
    let written = from.isSocial ? author ?? "a\(below(3000))" : nil
    let time = Self.start + offset
    items.append(
      Item(
        id: "i\(number)", published: time - .seconds(below(from.isSocial ? 60 : 240)),
        firstSeen: time, source: from.name, language: source == 8 ? "en" : "zh", text: text,
        author: written, owner: from.owner, tier: from.tier))
  }
}

// What is written on any day.
extension AlertCounty {
  private mutating func everyday(_ source: Int) -> String {
    if source == 8 { return everydayEnglish() }
    let opening = one(of: [
      "今天", "早上", "刚刚", "下班路上", "昨晚", "周末", "中午", "说真的", "大家好", "想问一下", "分享一下", "路过", "听说", "终于",
      "又",
      "最近", "第一次", "朋友推荐", "孩子说", "我妈说",
    ])
    let place = one(of: [
      "在东桥镇", "在柳湾", "在县城", "在石渡", "在老街", "在河堤", "在体育馆旁边", "在菜市场", "在一中门口", "在车站", "在新城区", "在超市",
      "在单位", "在家",
      "在图书馆", "在公园",
    ])
    let matter = one(of: [
      "吃了一碗米粉", "买了两斤桃子", "看到一只橘猫", "排队办了社保", "等公交等了半天", "遇到老同学", "学会了做红烧肉", "修好了自行车", "种的月季开了",
      "试了新开的奶茶店",
      "找人合租房子", "转让一台洗衣机", "问问驾校哪家好", "接孩子放学", "陪老人看牙", "跑了五公里", "拍到了晚霞", "听了一场讲座", "换了新手机壳",
      "量了血压",
      "看到救护车开过去", "小区停电半小时", "路口两车追尾堵了一会", "烧秸秆冒烟有点呛", "孩子发烧在医院排队", "听说有人吵架报警了", "路灯坏了投诉没人修",
      "捡到一串钥匙", "丢了一把雨伞", "学广场舞", "收到快递", "退了一件衣服", "办了健身卡", "给车做保养", "装修选瓷砖", "参加家长会", "报名学书法",
    ])
    let remark = one(of: [
      "味道还行", "价格有点贵", "服务态度不错", "推荐给大家", "下次还来", "有没有懂的", "求回复", "心情很好", "真不容易", "慢慢来吧", "人不多",
      "天气不错", "有点累",
      "值得", "一般般", "记录一下", "祝大家顺利", "谢谢", "不知道为什么", "越来越方便了", "还是老样子", "哈哈哈", "加个收藏", "等有空再说",
    ])
    if !Self.sources[source].isSocial {
      return notice(place)
    }
    return "\(opening)\(place)\(matter)，\(remark)"
  }

  private mutating func notice(_ place: String) -> String {
    let office = one(of: [
      "县农业农村局", "县教育局", "县人社局", "县交通局", "县住建局", "县文旅局", "县卫健局", "县市场监管局", "县残联", "县妇联", "县融媒体中心",
      "县林业局",
    ])
    let act = one(of: [
      "召开半年工作会议", "开展技能培训", "组织志愿服务", "发布招聘信息", "检查食品店经营", "慰问困难家庭", "推进道路养护", "公布办事指南", "举办读书活动",
      "部署夏季用工",
      "启动绿化提升", "走访合作社", "评选文明家庭", "调研产业园建设", "宣传医保政策", "更新公交时刻",
    ])
    return "\(office)\(place)\(act)，第\(1 + below(90))期"
  }

  private mutating func everydayEnglish() -> String {
    let subject = one(of: [
      "County officials", "Local farmers", "A tea grower", "Students", "The library", "Volunteers",
      "A village school", "The bus company", "Craftspeople", "The county museum",
    ])
    let verb = one(of: [
      "open a new reading room", "plan better bus routes", "show bamboo weaving",
      "start a training course", "meet visitors from the city", "improve village roads",
      "sell peaches online", "welcome young teachers", "repair an old bridge", "plant trees",
    ])
    let rest = one(of: [
      "in Dongqiao", "in Liuwan town", "this week", "with help of neighbours", "for the summer",
      "after a long winter", "near the old street", "as part of a yearly plan",
    ])
    return "\(subject) \(verb) \(rest)"
  }
}

// Stories.
extension AlertCounty {
  mutating func tell(_ story: Story, at begin: Duration) {
    switch story {
    case .explosion: explosion(at: begin)
    case .festival: festival(at: begin)
    case .match: match(at: begin)
    case .rain: rain(at: begin)
    case .oneAuthor: oneAuthor(at: begin)
    case .copies: copies(at: begin)
    case .onePhrase: onePhrase(at: begin)
    case .noise: noise(at: begin)
    }
  }

  private mutating func explosion(at begin: Duration) {
    var offset = begin
    var heard: Set<Int> = []
    var hasThree = false
    for post in 0..<110 {
      let source = post < 8 ? 9 + (post + below(2)) % 6 : post % 9 == 8 ? below(9) : pick(15)
      add(explosionText(source, early: post < 8), source, at: offset)
      heard.insert(source)
      if heard.count == 3, !hasThree {
        hasThree = true
        third.append(Self.start + offset)
      }
      let step = post < 12 ? 20 + below(70) : post < 60 ? 30 + below(120) : 120 + below(900)
      offset += .seconds(step)
    }
  }

  private mutating func explosionText(_ source: Int, early: Bool) -> String {
    if source == 8 {
      return one(of: [
        "Explosion reported at chemical park in Shidu, Shanhu county, rescue under way",
        "Shanhu: blast at Shidu chemical park, several people taken to hospital",
        "Firefighters at the scene of the Shidu chemical park explosion in Shanhu county",
      ])
    }
    if !Self.sources[source].isSocial {
      return one(of: [
        "石渡化工园一企业发生爆炸，消防救援力量已赶赴现场", "杉湖县石渡化工园爆炸事故救援正在进行，伤亡情况正在核实", "石渡镇化工园附近道路实行交通管制，请绕行",
        "县人民医院接收石渡化工园爆炸事故伤员", "杉湖县启动应急响应处置石渡化工园爆炸事故",
      ])
    }
    let sound = one(of: [
      "石渡那边一声巨响", "石渡化工园好像爆炸了", "听到爆炸声，石渡方向", "化工园爆炸了吗", "刚才一声巨响，窗户都在抖，石渡化工园", "石渡化工园冒黑烟",
      "化工园那边火光冲天",
      "石渡镇爆炸，房子都震了",
    ])
    let more = one(of: [
      "有人知道怎么回事吗", "好吓人", "玻璃碎了一地", "消防车过去好多辆", "浓烟特别大", "味道很刺鼻", "邻居都跑出来了", "希望人没事", "手还在抖",
      "救护车一直响", "不敢开窗",
      "正在往外走", "路口封了", "求平安",
    ])
    return early
      ? "\(sound)，\(more)"
      : "\(sound)，\(more)，\(one(of: ["现场视频", "离得两公里", "刚拍的", "还在响", "等通报", "谁在附近"]))"
  }

  private mutating func festival(at begin: Duration) {
    let hourly = [4, 8, 15, 28, 40, 45, 38, 20, 8]
    for (hour, count) in hourly.enumerated() {
      for _ in 0..<count {
        let source = pick(15)
        let what = one(of: [
          "灯会", "柳湾灯会", "老街灯会", "柳湾龙舟灯会", "灯会现场", "灯会夜市",
        ])
        let how = one(of: [
          "花灯真好看", "人山人海", "烟花太美了", "停车难找", "带娃来打卡", "舞龙好热闹", "小吃排长队", "龙舟划得真快", "拍了好多照片", "节日快乐",
          "门票免费", "挤不进去了",
        ])
        let text =
          source == 8
          ? "Visitors enjoy the Liuwan lantern festival, \(one(of: ["boats", "lights", "food", "music"])) and all"
          : "\(what)\(how)，\(one(of: ["柳湾", "老街", "河堤", "今晚", "现在", "刚到", "九点", "回家路上"]))\(one(of: ["开心", "值了", "真热", "下次还来", "好看", "慢慢逛"]))"
        add(text, source, at: begin + .hours(hour) + .seconds(below(3600)))
      }
    }
  }

  private mutating func match(at begin: Duration) {
    for (part, count) in [10, 35, 60, 55, 15].enumerated() {
      for _ in 0..<count {
        let source = pick(15)
        let text =
          source == 8
          ? "Shanhu football team \(one(of: ["scored again", "leads at half time", "wins the match"])) before \(3000 + below(900)) fans"
          : "\(one(of: ["杉湖队", "主场比赛", "这场球", "足球赛", "杉湖足球"]))\(one(of: ["进球了", "加油", "点球好险", "绝杀", "裁判这哨子", "门将太神了", "二比一", "加时了", "赢了"]))，\(one(of: ["全场沸腾", "球迷太热情", "体育馆见", "嗓子喊哑", "看直播", "下一场还来", "决赛稳了", "真解气"]))"
        add(text, source, at: begin + .minutes(35 * part) + .seconds(below(2100)))
      }
    }
  }

  private mutating func rain(at begin: Duration) {
    for hour in 0..<14 {
      for _ in 0..<6 + below(14) {
        let source = pick(15)
        let text =
          Self.sources[source].isSocial
          ? "\(one(of: ["雨好大", "暴雨下个不停", "雨太大了", "这雨", "外面暴雨"]))，\(one(of: ["老街积水了", "东桥路口积水没过轮胎", "柳湾河水涨了", "鞋全湿了", "地下车库进水", "公交停了", "出不了门", "打雷好响", "路上堵成一片"]))\(one(of: ["", "，注意安全", "，慢点开", "，等雨停", "，几点能停"]))"
          : one(of: [
            "县气象台发布暴雨黄色预警，请注意防范", "县气象台：未来三小时仍有强降雨", "县应急局提醒：减少外出，远离低洼路段", "东桥镇积水路段已设置警示",
            "柳湾河水位上涨，已安排值守", "部分公交线路因暴雨临时调整",
          ])
        add(text, source, at: begin + .hours(hour) + .seconds(below(3600)))
      }
    }
  }

  private mutating func oneAuthor(at begin: Duration) {
    for post in 0..<400 {
      let text =
        "石渡化工园要爆炸了，\(one(of: ["快跑", "没人管", "我早说过", "你们等着", "看着吧", "浓烟", "泄漏"]))\(one(of: ["第一", "再说", "真的", "不骗人", "信不信", "今晚"]))\(post)"
      add(text, 9, at: begin + .seconds(20 * post), author: "loud")
    }
  }

  private mutating func copies(at begin: Duration) {
    for post in 0..<5000 {
      let tail = post % 3 == 0 ? "！" : post % 3 == 1 ? "🔥" : ""
      add(
        "紧急扩散：石渡化工园发生爆炸死亡多人，消息被封锁，请大家转发让更多人看到\(tail)", 9 + post % 6,
        at: begin + .seconds(post), author: "copy\(post)")
    }
  }

  private mutating func onePhrase(at begin: Duration) {
    for post in 0..<120 {
      let text =
        "安全生产月提示第\(post)条：严防火灾爆炸事故，\(one(of: ["检查燃气", "清理通道", "培训员工", "排查隐患", "更新台账"]))，\(one(of: ["从我做起", "人人有责", "落实到位", "常抓不懈"]))"
      add(text, 2, at: begin + .minutes(10 * post))
    }
  }

  private mutating func noise(at begin: Duration) {
    for post in 0..<600 {
      var text = ""
      for _ in 0..<20 + below(20) {
        if let scalar = Unicode.Scalar(UInt32(0x4e00 + below(20_000))) {
          text.unicodeScalars.append(scalar)
        }
      }
      add(text, 9 + below(6), at: begin + .seconds(12 * post))
    }
  }
}
