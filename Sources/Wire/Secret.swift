import Bytes

/// A password or a key that no log, message or debugger dump shows.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  let bytes: [UInt8]

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The content of a password file: its last line break does not belong to the password.
  package init(fileContent: [UInt8]) {
    var bytes = fileContent[...]
    if bytes.last == 0x0a { bytes.removeLast() }
    if bytes.last == 0x0d { bytes.removeLast() }
    self.bytes = Array(bytes)
  }

  package var isEmpty: Bool { bytes.isEmpty }
  package var description: String { "(secret)" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }

  /// Takes as long for any two secrets of one length.
  package static func == (left: Secret, right: Secret) -> Bool {
    equalInConstantTime(left.bytes, right.bytes)
  }
}
