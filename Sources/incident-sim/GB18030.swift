import Foundation

/// The text in GB 18030. Every Unicode scalar has its place there, some of four bytes.
func gb18030(_ text: String) -> [UInt8] {
  // kCFStringEncodingGB_18030_2000, in the form in which Foundation takes encodings that have no
  // name of their own in Swift: the high bit and CoreFoundation's number.
  let encoding = String.Encoding(rawValue: 0x8000_0632)
  guard let data = text.data(using: encoding) else {
    preconditionFailure("GB 18030 has a place for every character")
  }
  return Array(data)
}
