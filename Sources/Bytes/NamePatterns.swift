/// What names of persons look like, and what stands beside them. Words and surnames are such as any
/// dictionary has, gathered for this program.
package enum NamePatterns {
  // Chinese.

  /// The name that a word is, or begins: a surname and one or two characters that names are made of.
  /// A word of two is a name of three where the texts nearly always go on with the same character.
  package static func chinese(_ word: String, in texts: [String]) -> String? {
    guard isLike(word), word.count == surname(of: word).count + 1 else {
      return isLike(word) ? word : nil
    }
    var next: [Character: Int] = [:]
    var places = 0
    for text in texts {
      guard let range = text.firstRange(of: word) else { continue }
      places += 1
      if range.upperBound < text.endIndex { next[text[range.upperBound], default: 0] += 1 }
    }
    if let (character, count) = next.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
      places >= 2, count * 5 >= places * 4, isIdeograph(character),
      !neverInNames.contains(character)
    {
      return word + String(character)
    }
    return word
  }

  /// The surname that a text begins with; empty if it begins with none.
  package static func surname(of text: String) -> String {
    let two = String(text.prefix(2))
    if compoundSurnames.contains(two) { return two }
    return text.first.map {
      surnames.contains($0) || traditionalSurnames.contains($0) ? String($0) : ""
    } ?? ""
  }

  /// A name of two characters may be the beginning of another word, so something has to end it.
  package static func isBesidePerson(_ name: String, in text: String) -> Bool {
    eachPlace(of: name, in: text) { before, after in
      if personsAfter.contains(where: { after.hasPrefix($0) }) { return true }
      let isEnded =
        name.count > 2 || after.first.map { !isIdeograph($0) || goesOn.contains($0) } ?? true
      return isEnded && personsBefore.contains { before.hasSuffix($0) }
    }
  }

  /// A word without the word for a person that it begins with.
  package static func withoutPerson(_ word: String) -> String {
    personsBefore.filter { word.hasPrefix($0) }.max { $0.count < $1.count }
      .map { String(word.dropFirst($0.count)) } ?? word
  }

  /// Whether a text goes on as a sentence does behind a name.
  package static func goesOn(_ rest: String) -> Bool {
    rest.first.map { goesOn.contains($0) } ?? false
  }

  /// Storms have names as persons have. A person is named where a storm is talked of as well, so the
  /// word has to stand beside the name.
  package static func isStorm(_ name: String, in text: String) -> Bool {
    eachPlace(of: name, in: text) { before, after in
      storms.contains {
        withoutQuotes(before, atEnd: true).hasSuffix($0)
          || withoutQuotes(after, atEnd: false).hasPrefix($0)
      }
    }
  }

  /// 登陆 is what a storm does, and what people write for 登录, which anybody does.
  package static func comesAshore(_ name: String, in text: String) -> Bool {
    eachPlace(of: name, in: text) { _, after in
      withoutQuotes(after, atEnd: false).hasPrefix("登陆")
    }
  }

  package static func bearsOffice(_ name: String, in text: String) -> Bool {
    eachPlace(of: name, in: text) { before, after in
      if offices.contains(where: { before.hasSuffix($0) }) {
        return !notOffices.contains { before.hasSuffix($0) }
      }
      guard let office = offices.first(where: { after.hasPrefix($0) }) else { return false }
      let rest = after.dropFirst(office.count)
      return !behindOffices.contains { rest.hasPrefix($0) }
    }
  }

  private static func withoutQuotes(_ text: Substring, atEnd: Bool) -> Substring {
    var text = text
    let quotes: Set<Character> = ["“", "”", "\"", "「", "」", "『", "』", "《", "》", "‘", "’", "'"]
    if atEnd {
      while let last = text.last, quotes.contains(last) { text.removeLast() }
    } else {
      while let first = text.first, quotes.contains(first) { text.removeFirst() }
    }
    return text
  }

  /// The names in a text that stand beside a word for a person.
  package static func besidePersons(in text: String) -> [String] {
    var found: [String] = []
    for word in personsBefore {
      for range in text.ranges(of: word) {
        for name in begin(of: String(text[range.upperBound...].prefix(5)))
        where !found.contains(name) && isBesidePerson(name, in: text) {
          found.append(name)
        }
      }
    }
    for word in personsAfter {
      for range in text.ranges(of: word) {
        let before = text[..<range.lowerBound]
        // The longest: of 欧阳明月 the last two may be a name as well.
        let name = (2...4).reversed().lazy.map { String(before.suffix($0)) }
          .first { isLike($0) && $0.count <= surname(of: $0).count + 2 }
        if let name, !found.contains(name) { found.append(name) }
      }
    }
    return found
  }

  /// The name that a text begins with, if something shows where it ends; else both that it may be.
  private static func begin(of text: String) -> [String] {
    let count = surname(of: text).count
    // 学生安全撤离 has no 安全撤 in it.
    guard !notNames.contains(String(text.prefix(count + 1))) else { return [] }
    let names = [count + 2, count + 1].filter { count > 0 && text.count >= $0 }
      .map { String(text.prefix($0)) }.filter(isLike)
    let ended = names.filter { name in
      let rest = String(text.dropFirst(name.count))
      return rest.first.map { !isIdeograph($0) } ?? true || goesOn(rest)
    }
    return ended.isEmpty ? names.filter { $0.count == count + 2 } : ended
  }

  /// Whether a word is formed as a name is: a surname, and one or two characters of names.
  package static func isLike(_ word: String) -> Bool {
    let count = surname(of: word).count
    guard count > 0, word.count > count, word.count <= count + 2, word.allSatisfy(isIdeograph),
      !notNames.contains(word)
    else { return false }
    let given = word.dropFirst(count)
    return given.allSatisfy { !neverInNames.contains($0) } && !personsAfter.contains(String(given))
      && !given.hasPrefix("某") && !given.hasPrefix("女") && !given.hasPrefix("姓")
  }

  /// An everyday word that is none for a person, though it looks like a name.
  package static func isEveryday(_ word: String) -> Bool { notNames.contains(word) }

  private static func eachPlace(
    of name: String, in text: String, _ test: (Substring, Substring) -> Bool
  ) -> Bool {
    text.ranges(of: name).contains { test(text[..<$0.lowerBound], text[$0.upperBound...]) }
  }

  private static func isIdeograph(_ character: Character) -> Bool {
    character.unicodeScalars.allSatisfy { (0x4e00...0x9fff).contains($0.value) }
  }

  private static func words(_ text: StaticString) -> Set<String> {
    let text = text.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
    return Set(text.split(whereSeparator: { $0 == " " || $0 == "\n" }).map(String.init))
  }

  private static let surnames: Set<Character> = Set(
    words(
      """
      王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭
      廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向
      柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华
      车冉房边闫饶滕佟栾臧褚岑荆郁卓
      """
    ).joined())
  /// What is typed into a configuration is not brought to one script before it is looked at.
  private static let traditionalSurnames: Set<Character> = Set(
    "張劉陳楊趙黃吳孫馬羅鄭謝韓馮於蕭許鄧呂蘇盧蔣賈葉閻餘鍾薑譚鄒陸顧萬錢湯賀賴龔龐蘭顏倪嚴溫蘆魯韋畢聶叢喬齊莊塗時關費紀歐項遊衛單寧闞強車邊閆華嶽樊倫"
  )
  private static let compoundSurnames = words(
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 司徒 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐 夏侯")

  /// Characters that hardly any given name has, and that words which begin like a name go on with.
  private static let neverInNames: Set<Character> = Set(
    words(
      """
      的了是在不有和人们我你他她它这那么什怎吗吧呢啊年日时分个位元万亿考试温速铁疫情价钱费税法院案件险危事故爆炸灾震水电气油煤车祸伤亡死病毒
      县市镇乡村区街路桥河湖海岛省州国校场站厂馆店城寺庙塔楼门口队会局部所社网报台线者员某被将把对从到说称发布现出入开关闭上下前后内外中间
      多少大小与及或就都也还又再已曾于以为因所而则其之等级第首次新旧老学生产业工务农商品牌机场馆园药店银行股票券基金融资款项目标准则
      获刑判罪犯偷抢骗逃抓捕传抬头厘系
      州酒牛羊鱼肉菜饭茶糖盐蛋奶果瓜椒蒜葱姜米面粉汤鞋衣裤帽裙包袋箱瓶罐盒杯碗盘刀叉勺筷锅炉灶床桌椅柜灯扇窗墙地板砖瓦泥沙土石木草
      打跑跳走飞坐站睡吃喝玩乐哭笑骂喊叫唱听看读写画问答讲谈论议赛冠军奖牌球票演影视剧歌曲舞戏综节晚直播频道号码量度数据率比例高低长短快慢
      """
    ).joined())

  /// Everyday words that look like a name all the same.
  private static let notNames = words(
    """
    车厘子 莫德纳 马拉松 高德 安全 安静 安康 安徽 安心 常德 常青 成都 成龙 成熟 东方 方案 方向 方便 高兴 高峰 高雄 高原 高端 关心 广东 贵州 海南 和平 河南 华为
    华南 华东 华西 黄金 黄山 黄浦 黄梅 吉林 纪念 江苏 江西 江南 江阴 金华 金山 金星 金牛 康复 雷达 雷霆 凌晨 路人 马上 马云 梅雨 孟加拉
    明星 莫斯科 宁夏 宁波 齐全 曲江 任何 时代 石英 司机 四川 苏州 台湾 唐山 田径 万科 文化 文明 武汉 武装 夏天 夏季 向日葵 徐州 严重 严格
    易燃 于是 余震 云南 曾经 章程 郑州 钟南山 周末 周年 周一 周五 庄严 温柔 温泉 包子 包容 强烈 强调 解释 景色 童话 盛大 游泳 项链 甘肃
    单位 单独 宁静 路过 左右 管理 管控 管道 温馨 时尚 时光 时期 贺岁 贺信 牛津 季节 毛利 毛衣 白云 白天 白银 白宫 段子 常常 常态 常见 洪峰
    洪涝 易地 易怒 石家庄 石化 金价 金额 马尼拉 罗马 罗山 林业 林芝 林区 梁山 宋代 唐朝 唐代 秦岭 秦皇岛 秦朝 康养 康熙 江湖 叶片 叶绿 顾客
    顾虑 龙卷风 龙舟 龙头 雷雨 雷暴 汤圆 施工 施压 陶瓷 严峻 严肃 严禁 鲁迅 华侨 华人 华裔 柳州 桂林 桂花 梅花 兰州 兰花 武器 武力 武警 向阳
    任命 任务 何时 何必 余额 余热 高昂 高温 高校 高中 高三 高考 万象 万宁 文旅 文艺 文学 方舱 方圆 金秋 金融
    强拆 强震 强制 强迫 强行 强降雨 强对流 查封 查处 查获 查看 查询 施暴 施救 施加 关停 关于 关注 关爱 解散 解雇 解封 解聘 解救 解决 游客 游乐
    游览 游玩 游轮 安置 安检 安监 安装 安排 管涌 管制 管廊 管教 路障 路政 路上 路旁 雷击 霍乱 马蜂 马匹 凌汛 凌空 童工 童装 江堤 江水 房东
    房贷 房屋 房子 金属 金钱 石料 石头 易拉罐 易感 时速 时隔 时而 成灾 成绩 成功 成立 成员 成为 成千 单亲 任课 任凭 任由 常规 常年 常用 万人 万众
    万里 万元 牛群 牛奶 苗木 谷物 柏油 葛根 程序 程度 白领 白菜 白雪 白血 黄昏 黄线 黄沙 黄疸 段落 车辆 车祸 华丽 水厂 钱财 毛毯 汪洋 曲折 包围
    左侧 右侧 左手 右手 向前 向外 盛传 温暖 费用 费解 武术 严查 方才 连夜 计划 应急 元旦 方式 陆续 盛典 童模 时尚
    """
  ).union(cities)

  /// Towns that begin like a name; one that many people are called by as well is none of them.
  private static let cities = words(
    """
    沈阳 安阳 安庆 安顺 黄石 黄冈 黄南 黄陂 黄骅 黄岩 黄埔 常熟 江都 江陵 江津 江宁 江北 江夏 江油 温岭 温江 金昌 金坛 金湖 金寨 宁德 宁国 宁乡
    石狮 石首 石嘴山 石河子 石景山 曲靖 曲阜 韩城 项城 陆丰 陆川 陆良 罗定 罗平 龙岩 龙泉 孟津 邵阳 邵武 邵东 邢台 庄河 祁阳 祁连 辛集 武安 武夷山
    武进 武冈 武威 武隆 武清 黎平 贺兰 文登 文昌 洪洞 芦山 章丘 鲁山 鲁甸 毕节 焦作 岳阳 岳西 舒城 舒兰 耿马 苗栗 卫辉 霍邱 甘南 甘孜 景洪 景德镇
    包头 包茂 桂平 桂阳 华阴 华容 房山 高邮 高密 高碑店 梁平 于都 于洪 萧山 曹妃甸 许昌 沈丘 彭水 彭泽 吕梁 卢氏 蔡甸 贾汪 薛城 阎良 余姚 余杭
    余江 余干 潘集 夏邑 夏津 钟祥 汪清 田东 田阳 任丘 姜堰 邹城 邹平 康定 康保 秦安 侯马 张家口 张家界 张家港 张掖 张北 陈仓 杨凌 杨浦 周口 周至
    吴江 吴忠 吴堡 吴起 吴川 徐闻 徐汇 孙吴 雷波 马鞍山 牛栏江 万年 乔口 安徽
    """)

  private static let personsBefore = words(
    """
    男子 女子 男孩 女孩 男童 女童 男生 女生 网友 老师 教师 同学 学生 市民 村民 居民 业主 司机 乘客 游客 患者 病人 护士 医生 律师 博主 主播
    班主任 邻居 民警 辅警 消防员 员工 工人 骑手 保安 死者 伤者 遇难者 受害人 受害者 嫌疑人 当事人 被告人 被告 原告 父亲 母亲 妻子 丈夫 女儿 儿子 爷爷 奶奶
    老人 大妈 大爷 少年 少女 岁的 名叫 叫做 姓名 家长 家属 大学生 研究生 小伙 姑娘 户主 店主 老板
    """)

  private static let personsAfter = words(
    """
    先生 女士 老师 班主任 同学 医生 律师 护士 某 小姐 大爷 大妈 阿姨 叔叔 爷爷 奶奶 的父亲 的母亲 的妻子 的丈夫 的女儿 的儿子 的家属 家属 家长 （男 （女
    (男 (女 ，男 ，女 本人
    """)

  /// What follows a name in a sentence.
  private static let goesOn: Set<Character> = Set("的被在说称因回遭向和与将已从为对把是也等")
  private static let storms = words("台风 飓风 热带风暴 气旋")

  /// Offices only: what somebody does for a living, or has won, makes nobody an official.
  private static let offices = words(
    """
    书记 市长 县长 区长 镇长 乡长 局长 处长 主任 部长 省长 主席 总统 总理 首相 议员 大使 发言人 司令 将军 上将 院士
    国王 女王 皇帝 校长 院长 行长 董事长 总裁 厅长 检察长 法官 委员
    """)
  /// They end as an office does.
  private static let notOffices = words("班主任 车间主任")
  /// 市长热线 is a number to ring, whoever rings it.
  private static let behindOffices = words("热线 信箱 办公室 助理 家属 儿子 女儿 妻子 丈夫 司机 秘书")

  // English.

  package struct Pair: Hashable {
    package var first: String
    package var last: String

    package var text: String { first + " " + last }
  }

  /// Pairs of words with capitals that may be a person, each once, with whether a word for a person or
  /// an office stands beside. Where all words have capitals only a usual given name tells.
  package static func english(in text: String) -> [(Pair, isBeside: Bool, hasOffice: Bool)] {
    let words = text.split(whereSeparator: { !$0.isLetter && $0 != "-" && $0 != "'" })
      .map(String.init)
    let capitals = words.count(where: isCapitalised)
    let tellsByCapitals = words.count >= 4 && capitals * 5 < words.count * 3
    var found: [(Pair, isBeside: Bool, hasOffice: Bool)] = []
    for at in words.indices.dropLast() {
      let (first, last) = (words[at], words[at + 1])
      guard isCapitalised(first), isCapitalised(last),
        !notInNames.contains(first.lowercased()), !notInNames.contains(last.lowercased()),
        text.contains(first + " " + last)
      else { continue }
      // Three in a row are a body or a title, not a person.
      let isLonger =
        at + 2 < words.count && isCapitalised(words[at + 2])
        && text.contains(last + " " + words[at + 2])
      guard tellsByCapitals && !isLonger || givenNames.contains(first.lowercased()) else {
        continue
      }
      let near = words[max(0, at - 3)..<min(words.count, at + 5)].map { $0.lowercased() }
      let before = words[max(0, at - 2)..<at].map { $0.lowercased() }
      let pair = Pair(first: first, last: last)
      guard !found.contains(where: { $0.0 == pair }) else { continue }
      found.append(
        (
          pair, near.contains { persons.contains($0) },
          before.contains { englishOffices.contains($0) }
        ))
    }
    return found
  }

  /// The part of a phrase that names a person, in any script; nil if none looks like a name.
  ///
  /// For what people write themselves: it is asked before anything is looked for by it.
  package static func person(in phrase: String) -> String? {
    for part in phrase.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
      var bare = withoutPerson(String(part))
      for word in personsAfter where bare.hasSuffix(word) && bare.count >= word.count + 2 {
        bare = String(bare.dropLast(word.count))
        break
      }
      if isLike(bare) { return bare }
    }
    let words = phrase.split(whereSeparator: { !$0.isLetter && $0 != "-" && $0 != "'" })
      .map(String.init)
    for (first, last) in zip(words, words.dropFirst()) {
      let isPair = isCapitalised(first) && isCapitalised(last)
      guard givenNames.contains(first.lowercased()) || isPair,
        !notInNames.contains(first.lowercased()), !notInNames.contains(last.lowercased()),
        (first + last).allSatisfy({ $0.isASCII && $0.isLetter }), last.count >= 2
      else { continue }
      return first + " " + last
    }
    return nil
  }

  package static func hasGivenName(_ pair: Pair) -> Bool {
    givenNames.contains(pair.first.lowercased())
  }

  private static func isCapitalised(_ word: String) -> Bool {
    guard let first = word.first, first.isUppercase, word.count >= 2 else { return false }
    return word.dropFirst().allSatisfy { !$0.isUppercase } && word.allSatisfy(\.isASCII)
  }

  private static let persons = words(
    """
    mr mrs ms miss man woman boy girl teacher student resident driver passenger patient nurse doctor
    mother father wife husband daughter son victim suspect user named year-old aged neighbour neighbor
    worker farmer teenager blogger
    """)

  private static let englishOffices = words(
    """
    president minister mayor governor senator secretary chief director chairman chairwoman spokesman
    spokeswoman ambassador general judge pope king queen prince princess captain
    """)

  /// Given names that many bear: a headline with capitals throughout shows a name by nothing else.
  private static let givenNames = words(
    """
    john james robert michael william david richard joseph thomas charles christopher daniel matthew
    anthony steven paul andrew kenneth joshua kevin brian george edward ronald timothy jason jeffrey
    ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory
    frank alexander raymond patrick jack dennis jerry peter henry adam nathan kyle walter harold
    mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty margaret
    sandra ashley kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca laura
    sharon cynthia kathleen amy angela shirley anna brenda pamela emma nicole helen samantha katherine
    christine rachel carolyn janet catherine maria heather diane ruth julie olivia joyce alice
    """)

  private static let notInNames = words(
    """
    the a an in on at of and for from with to by new old north south east west upper lower great
    county city town village district province state street road avenue river lake bridge mountain
    park square station airport school college university hospital church museum library company
    group bank council court police fire department ministry office press news daily times television
    monday tuesday wednesday thursday friday saturday sunday january february march april may june
    july august september october november december football basketball league cup team united
    festival day week breaking update alert live video
    """)

  /// Words of a topic that say nothing of what happened.
  package static let general = words("网友 回应 热搜 视频 今天 现场 最新 消息 事件 曝光 热议 真的 怎么 看 say said says news")
}
