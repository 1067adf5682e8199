/// HMAC with SHA-256 to RFC 2104.
package func hmacSHA256(key: [UInt8], _ message: [UInt8]) -> Digest {
  let blockSize = 64
  var block = key.count > blockSize ? SHA256.hash(key).bytes : key
  block.append(contentsOf: repeatElement(0, count: blockSize - block.count))
  var inner = SHA256()
  inner.update(block.map { $0 ^ 0x36 })
  inner.update(message)
  var outer = SHA256()
  outer.update(block.map { $0 ^ 0x5c })
  outer.update(inner.finish().bytes)
  return outer.finish()
}

/// Whether two byte strings are equal, in a time that tells nothing about where they differ.
package func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  guard left.count == right.count else { return false }
  var difference: UInt8 = 0
  for (a, b) in zip(left, right) { difference |= a ^ b }
  return difference == 0
}
