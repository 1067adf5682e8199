package import Bytes

private let dayNames = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
private let monthNames = [
  "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
]

/// `Sun, 22 Nov 2026 05:13:25 GMT`, as HTTP writes dates (RFC 9110 §5.6.7).
package func imfFixdate(_ instant: Instant) -> String {
  dateText(CivilTime(instant)) + " GMT"
}

/// `Sun, 22 Nov 2026 13:13:25 +0800`, as mail writes them (RFC 5322 §3.3).
func mailDate(_ instant: Instant, offsetSeconds: Int) -> String {
  // Mail knows no seconds in an offset.
  let minutes = offsetSeconds / 60
  let civil = CivilTime(instant, offsetSeconds: minutes * 60)
  let magnitude = abs(minutes)
  let sign = minutes < 0 ? "-" : "+"
  return "\(dateText(civil)) \(sign)\(padded(magnitude / 60, 2))\(padded(magnitude % 60, 2))"
}

private func dateText(_ civil: CivilTime) -> String {
  let day = dayNames[civil.weekday - 1]
  let month = monthNames[civil.month - 1]
  return "\(day), \(padded(civil.day, 2)) \(month) \(padded(civil.year, 4)) \(civil.timeText)"
}
