/// Which addresses and ports a request may reach.
///
/// A feed's address is foreign text, and so is each redirect: without this rule a publisher could
/// have the daemon read the machine's own services. The rule is asked about the address that is
/// really connected to, after every name look-up.
package struct AddressRule: Hashable, Sendable {
  package enum Ports: Hashable, Sendable {
    /// 80, 443, 8080, 8443.
    case web
    /// Those four and these.
    case webAnd(Set<Int>)
    case any
  }

  /// Ranges that may be reached although they are not public, such as an intranet's.
  package let allowed: [AddressRange]
  package let ports: Ports

  package init(allowing allowed: [AddressRange] = [], ports: Ports = .web) {
    self.allowed = allowed
    self.ports = ports
  }

  /// Public addresses on the ports of the web, and nothing else.
  package static let publicOnly = AddressRule()

  /// Public addresses and this machine's own, on any port: for the simulator and for tests.
  package static let withLoopback = AddressRule(
    allowing: ["127.0.0.0/8", "::1"].compactMap { AddressRange($0) }, ports: .any)

  package func permits(port: Int) -> Bool {
    switch ports {
    case .web: Self.webPorts.contains(port)
    case .webAnd(let more): Self.webPorts.contains(port) || more.contains(port)
    case .any: (1...65_535).contains(port)
    }
  }

  package func permits(_ address: IPAddress) -> Bool {
    let plain = address.mappedIPv4 ?? address
    if allowed.contains(where: { $0.contains(plain) || $0.contains(address) }) { return true }
    // A mapped address is a way around other filters; nobody publishes a feed there.
    guard address.mappedIPv4 == nil else { return false }
    if address.isIPv4 { return !Self.hiddenIPv4.contains { $0.contains(address) } }
    return Self.globalIPv6.contains { $0.contains(address) }
      && !Self.hiddenIPv6.contains { $0.contains(address) }
  }

  private static let webPorts: Set<Int> = [80, 443, 8080, 8443]

  /// IANA's special-purpose registry, and one public address behind which a cloud keeps its
  /// metadata; the other clouds use link-local, shared and unique-local addresses.
  private static let hiddenIPv4 = ranges([
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
    "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16",
  ])

  /// All unicast that is routed today. Loopback, link-local, unique-local, multicast and NAT64's
  /// 64:ff9b::/96 lie outside.
  private static let globalIPv6 = ranges(["2000::/3"])

  /// Inside it: protocol assignments with Teredo, documentation, 6to4, segment routing.
  private static let hiddenIPv6 = ranges([
    "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "3ffe::/16",
  ])

  private static func ranges(_ texts: [String]) -> [AddressRange] {
    let ranges = texts.compactMap { AddressRange($0) }
    precondition(ranges.count == texts.count, "a range of the address rule does not parse")
    return ranges
  }
}
