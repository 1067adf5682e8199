import Bytes
import Foundation

/// Whether something is at the path, or this account may not know: then reading it says so, which
/// "there is none" would hide.
func isOrMayNotBeSeen(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 || errno == EACCES
}

/// Where a desk is: its configuration file, and its state folder.
package struct DeskPlace: Hashable, Sendable {
  package let configurationFile: String
  /// What the command line or the environment says; nil where the configuration decides.
  package let stateOverride: String?

  package static let systemFile = "/etc/incident/incident.json5"
  package static let fileName = "incident.json5"

  /// Finds the desk by `--config`, `$INCIDENT_CONFIG`, the state folder if that is a desk by itself,
  /// or the system's file. There is no fallback to another folder: a desk that is not found is an
  /// error that says how to make one.
  package static func find(
    configuration: String?, state: String?, environment: [String: String],
    exists: (String) -> Bool = { isOrMayNotBeSeen($0) }
  ) throws(ConfigurationFailure) -> DeskPlace {
    let state = state ?? environment["INCIDENT_STATE"].flatMap { $0.isEmpty ? nil : $0 }
    let named = configuration ?? environment["INCIDENT_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
    if let named {
      guard exists(named) else { throw Self.noDesk(named) }
      return DeskPlace(configurationFile: named, stateOverride: state)
    }
    if let state {
      let own = state + "/" + fileName
      if exists(own) { return DeskPlace(configurationFile: own, stateOverride: state) }
    }
    guard exists(systemFile) else {
      throw Self.noDesk(state.map { $0 + "/" + fileName } ?? systemFile)
    }
    return DeskPlace(configurationFile: systemFile, stateOverride: state)
  }

  private static func noDesk(_ file: String) -> ConfigurationFailure {
    ConfigurationFailure(
      Bilingual(
        zh: "找不到值班台：没有文件 \(file)。用 incident init DIR 新建一个，"
          + "再用 --config DIR/\(fileName) 或环境变量 INCIDENT_CONFIG 指明",
        en:
          "no desk found: there is no file \(file). Make one with incident init DIR, then name it "
          + "with --config DIR/\(fileName) or the variable INCIDENT_CONFIG"))
  }
}

/// The folders and files inside a state folder.
package struct StateFolder: Hashable, Sendable {
  package let path: String

  package init(_ path: String) { self.path = path }

  package var journal: String { path + "/journal" }
  package var items: String { path + "/items" }
  package var sources: String { path + "/sources" }
  package var model: String { path + "/model" }
  package var keys: String { path + "/keys" }
  package var run: String { path + "/run" }
  package var clockFile: String { path + "/clock.json5" }

  /// A system desk has its socket where the system keeps them; every other has it inside.
  package var socket: String {
    path == "/var/lib/incident" ? "/run/incident/socket" : run + "/socket"
  }

  /// The longest path that a Unix socket can have with some room to spare.
  package static let socketLimit = 100
}
