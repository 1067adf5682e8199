import Bytes
import Foundation
import Journal
import Response

/// `incident init`: a folder that is a desk, with the caller as its lead.
///
/// Files that are there already are kept: a desk can be made around a prepared configuration.
struct DeskMaker {
  private let request: VerbRequest
  private let environment: [String: String]

  init(_ request: VerbRequest, environment: [String: String]) {
    self.request = request
    self.environment = environment
  }

  func make() async throws -> VerbAnswer {
    guard request.words.count == 1 else {
      throw VerbFailure(
        .usage, zh: "用法：incident init DIR", en: "usage: incident init DIR")
    }
    guard !request.words[0].trimmed.isEmpty else {
      // It would be the folder that somebody happens to stand in.
      throw VerbFailure(
        .usage, zh: "文件夹的名称是空的；写 incident init ./desk，当前文件夹写 .",
        en: "the folder's name is empty; write incident init ./desk, or . for this folder")
    }
    let here = FileManager.default.currentDirectoryPath
    let folder = Configuration.absolute(request.words[0], from: here)
    let isExercise = request.has("exercise")
    try makeFolder(folder)
    var made: [String] = []
    for (name, text) in try files(isExercise: isExercise) {
      if try write(text, to: folder + "/" + name) { made.append(name) }
    }
    if try copyPlaybooks(to: folder) { made.append("Playbooks/") }
    let place = DeskPlace(
      configurationFile: folder + "/" + DeskPlace.fileName, stateOverride: nil)
    let configuration = try Configuration.read(place)
    let frontDesk = try FrontDesk.create(
      StateFolder(configuration.stateFolder), isExercise: isExercise, at: DeskClock.wallNow())
    _ = try await frontDesk.perform(configuration.adoption, by: .desk)
    let head = try await frontDesk.view { _ in frontDesk.journalID }
    try await frontDesk.close()
    return answer(folder, made, journal: head, isExercise: isExercise)
  }

  private func answer(_ folder: String, _ made: [String], journal: String, isExercise: Bool)
    -> VerbAnswer
  {
    let file = folder + "/" + DeskPlace.fileName
    let what = made.joined(separator: ", ")
    let text = Bilingual(
      zh: "值班台已建在 \(folder)\(isExercise ? "（演练）" : "")\n"
        + "写入：\(what.isEmpty ? "只有日志" : what)\n\n"
        + "接下来：\n  1. 编辑 \(file)，添加信源\n  2. 编辑 people.json5 与 centres.json5\n"
        + "  3. export INCIDENT_CONFIG=\(file)\n  4. incident config check\n  5. incidentd\n",
      en: "the desk is in \(folder)\(isExercise ? " (an exercise)" : "")\n"
        + "written: \(what.isEmpty ? "only the journal" : what)\n\n"
        + "next:\n  1. edit \(file) and add your sources\n"
        + "  2. edit people.json5 and centres.json5\n  3. export INCIDENT_CONFIG=\(file)\n"
        + "  4. incident config check\n  5. incidentd\n")
    return VerbAnswer(text[request.language]) {
      $0.member("folder", folder)
      $0.member("configuration", file)
      $0.member("journal", journal)
      $0.member("exercise", isExercise)
      $0.member("written", made)
    }
  }

  private func makeFolder(_ folder: String) throws(VerbFailure) {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true,
        attributes: [.posixPermissions: 0o700])
    } catch {
      throw VerbFailure(
        .couldNot, zh: "无法建立 \(folder)：\(error.localizedDescription)",
        en: "cannot make \(folder): \(error.localizedDescription)")
    }
  }

  /// Whether it was written: what is there is kept.
  private func write(_ text: String, to file: String) throws(VerbFailure) -> Bool {
    guard !FileManager.default.fileExists(atPath: file) else { return false }
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
      return true
    } catch {
      throw VerbFailure(
        .couldNot, zh: "无法写入 \(file)：\(error.localizedDescription)",
        en: "cannot write \(file): \(error.localizedDescription)")
    }
  }

  /// The desk's own copy, which is its to change.
  private func copyPlaybooks(to folder: String) throws(VerbFailure) -> Bool {
    let target = folder + "/Playbooks"
    guard !FileManager.default.fileExists(atPath: target), let source = Installation.playbooks
    else { return false }
    do {
      try FileManager.default.copyItem(atPath: source, toPath: target)
      return true
    } catch {
      throw VerbFailure(
        .couldNot, zh: "无法复制预案：\(error.localizedDescription)",
        en: "cannot copy the playbooks: \(error.localizedDescription)")
    }
  }

  private func files(isExercise: Bool) throws(VerbFailure) -> [(String, String)] {
    let zone = request.value("zone") ?? "Asia/Shanghai"
    guard DeskZone(zone) != nil else {
      throw VerbFailure(
        .usage, zh: "没有时区“\(zone)”；写 Asia/Shanghai 这样的名称",
        en: "there is no zone '\(zone)'; write a name as Asia/Shanghai")
    }
    let user = DeskCommand.user(environment)
    let account = getpwuid(user).flatMap { $0.pointee.pw_name }.map { String(cString: $0) }
    let wish = request.value("person") ?? account ?? "lead"
    guard let person = Name(wish.lowercased()) else {
      throw VerbFailure(
        .usage, zh: "“\(wish)”不能作名称；用 --person 给出小写字母与数字的名称",
        en: "'\(wish)' cannot be a name; give one of lower-case letters and digits with --person")
    }
    let name = request.value("name") ?? "应急新闻服务台 / Emergency News Desk"
    let quoted = JSONWriter.bytes { $0.value(name) }
    return [
      (
        DeskPlace.fileName,
        DeskTemplates.main(
          name: String(decoding: quoted, as: UTF8.self), zone: zone,
          locale: request.language.rawValue)
      ),
      ("people.json5", DeskTemplates.people(person: person.text, user: user)),
      ("centres.json5", DeskTemplates.centres),
    ]
  }
}
