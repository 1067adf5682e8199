import Bytes
import Testing
import Watch

@Suite("Reading an alert of CAP")
struct FeedCAPTests {
  @Test("gives a title and a text within the limits")
  func bounded() throws {
    let alert = FeedSamples.cap.replacing(
      "暴雨红色预警", with: String(repeating: "雨", count: 100))
    let feed = try FeedSamples.read(Array(alert.utf8), limits: FeedLimits(textBytes: 40))
    #expect(feed.entries.first?.title?.count == 13)
    #expect(feed.entries.first?.text?.utf8.count ?? 99 <= 40)
    #expect(feed.entries.first?.cap?.infos.first?.headline?.count == 100)
  }

  @Test("keeps the whole record")
  func record() throws {
    let feed = try FeedSamples.read(FeedSamples.cap)
    #expect(feed.format == "CAP 1.2")
    let entry = try #require(feed.entries.first)
    let alert = try #require(entry.cap)
    #expect(alert.identifier == "QH-2026-14")
    #expect(alert.sender == "warn@qh.example.cn")
    #expect(alert.sent == Instant(iso8601: "2026-11-22T05:05:00Z"))
    #expect(alert.status == "Exercise")
    #expect(alert.messageType == "Update")
    #expect(alert.scope == "Public")
    #expect(alert.codes == ["desk"])
    #expect(alert.note == "演练")
    #expect(alert.references.map(\.identifier) == ["QH-2026-13"])
    #expect(alert.references.map(\.sender) == ["warn@qh.example.cn"])
    #expect(alert.references.map(\.sent) == [Instant(iso8601: "2026-11-22T04:00:00Z")])
    #expect(alert.infos.map(\.language) == ["zh-CN", "en"])
    #expect(alert.infos.map(\.event) == ["暴雨", "Rainstorm"])
  }

  @Test("keeps all that an info and its areas say")
  func info() throws {
    let alert = try #require(try FeedSamples.read(FeedSamples.cap).entries.first?.cap)
    let info = try #require(alert.infos.first)
    #expect(info.categories == ["Met", "Safety"])
    #expect(info.responseTypes == ["Shelter"])
    #expect([info.urgency, info.severity, info.certainty] == ["Immediate", "Severe", "Observed"])
    #expect(info.eventCodes.map(\.name) == ["SAME"])
    #expect(info.eventCodes.map(\.value) == ["TOR"])
    #expect(info.effective == Instant(iso8601: "2026-11-22T05:05:00Z"))
    #expect(info.onset == Instant(iso8601: "2026-11-22T06:00:00Z"))
    #expect(info.expires == Instant(iso8601: "2026-11-22T12:00:00Z"))
    #expect(info.senderName == "县气象台")
    #expect(info.contact == "12345")
    #expect(info.parameters.map(\.value) == ["I"])
    #expect(info.resources.map(\.uri) == ["https://qh.example.cn/14.png"])
    #expect(info.areas.map(\.description) == ["东乡", "西乡"])
    let area = try #require(info.areas.first)
    #expect(area.geocodes.map(\.value) == ["510000"])
    let corners = try #require(CAPAlert.Area.corners(of: area.polygons.first ?? ""))
    #expect(corners.count == 4 && corners.first == corners.last)
    let centre = try #require(CAPAlert.Area.centre(of: area.circles.first ?? ""))
    #expect(centre.point == GeoPoint(latitude: 30.5, longitude: 104.5) && centre.kilometres == 12)
  }

  @Test("becomes an entry in the words of its first info")
  func entry() throws {
    let entry = try #require(try FeedSamples.read(FeedSamples.cap).entries.first)
    #expect(entry.guid == "QH-2026-14")
    #expect(entry.title == "暴雨红色预警")
    #expect(entry.text == "三小时雨量将达 100 毫米。\n请勿涉水。")
    #expect(entry.link == "https://qh.example.cn/14")
    #expect(entry.published == Instant(iso8601: "2026-11-22T05:05:00Z"))
    #expect(entry.language == "zh-CN")
  }

  @Test("is taken without namespace, in version 1.1, without infos, and from an envelope")
  func variants() throws {
    let bare = "<alert><identifier>1</identifier><sender>a</sender><note>all clear</note></alert>"
    #expect(try FeedSamples.read(bare).entries.map(\.text) == ["all clear"])
    let old =
      "<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.1\"><identifier>1</identifier></alert>"
    #expect(try FeedSamples.read(old).format == "CAP 1.1")
    let envelope =
      "<EDXLDistribution xmlns='urn:oasis:names:tc:emergency:EDXL:DE:1.0'>\(bare)\(bare)</EDXLDistribution>"
    #expect(try FeedSamples.read(envelope).entries.count == 2)
  }

  @Test("is found whole inside an Atom entry, and in pieces beside its elements")
  func embedded() throws {
    let whole = FeedSamples.cap.split(separator: "\n").dropFirst().joined(separator: "\n")
    let feed = try FeedSamples.read(
      """
      <feed xmlns="http://www.w3.org/2005/Atom" xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2">
      <entry><id>1</id><title>a</title><content type="text/xml">\(whole)</content></entry>
      <entry><id>2</id><title>b</title><cap:event>Flood</cap:event><cap:severity>Minor</cap:severity>
      <cap:areaDesc>East</cap:areaDesc><cap:polygon>1,1 2,2 2,1 1,1</cap:polygon></entry>
      <entry><id>3</id><title>c</title></entry></feed>
      """)
    try #require(feed.entries.count == 3)
    #expect(feed.entries[0].cap?.infos.count == 2)
    #expect(feed.entries[1].cap?.infos.map(\.event) == ["Flood"])
    #expect(feed.entries[1].cap?.infos.first?.areas.map(\.description) == ["East"])
    #expect(feed.entries[1].cap?.infos.first?.areas.first?.polygons.count == 1)
    #expect(feed.entries[2].cap == nil)
  }

  @Test("keeps shapes that are none as they were written, and does not measure them")
  func badShapes() {
    #expect(CAPAlert.Area.corners(of: "30,104 x") == nil)
    #expect(CAPAlert.Area.corners(of: "30,104 31,105") == nil)
    #expect(CAPAlert.Area.corners(of: "95,104 31,105 30,104") == nil)
    #expect(CAPAlert.Area.centre(of: "30,104 -2") == nil)
    #expect(CAPAlert.Area.centre(of: "30,104") == nil)
  }
}
