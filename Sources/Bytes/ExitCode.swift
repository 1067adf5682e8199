/// How a program ends, the same for all of them. Scripts lean on these numbers.
package enum ExitCode: Int32, Sendable {
  /// Done.
  case done = 0
  /// The rules say no. Nothing is broken.
  case refused = 1
  /// It could not be done: network, disk, permission.
  case couldNot = 2
  /// The command line is wrong.
  case usage = 64
  /// Data on disk is damaged.
  case damaged = 65
  /// The journal's head is not the one that was expected, or contradicts an anchor.
  case headMismatch = 66
  /// A fault of this program.
  case fault = 70
  /// Somebody else is at work; the same command may succeed later.
  case tryAgain = 75
  /// Written by a newer version of this program.
  case newerVersion = 76
  /// The configuration is wrong.
  case configuration = 78
}
