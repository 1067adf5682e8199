import Support
import Testing
import Wire

@testable import incident_lab
@testable import incident_sim

@Suite("The bench of alerts")
struct AlertBenchTests {
  @Test("is heard on this machine alone, on one port for every source of a desk")
  func loopback() async throws {
    let servers = try AlertBench.loopback { _ in .text("x", status: 200) }
    let listeners = servers.flatMap(\.listeners)
    let port = try #require(servers.first?.port)
    #expect(
      listeners
        == (0..<BenchedDesk.sources).map { .tcp(host: "127.0.0.\($0 + 1)", port: port) })
    for server in servers { await server.stop(within: .zero) }
  }

  @Test("refuses more desks than a machine holds up")
  func manyDesks() async throws {
    let ending = try await ChildProgram.run(
      "incident-lab", ["bench", "alert", "--desks", "256"], environment: [:])
    #expect(ending.status == 64)
    #expect(ending.problems.contains("'--desks' goes up to 255, not 256"), "\(ending.problems)")
  }
}
