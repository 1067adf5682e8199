package import Bytes
import Foundation
import Synchronization

extension FileJournal {
  /// Makes a journal in a state folder, which is made if need be, and opens it.
  ///
  /// `identifier` is a UUID as text. That it is an exercise is said here, for good.
  package static func create(
    in folder: String, identifier: String, isExercise: Bool, at now: Instant,
    options: JournalOptions = JournalOptions()
  ) throws(JournalFailure) -> FileJournal {
    precondition(UUID(uuidString: identifier) != nil, "'\(identifier)' is no UUID")
    let layout = Layout(folder: folder)
    let disk = options.disk
    try onDisk { () throws(DiskFailure) in
      if try disk.makeFolderIfMissing(folder) {
        try disk.synchroniseFolder(folder + "/..")
      }
      if try disk.makeFolderIfMissing(layout.journal) { try disk.synchroniseFolder(folder) }
    }
    if !options.acceptsAnyFileSystem { try layout.checkFileSystem(on: disk) }
    let lock = try JournalLock.take(layout, on: disk)
    let segments = try onDisk { () throws(DiskFailure) in try layout.segments(on: disk) }
    guard segments.isEmpty else { throw .existing(folder: folder) }

    let genesis = Head.genesis(of: identifier)
    let header = SegmentHeader(
      identifier: identifier, isExercise: isExercise, previousSegment: "",
      previousHash: genesis.hash)
    let line = header.line(at: now, bootMark: options.bootMark(), watermark: 0, after: genesis)
    try onDisk { () throws(DiskFailure) in
      let file = try OpenFile(layout.unfinished, .replacing, on: disk)
      try file.rewrite(line.encoded(after: genesis.hash).bytes, at: 0)
      try file.synchroniseData()
      let path = layout.path(SegmentName(first: 1))
      try disk.perform(.rename, path) { () throws(ErrorNumber) in
        try disk.rename(layout.unfinished, to: path)
      }
      try disk.synchroniseFolder(layout.journal)
    }
    return try open(layout, lock, at: now, anchors: [], options, making: RecordBox.init) { _ in }
  }

  /// Takes the lock, looks at every line, mends what a power failure left behind, and gives each
  /// record to `body` in order, in one pass.
  ///
  /// Anchors are heads that are known outside: a journal that lacks one, or has another record in
  /// its place, is not opened. Damage that a cut-off write does not explain is thrown, and nothing
  /// is changed. What `body` throws is passed on, and the journal is left closed.
  ///
  /// With a checkpoint only what stands behind it is looked at and given: the caller has made sure
  /// of the rest, and that the journal bears the checkpoint out.
  package static func open(
    in folder: String, at now: Instant, behind checkpoint: Checkpoint? = nil, anchors: [Head] = [],
    options: JournalOptions = JournalOptions(),
    _ body: (Record) throws(JournalFailure) -> Void
  ) throws(JournalFailure) -> FileJournal {
    try open(
      in: folder, at: now, behind: checkpoint, anchors: anchors, options: options,
      making: RecordBox.init
    ) { (box) throws(JournalFailure) in try body(box.record) }
  }

  /// The same for what is made of each record by itself. `make` runs on several threads at once,
  /// `body` on this one and in order.
  package static func open<Value: AnyObject & Sendable>(
    in folder: String, at now: Instant, behind checkpoint: Checkpoint? = nil, anchors: [Head] = [],
    options: JournalOptions = JournalOptions(),
    making make: @escaping @Sendable (Record) throws(JournalFailure) -> Value,
    _ body: (Value) throws(JournalFailure) -> Void
  ) throws(JournalFailure) -> FileJournal {
    let layout = Layout(folder: folder)
    let disk = options.disk
    // Looked for before a lock file is made in a folder that holds no journal.
    let segments = try onDisk { () throws(DiskFailure) in try layout.segments(on: disk) }
    guard !segments.isEmpty else { throw .missing(folder: folder) }
    if !options.acceptsAnyFileSystem { try layout.checkFileSystem(on: disk) }
    let lock = try JournalLock.take(layout, on: disk)
    return try open(
      layout, lock, at: now, behind: checkpoint, anchors: anchors, options, making: make, body)
  }

  private static func open<Value: AnyObject & Sendable>(
    _ layout: Layout, _ lock: JournalLock, at now: Instant, behind checkpoint: Checkpoint? = nil,
    anchors: [Head], _ options: JournalOptions,
    making make: @escaping @Sendable (Record) throws(JournalFailure) -> Value,
    _ body: (Value) throws(JournalFailure) -> Void
  ) throws(JournalFailure) -> FileJournal {
    var scan = Scan(layout, on: options.disk, anchors: anchors)
    if let checkpoint {
      var finder = LineFinder(folder: layout.folder, disk: options.disk)
      guard let header = try finder.bearsOut(checkpoint) else {
        throw .headMismatch(expected: checkpoint.head, actual: nil)
      }
      scan.begin(behind: checkpoint, header)
    }
    let recorded = Mutex<Set<String>>([])
    let look = RecordLook.records { (record) throws(JournalFailure) in
      let kept = KeptTail.names(in: record)
      if !kept.isEmpty { recorded.withLock { $0.formUnion(kept) } }
      return try make(record)
    }
    let torn = try scan.run(1...Int64.max, look) { (made) throws(JournalFailure) in
      try body(RecordBox.own(made))
    }
    guard var head = scan.head, let header = scan.header, var segment = scan.segments.last else {
      throw .missing(folder: layout.folder)
    }
    let recovery = Recovery(layout: layout, disk: options.disk)
    let file = try onDisk { () throws(DiskFailure) in
      try lock.mark(bootID: options.bootMark().bootID)
      if let torn { try recovery.cut(torn) }
      try recovery.setModes(closed: scan.segments.dropLast(), open: segment)
      if torn != nil || !lock.wasClosed { try recovery.rewriteEnd(of: segment) }
      return try OpenFile(layout.path(segment.name), .appending, on: options.disk)
    }
    var kept = try onDisk { () throws(DiskFailure) in
      try recovery.unrecorded(beside: recorded.withLock { $0 })
    }
    if let torn, torn.length == 0 { kept.append(KeptTail(torn)) }
    for tail in kept {
      let line = KeptTail.line(about: tail, at: now, bootMark: options.bootMark(), after: head)
      let record = try append(line, to: file, &segment, after: head)
      head = record.head
      try body(try make(record))
    }
    let writer = try onDisk { () throws(DiskFailure) in
      // Without room for it the desk works all the same: the first write tells.
      _ = try Reserve(layout: layout, disk: options.disk, size: options.reserveSize).make()
      return try Writer.start(
        Writer.Start(head: head, header: header, segment: segment, file: file), layout, options)
    }
    return FileJournal(layout, header, recovered: torn, writer, lock)
  }

  /// Appends before there is a writer, and gives the record as it will be read.
  private static func append(
    _ line: Line, to file: OpenFile, _ segment: inout Scan.Segment, after head: Head
  ) throws(JournalFailure) -> Record {
    let (bytes, newHead) = line.encoded(after: head.hash)
    try onDisk { () throws(DiskFailure) in
      try file.append(bytes)
      try file.synchroniseData()
    }
    let place = Record.Place(file: file.path, line: segment.lines + 1, offset: segment.size)
    segment.lines += 1
    segment.size += Int64(bytes.count)
    do throws(LineFault) {
      return try Line.record(bytes.dropLast(), hash: newHead.hash, at: place)
    } catch {
      preconditionFailure("a line of our own cannot be read: \(error)")
    }
  }
}
