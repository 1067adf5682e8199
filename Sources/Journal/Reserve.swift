/// Room on the disk that is kept free of use, so that on a full disk the record can still say so.
///
/// The file has no content. It is given up when a write finds no room, and made again when there is
/// room for it: that it could be made is how the end of the shortage is known.
struct Reserve {
  let layout: Layout
  let disk: any Disk
  /// In bytes; 0 keeps none.
  let size: Int64

  /// Whether there was room for it.
  func make() throws(DiskFailure) -> Bool {
    guard size > 0 else { return true }
    do throws(DiskFailure) {
      try OpenFile(layout.reserve, .replacing, on: disk).allocate(size)
      return true
    } catch {
      guard error.number.isFull else { throw error }
      try giveUp()
      return false
    }
  }

  /// Frees the room. The folder is not synced: after a power failure the file may be there again,
  /// which is as good.
  func giveUp() throws(DiskFailure) {
    guard size > 0 else { return }
    do throws(ErrorNumber) {
      try disk.remove(layout.reserve)
    } catch {
      guard error.isMissing else { throw DiskFailure(.remove, layout.reserve, error) }
    }
  }
}
