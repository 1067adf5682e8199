import Foundation

/// Where a program of this name stands on the path; nil if there is none.
package func findProgram(_ name: String) -> String? {
  let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
  return path.split(separator: ":").map { "\($0)/\(name)" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }
}

package struct ProgramFailure: Error {
  package let status: Int32
  package let errors: String
}

/// Runs a program to its end with this on its standard input, and gives its standard output.
package func runProgram(_ path: String, _ arguments: [String], input: [UInt8] = []) async throws
  -> [UInt8]
{
  let result: Result<[UInt8], any Error> = await onThread {
    Result {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: path)
      process.arguments = arguments
      let (input_, output, errors) = (Pipe(), Pipe(), Pipe())
      process.standardInput = input_
      process.standardOutput = output
      process.standardError = errors
      try process.run()
      // From a thread of its own: a program that answers before it has read all would block us.
      runOnThread {
        // A program that does not want its input closes the pipe; its status tells.
        try? input_.fileHandleForWriting.write(contentsOf: Data(input))
        try? input_.fileHandleForWriting.close()
      }
      let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
      let complaint = try errors.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        throw ProgramFailure(
          status: process.terminationStatus,
          errors: String(decoding: complaint, as: UTF8.self))
      }
      return [UInt8](bytes)
    }
  }
  return try result.get()
}
