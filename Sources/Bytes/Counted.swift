/// A count with its English word: `1 owner`, `2 owners`, `1 entry`, `3 entries`.
///
/// Chinese has one form for both, so its texts need no such help.
package func counted(_ count: Int, _ one: String, _ several: String? = nil) -> String {
  "\(count) " + (count == 1 ? one : several ?? one + "s")
}
