package import Bytes

/// The duty roster does not allow it.
package enum DutyRefusal: Hashable, Sendable {
  case alreadyOnDuty(Name, since: Instant)
  case notOnDuty(Name)
  case handoverToOneself(Name)
  case nothingToTake(Int?)
  case takenAlready(Int)
  case ownHandover(Int)
  case meantFor(Name, Int)

  package var explanation: Bilingual {
    switch self {
    case .alreadyOnDuty(let name, let since):
      Bilingual(
        zh: "“\(name)”已排班（自 \(since.iso8601)）；先用 incident duty off \(name) 结束",
        en: "'\(name)' has a shift at that time (from \(since.iso8601)); end it with "
          + "incident duty off \(name) first")
    case .notOnDuty(let name):
      Bilingual(zh: "“\(name)”此刻不在岗", en: "'\(name)' is not on duty now")
    case .handoverToOneself(let name):
      Bilingual(zh: "“\(name)”不能交班给自己", en: "'\(name)' cannot hand over to himself or herself")
    case .nothingToTake(let number):
      Bilingual(
        zh: number.map { "没有第 \($0) 号交班" } ?? "没有等待接班的交班记录",
        en: number.map { "there is no hand-over \($0)" } ?? "no hand-over waits to be taken")
    case .takenAlready(let number):
      Bilingual(zh: "第 \(number) 号交班已有人接", en: "hand-over \(number) was taken already")
    case .ownHandover(let number):
      Bilingual(
        zh: "第 \(number) 号交班是自己写的：须由接班人来接",
        en: "hand-over \(number) is your own: whoever comes next takes it")
    case .meantFor(let name, let number):
      Bilingual(zh: "第 \(number) 号交班写明给“\(name)”", en: "hand-over \(number) is meant for '\(name)'")
    }
  }
}
