package import Bytes

/// What people have changed about the desk's sources by command. It is laid over the file.
package struct SourceBook: Hashable, Sendable {
  /// In the order in which they were added.
  package private(set) var added: [Configuration.SourceSettings] = []
  package private(set) var paused: [Name: SourcePause] = [:]

  mutating func add(_ source: Configuration.SourceSettings) {
    added.removeAll { $0.id == source.id }
    added.append(source)
  }

  mutating func drop(_ id: Name) {
    added.removeAll { $0.id == id }
    paused[id] = nil
  }

  mutating func pause(_ id: Name, _ pause: SourcePause) { paused[id] = pause }

  mutating func resume(_ id: Name) { paused[id] = nil }

  package func has(_ id: Name) -> Bool { added.contains { $0.id == id } }
}

extension Configuration {
  /// The files, with what was changed by command: an added source stands in place of one of the
  /// same id in the file, because whoever added it was the last to decide.
  package func listening(to book: SourceBook) -> Configuration {
    var whole = self
    whole.sources = sources.filter { !book.has($0.id) } + book.added
    for index in whole.sources.indices {
      whole.sources[index].pause = book.paused[whole.sources[index].id]
    }
    return whole
  }
}
