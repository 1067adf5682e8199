import Bytes
import Foundation

/// The little that the command has to know before it can ask the daemon: a mistake further down in
/// the file keeps nobody from being asked.
struct ConfigurationHead {
  let stateFolder: String
  let language: Language?

  static func read(_ place: DeskPlace) throws(ConfigurationFailure) -> ConfigurationHead {
    let here = FileManager.default.currentDirectoryPath
    let file = Configuration.absolute(place.configurationFile, from: here)
    let folder = (file as NSString).deletingLastPathComponent
    let bytes = try ConfigurationFiles.bytes(of: file)
    let json: JSON
    do {
      json = try JSONReader.read(bytes, as: .json5)
    } catch {
      throw ConfigurationFailure(file: file, error)
    }
    let state =
      place.stateOverride.map { Configuration.absolute($0, from: here) }
      ?? Configuration.absolute(json["state"]?.string ?? ".", from: folder)
    return ConfigurationHead(
      stateFolder: state,
      language: json["desk"]?["locale"]?.string.flatMap { Language(rawValue: $0) })
  }
}
