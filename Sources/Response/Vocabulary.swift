package import Bytes

// The words of the field, in the forms in which files, commands and the journal write them.

/// Two kinds of matter with different clocks: 突发事件 and 政务舆情.
package enum IncidentKind: String, CaseIterable, Sendable {
  case emergency
  case opinion

  package var title: Bilingual {
    switch self {
    case .emergency: Bilingual(zh: "突发事件", en: "emergency")
    case .opinion: Bilingual(zh: "政务舆情", en: "public opinion")
    }
  }
}

package enum IncidentClass: String, CaseIterable, Sendable {
  case natural
  case accident
  case health
  case safety
  case opinion
  case policy
  case data

  package var title: Bilingual {
    switch self {
    case .natural: Bilingual(zh: "自然灾害", en: "natural disaster")
    case .accident: Bilingual(zh: "事故灾难", en: "accident")
    case .health: Bilingual(zh: "公共卫生", en: "public health")
    case .safety: Bilingual(zh: "社会安全", en: "social safety")
    case .opinion: Bilingual(zh: "政务舆情", en: "public opinion")
    case .policy: Bilingual(zh: "政策误读", en: "policy misreading")
    case .data: Bilingual(zh: "数据泄露", en: "data leak")
    }
  }
}

/// The grade of an event, 特别重大 to 一般. It may be absent: not every class of event has grades
/// (突发事件应对法 art. 3), and in the first hours nobody knows it.
package enum Grade: String, CaseIterable, Comparable, Sendable {
  case particularlySerious = "I"
  case serious = "II"
  case major = "III"
  case ordinary = "IV"

  package var title: Bilingual {
    switch self {
    case .particularlySerious: Bilingual(zh: "特别重大（Ⅰ级）", en: "I, particularly serious")
    case .serious: Bilingual(zh: "重大（Ⅱ级）", en: "II, serious")
    case .major: Bilingual(zh: "较大（Ⅲ级）", en: "III, major")
    case .ordinary: Bilingual(zh: "一般（Ⅳ级）", en: "IV, ordinary")
    }
  }

  /// The graver of two comes first.
  package static func < (left: Grade, right: Grade) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .particularlySerious: 1
    case .serious: 2
    case .major: 3
    case .ordinary: 4
    }
  }
}

package enum IncidentStatus: String, CaseIterable, Sendable {
  case open
  case active
  case closing
  case closed
  case reviewed

  package var title: Bilingual {
    switch self {
    case .open: Bilingual(zh: "已登记", en: "open")
    case .active: Bilingual(zh: "处置中", en: "active")
    case .closing: Bilingual(zh: "收尾", en: "closing")
    case .closed: Bilingual(zh: "已结束", en: "closed")
    case .reviewed: Bilingual(zh: "已评估", en: "reviewed")
    }
  }
}

/// What a person may do at the desk. One person may hold several.
package enum Role: String, CaseIterable, Sendable {
  case viewer
  case drafter
  case reviewer
  case approver
  case lead
  case expert
  case centre
  case contractor
  case supervisor
  case auditor
  case admin

  package var title: Bilingual {
    switch self {
    case .viewer: Bilingual(zh: "查看", en: "viewer")
    case .drafter: Bilingual(zh: "起草", en: "drafter")
    case .reviewer: Bilingual(zh: "审核", en: "reviewer")
    case .approver: Bilingual(zh: "签发", en: "approver")
    case .lead: Bilingual(zh: "负责人", en: "lead")
    case .expert: Bilingual(zh: "专家", en: "expert")
    case .centre: Bilingual(zh: "融媒体中心", en: "media centre")
    case .contractor: Bilingual(zh: "运维单位", en: "contractor")
    case .supervisor: Bilingual(zh: "督办", en: "supervisor")
    case .auditor: Bilingual(zh: "审计", en: "auditor")
    case .admin: Bilingual(zh: "管理员", en: "admin")
    }
  }
}

/// The lane in which a text is reviewed.
package enum Lane: String, CaseIterable, Sendable {
  case ordinary
  case emergency

  package var title: Bilingual {
    switch self {
    case .ordinary: Bilingual(zh: "普通通道", en: "ordinary lane")
    case .emergency: Bilingual(zh: "应急通道", en: "emergency lane")
    }
  }
}

/// What a claim turned out to be. "Inaccurate" and "misleading" are the neutral words of
/// ISO 22329; nothing here asks who said it.
package enum ClaimVerdict: String, CaseIterable, Sendable {
  case unverified
  case accurate = "true"
  case partlyTrue = "partly-true"
  case inaccurate
  case misleading
  case unknown

  package var title: Bilingual {
    switch self {
    case .unverified: Bilingual(zh: "待核实", en: "unverified")
    case .accurate: Bilingual(zh: "属实", en: "true")
    case .partlyTrue: Bilingual(zh: "部分属实", en: "partly true")
    case .inaccurate: Bilingual(zh: "不实", en: "inaccurate")
    case .misleading: Bilingual(zh: "误导", en: "misleading")
    case .unknown: Bilingual(zh: "无法判定", en: "unknown")
    }
  }
}

/// Why a claim spreads: dread lives longer than wish (Yang 2021), so the desk wants to know.
package enum ClaimType: String, CaseIterable, Sendable {
  case dread
  case wish
  case other

  package var title: Bilingual {
    switch self {
    case .dread: Bilingual(zh: "恐惧型", en: "dread")
    case .wish: Bilingual(zh: "愿望型", en: "wish")
    case .other: Bilingual(zh: "其他", en: "other")
    }
  }
}

/// Which part of the fact sheet (口径) a statement stands in.
package enum FactState: String, CaseIterable, Sendable {
  case known
  case unknown
  case doing

  package var title: Bilingual {
    switch self {
    case .known: Bilingual(zh: "已知", en: "known")
    case .unknown: Bilingual(zh: "待查", en: "not known yet")
    case .doing: Bilingual(zh: "正在做", en: "being done")
    }
  }
}

/// The verdict of one gate.
package enum GateVerdict: String, CaseIterable, Sendable {
  case pass
  case returned = "return"

  package var title: Bilingual {
    switch self {
    case .pass: Bilingual(zh: "通过", en: "passed")
    case .returned: Bilingual(zh: "退回", en: "returned")
    }
  }
}

/// Who does something: `user:li`, `centre:qingang`, or the desk's own daemon.
package enum Actor: Hashable, Sendable, CustomStringConvertible {
  case person(Name)
  case centre(Name)
  case desk

  package init?(_ text: some StringProtocol) {
    if text == "desk" {
      self = .desk
      return
    }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let name = Name(parts[1]) else { return nil }
    switch parts[0] {
    case "user": self = .person(name)
    case "centre": self = .centre(name)
    default: return nil
    }
  }

  /// The same without a generic: a start reads one in each record.
  package init?(_ text: String) {
    let bytes = text.utf8
    if text == "desk" {
      self = .desk
    } else if bytes.starts(with: "user:".utf8),
      let name = Name(String(Substring(bytes.dropFirst(5))))
    {
      self = .person(name)
    } else if bytes.starts(with: "centre:".utf8),
      let name = Name(String(Substring(bytes.dropFirst(7))))
    {
      self = .centre(name)
    } else {
      return nil
    }
  }

  package var description: String {
    switch self {
    case .person(let name): "user:\(name)"
    case .centre(let name): "centre:\(name)"
    case .desk: "desk"
    }
  }
}
