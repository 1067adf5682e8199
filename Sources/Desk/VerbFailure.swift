package import Bytes

/// Why a verb could not be carried out, other than by a rule: wrong words, no desk, no daemon.
package struct VerbFailure: Explained, Hashable {
  package let explanation: Bilingual
  package let exitCode: ExitCode

  package init(_ exitCode: ExitCode, zh: String, en: String) {
    explanation = Bilingual(zh: zh, en: en)
    self.exitCode = exitCode
  }

  package init(_ exitCode: ExitCode, _ explanation: Bilingual) {
    self.explanation = explanation
    self.exitCode = exitCode
  }
}
