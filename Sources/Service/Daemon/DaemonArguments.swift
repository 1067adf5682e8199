package import Bytes
package import Desk

/// The command line of `incidentd`.
package struct DaemonArguments: Sendable {
  package var configuration: String?
  package var state: String?
  /// Checks everything and ends.
  package var isCheck = false
  /// Recorded items to play through the path behind the poller; `-` is standard input.
  package var replay: String?
  /// Desk time for wall time while items are replayed; nil for as fast as it goes.
  package var speed: Double?
  package var wantsHelp = false

  package static let usage = Bilingual(
    zh: """
      incidentd：应急新闻服务台的常驻程序
        incidentd [--config FILE] [--state DIR]
        incidentd --check                      检查配置后结束
        incidentd --replay FILE|- [--speed N]  重放已录条目（仅演练），结束后退出
      日志为标准错误上的 JSON 行。SIGTERM 收尾退出，SIGHUP 重读配置。
      """,
    en: """
      incidentd: the daemon of the emergency news desk
        incidentd [--config FILE] [--state DIR]
        incidentd --check                      checks the configuration and ends
        incidentd --replay FILE|- [--speed N]  plays recorded items (exercises only), then ends
      It logs JSON lines to standard error. SIGTERM ends it in good order, SIGHUP reads the
      configuration again.
      """)

  package init(_ arguments: [String]) throws(ServiceFailure) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      func value() throws(ServiceFailure) -> String {
        guard let value = rest.popFirst() else {
          throw .usage(
            Bilingual(zh: "“\(argument)”缺少值", en: "'\(argument)' needs a value"))
        }
        return value
      }
      switch argument {
      case "--config": configuration = try value()
      case "--state": state = try value()
      case "--check": isCheck = true
      case "--replay": replay = try value()
      case "--speed":
        let text = try value()
        guard let number = Double(text), number > 0, number <= DeskClock.speedLimit else {
          throw .usage(
            Bilingual(
              zh: "“--speed”应为正数，而不是“\(text)”",
              en: "'--speed' should be a number above 0, not '\(text)'"))
        }
        speed = number
      case "--help", "-h": wantsHelp = true
      default:
        let known = ["--config", "--state", "--check", "--replay", "--speed", "--help"]
        let near = nearest(to: argument, among: known)
        throw .usage(
          Bilingual(
            zh: "没有选项“\(argument)”" + (near.map { "；是否应为“\($0)”？" } ?? ""),
            en: "there is no option '\(argument)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
        )
      }
    }
    if speed != nil, replay == nil {
      throw .usage(Bilingual(zh: "“--speed”须与“--replay”同用", en: "'--speed' goes with '--replay'"))
    }
  }

  package func place(environment: [String: String]) throws(ConfigurationFailure) -> DeskPlace {
    try DeskPlace.find(configuration: configuration, state: state, environment: environment)
  }
}
