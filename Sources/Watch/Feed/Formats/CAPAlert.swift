package import Bytes

/// One alert of the Common Alerting Protocol, whole: OASIS CAP 1.2 §3.2, and 1.1 alike.
///
/// What CAP leaves to agreement between sender and reader stays text, as it was written.
package struct CAPAlert: Hashable, Sendable {
  package var identifier: String?
  package var sender: String?
  package var sent: Instant?
  /// Actual, Exercise, System, Test, Draft.
  package var status: String?
  /// Alert, Update, Cancel, Ack, Error.
  package var messageType: String?
  package var source: String?
  package var scope: String?
  package var restriction: String?
  package var addresses: String?
  package var codes: [String] = []
  package var note: String?
  /// The alerts that this one updates, cancels or answers.
  package var references: [Reference] = []
  package var incidents: String?
  package var infos: [Info] = []

  /// `sender,identifier,sent`: what makes an alert itself.
  package struct Reference: Hashable, Sendable {
    package let sender: String
    package let identifier: String
    package let sent: Instant?
    /// As it was written.
    package let text: String
  }

  /// A name and a value that sender and reader agreed on.
  package struct Pair: Hashable, Sendable {
    package let name: String
    package let value: String?
  }

  /// What an alert says in one language to one audience.
  package struct Info: Hashable, Sendable {
    package var language: String?
    package var categories: [String] = []
    package var event: String?
    package var responseTypes: [String] = []
    package var urgency: String?
    package var severity: String?
    package var certainty: String?
    package var audience: String?
    package var eventCodes: [Pair] = []
    package var effective: Instant?
    package var onset: Instant?
    package var expires: Instant?
    package var senderName: String?
    package var headline: String?
    package var description: String?
    package var instruction: String?
    package var web: String?
    package var contact: String?
    package var parameters: [Pair] = []
    package var resources: [Resource] = []
    package var areas: [Area] = []
  }

  package struct Resource: Hashable, Sendable {
    package let description: String?
    package let mimeType: String?
    package let size: String?
    package let uri: String?
    package let digest: String?
  }

  package struct Area: Hashable, Sendable {
    package var description: String?
    /// Each as it was written: points by blanks, the last of them the first again.
    package var polygons: [String] = []
    /// Each as it was written: a point, a blank, kilometres.
    package var circles: [String] = []
    package var geocodes: [Pair] = []
    package var altitude: String?
    package var ceiling: String?
  }

  package init() {}
}

extension CAPAlert.Area {
  /// The corners of one polygon; nil if it is none.
  package static func corners(of polygon: String) -> [GeoPoint]? {
    let points = polygon.split(whereSeparator: \.isWhitespace).map { GeoPoint(String($0)) }
    let corners = points.compactMap { $0 }
    return corners.count == points.count && corners.count >= 3 ? corners : nil
  }

  /// The middle of one circle and its radius; nil if it is none.
  package static func centre(of circle: String) -> (point: GeoPoint, kilometres: Double)? {
    let parts = circle.split(whereSeparator: \.isWhitespace)
    guard parts.count == 2, let point = GeoPoint(String(parts[0])), let radius = Double(parts[1]),
      radius >= 0
    else { return nil }
    return (point, radius)
  }
}
