import Bytes

/// What a shell has to know to complete a line of `incident`, made from the table of verbs, so that it
/// cannot fall behind it.
enum Completion {
  enum Shell: String, CaseIterable {
    case bash
    case zsh
    case fish
  }

  static func script(for shell: Shell) -> String {
    switch shell {
    case .bash: bash
    case .zsh: zsh
    case .fish: fish
    }
  }

  /// The words of a verb's forms that are typed as they stand: `set`, `retract`, `pass`, `return`.
  private static func words(of verb: VerbSpecification) -> [String] {
    var words: [String] = []
    for form in verb.forms {
      for part in form.split(separator: " ") {
        for word in part.split(separator: "|")
        where word.allSatisfy({ $0.isLowercase || $0 == "-" }) {
          let word = String(word)
          if !word.hasPrefix("-"), !words.contains(word) { words.append(word) }
        }
      }
    }
    return words
  }

  private static func options(of verb: VerbSpecification) -> [VerbSpecification.Option] {
    verb.options + VerbSpecification.common
  }

  private static func dashed(_ option: VerbSpecification.Option) -> String {
    (option.name.count == 1 ? "-" : "--") + option.name
  }

  /// The values of an option that is a choice: `I|II|III|IV`.
  private static func choices(of option: VerbSpecification.Option) -> [String] {
    guard let value = option.value, value.contains("|") else { return [] }
    let choices = value.split(separator: "|").map(String.init)
    return choices.allSatisfy { $0 != "…" && !$0.contains(" ") } && !value.contains("PERIOD")
      ? choices : []
  }

  private static func isFile(_ option: VerbSpecification.Option) -> Bool {
    option.isFile || ["FILE", "DIR"].contains(option.value ?? "")
  }

  private static var bash: String {
    var lines = [
      "# bash completion for incident; load it with: source <(incident completion bash)",
      "_incident() {",
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"",
      "  COMPREPLY=()",
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then",
      "    COMPREPLY=($(compgen -W \"\(VerbTable.all.map(\.name).joined(separator: " "))\" -- \"$current\"))",
      "    return",
      "  fi",
      "  local words= options=",
      "  case \"${COMP_WORDS[1]}\" in",
    ]
    for verb in VerbTable.all {
      let options = options(of: verb)
      let files = options.filter { isFile($0) }.map(dashed)
      lines.append("    \(verb.name))")
      if !files.isEmpty {
        lines.append(
          "      case \"$before\" in \(files.joined(separator: "|"))) "
            + "COMPREPLY=($(compgen -f -- \"$current\")); return;; esac")
      }
      for option in options {
        let choices = choices(of: option)
        guard !choices.isEmpty else { continue }
        lines.append(
          "      case \"$before\" in \(dashed(option))) COMPREPLY=($(compgen -W \""
            + "\(choices.joined(separator: " "))\" -- \"$current\")); return;; esac")
      }
      lines.append("      words=\"\(words(of: verb).joined(separator: " "))\"")
      lines.append("      options=\"\(options.map(dashed).joined(separator: " "))\";;")
    }
    lines += [
      "  esac",
      "  case \"$current\" in",
      "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$current\"));;",
      "    *) COMPREPLY=($(compgen -W \"$words\" -- \"$current\"));;",
      "  esac",
      "}",
      "complete -F _incident incident",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static var zsh: String {
    var lines = [
      "#compdef incident",
      "# zsh completion for incident; load it with: source <(incident completion zsh)",
      "_incident() {",
      "  local -a verbs",
      "  verbs=(",
    ]
    for verb in VerbTable.all {
      lines.append("    \(quoted(verb.name + ":" + escaped(verb.summary.en)))")
    }
    lines += [
      "  )",
      "  if (( CURRENT == 2 )); then _describe 'verb' verbs; return; fi",
      "  case ${words[2]} in",
    ]
    for verb in VerbTable.all {
      lines.append("    \(verb.name))")
      lines.append("      _arguments \\")
      for option in options(of: verb) {
        var value = ""
        if option.value != nil {
          let choices = choices(of: option)
          value = ":\(option.name):"
          if isFile(option) { value += "_files" }
          if !choices.isEmpty { value += "(\(choices.joined(separator: " ")))" }
        }
        lines.append(
          "        \(quoted("*\(dashed(option))[\(escaped(option.help.en))]\(value)")) \\")
      }
      lines.append("        \(quoted("*:word:(\(words(of: verb).joined(separator: " ")))"));;")
    }
    lines += ["  esac", "}", "compdef _incident incident"]
    return lines.joined(separator: "\n") + "\n"
  }

  /// Brackets and colons part the fields of zsh's descriptions.
  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing(":", with: "\\:")
      .replacing("[", with: "\\[").replacing("]", with: "\\]")
  }

  private static func quoted(_ text: String) -> String {
    "'" + text.replacing("'", with: "'\\''") + "'"
  }

  private static var fish: String {
    var lines = ["# fish completion for incident: incident completion fish | source"]
    for verb in VerbTable.all {
      lines.append(
        "complete -c incident -f -n __fish_use_subcommand -a \(verb.name) -d "
          + fishQuoted(verb.summary.en))
      let seen = "-n '__fish_seen_subcommand_from \(verb.name)'"
      for word in words(of: verb) { lines.append("complete -c incident -f \(seen) -a \(word)") }
      for option in options(of: verb) {
        let choices = choices(of: option)
        lines.append(
          "complete -c incident \(seen) \(option.name.count == 1 ? "-s" : "-l") \(option.name)"
            + (option.value == nil ? "" : isFile(option) ? " -r -F" : " -x")
            + (choices.isEmpty ? "" : " -a \(fishQuoted(choices.joined(separator: " ")))")
            + " -d \(fishQuoted(option.help.en))")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func fishQuoted(_ text: String) -> String {
    "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}
