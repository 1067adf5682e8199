// Logarithm and power by plain arithmetic. The C library picks its code by the processor, and two
// machines may differ in the last digit; a decision that hangs on it would not be the same on both.
// IEEE addition, multiplication, division and square root are.

/// The natural logarithm of a positive finite number, good to about 1e-11.
@inline(__always)
func naturalLogarithm(_ number: Double) -> Double {
  var exponent = Double(Int(number.bitPattern >> 52) - 1023)
  var mantissa = Double(
    bitPattern: number.bitPattern & 0x000f_ffff_ffff_ffff | 0x3ff0_0000_0000_0000)
  // Around 1, so that the series below is short.
  if mantissa > 1.414_213_562_373_095_1 {
    mantissa *= 0.5
    exponent += 1
  }
  // ln m = 2 artanh t, t = (m - 1) / (m + 1), |t| < 0.172.
  let t = (mantissa - 1) / (mantissa + 1)
  let s = t * t
  let series =
    1
    + s * (1 / 3.0 + s * (1 / 5.0 + s * (1 / 7.0 + s * (1 / 9.0 + s * (1 / 11.0 + s / 13.0)))))
  return exponent * 0.693_147_180_559_945_3 + 2 * t * series
}

/// Two to this power, good to about 1e-10; within ±1000.
@inline(__always)
func powerOfTwo(_ power: Double) -> Double {
  let bounded = min(1000, max(-1000, power))
  let whole = bounded.rounded(.toNearestOrEven)
  let x = (bounded - whole) * 0.693_147_180_559_945_3
  let tail = 1 / 120.0 + x * (1 / 720.0 + x * (1 / 5040.0 + x * (1 / 40_320.0 + x / 362_880.0)))
  let fraction = 1 + x * (1 + x * (0.5 + x * (1 / 6.0 + x * (1 / 24.0 + x * tail))))
  return fraction * Double(bitPattern: UInt64(Int(whole) + 1023) << 52)
}

/// Spreads the bits of a number over all of it (the finisher of MurmurHash3, in the public domain).
@inline(__always)
func mixed(_ number: UInt64) -> UInt64 {
  var x = number
  x = (x ^ x >> 33) &* 0xff51_afd7_ed55_8ccd
  x = (x ^ x >> 33) &* 0xc4ce_b9fe_1a85_ec53
  return x ^ x >> 33
}

/// A number that stands for a text, the same in every run.
func stableHash(_ text: String) -> UInt64 {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  return mixed(hash)
}
