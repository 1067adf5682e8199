import Bytes
import Foundation
import Response

/// Reads files of a desk and turns every mistake into one that names its place.
struct ConfigurationFiles {
  let folder: String

  func read<Value>(
    _ file: String, _ body: (inout Fields) throws(FieldFailure) -> Value
  ) throws(ConfigurationFailure) -> Value {
    guard let value = try readIfPresent(file, body) else {
      throw ConfigurationFailure(
        Bilingual(zh: "没有文件 \(file)", en: "there is no file \(file)"))
    }
    return value
  }

  func readIfPresent<Value>(
    _ file: String, _ body: (inout Fields) throws(FieldFailure) -> Value
  ) throws(ConfigurationFailure) -> Value? {
    guard isOrMayNotBeSeen(file) else { return nil }
    let bytes = try Self.bytes(of: file)
    let json: JSON
    do {
      json = try JSONReader.read(bytes, as: .json5)
    } catch {
      throw ConfigurationFailure(file: file, error)
    }
    do {
      var fields = try Fields(json)
      return try body(&fields)
    } catch {
      throw ConfigurationFailure(file: file, error, in: bytes)
    }
  }

  static func bytes(of file: String) throws(ConfigurationFailure) -> [UInt8] {
    if let data = FileManager.default.contents(atPath: file) { return Array(data) }
    let reason = String(cString: strerror(errno))
    throw ConfigurationFailure(
      Bilingual(zh: "无法读取 \(file)：\(reason)", en: "cannot read \(file): \(reason)"))
  }

  /// The playbooks of the desk's own folder, then those of the installation that it has none of the
  /// same name for; and the templates of both.
  func playbooks() throws(ConfigurationFailure) -> ([Playbook], [String: [String: String]]) {
    var books: [(Playbook, file: String)] = []
    var failures: [ConfigurationFailure] = []
    var templates: [String: [String: String]] = [:]
    for place in playbookFolders {
      for name in Self.names(in: place)
      where name.hasSuffix(".json5") && name != Self.calendarFile {
        do throws(ConfigurationFailure) {
          let playbook = try read(place + "/" + name) { (fields) throws(FieldFailure) in
            try Playbook(fields.whole)
          }
          if !books.contains(where: { $0.0.name == playbook.name }) {
            books.append((playbook, place + "/" + name))
          }
        } catch {
          // The other files are read all the same, so that all of it is told at once.
          failures.append(error)
        }
      }
      for name in Self.names(in: place + "/templates") where name.hasSuffix(".txt") {
        // `truth.brief.zh-CN.txt`: the path without language, and the language.
        let parts = name.dropLast(".txt".count).split(separator: ".")
        guard let language = parts.last, parts.count >= 2 else { continue }
        let path = "templates/" + parts.dropLast().joined(separator: ".")
        let text = String(decoding: try Self.bytes(of: place + "/templates/" + name), as: UTF8.self)
        guard Template(text) != nil else {
          failures.append(
            ConfigurationFailure(
              Bilingual(
                zh: "\(place)/templates/\(name):1：第一行是标题，其后是正文，二者都不能为空",
                en:
                  "\(place)/templates/\(name):1: the first line is the title, the rest is the body, "
                  + "and neither may be empty")))
          continue
        }
        if templates[path]?[String(language)] == nil {
          templates[path, default: [:]][String(language)] = text
        }
      }
    }
    for (playbook, file) in books {
      failures += try missingTemplates(of: playbook, in: file, templates)
    }
    if !failures.isEmpty { throw ConfigurationFailure(failures) }
    return (books.map(\.0).sorted { $0.name < $1.name }, templates)
  }

  /// A stage that names a template which is in no language there would leave its drafter alone.
  private func missingTemplates(
    of playbook: Playbook, in file: String, _ templates: [String: [String: String]]
  ) throws(ConfigurationFailure) -> [ConfigurationFailure] {
    let stages = playbook.definition["stages"]?.array ?? []
    var failures: [ConfigurationFailure] = []
    for (stage, json) in zip(playbook.stages, stages) {
      guard let path = stage.template, templates[path] == nil else { continue }
      let near = nearest(to: path, among: templates.keys.sorted())
      let message = Bilingual(
        zh: "没有模板“\(path)”" + (near.map { "；是否应为“\($0)”？" } ?? "")
          + "（文件：\(path).zh-CN.txt）",
        en: "there is no template '\(path)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
          + " (as a file: \(path).en.txt)")
      failures.append(
        ConfigurationFailure(
          file: file, FieldFailure(message, at: (json["template"] ?? json).offset),
          in: try Self.bytes(of: file)))
    }
    return failures
  }

  private static let calendarFile = "calendar.json5"

  private var playbookFolders: [String] {
    [folder + "/Playbooks", Installation.playbooks].compactMap { $0 }
  }

  /// The calendar of the desk's own folder, or else the one that came with the playbooks.
  func calendar() throws(ConfigurationFailure) -> WorkCalendar? {
    for place in [folder] + playbookFolders {
      let calendar = try readIfPresent(place + "/" + Self.calendarFile) {
        (fields) throws(FieldFailure) in
        try WorkCalendar(fields.whole)
      }
      if let calendar { return calendar }
    }
    return nil
  }

  private static func names(in folder: String) -> [String] {
    // A folder that is not there holds nothing.
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }
}

/// What came with the program.
package enum Installation {
  /// The shipped playbooks: `../share/incident/Playbooks` beside the binary, or the folder of the
  /// source tree that the binary was built in; nil if there is neither.
  package static var playbooks: String? {
    // The link that /proc keeps is right even where argv[0] is not.
    guard
      let binary = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    else { return nil }
    var folder = (binary as NSString).deletingLastPathComponent
    let shared = (folder as NSString).deletingLastPathComponent + "/share/incident/Playbooks"
    if FileManager.default.fileExists(atPath: shared) { return shared }
    for _ in 0..<6 {
      folder = (folder as NSString).deletingLastPathComponent
      let isTree = FileManager.default.fileExists(atPath: folder + "/Package.swift")
      let playbooks = folder + "/Playbooks"
      if isTree, FileManager.default.fileExists(atPath: playbooks) { return playbooks }
    }
    return nil
  }
}
