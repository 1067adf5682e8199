/// The commented files of a new desk.
enum DeskTemplates {
  static func main(name: String, zone: String, locale: String) -> String {
    """
    // 值班台的配置。改后：incident config check，再让 incidentd 重读（kill -HUP）。
    // The desk's configuration. After a change: incident config check, then kill -HUP incidentd.
    {
      desk: {
        name: \(name), // 或 or { "zh-CN": "…", en: "…" }
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
      },

      // 本地关切：只影响何者成为预警，不影响计数。What matters here: it decides what becomes an
      // alert, never what is counted.
      relevance: {
        places: [], // 地名 place names: "青岗", ["石桥", "Shiqiao"]
        facilities: [], // 重点场所 facilities: ["水厂", "waterworks"]
        duties: [], // 职责用语 duty words: "停水", "防汛"
        events: [], // 已知活动 { name, words: [], from: "2026-10-01T08:00:00+08:00", to: "…" }
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
