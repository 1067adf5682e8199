import Bytes

/// Every verb of the command, in the order in which the help lists them.
package enum VerbTable {
  package static func specification(_ name: String) -> VerbSpecification? {
    all.first { $0.name == name }
  }

  package static let all: [VerbSpecification] = desk + records + course + releases + others

  /// What was wrong with a request's words, and what they should have been.
  static func misuse(_ request: VerbRequest) -> VerbFailure {
    specification(request.verb)?.misuse(request.words)
      ?? VerbFailure(
        .usage, zh: "没有命令“\(request.verb)”", en: "there is no verb '\(request.verb)'")
  }

  private typealias Option = VerbSpecification.Option

  private static let desk: [VerbSpecification] = [
    VerbSpecification(
      "init", ["DIR"],
      options: [
        Option(
          "exercise", nil, zh: "演练用：永久标记，可用演练时钟",
          en: "for exercises: marked for good, with its own clock"),
        Option("name", "TEXT", zh: "值班台名称", en: "the desk's name"),
        Option("zone", "ZONE", zh: "时区，缺省 Asia/Shanghai", en: "its zone, else Asia/Shanghai"),
        Option(
          "person", "NAME", zh: "负责人的名称，缺省为当前用户", en: "the lead's name, else the present user"),
      ],
      zh: "新建值班台：日志、带注释的配置，当前用户为负责人",
      en: "make a desk: a journal, a commented configuration, and the caller as its lead",
      example: "incident init ./desk", access: .files),
    VerbSpecification(
      "config", ["check"], zh: "检查配置、名册、预案与模板",
      en: "check configuration, registries, playbooks, templates",
      example: "incident config check", access: .files),
    VerbSpecification(
      "doctor", [""], zh: "检查安装：配置、人员、磁盘、记录、系统、邮件，并说明怎么办",
      en:
        "look at the installation: configuration, people, disk, record, daemon, mail; and what to do",
      example: "incident doctor", access: .files),
    VerbSpecification(
      "completion", ["bash|zsh|fish"], zh: "命令行补全脚本",
      en: "the script that completes its lines in a shell",
      example: "source <(incident completion bash)", access: .files),
    VerbSpecification(
      "drill", ["clock", "clock hold", "clock run"],
      options: [
        Option("at", "TIME", zh: "把演练时钟拨到此时", en: "set the exercise clock to this time"),
        Option("advance", "PERIOD", zh: "拨快一段时间，如 PT5M", en: "move it on, as by PT5M"),
        Option("speed", "N", zh: "快慢倍数", en: "how many times as fast as the wall clock"),
        Option("settle", nil, zh: "等到此刻该做的都做完", en: "wait until all that is due by then is done"),
      ],
      zh: "演练时钟：查看、拨动、停住、运行", en: "the exercise clock: show, set, hold, run",
      example: "incident drill clock hold --advance PT5M --settle", access: .reading),
    VerbSpecification(
      "journal", ["verify", "anchors", "export", "repair", "certificate"],
      options: [
        Option("expect", "N:HASH", zh: "应有的记录号与哈希", en: "a head that it has to hold"),
        Option("from", "N", zh: "从此记录起", en: "from this record on"),
        Option(
          "anchors", nil, zh: "并与外部持有的哈希比对，说明哪一段有旁证",
          en: "against what others hold, and which range that covers"),
        Option("at", "DIR", zh: "另一份状态文件夹，如备份", en: "another state folder, such as a backup"),
        Option("o", "FILE", zh: "导出到文件", en: "the file to export into"),
        Option(
          "truncate-at", "N", zh: "修复：移走此记录及其后，须键入确认",
          en: "repair: take away this record and all after it; asks to type a confirmation"),
      ],
      zh: "日志：核对哈希链，列出旁证，导出，修复，销毁证明",
      en: "the journal: check its chain, list who bears witness, export, repair, certify",
      example: "incident journal verify --expect 42:9f2e…", access: .files),
    VerbSpecification(
      "key", ["list", "hold MONTH ID", "release MONTH ID"],
      options: [
        Option(
          "why", "TEXT", zh: "理由，必填，记入日志", en: "the reason, which is needed and goes on record",
          with: ["hold", "release"])
      ],
      zh: "假名密钥：列出各月；进行中的事件留用某月的，到结束或放开为止不销毁",
      en: "pseudonym keys: list the months; let an open incident keep one from being destroyed",
      example: "incident key hold 2026-09 2026-0007 --why \"复核独立发布者计数\"",
      access: { $0.first == "list" ? .reading : .recording }),
    VerbSpecification(
      "source",
      [
        "list", "test ID|URL", "add URL", "pause ID", "resume ID", "drop ID", "import FILE.opml",
        "export",
      ],
      options: [
        Option("yes", nil, zh: "不再询问，直接添加", en: "add without asking"),
        Option("untested", nil, zh: "此刻读不到也添加", en: "add also what cannot be read now"),
        Option("id", "NAME", zh: "信源的名称，缺省取自地址", en: "the source's id, else from its address"),
        Option("name", "TEXT", zh: "显示的名称，缺省取自内容", en: "its name, else what it calls itself"),
        Option(
          "owner", "TEXT", zh: "由谁发布；同一发布者只算一家", en: "who publishes it; one owner counts once"),
        Option("tier", "official|listed|other", zh: "官方、白名单媒体、其他", en: "how far it is trusted"),
        Option("language", "zh|en|…", zh: "语言，缺省取自内容", en: "its language, else what it says"),
        Option("zone", "ZONE", zh: "无时区日期所用时区", en: "the zone of dates without one"),
        Option("every", "PERIOD", zh: "多久查一次，如 PT2M", en: "how often it is asked, as PT2M"),
        Option("urgent", nil, zh: "预警、监测类：按分钟查", en: "warnings and measurements: minutes count"),
        Option("large", nil, zh: "允许 32 MiB 的文档", en: "documents of up to 32 MiB"),
        Option("allow", "RANGE", zh: "可访问的内网地址段", en: "a range of addresses that are not public"),
        Option(
          "why", "TEXT", zh: "暂停或不再监听的理由", en: "why it is paused or dropped",
          with: ["pause", "drop"]),
        Option("until", "TIME", zh: "暂停到何时", en: "until when it is paused", with: ["pause"]),
      ],
      zh: "信源：状态、试读、添加、暂停、导入导出",
      en: "sources: their health; try, add, pause, import and export them",
      example: "incident source add https://www.county.example/news --tier official",
      fileWord: "import", access: { $0.first == "list" ? .listening : .daemon }),
    VerbSpecification(
      "topic",
      [
        "list", "show TOPIC [--why]", "show --grep WORDS",
        "mark TOPIC useful|noise|none [--why TEXT]", "marks",
        "mute TOPIC [--until TIME] [--why TEXT]", "unmute TOPIC",
      ],
      options: [
        Option(
          "why", "TEXT", zh: "show：列出全部数字（不带值）；mark、mute：理由",
          en: "with show, which takes no value: all its figures; with mark and mute: the reason",
          flagAfter: "show", with: ["show", "mark", "mute"]),
        Option(
          "until", "TIME", zh: "静音到何时，缺省一天，如 18:00、PT6H",
          en: "until when it is muted, as 18:00 or PT6H; a day if nothing is said", with: ["mute"]),
        Option(
          "grep", "WORDS", zh: "在全部留存的条目中查找，不写 TOPIC",
          en: "without TOPIC: look for words in all items that are kept",
          with: ["show"]),
      ],
      zh: "话题：此刻在升温的及其理由；标记有用或噪声以调整门槛，静音",
      en: "topics: what is rising now, and why; say what was useful or noise, or mute it",
      example: "incident topic show T20261122-003 --why",
      access: { ["mark", "mute", "unmute"].contains($0.first) ? .recording : .reading }),
    VerbSpecification(
      "alert", ["list", "ack ALERT [--code CODE]"],
      options: [Option("code", "CODE", zh: "邮件里的回执码", en: "the reply code of the mail")],
      zh: "预警：列出、签收", en: "alerts: list them, take one",
      example: "incident alert ack W20261122-014",
      access: { $0.first == "ack" ? .daemon : .reading }),
  ]

  private static let records: [VerbSpecification] = [
    VerbSpecification(
      "open", ["TITLE"],
      options: [
        Option(
          "playbook", "NAME", zh: "预案；缺省为该类别唯一的预案", en: "the playbook, else the one for its class"),
        Option("topic", "TOPIC", zh: "话题", en: "the topic"),
        Option(
          "event-time", "TIME", zh: "事发时间：02:10，或 2026-11-22 02:10，或带时区",
          en: "when it happened: 02:10, or 2026-11-22 02:10, or with its zone"),
        Option("place", "TEXT", zh: "地点", en: "where"),
        Option("grade", "I|II|III|IV", zh: "事件分级，可缺", en: "its grade, if known"),
        Option(
          "warning", "red|orange|yellow|blue", zh: "预警级别，可缺", en: "the warning level, if any"),
        Option("level", "I|II|III|IV", zh: "响应级别，可缺", en: "the response level, if any"),
        Option(
          "kind", "emergency|opinion", zh: "突发事件或政务舆情，缺省依预案", en: "the kind, else the playbook's"),
        Option("class", "CLASS", zh: "类别，缺省依预案", en: "the class, else the playbook's"),
      ],
      zh: "登记事件：时限即刻从事发时间起算", en: "open an incident: its clocks run from the event time",
      example:
        "incident open \"化工园区爆炸\" --playbook accident --topic T20261122-003 --event-time 02:10",
      access: .recording),
    VerbSpecification(
      "list", [""], options: [Option("all", nil, zh: "也列出已结束的", en: "also closed ones")],
      zh: "事件列表", en: "the incidents", example: "incident list --all", access: .reading),
    VerbSpecification(
      "show", ["ID", "RELEASE"], zh: "一个事件：时限、谁该做什么、口径、发布、传言、中心；或一篇发布的文本与提示",
      en: "one incident: clocks, who must act, facts, releases, claims, centres; or one text, with "
        + "what to look at in it",
      example: "incident show 2026-0007", access: .reading),
    VerbSpecification(
      "note", ["ID TEXT"], zh: "记一笔", en: "add a note",
      example: "incident note 2026-0007 \"已与消防指挥中心通话\"", access: .recording),
    VerbSpecification(
      "fact", ["ID set TEXT", "ID retract FACT"],
      options: [
        Option(
          "status", "known|unknown|doing", zh: "已知、待查、正在做", en: "known, not known yet, being done"),
        Option("source", "TEXT", zh: "来源", en: "who says so"),
        Option("fact", "F1", zh: "改这一条", en: "set this one anew"),
        Option("why", "TEXT", zh: "撤回的理由", en: "why it is retracted"),
      ],
      zh: "口径：已知、待查、正在做", en: "the fact sheet: known, not known yet, being done",
      example: "incident fact 2026-0007 set \"2 人死亡\" --status known --source 消防指挥中心",
      access: .recording),
    VerbSpecification(
      "action", ["ID add TEXT", "ID done ACTION", "ID evidence ACTION"],
      options: [
        Option("unit", "TEXT", zh: "单位", en: "who does it"),
        Option("at", "TIME", zh: "何时", en: "when it was done"),
        Option("evidence", "TEXT", zh: "凭据", en: "what shows it"),
        Option(
          "file", "FILE", zh: "凭据文件，按哈希存档", en: "a file that shows it, kept by its hash",
          isAttachment: true),
        Option(
          "hash", "SHA256", zh: "另行保管的原件的哈希", en: "the hash of what is kept elsewhere"),
        Option("note", "TEXT", zh: "说明", en: "what it shows"),
      ],
      zh: "处置：在现场做了什么，有何凭据", en: "actions: what was done on the ground, and what shows it",
      example: "incident action 2026-0007 add \"设 1 公里警戒区\" --unit 公安", access: .recording),
    VerbSpecification(
      "promise",
      ["ID add TEXT", "ID kept PROMISE", "ID hand PROMISE", "ID broken PROMISE", "list"],
      options: [
        Option("owner", "TEXT", zh: "由谁兑现", en: "who keeps it"),
        Option("due", "TIME|PERIOD", zh: "期限：时间，或 PT24H", en: "until when: a time, or PT24H"),
        Option("how", "TEXT", zh: "如何兑现、如何移交", en: "how it was kept, or handed over"),
        Option("to", "UNIT", zh: "移交给谁", en: "who answers for it from now on"),
        Option("why", "TEXT", zh: "为何不能兑现", en: "why it will not be kept"),
      ],
      zh: "对公众的承诺：登记、兑现、移交、不能兑现", en: "promises to the public, to their end",
      example: "incident promise 2026-0007 add \"公布调查结果\" --owner 应急局 --due PT48H",
      access: { $0 == ["list"] ? .reading : .recording }),
    VerbSpecification(
      "claim", ["ID add TEXT", "ID verdict CLAIM VERDICT"],
      options: [
        Option("type", "dread|wish|other", zh: "恐惧型、愿望型、其他", en: "why it spreads"),
        Option("evidence", "TEXT", zh: "依据", en: "what the verdict rests on"),
      ],
      zh: "传言：登记、认定（true partly-true inaccurate misleading unknown unverified）",
      en:
        "claims: record one, give its verdict (true partly-true inaccurate misleading unknown unverified)",
      example: "incident claim 2026-0007 verdict C1 inaccurate --evidence \"四个水样正常\"",
      access: .recording),
    VerbSpecification(
      "close", ["ID"],
      options: [Option("summary", "TEXT", zh: "小结", en: "a summary")],
      zh: "结束事件：须已发结束通报，承诺均已兑现或移交",
      en: "close an incident: after its closing release, its promises kept or handed to somebody",
      example: "incident close 2026-0007", access: .daemon),
  ]

  private static let textRead = Option(
    "text", "HASH", zh: "所读文本 SHA-256 的开头；文本已变则拒绝",
    en: "how the SHA-256 of the text that was read begins; refused if it changed since")

  private static let releases: [VerbSpecification] = [
    VerbSpecification(
      "draft", ["ID STEP", "RELEASE"],
      options: [
        Option(
          "from", "FILE", zh: "草稿文件（JSON5），- 为标准输入", en: "the draft as JSON5, - for standard input",
          isFile: true),
        Option(
          "edit", nil, zh: "在编辑器（$VISUAL、$EDITOR）中写，所需的空已列出",
          en: "write it in an editor ($VISUAL, $EDITOR), with all that the stage needs laid out"),
        Option(
          "slot", "NAME=TEXT", zh: "填模板的一个空，可带语言：what.en=…",
          en: "fills a slot of the template; with a language: what.en=…"),
        Option("text", "TEXT", zh: "正文，代替模板", en: "the text, instead of the template"),
        Option("title", "TEXT", zh: "标题", en: "its title"),
        Option("action", "A1", zh: "文中提到的处置", en: "an action that the text tells"),
        Option("promise", "P1", zh: "文中作出的承诺", en: "a promise that the text makes"),
        Option("evidence", "TEXT", zh: "依据", en: "what proves it"),
        Option(
          "channel", "CHANNEL=TEXT", zh: "一个渠道的文本，可带语言：sms.en=…",
          en: "the form for one channel; with a language: sms.en=…"),
        Option(
          "expert", "NAME", zh: "哪位专家的话；须其本人确认",
          en: "whose words it gives; that expert signs them off"),
      ],
      zh: "起草或修改一篇发布；修改使此前的审核与签发作废",
      en: "draft a release, or edit one; an edit makes void what was signed before",
      example: "incident draft 2026-0007 truth.brief --from brief.json5", access: .daemon),
    VerbSpecification(
      "rebut", ["ID CLAIM"],
      options: [
        Option("from", "FILE", zh: "草稿文件（JSON5）", en: "the draft as JSON5", isFile: true),
        Option("slot", "NAME=TEXT", zh: "填模板的一个空", en: "fills a slot of the template"),
        Option("text", "TEXT", zh: "正文，代替模板", en: "the text, instead of the template"),
        Option("title", "TEXT", zh: "标题", en: "its title"),
        Option("evidence", "TEXT", zh: "依据", en: "what proves it"),
      ],
      zh: "为一条传言起草辟谣", en: "draft the rebuttal of a claim",
      example: "incident rebut 2026-0007 C1 --slot fact=自来水正常 --evidence \"水务局 4 个水样\"",
      access: .daemon),
    VerbSpecification(
      "submit", ["RELEASE"],
      options: [
        Option("lane", "ordinary|emergency", zh: "审核通道", en: "the lane of the review"),
        Option(
          "no-action", "TEXT", zh: "文中写了已做之事而无处置记录可关联时：理由",
          en: "why a text that says something was done names no action"),
      ],
      zh: "送审", en: "send a draft into review", example: "incident submit 2026-0007/R1",
      access: .daemon),
    VerbSpecification(
      "sign", ["RELEASE GATE pass|return"],
      options: [
        Option("note", "TEXT", zh: "意见；退回时必填", en: "a note; needed for a return"), textRead,
      ],
      zh: "审核一关：只对此刻的文本有效", en: "sign at one gate, for exactly the present text",
      example: "incident sign R1 legal pass", access: .daemon),
    VerbSpecification(
      "approve", ["RELEASE"],
      options: [
        textRead,
        Option(
          "override", nil, zh: "越级：不等各关（预案须允许，须两位签发人）",
          en: "before its gates: where the playbook allows it, by two approvers"),
        Option("why", "TEXT", zh: "越级的理由", en: "why it goes before its gates"),
      ], zh: "签发（尚未发布）",
      en: "approve a text (which does not publish it)",
      example: "incident approve R1", access: .daemon),
    VerbSpecification(
      "publish", ["RELEASE"],
      options: [
        Option(
          "at", "TIME", zh: "联合发布时间：先发各中心，届时自动发布",
          en: "the joint hour: the centres have it at once, and it is published then"),
        Option(
          "explain", "TEXT", zh: "数字与已发布的不同时，说明原因",
          en: "why a number differs from what was published before"),
      ], zh: "发布，并送各融媒体中心",
      en: "publish a text and send it to the media centres", example: "incident publish R1",
      access: .daemon),
    VerbSpecification(
      "correct", ["RELEASE"],
      options: [
        Option("from", "FILE", zh: "草稿文件（JSON5）", en: "the draft as JSON5", isFile: true),
        Option("slot", "NAME=TEXT", zh: "填模板的一个空：wrong、right", en: "fills a slot: wrong, right"),
        Option("text", "TEXT", zh: "正文，代替模板", en: "the text, instead of the template"),
        Option("title", "TEXT", zh: "标题", en: "its title"),
      ],
      zh: "为已发布的文本起草更正；原文保留在记录中",
      en: "draft the correction of what is published, which stays in the record",
      example: "incident correct R1 --slot wrong=\"2 人死亡\" --slot right=\"3 人死亡\"",
      access: .daemon),
    VerbSpecification(
      "withdraw", ["RELEASE"],
      options: [Option("why", "TEXT", zh: "理由", en: "why")],
      zh: "撤回一篇文本：记录保留，已收到的中心会得到通知",
      en: "take a text back: it stays in the record, and the centres that have it are told",
      example: "incident withdraw R1 --why \"数字有误\"", access: .daemon),
    VerbSpecification(
      "centre",
      [
        "list", "show RELEASE", "ack RELEASE", "consent RELEASE", "object RELEASE",
        "published RELEASE",
      ],
      options: [
        Option("centre", "NAME", zh: "哪个中心", en: "which centre"),
        Option("code", "CODE", zh: "回执码，代替 --centre", en: "the reply code, instead of --centre"),
        Option("note", "TEXT", zh: "意见", en: "what it says"),
        Option("link", "URL", zh: "播发的链接", en: "where it was published"),
      ],
      zh: "融媒体中心：送达、签收、答复", en: "media centres: delivery, acknowledgement, answers",
      example: "incident centre ack R1 --centre qinggang",
      access: { ["list", "show"].contains($0.first) ? .reading : .daemon }),
  ]

  private static let others: [VerbSpecification] = [
    VerbSpecification(
      "report", ["ID"],
      options: [
        Option("format", "html|md|json", zh: "格式，缺省 md", en: "the format, else md"),
        Option("o", "FILE", zh: "写入文件", en: "write it into a file"),
      ],
      zh: "时间线报告：只出自日志记录，每行注明记录号",
      en: "the timeline report, from the journal alone, each line with its record",
      example: "incident report 2026-0007 --format html -o report.html", access: .reading),
    VerbSpecification(
      "deliver", [""],
      options: [Option("once", nil, zh: "投递一遍后结束", en: "one round, then end")],
      zh: "系统未运行时投递积压的消息", en: "send what waits while the daemon is down",
      example: "incident deliver --once", access: .files),
  ]
}
