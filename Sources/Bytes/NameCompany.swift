// The words that stand beside names in Chinese.
extension NamePatterns {
  static let personsBefore = words(
    """
    男子 女子 男孩 女孩 男童 女童 男生 女生 网友 老师 教师 同学 学生 市民 村民 居民 业主 司机 乘客 游客 患者 病人 护士 医生 律师 博主 主播
    班主任 邻居 民警 辅警 消防员 员工 工人 骑手 保安 死者 伤者 遇难者 受害人 受害者 嫌疑人 当事人 被告人 被告 原告 父亲 母亲 妻子 丈夫 女儿 儿子 爷爷 奶奶
    老人 大妈 大爷 少年 少女 岁的 名叫 叫做 姓名 家长 家属 大学生 研究生 小伙 姑娘 户主 店主 老板
    """)

  static let personsAfter = words(
    """
    先生 女士 老师 班主任 同学 医生 律师 护士 某 小姐 大爷 大妈 阿姨 叔叔 爷爷 奶奶 的父亲 的母亲 的妻子 的丈夫 的女儿 的儿子 的家属 家属 家长 （男 （女
    (男 (女 ，男 ，女 本人
    """)

  /// What follows a name in a sentence.
  static let goesOn: Set<Character> = Set("的被在说称因回遭向和与将已从为对把是也等")
  static let storms = words("台风 飓风 热带风暴 气旋")

  /// Offices only: what somebody does for a living, or has won, makes nobody an official.
  static let offices = words(
    """
    书记 市长 县长 区长 镇长 乡长 局长 处长 主任 部长 省长 主席 总统 总理 首相 议员 大使 发言人 司令 将军 上将 院士
    国王 女王 皇帝 校长 院长 行长 董事长 总裁 厅长 检察长 法官 委员
    """)
  /// They end as an office does.
  static let notOffices = words("班主任 车间主任")
  /// 市长热线 is a number to ring, whoever rings it.
  static let behindOffices = words("热线 信箱 办公室 助理 家属 儿子 女儿 妻子 丈夫 司机 秘书")
}
