/// The commented files of a new desk.
enum DeskTemplates {
  static func main(name: String, zone: String, locale: String) -> String {
    """
    // 值班台的配置。改后：incident config check，再让 incidentd 重读（kill -HUP）。
    // The desk's configuration. After a change: incident config check, then kill -HUP incidentd.
    {
      desk: {
        name: \(name), // 也可分语言 or one for each language: { "zh-CN": "…", en: "…" }
        zone: "\(zone)",
        locale: "\(locale)", // zh-CN | en
      },

      // 状态文件夹，缺省即本文件所在处。The state folder; else the folder of this file.
      // state: "/var/lib/incident",

      // 发信。口令放在权限 0600 的文件里。Outgoing mail; the password is in a file of mode 0600.
      // mail: {
      //   host: "mail.example", port: 587, security: "starttls", // none | starttls | tls
      //   from: "desk@example", user: "desk", passwordFile: "mail-password",
      // },

      // 网页确认与融媒体中心回调。Pages and webhooks of the media centres.
      // http: { host: "127.0.0.1", port: 8750, publicURL: "https://desk.example" },

      // 预警邮件发给谁；无人签收时再发给谁。Who is alerted, and who next if nobody takes it.
      alerts: {
        // to: ["zhang"], escalateAfter: "PT10M", escalateTo: ["li"],
        // sensitivity: 1, // 大于 1 更敏感 above 1 alerts sooner
        // 听不到信源时告知：官方信源多久、多大比例；false 为不告知。When sources cannot be heard: an
        // official one, or a share of all; false is never. volume: far fewer items than usual.
        // silence: { official: "PT30M", share: 0.34, shareAfter: "PT15M", volume: true },
      },

      // 本地关切：只影响何者成为预警，不影响计数。What matters here: it decides what becomes an
      // alert, never what is counted.
      relevance: {
        places: [], // 地名 place names: "青岗", ["石桥", "Shiqiao"], { names: ["澜溪"], parts: ["石桥"] }
        facilities: [], // 重点场所 facilities: ["水厂", "waterworks"]
        duties: [], // 职责用语 duty words: "停水", "防汛"
        events: [], // 已知活动 { name, words: [], from: "2026-10-01T08:00:00+08:00", to: "…" }
        // severity: [{ words: ["跑水"], kind: "outage", weight: 2 }], // 0…3：无意义、关注、严重、极严重
        // muted: [{ name: "广场舞", words: ["广场舞"] }], // 不必告知的议论 talk that nobody need be told of
        // publicNames: ["王敬"], // 因公职可具名者，不隐去 named because of their office, never withheld
        // 关注词：不论是否突增，时限内达到条数与发言者数即告知。Watch phrases: told from so many posts of
        // so many voices within a time, burst or not.
        // phrases: [{ words: ["停水", "no water"], posts: 3, voices: 2, within: "PT1H", level: "attention" }],
      },

      polling: {
        userAgent: "incident-desk (desk@example)", // 写明联系方式 say how to reach you
        every: "PT5M", // 不短于 PT30S not shorter than PT30S
      },

      // 信源：RSS、Atom、JSON Feed、CAP、新闻网站地图，Mastodon、Bluesky、Discourse、Reddit 的列表。
      // Sources: RSS, Atom, JSON Feed, CAP, news sitemaps, lists of Mastodon, Bluesky, Discourse, Reddit.
      sources: [
        // {
        //   id: "county-gov", url: "https://www.example/rss.xml", name: "县政府网",
        //   owner: "county", tier: "official", // official | listed | other
        //   lang: "zh", every: "PT2M",
        // },
        // 没有信源的网页，按选择器读取。A page without a feed, read by selectors.
        // {
        //   id: "county-notices", kind: "page", url: "https://www.example/tzgg/", tier: "official",
        //   page: { item: "ul.list > li", link: "a", date: "span.date" },
        //   // title: 缺省为链接文字 else the link's words; text: "p.brief";
        //   // datePattern: "yyyy年M月d日" 在文字中找日期 finds the date among other words
        // },
        // 自有格式的 JSON 接口。An interface with JSON of its own.
        // {
        //   id: "quakes", kind: "api", url: "https://api.example/list",
        //   fields: {
        //     list: "data.items", id: "id", title: "{place} {size}级", text: "note",
        //     link: "https://www.example/e/{id}", date: "time", epoch: "ms", // s | ms
        //   },
        // },
        // 隔离网络：他人放入文件的文件夹。A folder that others drop files into.
        // { id: "closed", kind: "folder", path: "drop/closed", tier: "listed" },
      ],
    }

    """
  }

  static func people(person: String, user: UInt32) -> String {
    """
    // 人员。起草人不得审核或签发自己的文本，所以至少要有两个人。
    // People. Nobody signs or approves a text of their own, so there have to be at least two.
    // roles: viewer drafter reviewer approver lead expert contractor supervisor auditor admin
    // gates: political legal confidentiality text
    {
      people: [
        {
          id: "\(person)", name: "\(person)", uid: \(user), // mail: "you@example", phone: "…"
          roles: ["lead", "drafter"], gates: ["political", "legal", "confidentiality", "text"],
        },
        // { id: "zhang", name: "张三", user: "zhang", mail: "zhang@example",
        //   roles: ["drafter", "reviewer"], gates: ["legal", "text"] },
      ],
    }

    """
  }

  static let centres = """
    // 县级融媒体中心。有系统的用回调，没有的用邮件与电话。
    // County media centres: a webhook where there is a system, mail and telephone where there is none.
    {
      centres: [
        // {
        //   id: "lanxi", name: { "zh-CN": "澜溪县融媒体中心", en: "Lanxi Media Centre" },
        //   mail: "duty@lanxi.example", phone: "…",
        //   webhook: { url: "https://lanxi.example/desk", secretFile: "secrets/lanxi" }, // whsec_…
        // },
      ],
    }

    """
}
