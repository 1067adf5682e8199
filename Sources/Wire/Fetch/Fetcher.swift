import Synchronization

/// Asks web servers, many at once, on one thread of its own.
///
/// A number of transfers is in flight; further ones wait in the order in which they came, up to a
/// limit, past which they fail with `busy`. Time limits count from when a transfer starts.
/// Connections are used again, also after another request's address rule allowed them: the rule
/// is asked again each time.
package final class Fetcher: Sendable {
  package struct Bounds: Hashable, Sendable {
    package var inFlight = 256
    package var waiting = 16_384
    /// Open connections that nobody uses at the moment.
    package var idleConnections = 96

    package init() {}
  }

  private let loop: FetchLoop

  package init(bounds: Bounds = Bounds()) {
    precondition(bounds.inFlight > 0 && bounds.waiting >= 0, "a fetcher needs room for a transfer")
    loop = FetchLoop(bounds: bounds)
    let loop = loop
    OwnThread.start("wire-fetch") { loop.run() }
  }

  deinit { loop.stop() }

  /// The response, whatever its status. Cancelling the task ends the transfer.
  package func fetch(_ request: FetchRequest) async throws(FetchFailure) -> FetchResponse {
    try request.check()
    let address = try WebAddress(request.url)
    let ticket = FetchTicket()
    let loop = loop
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        loop.submit(FetchOrder(request, address, ticket, continuation))
      }
    } onCancel: {
      loop.cancel(ticket)
    }
    return try result.get()
  }

  /// Requests that have no answer yet: those in flight and those that wait.
  package var open: Int { loop.open }

  /// Ends all transfers, also those that wait, and comes back when the thread is done.
  package func shutdown() async {
    loop.stop()
    await loop.ending.wait()
  }
}

/// Which of the transfers is meant.
final class FetchTicket: Sendable {
  /// Set before the order can have been taken; orders and cancellations race.
  let isCancelled = Atomic<Bool>(false)
}

struct FetchOrder: Sendable {
  let request: FetchRequest
  let address: WebAddress
  let ticket: FetchTicket
  private let continuation: CheckedContinuation<Result<FetchResponse, FetchFailure>, Never>

  init(
    _ request: FetchRequest, _ address: WebAddress, _ ticket: FetchTicket,
    _ continuation: CheckedContinuation<Result<FetchResponse, FetchFailure>, Never>
  ) {
    self.request = request
    self.address = address
    self.ticket = ticket
    self.continuation = continuation
  }

  func finish(_ result: Result<FetchResponse, FetchFailure>) {
    continuation.resume(returning: result)
  }
}

extension FetchRequest {
  /// Refuses what would break out of its line, and headers that are libcurl's to write.
  fileprivate func check() throws(FetchFailure) {
    for field in headers.fields {
      guard isToken(Array(field.name.utf8)[...]), field.bytes.allSatisfy(isFieldByte),
        !["Content-Length", "Transfer-Encoding", "Connection"].contains(where: {
          isSameHeader($0, field.name)
        })
      else { throw .badHeader(String(field.name.prefix(60))) }
    }
    guard userAgent.utf8.allSatisfy(isFieldByte), !userAgent.isEmpty else {
      throw .badHeader("User-Agent")
    }
    guard (ifNoneMatch ?? []).allSatisfy(isFieldByte) else { throw .badHeader("If-None-Match") }
    guard (ifModifiedSince ?? []).allSatisfy(isFieldByte) else {
      throw .badHeader("If-Modified-Since")
    }
    if let path = unixSocketPath {
      guard path.hasPrefix("/"), path.utf8.count <= unixPathLimit, !path.utf8.contains(0) else {
        throw .badSocketPath(path)
      }
    }
  }
}
