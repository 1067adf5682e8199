import Bytes

/// What was done on the ground against what the public was told, both ways.
///
/// Online words and offline work go in step (国办发〔2018〕123号): a text that says something was
/// done names the action, and what was done is told.
package struct SayDo: Hashable, Sendable {
  /// Actions that are done, by number.
  package let done: [Int]
  /// Actions that a published text names.
  package let told: [Int]
  /// Done or begun, and no published text names it.
  package let untold: [Int]
  /// A published text names it, and nobody has recorded that it was done.
  package let notDone: [Gap]
  /// A published text says that something was done, and names no action at all.
  package let unlinked: [Claimed]

  package struct Gap: Hashable, Sendable {
    package let release: Int
    package let action: Int
  }

  package struct Claimed: Hashable, Sendable {
    package let release: Int
    package let sentence: String
  }

  package var hasGap: Bool { !untold.isEmpty || !notDone.isEmpty || !unlinked.isEmpty }

  package init(_ incident: Incident) {
    let published = incident.releases.filter { $0.publication != nil }
    done = incident.actions.filter { $0.done != nil }.map(\.number)
    told = Set(published.flatMap(\.content.actions)).sorted()
    untold = incident.untoldActions.map(\.number)
    let open = Set(incident.actions.filter { $0.done == nil }.map(\.number))
    notDone = published.flatMap { release in
      release.content.actions.filter(open.contains).map {
        Gap(release: release.number, action: $0)
      }
    }
    unlinked = published.filter(\.content.actions.isEmpty).flatMap { release in
      release.content.claimedActions.map { Claimed(release: release.number, sentence: $0) }
    }
  }
}

extension ReleaseContent {
  /// The sentences that say something was done on the ground.
  package var claimedActions: [String] {
    languages.compactMap { texts[$0] }.flatMap { ActionClaims.sentences(in: $0.body) }
  }
}

/// Finds sentences that say something was done. It is a help for whoever reads, not a judge: it
/// knows the usual words for measures, and only where they are said to be done already.
package enum ActionClaims {
  /// What desks do, in the words of their bulletins.
  private static let measures = [
    "疏散", "撤离", "转移", "封控", "封闭", "封锁", "警戒", "设立", "设置", "启动", "派出", "调集", "出动", "赶赴",
    "抵达", "到场", "到达现场", "开展", "展开", "控制", "扑灭", "救治", "送医", "救出", "安置", "拨付", "发放", "约谈",
    "立案", "停职", "责令", "检测", "监测", "采样", "关闭", "停产", "停课", "停运", "抢修", "恢复", "排查", "清理",
  ]
  /// Behind 已 these are states of knowledge, no deeds.
  private static let states = ["知", "有", "是", "核实", "经核实", "经知", "经有", "查明", "经查明", "采取"]
  /// How far behind 已 the measure may stand: 已组织消防、医疗力量赶赴现场.
  private static let reach = 16

  private static let englishMeasures: Set<String> = [
    "evacuated", "relocated", "moved", "sealed", "closed", "cordoned", "deployed", "dispatched",
    "sent",
    "activated", "opened", "set", "extinguished", "contained", "rescued", "treated", "hospitalised",
    "hospitalized", "taken", "suspended", "ordered", "tested", "sampled", "monitored", "repaired",
    "restored", "shut", "distributed", "summoned", "inspected", "cleaned",
  ]
  private static let auxiliaries: Set<String> = ["has", "have", "been", "was", "were"]
  private static let englishReach = 3

  package static func sentences(in text: String) -> [String] {
    text.split { "。！？；!?;\n".contains($0) }.flatMap(split)
      .map { $0.trimmed }.filter(says)
  }

  /// At a full stop that ends a sentence, and not inside a number or an address.
  private static func split(_ text: Substring) -> [String] {
    String(text).components(ofSentences: ". ")
  }

  private static func says(_ sentence: String) -> Bool {
    saysInChinese(sentence) || saysInEnglish(sentence)
  }

  private static func saysInChinese(_ sentence: String) -> Bool {
    var rest = sentence[...]
    while let mark = rest.firstIndex(of: "已") {
      rest = rest[rest.index(after: mark)...]
      // To the end of the clause; what follows a colon is said in its own words.
      let near = rest.prefix(reach).prefix { !"，：,:".contains($0) }
      guard !states.contains(where: { near.hasPrefix($0) }) else { continue }
      if measures.contains(where: { near.contains($0) }) { return true }
    }
    return false
  }

  private static func saysInEnglish(_ sentence: String) -> Bool {
    let words = sentence.lowercased().split { !$0.isLetter }.map(String.init)
    return words.indices.contains { index in
      englishMeasures.contains(words[index])
        && words[max(0, index - englishReach)..<index].contains(where: auxiliaries.contains)
    }
  }
}

extension String {
  fileprivate func components(ofSentences separator: String) -> [String] {
    var parts: [String] = []
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }
}
