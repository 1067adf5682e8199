package import Bytes

/// Why the record cannot be kept or read.
package enum JournalFailure: Error, Hashable, Sendable {
  /// Another process keeps this record; its number, where the lock file tells it.
  case locked(folder: String, by: Int32?)
  /// Locks and syncs do not mean there what this module needs; nil if the kind cannot be told.
  case unsafeFileSystem(folder: String, kind: String?)
  case existing(folder: String)
  case missing(folder: String)
  case damaged(Damage)
  /// The record of this number is not the one that is known outside; nil if there is none.
  case headMismatch(expected: Head, actual: Digest?)
  case newerVersion(Record.Place, found: String)
  /// A write or a sync failed before. What was acknowledged is safe, and nothing more can be
  /// written: the process ends, and recovery looks at the disk afresh.
  case poisoned(DiskFailure)
  case disk(DiskFailure)
  /// There is no room for more. What was acknowledged is safe; this was not kept.
  case full(DiskFailure)
  case tooLong(bytes: Int, limit: Int)
  /// An event that no reader could read.
  case unwritable(Bilingual)
  /// The queue before the disk is full.
  case overloaded(waitingBytes: Int)
  case closed
  /// A checkpoint names a place that the item log does not have.
  case noSuchPosition(ItemPosition)

  /// Whether the same call may succeed later.
  package var isTemporary: Bool {
    switch self {
    case .locked, .overloaded, .closed, .full: true
    case .unsafeFileSystem, .existing, .missing, .damaged, .headMismatch, .newerVersion,
      .poisoned, .disk, .tooLong, .unwritable, .noSuchPosition:
      false
    }
  }
}

extension JournalFailure: Explained {
  package var exitCode: ExitCode {
    switch self {
    case .locked, .overloaded, .closed: .tryAgain
    case .existing, .tooLong: .refused
    case .unsafeFileSystem, .missing, .poisoned, .disk, .full: .couldNot
    case .damaged, .noSuchPosition: .damaged
    case .headMismatch: .headMismatch
    case .newerVersion: .newerVersion
    case .unwritable: .fault
    }
  }

  package var explanation: Bilingual {
    switch self {
    case .locked(let folder, let holder):
      Bilingual(
        zh: "\(folder) 正由\(holder.map { "进程 \($0) " } ?? "另一进程")使用；请稍后再试，或通过该进程办理",
        en: "\(folder) is in use by \(holder.map { "process \($0)" } ?? "another process");"
          + " try again later, or ask that process")
    case .unsafeFileSystem(let folder, let kind):
      Self.unsafe(folder, kind)
    case .existing(let folder):
      Bilingual(
        zh: "\(folder) 中已有事件记录，不会覆盖；请另选目录",
        en: "\(folder) already holds a journal, which is never replaced; choose another folder")
    case .missing(let folder):
      Bilingual(
        zh: "\(folder) 中没有事件记录；用 incident init 新建",
        en: "\(folder) holds no journal; incident init makes one")
    case .damaged(let damage):
      damage.explanation
    case .headMismatch(let expected, let actual):
      Self.mismatch(expected, actual)
    case .newerVersion(let place, let found):
      Bilingual(
        zh: "\(place.file) 第 \(place.line) 行由更新版本的程序写成（\(terminalSafe(found))）；请升级本程序",
        en: "\(place.file):\(place.line) was written by a newer version of this program"
          + " (\(terminalSafe(found))); upgrade this one")
    case .poisoned(let failure):
      Bilingual(
        zh: "此前\(failure.explanation.zh)；已确认的记录是安全的，其后不再写入，请检查磁盘后重新启动",
        en: "earlier, \(failure.explanation.en); what was acknowledged is safe, nothing more is"
          + " written, check the disk and start again")
    case .disk(let failure):
      failure.explanation
    case .full(let failure):
      Bilingual(
        zh: "磁盘已满，未予记录（\(failure.explanation.zh)）；请腾出空间，不必重新启动",
        en: "the disk is full and this was not kept (\(failure.explanation.en)); make room,"
          + " nothing need be started again")
    case .tooLong(let bytes, let limit):
      Bilingual(
        zh: "一条记录长 \(bytes) 字节，超过上限 \(limit) 字节，未予记录；请缩短文字",
        en: "a record of \(bytes) bytes is over the limit of \(limit) and was not kept;"
          + " shorten the text")
    case .unwritable(let reason):
      Bilingual(
        zh: "事件的写法有误，未予记录：\(reason.zh)",
        en: "an event is not written as it should be and was not kept: \(reason.en)")
    case .overloaded(let bytes):
      Bilingual(
        zh: "磁盘太慢，已有 \(bytes) 字节等待写入，未予记录；请稍后再试",
        en: "the disk is too slow: \(bytes) bytes wait to be written, this was not kept;"
          + " try again later")
    case .closed:
      Bilingual(zh: "记录已关闭，未予记录；程序正在停止", en: "the record is closed; the program stops")
    case .noSuchPosition(let position):
      Bilingual(
        zh: "条目日志中没有位置 \(position)；请丢弃检查点并从头读取",
        en: "the item log has no position \(position); drop the checkpoint and read from the start")
    }
  }

  private static func unsafe(_ folder: String, _ kind: String?) -> Bilingual {
    guard let kind else {
      return Bilingual(
        zh: "无法得知 \(folder) 位于何种文件系统；如确为本机磁盘，请用 --unsafe-fs",
        en: "the file system under \(folder) cannot be told; if it is a disk of this machine,"
          + " use --unsafe-fs")
    }
    return Bilingual(
      zh: "\(folder) 位于 \(terminalSafe(kind)) 文件系统，其加锁与落盘不可靠；请改用本机磁盘",
      en: "\(folder) is on \(terminalSafe(kind)), where locks and syncs cannot be relied on;"
        + " use a disk of this machine")
  }

  private static func mismatch(_ expected: Head, _ actual: Digest?) -> Bilingual {
    guard let actual else {
      return Bilingual(
        zh: "记录中没有第 \(expected.sequence) 条，而他处存有其散列值 \(expected.hash.hex)；末尾的记录被移除",
        en: "there is no record \(expected.sequence), yet its hash \(expected.hash.hex) is known"
          + " outside; records were removed from the end")
    }
    return Bilingual(
      zh: "第 \(expected.sequence) 条记录的散列值是 \(actual.hex)，而他处所存为 \(expected.hash.hex)；记录被改写",
      en: "record \(expected.sequence) has the hash \(actual.hex), but outside it is known as"
        + " \(expected.hash.hex); the journal was rewritten")
  }
}

extension DiskFailure: Explained {
  package var exitCode: ExitCode { .couldNot }

  package var explanation: Bilingual {
    Bilingual(
      zh: "对 \(path) 调用 \(call.rawValue) 出错：\(number.text)",
      en: "\(call.rawValue) on \(path): \(number.text)")
  }
}
