// What a person's name looks like in a phrase that somebody wrote to look for it.
extension NamePatterns {
  /// The part of a phrase that names a person, in any script; nil if none looks like a name.
  ///
  /// For what people write themselves: it is asked before anything is looked for by it.
  package static func person(in phrase: String) -> String? {
    for part in phrase.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
      if let name = chinesePerson(in: String(part)) { return name }
    }
    return englishPerson(in: phrase)
  }

  private static func chinesePerson(in part: String) -> String? {
    let title = personsBefore.union(offices).filter { part.hasPrefix($0) }
      .max { $0.count < $1.count }
    let bare = String(part.dropFirst(title?.count ?? 0))
    let surname = surname(of: bare)
    // 病人安置点 is a place for patients.
    guard !surname.isEmpty,
      title == nil || !isEveryday(String(bare.prefix(surname.count + 1)))
    else { return nil }
    return [surname.count + 2, surname.count + 1].lazy.filter { bare.count >= $0 }
      .map { String(bare.prefix($0)) }
      .first { name in
        let rest = String(bare.dropFirst(name.count))
        return (title != nil || !isPlace(name))
          && isPerson(name, before: rest, hasTitle: title != nil)
      }
  }

  private static func isPerson(_ name: String, before rest: String, hasTitle: Bool) -> Bool {
    if rest.isEmpty { return isLike(name, isBeside: hasTitle) }
    let surname = surname(of: name)
    let isShort = name.count == surname.count + 1
    if personsAfter.contains(where: { rest.hasPrefix($0) }) { return isLike(name, isBeside: true) }
    if let office = offices.first(where: { rest.hasPrefix($0) }) {
      // 江城市长 is the mayor of a place.
      let isOfPlace = isShort && isWordToo(surname) && "市县区镇乡省".contains(office.prefix(1))
      let isNumber = behindOffices.contains { rest.dropFirst(office.count).hasPrefix($0) }
      return !isOfPlace && !isNumber && isLike(name, isBeside: true)
    }
    // Words run on without a blank, so it takes a usual name: 安平大桥 is none.
    guard deeds.contains(where: { rest.hasPrefix($0) }), !(isShort && isWordToo(surname)) else {
      return false
    }
    return isLike(name, isBeside: true)
      && name.dropFirst(surname.count).allSatisfy(usualInNames.contains)
  }

  /// A village is called by who lived there first: 王庄, 张村, 李家湾.
  private static func isPlace(_ name: String) -> Bool {
    let given = name.dropFirst(surname(of: name).count)
    guard let last = given.last, placeEnds.contains(last) else { return false }
    return given.count == 1 || given.hasPrefix("家")
  }

  /// What somebody did, or what is said of somebody, behind a name.
  private static let deeds = words(
    """
    案 事件 的 被 跳楼 跳河 坠楼 坠亡 打 砍 捅 杀 死 自杀 轻生 失踪 失联 去世 猝死 身亡 遇害 受贿 贪污 涉
    违纪 违法 落马 道歉 回应 曝光 举报 实名举报 出轨 离婚 结婚 怀孕 家暴 猥亵 性侵 强奸 霸凌 欺凌 跑路 诈骗
    骗 偷 维权 上访 发帖 爆料 直播 视频 照片 身份 住址 地址 电话 手机 微博 抖音 微信 溺 受伤 病 住院 持刀
    醉驾 酒驾 讲话 是谁 在哪 怎么
    """)
  private static let placeEnds = characters("村庄镇乡屯湾沟坝寨堡坪营集桥店港岛")
}
