/// The elements of a page, in its order: those inside of an element follow it directly.
///
/// Texts and values are ranges of the page's bytes. There are no nodes for texts: what an element
/// says is read from the markup inside of it, as all other HTML here is.
struct HTMLTree {
  struct Element {
    let name: HTMLName
    /// -1 for the outermost.
    let parent: Int32
    /// Whether it, or something around it, is not shown to readers.
    let isHidden: Bool
    let attributesStart: Int32
    let attributesCount: Int32
    /// What lies between its tags.
    let innerStart: Int32
    var innerEnd: Int32
    /// The index after its last descendant.
    var end: Int32
  }

  struct Attribute {
    let name: HTMLName
    let start: Int32
    let end: Int32
  }

  /// Valid UTF-8.
  let bytes: [UInt8]
  let elements: [Element]
  let attributes: [Attribute]
  /// Whether the page has more elements than the limit, or nests deeper; the rest is left out.
  let isCut: Bool

  func attributes(of element: Int) -> ArraySlice<Attribute> {
    let element = elements[element]
    let start = Int(element.attributesStart)
    return attributes[start..<start + Int(element.attributesCount)]
  }

  /// The value of an attribute with references resolved; the first where there are several.
  func attribute(_ name: HTMLName, of element: Int) -> String? {
    guard let attribute = attributes(of: element).first(where: { $0.name == name }) else {
      return nil
    }
    var value: [UInt8] = []
    appendResolved(bytes, Int(attribute.start)..<Int(attribute.end), as: .html, to: &value)
    return String(decoding: value, as: UTF8.self)
  }

  func innerMarkup(of element: Int) -> ArraySlice<UInt8> {
    bytes[Int(elements[element].innerStart)..<Int(elements[element].innerEnd)]
  }

  /// The first element of this name that has this attribute.
  func first(_ name: HTMLName, with attribute: HTMLName) -> Int? {
    elements.indices.first { index in
      elements[index].name == name && attributes(of: index).contains { $0.name == attribute }
    }
  }

  /// From where the page's links are seen: its own address, or what its first `base` says of it.
  func base(_ address: WebAddress?) -> WebAddress? {
    guard let base = first(.base, with: .href), let text = attribute(.href, of: base),
      let link = webLink(text, base: address), WebAddress(link).isWeb
    else { return address }
    return WebAddress(link)
  }
}

/// The name of an element or an attribute, without regard to capitals, as a number.
///
/// Two names may fall together, and whoever makes them do so confuses nothing but his own page.
struct HTMLName: Hashable, Sendable {
  private let key: UInt64

  init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    // FNV-1a.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in range {
      hash = (hash ^ UInt64(lowered(bytes[index]))) &* 0x100_0000_01b3
    }
    key = hash
  }

  init(_ name: String) {
    let bytes = Array(name.utf8)
    self.init(bytes.span, 0..<bytes.count)
  }

  static let a = HTMLName("a")
  static let base = HTMLName("base")
  static let datetime = HTMLName("datetime")
  static let head = HTMLName("head")
  static let heading = ["h1", "h2", "h3", "h4", "h5", "h6"].map(HTMLName.init)
  static let hidden = HTMLName("hidden")
  static let href = HTMLName("href")
  static let html = HTMLName("html")
  static let lang = HTMLName("lang")
  static let link = HTMLName("link")
  static let option = HTMLName("option")
  static let p = HTMLName("p")
  static let rel = HTMLName("rel")
  static let style = HTMLName("style")
  static let table = HTMLName("table")
  static let tbody = HTMLName("tbody")
  static let title = HTMLName("title")
  static let tr = HTMLName("tr")
  static let type = HTMLName("type")
}

/// What a name means for where elements end (HTML Living Standard §13.1.2.4 and §13.2.6).
struct HTMLRole: OptionSet {
  let rawValue: UInt16

  /// Has no end.
  static let void = HTMLRole(rawValue: 1)
  /// Holds text without markup, up to its own end tag.
  static let raw = HTMLRole(rawValue: 2)
  /// Nothing in it is shown.
  static let unseen = HTMLRole(rawValue: 4)
  /// Ends a paragraph, and is not ended by the end of what is inline.
  static let block = HTMLRole(rawValue: 8)
  /// What is inside of it ends nothing outside of it.
  static let scope = HTMLRole(rawValue: 16)
  /// A part of a table.
  static let tablePart = HTMLRole(rawValue: 32)
  /// May stand in the head.
  static let ofHead = HTMLRole(rawValue: 64)
  /// A list, whose entries are closed by one another.
  static let list = HTMLRole(rawValue: 128)
  /// Holds a list's entry.
  static let listEntry = HTMLRole(rawValue: 256)
  static let cell = HTMLRole(rawValue: 512)

  static func of(_ name: HTMLName) -> HTMLRole { table[name] ?? [] }

  private static let table: [HTMLName: HTMLRole] = {
    let groups: [(HTMLRole, String)] = [
      (.void, "area base br col embed hr img input link meta param source track wbr"),
      (.raw, "script style textarea title xmp iframe noembed noframes"),
      (.unseen, "head script style title noscript template object iframe applet noembed noframes"),
      (
        .block,
        """
        address article aside blockquote body center dd details dialog dir div dl dt fieldset \
        figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html li main menu nav ol p \
        pre section summary table tbody tfoot thead tr td th caption ul
        """
      ),
      (.scope, "html table td th caption template object applet marquee"),
      (.tablePart, "table tbody tfoot thead tr td th caption colgroup"),
      (.ofHead, "base link meta title style script noscript template"),
      (.list, "ul ol menu dir dl"),
      (.listEntry, "li dd dt"),
      (.cell, "td th"),
    ]
    var table: [HTMLName: HTMLRole] = [:]
    for (role, names) in groups {
      for name in names.split(separator: " ") {
        table[HTMLName(String(name)), default: []].insert(role)
      }
    }
    return table
  }()
}
