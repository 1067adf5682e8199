/// One step from a redirecting answer to the next question; pure, so that it can be tested whole.
struct RedirectStep: Hashable, Sendable {
  let address: WebAddress
  let method: FetchRequest.Method
  /// Whether headers that were meant for the first origin alone still go along.
  let keepsPrivateHeaders: Bool

  /// nil if this status is no redirect that anyone follows. `visited` are the addresses that were
  /// asked before this one.
  ///
  /// RFC 9110 §15.4: 303 turns into a GET, 301 and 302 turn a POST into one as browsers do, 307
  /// and 308 keep method and body. 300 offers a choice that no program can make.
  static func next(
    status: Int, location: String?, from address: WebAddress, method: FetchRequest.Method,
    after visited: [WebAddress], limit: Int
  ) throws(FetchFailure) -> RedirectStep? {
    guard let location, [301, 302, 303, 307, 308].contains(status) else { return nil }
    guard visited.count < limit else { throw .redirect(.tooMany(limit)) }
    let target: WebAddress
    do throws(FetchFailure) {
      target = try WebAddress(location)
    } catch .badAddress(let fault) {
      throw .redirect(.badTarget(fault))
    }
    guard target.isSecure || !address.isSecure else { throw .redirect(.downgrade) }
    let next: FetchRequest.Method =
      switch (method, status) {
      case (.post, 301...303): .get
      case (.get, _), (.head, _), (.post, _): method
      }
    // Without cookies a question that was asked before gets the answer that it got before.
    guard target != address && !visited.contains(target) || next != method else {
      throw .redirect(.loop)
    }
    return RedirectStep(
      address: target, method: next, keepsPrivateHeaders: target.hasSameOrigin(as: address))
  }

  static func isPrivate(header name: String) -> Bool {
    ["Authorization", "Cookie", "Proxy-Authorization"].contains {
      isSameHeader($0, name)
    } || name.lowercased().hasPrefix("webhook-")
  }
}
