package import Bytes

/// What an emergency has cost, as far as it is known: the measures of an event grade.
package struct Toll: Hashable, Sendable {
  package var dead: Int?
  package var missing: Int?
  /// Seriously injured (重伤), as the rule counts them.
  package var injured: Int?
  /// Direct loss in yuan.
  package var loss: Int?

  package init(dead: Int? = nil, missing: Int? = nil, injured: Int? = nil, loss: Int? = nil) {
    self.dead = dead
    self.missing = missing
    self.injured = injured
    self.loss = loss
  }

  package var isEmpty: Bool { self == Toll() }

  package var title: Bilingual {
    var zh: [String] = []
    var en: [String] = []
    if let dead {
      zh.append("死亡 \(dead) 人")
      en.append("\(dead) dead")
    }
    if let missing {
      zh.append("失踪 \(missing) 人")
      en.append("\(missing) missing")
    }
    if let injured {
      zh.append("重伤 \(injured) 人")
      en.append("\(injured) seriously injured")
    }
    if let loss {
      zh.append("直接损失 \(yuan(loss).zh)")
      en.append("loss \(yuan(loss).en)")
    }
    return Bilingual(zh: zh.joined(separator: "，"), en: en.joined(separator: ", "))
  }
}

/// `12,000,000` yuan as people say it: 1200 万元, 12 m yuan.
func yuan(_ amount: Int) -> Bilingual {
  let (tenThousands, rest) = amount.quotientAndRemainder(dividingBy: 10_000)
  let zh = rest == 0 && tenThousands > 0 ? "\(tenThousands) 万元" : "\(amount) 元"
  let (millions, fraction) = amount.quotientAndRemainder(dividingBy: 1_000_000)
  let en = fraction == 0 && millions > 0 ? "\(millions) m yuan" : "\(amount) yuan"
  return Bilingual(zh: zh, en: en)
}
