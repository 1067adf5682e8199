package import Bytes

// What a source is, and how it is read where it is no feed. `Service` makes a rule of it.
extension Configuration.SourceSettings {
  package enum Kind: Hashable, Sendable {
    /// A feed of a known format.
    case feed
    /// JSON of a form of its own.
    case api(FieldSettings)
    /// A page for people that lists articles.
    case page(PageSettings)
    /// A folder that others drop files into, for networks without a way out; an absolute path. The
    /// fields are those of its JSON, where it has any of a form of its own.
    case folder(String, FieldSettings?)
  }

  /// Where the parts of an item stand in JSON.
  package struct FieldSettings: Hashable, Sendable {
    package var list: JSONPath
    package var id: JSONTemplate?
    package var title: JSONTemplate?
    package var text: JSONTemplate?
    package var link: JSONTemplate?
    package var date: JSONPath?
    package var updated: JSONPath?
    package var author: JSONPath?
    package var epoch: EpochUnit?
  }

  /// Where the items of a page and their parts stand.
  package struct PageSettings: Hashable, Sendable {
    package var item: Selector
    package var title: Selector?
    package var link: Selector?
    package var date: Selector?
    package var text: Selector?
    package var datePattern: DatePattern?
  }
}
