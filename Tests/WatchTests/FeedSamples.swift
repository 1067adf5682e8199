import Bytes
import Watch

/// Feeds in our own words, and short ways to read them.
enum FeedSamples {
  static let shanghai = DeskZone("Asia/Shanghai") ?? .universal

  static let rss = """
    <?xml version="1.0" encoding="utf-8"?>
    <rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
      xmlns:content="http://purl.org/rss/1.0/modules/content/"
      xmlns:media="http://search.yahoo.com/mrss/" xmlns:georss="http://www.georss.org/georss"
      xmlns:atom="http://www.w3.org/2005/Atom">
      <channel>
        <title>清河县应急管理局</title>
        <link>https://yjj.example.cn/</link>
        <atom:link href="https://yjj.example.cn/feed.xml" rel="self"/>
        <language>zh-cn</language>
        <image><title>徽标</title><link>https://logo.example.cn/</link></image>
        <item>
          <title>关于启动防汛三级响应的通知</title>
          <link>/tz/1.html?a=1&amp;b=2</link>
          <guid isPermaLink="false">tz-1</guid>
          <pubDate>Sun, 22 Nov 2026 13:05:00 +0800</pubDate>
          <dc:creator>值班室</dc:creator>
          <category>防汛</category>
          <description>摘要</description>
          <content:encoded><![CDATA[<p>各乡镇：</p><p>即日起<b>启动</b>三级响应&nbsp;。</p>]]></content:encoded>
          <media:thumbnail url="https://img.example.cn/1.jpg"/>
          <georss:point>30.6 104.1</georss:point>
        </item>
        <item>
          <title>二号桥恢复通行</title>
          <guid>https://yjj.example.cn/tz/2.html</guid>
          <pubDate>2026年11月22日 14:30</pubDate>
          <description>抢修完成 &lt;i&gt;请慢行&lt;/i&gt;</description>
        </item>
      </channel>
    </rss>
    """

  static let atom = """
    <?xml version="1.0" encoding="utf-8"?>
    <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://news.example.org/">
      <title type="html">River &amp;amp; Road Desk</title>
      <link rel="self" href="/atom.xml"/>
      <link href="/index.html"/>
      <author><name>Night Desk</name></author>
      <entry>
        <id>tag:example.org,2026:1</id>
        <title>Ferry stopped</title>
        <link rel="alternate" type="application/json" href="1.json"/>
        <link rel="alternate" type="text/html" href="1.html"/>
        <published>2026-11-22T05:00:00Z</published>
        <updated>2026-11-22T05:30:00.5Z</updated>
        <summary>Short.</summary>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>The ferry is <em>out
        of service</em>.</p><p>Use the bridge.</p></div></content>
      </entry>
      <entry xml:base="sub/">
        <id>tag:example.org,2026:2</id>
        <title type="text">Depth &lt; 2 m</title>
        <link href="2.html"/>
        <updated>2026-11-22T06:00:00+01:00</updated>
        <author><name>Lee</name><uri>https://example.org/lee</uri></author>
        <summary type="html">&lt;p&gt;Low water&lt;/p&gt;</summary>
      </entry>
    </feed>
    """

  static let json = """
    {"version": "https://jsonfeed.org/version/1.1", "title": "县融媒体中心",
     "home_page_url": "https://rm.example.cn/", "language": "zh-Hans",
     "authors": [{"name": "编辑部"}],
     "items": [
      {"id": 7, "url": "/a/7", "title": "水厂复产", "content_html": "<p>今日<br>复产</p>",
       "date_published": "2026-11-22T13:00:00+08:00", "tags": ["供水"], "image": "/a/7.png"},
      {"id": "8", "external_url": "https://other.example.cn/8", "content_text": "第一行\\n第二行",
       "date_modified": "2026-11-22T14:00:00+08:00", "authors": [{"name": "王", "url": "https://x.example/u/w"}]}]}
    """

  static let cap = """
    <?xml version="1.0" encoding="UTF-8"?>
    <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
      <identifier>QH-2026-14</identifier><sender>warn@qh.example.cn</sender>
      <sent>2026-11-22T13:05:00+08:00</sent><status>Exercise</status><msgType>Update</msgType>
      <scope>Public</scope><code>desk</code><note>演练</note>
      <references>warn@qh.example.cn,QH-2026-13,2026-11-22T12:00:00+08:00</references>
      <info>
        <language>zh-CN</language><category>Met</category><category>Safety</category>
        <event>暴雨</event><responseType>Shelter</responseType><urgency>Immediate</urgency>
        <severity>Severe</severity><certainty>Observed</certainty>
        <eventCode><valueName>SAME</valueName><value>TOR</value></eventCode>
        <effective>2026-11-22T13:05:00+08:00</effective><onset>2026-11-22T14:00:00+08:00</onset>
        <expires>2026-11-22T20:00:00+08:00</expires><senderName>县气象台</senderName>
        <headline>暴雨红色预警</headline><description>三小时雨量将达 100 毫米。</description>
        <instruction>请勿涉水。</instruction><web>https://qh.example.cn/14</web><contact>12345</contact>
        <parameter><valueName>level</valueName><value>I</value></parameter>
        <resource><resourceDesc>图</resourceDesc><mimeType>image/png</mimeType>
          <uri>https://qh.example.cn/14.png</uri></resource>
        <area><areaDesc>东乡</areaDesc><polygon>30,104 30,105 31,105 30,104</polygon>
          <circle>30.5,104.5 12</circle>
          <geocode><valueName>adcode</valueName><value>510000</value></geocode></area>
        <area><areaDesc>西乡</areaDesc></area>
      </info>
      <info><language>en</language><event>Rainstorm</event><urgency>Immediate</urgency>
        <severity>Severe</severity><certainty>Observed</certainty></info>
    </alert>
    """

  static func read(
    _ bytes: [UInt8], contentType: String? = nil, url: String = "https://source.example.cn/feed",
    limits: FeedLimits = .standard
  ) throws(FeedFailure) -> FeedDocument {
    try readFeed(bytes, contentType: contentType, url: url, zone: shanghai, limits: limits)
  }

  static func read(_ text: String, limits: FeedLimits = .standard) throws(FeedFailure)
    -> FeedDocument
  {
    try read(Array(text.utf8), limits: limits)
  }

  /// An RSS feed of entries whose insides are given.
  static func rss(_ entries: String...) -> String {
    let items = entries.map { "<item>\($0)</item>" }.joined(separator: "\n")
    return "<rss version=\"2.0\"><channel><title>Desk</title>\(items)</channel></rss>"
  }

  /// The text of one entry whose description is this HTML.
  static func text(ofHTML html: String) throws -> String {
    let document = try read(rss("<description><![CDATA[\(html)]]></description>"))
    return document.entries.first?.text ?? ""
  }
}
