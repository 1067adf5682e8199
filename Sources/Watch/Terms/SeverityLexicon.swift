package import Bytes

/// What kind of trouble a word tells of, so that two topics can be seen to be of one kind.
package enum Trouble: String, CaseIterable, Sendable {
  case fire
  case collapse
  case water
  case quake
  case traffic
  case health
  case poison
  case violence
  case crowd
  case outage
  case harm
  case grievance
  /// Words that only look like trouble: idioms.
  case idiom
  /// Feasts, sport and shows: why people gather and nobody is hurt.
  case leisure
  /// A drill tells of trouble that there is not.
  case drill

  package var name: Bilingual {
    switch self {
    case .fire: Bilingual(zh: "火灾爆炸", en: "fire or explosion")
    case .collapse: Bilingual(zh: "坍塌滑坡", en: "collapse or landslide")
    case .water: Bilingual(zh: "暴雨洪涝", en: "rain or flood")
    case .quake: Bilingual(zh: "地震", en: "earthquake")
    case .traffic: Bilingual(zh: "交通事故", en: "traffic accident")
    case .health: Bilingual(zh: "公共卫生", en: "public health")
    case .poison: Bilingual(zh: "泄漏污染", en: "leak or pollution")
    case .violence: Bilingual(zh: "治安案件", en: "violence")
    case .crowd: Bilingual(zh: "人群聚集", en: "crowd")
    case .outage: Bilingual(zh: "水电通信中断", en: "outage")
    case .harm: Bilingual(zh: "人员伤亡", en: "people harmed")
    case .grievance: Bilingual(zh: "群众诉求", en: "grievance")
    case .idiom: Bilingual(zh: "习语", en: "idiom")
    case .leisure: Bilingual(zh: "节庆赛事", en: "feast, sport or show")
    case .drill: Bilingual(zh: "演练", en: "drill")
    }
  }
}

/// A word that makes a topic matter, or not.
package struct SeverityWord: Hashable, Sendable {
  package var word: String
  package var trouble: Trouble
  /// 0 says nothing, 1 is worth a look, 2 is serious, 3 is grave.
  package var weight: Int

  package init(word: String, trouble: Trouble, weight: Int) {
    self.word = word
    self.trouble = trouble
    self.weight = weight
  }

  /// The words that ship.
  package static let standard: [SeverityWord] = read(
    severityText.withUTF8Buffer { String(decoding: $0, as: UTF8.self) })

  /// Each line: the kind of trouble, the weight, and words parted by blanks; `_` is a blank.
  private static func read(_ text: String) -> [SeverityWord] {
    text.split(separator: "\n").flatMap { line -> [SeverityWord] in
      let parts = line.split(separator: " ")
      guard parts.count > 2, let trouble = Trouble(rawValue: String(parts[0])),
        let weight = Int(parts[1])
      else { return [] }
      return parts.dropFirst(2).map { word in
        SeverityWord(
          word: String(word.map { $0 == "_" ? " " : $0 }), trouble: trouble, weight: weight)
      }
    }
  }
}

