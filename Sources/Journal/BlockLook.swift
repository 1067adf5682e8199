import Bytes
import Dispatch
import Synchronization

/// A block whose lines are looked at on a thread of its own, while others put the one before to use.
///
/// Whoever has begun it waits for it: nothing goes on behind a walk that has ended.
final class BlockLook: Sendable {
  let block: LineBlock
  private let previous: Digest
  private let look: RecordLook
  private let pieces = Mutex<[[ChainLink]]?>(nil)
  private let running = DispatchGroup()

  init(_ block: LineBlock, after previous: Digest, _ look: RecordLook) {
    self.block = block
    self.previous = previous
    self.look = look
  }

  func begin() {
    running.enter()
    do throws(DiskFailure) {
      try OwnThread.start {
        let links = self.block.links(after: self.previous, self.look)
        self.pieces.withLock { $0 = links }
        self.running.leave()
      }
    } catch {
      // Without a thread it takes longer: the lines are looked at when they are asked for.
      running.leave()
    }
  }

  func wait() { running.wait() }

  /// The links of all lines, as `LineBlock.links` gives them. They are given once.
  func links() -> [[ChainLink]] {
    wait()
    let links = pieces.withLock { pieces in
      let links = pieces
      pieces = nil
      return links
    }
    return links ?? block.links(after: previous, look)
  }
}
