import Bytes
import Foundation
import Wire

/// Everything a drill stands on: the served county, the mail room, the centres, the desk's folder
/// and its daemon. It is built up in order and taken down in the reverse.
final class DrillStage {
  let county: County
  let countyFolder: String
  let script: DrillScript
  let folder: String
  let feeds: FeedServer
  let mail: MailRoom
  let centres: MediaCentres
  let fetcher: Fetcher
  let desk: DeskLine
  let deskURL: String
  let environment: [String: String]
  private let daemon: DaemonProgram

  /// The ports that the sample configuration names; those that are really free take their place.
  private enum SamplePort {
    static let feeds = 8601
    static let mail = 8602
    static let centres = 8603
    static let desk = 8604
  }

  init(county name: String, seed: UInt64, folder: String, playbooks: String, language: Language)
    async throws
  {
    let county = try County(folder: name)
    let script = try DrillScript(county, folder: name)
    try Self.prepare(folder, from: name + "/desk", playbooks: playbooks)
    try Self.giveAuthorKeys(folder, for: county)
    let clockFile = folder + "/clock.json5"
    let start = DeskClock.Setting.held(county.from)
    try Data(DeskClock.text(of: start) ?? []).write(to: URL(fileURLWithPath: clockFile))
    let clock = DeskClock.exercise(file: clockFile)
    let feeds = try FeedServer.start(county, seed: seed, clock: clock)
    let mail = try MailRoom(folder: folder + "/mail")
    let centres = try MediaCentres(
      script.centres, secrets: folder + "/secrets", clock: clock)
    let deskPort = try freePort()
    try Self.settle(
      folder,
      [
        SamplePort.feeds: feeds.port, SamplePort.mail: mail.port,
        SamplePort.centres: centres.port, SamplePort.desk: deskPort,
      ])
    var environment = ProcessInfo.processInfo.environment
    environment["INCIDENT_CONFIG"] = folder + "/incident.json5"
    environment["INCIDENT_STATE"] = nil
    environment["LANG"] = language == .chinese ? "zh_CN.UTF-8" : "en_US.UTF-8"
    environment["LC_ALL"] = nil
    let made = try await ChildProgram.run(
      "incident", ["init", folder, "--exercise"], environment: environment)
    guard made.status == 0 else { throw ToolFailure("incident init: \(made.problems)", .couldNot) }
    daemon = try DaemonProgram([], log: folder + "/incidentd.log", environment: environment)
    fetcher = Fetcher()
    desk = DeskLine(socket: folder + "/run/socket", fetcher: fetcher)
    deskURL = "http://127.0.0.1:\(deskPort)"
    self.county = county
    countyFolder = name
    self.script = script
    self.folder = folder
    self.feeds = feeds
    self.mail = mail
    self.centres = centres
    self.environment = environment
    try await waitForDaemon()
  }

  /// The desk's own files, copied; a folder that holds anything is not touched.
  private static func prepare(_ folder: String, from source: String, playbooks: String) throws {
    let files = FileManager.default
    if let names = try? files.contentsOfDirectory(atPath: folder), !names.isEmpty {
      throw ToolFailure("'\(folder)' is not empty; name a folder that does not exist", .refused)
    }
    try files.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    for name in try files.contentsOfDirectory(atPath: source).sorted() {
      try files.copyItem(atPath: source + "/" + name, toPath: folder + "/" + name)
    }
    try files.copyItem(atPath: playbooks, toPath: folder + "/Playbooks")
  }

  /// A drill is told the same way each time, so its invented people get the same pseudonyms each
  /// time. A real desk draws this key, and so does an exercise that somebody else makes.
  private static func giveAuthorKeys(_ folder: String, for county: County) throws {
    let keys = folder + "/keys"
    try FileManager.default.createDirectory(
      atPath: keys, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let months = Set([county.from, county.to].map { $0.iso8601.prefix(7) })
    for month in months.sorted() {
      let key = SHA256.hash(Array("incident-sim/authors/\(month)".utf8)).bytes
      guard
        FileManager.default.createFile(
          atPath: "\(keys)/authors-\(month).key", contents: Data(key),
          attributes: [.posixPermissions: 0o600])
      else { throw ToolFailure("cannot write the keys in '\(keys)'", .couldNot) }
    }
  }

  /// Puts the ports that are in use into the copied configuration.
  private static func settle(_ folder: String, _ ports: [Int: Int]) throws {
    for name in ["incident.json5", "centres.json5"] {
      let file = URL(fileURLWithPath: folder + "/" + name)
      var text = try String(contentsOf: file, encoding: .utf8)
      for (sample, port) in ports {
        text = text.replacing(":\(sample)/", with: ":\(port)/")
          .replacing(": \(sample),", with: ": \(port),")
          .replacing(":\(sample)\"", with: ":\(port)\"")
      }
      try Data(text.utf8).write(to: file)
    }
  }

  private func waitForDaemon() async throws {
    let deadline = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < deadline {
      if await desk.isUp() { return }
      guard daemon.isRunning else { break }
      try await Task.sleep(for: .milliseconds(20))
    }
    let log = (try? String(contentsOfFile: folder + "/incidentd.log", encoding: .utf8)) ?? ""
    throw ToolFailure(
      "the daemon does not answer; its log ends with:\n\(log.suffix(2000))", .couldNot)
  }

  var daemonIdentifier: Int32 { daemon.identifier }

  /// The daemon first, in good order; nil for its status if it had to be killed.
  @discardableResult
  func takeDown() async -> Int32? {
    let status = daemon.stop()
    await fetcher.shutdown()
    await centres.stop()
    await feeds.stop()
    mail.stop()
    return status
  }
}

/// A port that nobody listens on at this moment.
func freePort() throws -> Int {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  guard descriptor >= 0 else { throw ToolFailure("no socket", .couldNot) }
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let isBound = withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
    }
  }
  guard isBound else { throw ToolFailure("no port is free", .couldNot) }
  return Int(UInt16(bigEndian: address.sin_port))
}