// Everyday words of emergencies, made for this program: those of the notices that desks write, and
// those that people shout first. A household name of a trouble is grave or serious, what may lead
// to one is worth a look.
private let severityText: StaticString = """
  fire 3 爆炸 爆燃 闪爆 殉爆 火灾 大火 起火 失火 着火 explosion explosions exploded exploding blast
  fire 2 巨响 浓烟 黑烟 火光 火势 火球 冲击波 明火 轰的一声 一声响 震碎 消防车 自燃 冒烟 烟雾 blaze
  fire 2 fire fires flames burning smoke wildfire loud_bang huge_bang fireball firefighters
  fire 1 消防 灭火 火警 燃气 煤气 焦味 爆破声 gas siren sirens
  collapse 3 坍塌 垮塌 倒塌 塌方 塌陷 滑坡 泥石流 山体崩塌 溃坝 决堤 溃口 决口 landslide mudslide
  collapse 3 collapse collapsed collapses sinkhole dam_burst
  collapse 2 塌了 裂缝 地陷 透水 冒顶 埋压 被埋 buried cave-in
  water 2 洪水 山洪 洪涝 内涝 被淹 淹没 漫堤 管涌 泄洪 超警戒 冲走 落水 溺水 flood floods flooded
  water 2 flooding flash_flood drowned drowning
  water 1 暴雨 大暴雨 特大暴雨 强降雨 积水 水位 汛情 台风 冰雹 雷暴 大风 红色预警 橙色预警 黄色预警
  water 1 heavy_rain rainstorm downpour typhoon hail storm waterlogged
  quake 3 地震 余震 earthquake quake aftershock
  quake 2 震感 晃动 摇晃 tremor tremors shaking
  traffic 3 车祸 连环相撞 坠机 脱轨 翻车 沉船 坠桥 坠崖 pileup derailed derailment plane_crash
  traffic 2 追尾 相撞 碰撞 侧翻 撞人 撞车 坠落 坠河 肇事 crash crashed collision overturned
  traffic 1 封路 堵死 中断交通 road_closed
  health 3 食物中毒 疫情 集体中毒 霍乱 鼠疫 炭疽 outbreak food_poisoning epidemic
  health 2 中毒 腹泻 呕吐 发烧 确诊 感染 隔离 poisoned vomiting infected quarantine hospitalised
  health 2 hospitalized
  health 1 送医 就医 急诊 救护车 医院 ambulance ambulances
  poison 3 泄漏 泄露 毒气 氯气 氨气 危化品 有毒 toxic chemical_leak gas_leak poisonous
  poison 2 污染 刺鼻 异味 臭味 呛人 呛鼻 死鱼 发黑 红水 黑水 leak leaked pollution polluted fumes
  poison 2 stench contaminated
  violence 3 砍人 捅人 枪击 行凶 持刀 杀人 凶杀 劫持 绑架 投毒 纵火 stabbing stabbed shooting gunman
  violence 3 hostage arson murder knife_attack bomb_attack terror_attack attacker attackers
  violence 2 打人 斗殴 群殴 施暴 霸凌 伤人 attacked assault beaten riot
  violence 1 attack
  crowd 3 踩踏 stampede
  crowd 2 聚集 围堵 堵门 冲突 对峙 suspicious_package unrest clashes
  crowd 1 抗议 游行 罢工 protest protests strike
  outage 2 大面积停电 全城停电 停水 断水 断电 停电 断网 通信中断 blackout power_outage power_cut
  outage 2 water_cut outage
  outage 1 跳闸 抢修 停气 no_power no_water
  harm 3 死亡 遇难 身亡 丧生 死了 尸体 遗体 失联 重伤 dead death deaths killed died fatal casualties
  harm 2 受伤 伤亡 伤者 伤员 被困 失踪 坠楼 跳楼 轻生 救援 搜救 疏散 撤离 转移群众 救命 流血 昏迷
  harm 2 injured injuries trapped missing rescue rescued evacuate evacuated evacuation wounded
  fire 3 山火 火情 烧毁 爆管 wildfires bushfire incendio incêndio
  fire 2 inferno ablaze flare-up explosión explosão esplosione
  collapse 3 楼塌 桥塌 垮桥 矿难 塌楼 坠井 avalanche derrumbe crollo
  water 3 海啸 龙卷风 飓风 特大洪水 洪灾 水灾 hurricane tornado cyclone tsunami inundaciones enchente
  water 2 暴雪 寒潮 沙尘暴 超强台风 storms blizzard superstorm typhoons hurricanes alluvione
  quake 3 震中 强震 火山喷发 earthquakes epicenter epicentre magnitude terremoto sismo temblor eruption
  traffic 3 坠毁 失事 空难 撞向 沉没 相撞事故 crashes sinking capsized crash-landing shipwreck
  poison 3 核泄漏 辐射 爆炸物 radiation nuclear_leak oil_spill
  health 2 阳性 病例 变异株 封控 疫苗事故 病毒 virus infections
  violence 3 袭击 遇袭 遇刺 空袭 交火 炮击 枪声 枪杀 恐袭 被害 杀害 坠亡 airstrike missile
  violence 3 assassinated bombing gunfire massacre hostages
  violence 2 开枪 战争 入侵 武装 政变 导弹 停火 围殴 殴打 失踪案 war invasion coup troops militants
  harm 3 罹难 溺亡 猝死 致死 死伤 失踪 伤者众多 victims death_toll perished muertos mortos morti
  harm 2 去世 逝世 遇险 脱险 获救 抢险 求救 断联 disaster survivors relief heridos feridos feriti emergencia
  harm 1 紧急 危险 事故 险情 emergency danger accident incident
  grievance 2 强拆 欠薪 讨薪 拖欠工资 虐待 体罚 猥亵 性侵 跑路 集资 诈骗 贪污 殴打 暴力执法
  grievance 2 abuse fraud unpaid_wages
  grievance 1 维权 投诉 讨说法 乱收费 停课 停运 涨价 公示 拆迁 征地 举报 曝光 complaint complaints
  idiom 0 好吃到爆炸 美到爆炸 帅到爆炸 好看到爆炸 颜值爆炸 人气爆炸 信息爆炸 知识爆炸 爆炸性 爆炸头 心态爆炸
  idiom 0 气到爆炸 火爆 爆火 红红火火 死亡之组 死亡游戏 笑死 累死 热死 冻死 饿死 气死 吓死 烦死 困死 死忠
  idiom 0 死角 杀死比赛 秒杀 绝杀 追杀比分 一脚爆射 爆冷 爆满 爆款 心脏骤停了 防火墙 灭火器 地震局 消防员招录
  idiom 0 fire_sale on_fire fired fireworks dead_heat sudden_death crash_course smash_hit
  idiom 0 killer_app dead_battery deadline death_metal blast_from_the_past having_a_blast had_a_blast
  leisure 0 灯会 庙会 龙舟 烟花 焰火 夜市 美食节 音乐节 文化节 旅游节 采摘节 花展 艺术节 演唱会 晚会 开幕 闭幕
  leisure 0 表演 演出 舞台 门票 打卡 节日 过节 祝福 快乐 热闹 游客 游园 巡游 观众 花灯 舞龙 舞狮 锣鼓
  leisure 0 比赛 赛事 联赛 决赛 半决赛 小组赛 主场 客场 球队 球迷 球员 进球 破门 点球 射门 门将 裁判 加时 夺冠
  leisure 0 戏台 市集 集市 主会场 分会场 赏花 花海 赏月 汉服 非遗 糖画 摊主 接驳车 放露天电影
  leisure 0 看球 上半场 下半场 半场 扳平 头球 角球 任意球 补时 球门 散场 客队 主队
  leisure 0 冠军 亚军 奖杯 比分 赢了 加油 助威 马拉松 运动会 篮球 足球 排球 村超 村ba 电影 综艺 明星
  leisure 0 festival lantern fireworks concert parade carnival match goal goals scored penalty
  leisure 0 referee fans team final semifinal championship trophy league stadium football soccer
  leisure 0 basketball marathon kick-off half-time full-time tickets celebrate celebration
  leisure 0 free_kick corner_kick goalkeeper striker half_time kickoff equaliser equalizer cup
  drill 0 演练 演习 应急演练 消防演练 drill exercise
  """
