import Bytes
import Testing
import Watch

@Suite("A date in a feed")
struct FeedDateTests {
  static let shanghai = DeskZone("Asia/Shanghai") ?? .universal

  @Test("is read in every form that says when it is", arguments: Self.dates)
  func understood(text: String, expected: String) throws {
    let instant = try #require(Instant(iso8601: expected))
    #expect(feedDate(text, in: Self.shanghai) == instant)
  }

  @Test("in Korean hangs on a wall in Korea, unless somebody set a zone")
  func korean() {
    let text = "2026년 11월 22일 13:05"
    #expect(feedDate(text, in: .universal) == Instant(iso8601: "2026-11-22T13:05:00+09:00"))
    #expect(feedDate(text, in: Self.shanghai) == Instant(iso8601: "2026-11-22T13:05:00+08:00"))
    #expect(
      feedDate("2026年11月22日 13:05", in: .universal) == Instant(iso8601: "2026-11-22T13:05:00Z"))
  }

  @Test(
    "that may be the day or the year first is none",
    arguments: ["22-11-26", "031231", "26366", "2025366", "26000", "-2613", "-1", "0312"])
  func ambiguous(text: String) {
    #expect(feedDate(text, in: Self.shanghai) == nil)
  }

  static let dates = [
    // RFC 822 and what became of it.
    ("Sun, 22 Nov 2026 13:05:09 +0800", "2026-11-22T05:05:09Z"),
    ("22 Nov 2026 05:05 GMT", "2026-11-22T05:05:00Z"),
    ("Sun, 2 Aug 2026 05:05:00 Z", "2026-08-02T05:05:00Z"),
    ("Sunday, 22-Nov-26 05:05:00 GMT", "2026-11-22T05:05:00Z"),
    ("Sun Nov 22 05:05:00 2026", "2026-11-21T21:05:00Z"),
    ("Sun Nov 22 05:05:00 +0000 2026", "2026-11-22T05:05:00Z"),
    ("Sun, 22 Nov 2026 05:05:00 EST", "2026-11-22T10:05:00Z"),
    ("Sun,22 Nov 2026 05:05:00 -0000", "2026-11-22T05:05:00Z"),
    ("Thurs, 22 January 2026 05:05:60 UTC", "2026-01-22T05:06:00Z"),
    ("22 Nov 26 05:05:00 PDT", "2026-11-22T12:05:00Z"),
    ("Sun, 22 Nov 2026 05:05:00 GMT+0800 (China Standard Time)", "2026-11-21T21:05:00Z"),
    ("Sun, 22 Nov 2026 05:05:00 CST", "2026-11-21T21:05:00Z"),
    ("Sun, 22 Nov 2026 05:05:00 AT", "2026-11-22T09:05:00Z"),
    // ISO 8601 and its loose kin.
    ("2026-11-22T13:05:09+08:00", "2026-11-22T05:05:09Z"),
    ("2026-11-22t05:05:09.25z", "2026-11-22T05:05:09.25Z"),
    ("2026-11-22T13:05:09", "2026-11-22T05:05:09Z"), ("2026-11-22 13:05", "2026-11-22T05:05:00Z"),
    ("2026-11-22 13:05:09.123456789", "2026-11-22T05:05:09.123456Z"),
    ("2026-11-22", "2026-11-21T16:00:00Z"),
    ("2026-11", "2026-10-31T16:00:00Z"), ("2026", "2025-12-31T16:00:00Z"),
    ("20261122", "2026-11-21T16:00:00Z"),
    ("20261122T050500Z", "2026-11-22T05:05:00Z"), ("20261122130509", "2026-11-22T05:05:09Z"),
    ("2026-11-22T24:00:00Z", "2026-11-23T00:00:00Z"),
    ("2026-11-22 05:05:00 -00:20", "2026-11-22T05:25:00Z"),
    ("2026/11/22 13:05", "2026-11-22T05:05:00Z"), ("2026.11.22", "2026-11-21T16:00:00Z"),
    // The days of a year, and centuries left out.
    ("2026-326", "2026-11-21T16:00:00Z"), ("2024366", "2024-12-30T16:00:00Z"),
    ("26326", "2026-11-21T16:00:00Z"), ("26-001", "2025-12-31T16:00:00Z"),
    ("-2611", "2026-10-31T16:00:00Z"), ("-26-11", "2026-10-31T16:00:00Z"),
    ("-26", "2025-12-31T16:00:00Z"),
    // Chinese, Japanese, Korean.
    ("2026年11月22日 13:05", "2026-11-22T05:05:00Z"), ("2026年11月22日13时05分09秒", "2026-11-22T05:05:09Z"),
    ("2026年11月22日 下午1点05分", "2026-11-22T05:05:00Z"), ("2026年1月2日上午8时", "2026-01-02T00:00:00Z"),
    ("2026年11月22日 星期日 13:05", "2026-11-22T05:05:00Z"),
    ("发布时间：２０２６－１１－２２　１３：０５", "2026-11-22T05:05:00Z"),
    ("【2026-11-22】", "2026-11-21T16:00:00Z"), ("26年11月22日", "2026-11-21T16:00:00Z"),
    ("2026年11月", "2026-10-31T16:00:00Z"),
    ("令和8年11月22日", "2026-11-21T16:00:00Z"), ("2026年11月22日（日）13:05", "2026-11-22T05:05:00Z"),
    ("2026년 11월 22일 오후 1시 5분", "2026-11-22T05:05:00Z"),
    ("2026-11-22 凌晨1:05", "2026-11-21T17:05:00Z"),
    // People.
    ("November 22, 2026 at 1:05 pm", "2026-11-22T05:05:00Z"),
    ("Nov. 22, 2026, 1:05 p.m.", "2026-11-22T05:05:00Z"),
    ("Sunday, November 22nd, 2026 - 1pm", "2026-11-22T05:00:00Z"),
    ("22.11.2026 13:05 Uhr", "2026-11-22T05:05:00Z"),
    ("11/22/2026 12:05 AM", "2026-11-21T16:05:00Z"), ("22/11/2026", "2026-11-21T16:00:00Z"),
    ("11/11/2026", "2026-11-10T16:00:00Z"),
    ("Sun, 22-Nov-2026", "2026-11-21T16:00:00Z"),
    ("Sat, 11 04 2020 08:00:00 +0000", "2020-04-11T08:00:00Z"),
    // Months elsewhere.
    ("So, 22. März 2026 05:05:00 +0100", "2026-03-22T04:05:00Z"),
    ("dim. 22 févr. 2026 13:05", "2026-02-22T05:05:00Z"),
    ("mar., 24 mars 2026 13:05", "2026-03-24T05:05:00Z"),
    ("22 de noviembre de 2026", "2026-11-21T16:00:00Z"),
    ("zo, 22 okt 2026 05:05:00 +0000", "2026-10-22T05:05:00Z"),
    ("22 ноября 2026 г. 13:05", "2026-11-22T05:05:00Z"),
    ("Κυρ, 22 Νοε 2026 13:05:00", "2026-11-22T05:05:00Z"),
    ("22 sierpnia 2026", "2026-08-21T16:00:00Z"),
    // Counted from 1970.
    ("1795323900", "2026-11-22T05:05:00Z"), ("1795323900000", "2026-11-22T05:05:00Z"),
  ]

  @Test("is nothing where nobody can tell, and never now", arguments: Self.riddles)
  func unknown(text: String) {
    #expect(feedDate(text, in: Self.shanghai) == nil)
  }

  static let riddles = [
    "", " ", "soon", "null", "Invalid Date", "暂无", "昨天 13:05", "3小时前", "0", "12", "013", "13:05",
    "11-22 13:05",
    "03/04/2026", "11 12 2026", "2026-02-30", "2026-13-01", "2026-11-22T25:00:00Z",
    "2026-11-22T10:14:61Z",
    "2026-11-22T10:60:00Z", "2026-11-22T10:00:00Zextra", "2026-11-22T10:00:00+99:00", "2026-xx-22",
    "Sun, 22 Foo 2026 05:05:00 GMT", "Sun, 22 Nov 2026 1:2:3:4 GMT",
    "Sun, 22 Nov 2026 05:05:00 +zz:00",
    "Sun, 22 Nov 2026 05:05:00 QQQ", "22 Nov", "Nov 2026 2027", "13:05 pm pm", "99999999999", "1",
    "0000-00-00",
    "0000-00-00 00:00:00", "12345678901234567890", "2026年13月40日", "下午",
    "22 Nov 2026 or so, if the weather allows it and nobody minds that this is far too long to be any kind of date at all, is it not",
  ]

  @Test("without a zone is one on the source's wall, with its summer time")
  func wallTime() throws {
    let berlin = try #require(DeskZone("Europe/Berlin"))
    #expect(feedDate("2026-07-01 12:00", in: berlin) == Instant(iso8601: "2026-07-01T10:00:00Z"))
    #expect(feedDate("2026-12-01 12:00", in: berlin) == Instant(iso8601: "2026-12-01T11:00:00Z"))
    #expect(
      feedDate("1 Dec 2026 12:00:00 CST", in: berlin) == Instant(iso8601: "2026-12-01T18:00:00Z"))
  }

  @Test("is read the same however it is cut or spaced, without a crash")
  func damage() {
    for (text, _) in Self.dates {
      #expect(
        feedDate("\n " + text + "\t", in: Self.shanghai)
          == feedDate(text, in: Self.shanghai))
      for length in 0..<text.count {
        _ = feedDate(String(text.prefix(length)), in: Self.shanghai)
        _ = feedDate(String(text.dropFirst(length)), in: Self.shanghai)
      }
    }
  }
}
