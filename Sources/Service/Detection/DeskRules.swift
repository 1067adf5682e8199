package import Bytes
import Desk
import Response
package import Watch

/// The rules by which a desk is told of topics, and the zone of its clock: what an analyst needs to
/// try recorded items on a desk's own settings.
package struct DeskRules: Sendable {
  package let rules: AlertRules
  package let zone: DeskZone

  /// Reads a desk's configuration file; throws what is wrong with it.
  package init(configuration path: String) throws {
    let configuration = try Configuration.read(
      DeskPlace.find(configuration: path, state: nil, environment: [:]))
    rules = configuration.alertRules
    zone = configuration.desk.zone
  }
}
