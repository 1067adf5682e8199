import Foundation

/// What a text should be, kept in `Golden/` beside the test.
///
/// With `UPDATE_GOLDEN=1` in the environment the file is written anew from `actual`; the change is
/// then read in review like code.
package func golden(_ name: String, _ actual: String, beside file: String = #filePath) throws
  -> String
{
  let url = URL(fileURLWithPath: file).deletingLastPathComponent()
    .appendingPathComponent("Golden").appendingPathComponent(name)
  if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(actual.utf8).write(to: url, options: .atomic)
  }
  return String(decoding: try Data(contentsOf: url), as: UTF8.self)
}
