package import Bytes

/// How a source is read that is no feed: what the desk's configuration says about it.
package enum SourceRule: Hashable, Sendable {
  /// JSON of a form of its own.
  case fields(FieldMap)
  /// A page for people that lists articles.
  case page(PageRule)
}

/// Where the parts of an item stand in the JSON of some interface.
package struct FieldMap: Hashable, Sendable {
  /// The way to the list of items; the empty path for a text that is the list itself.
  package var list: JSONPath
  // Within one item:
  package var id: JSONTemplate?
  package var title: JSONTemplate?
  package var text: JSONTemplate?
  package var link: JSONTemplate?
  package var date: JSONPath?
  package var updated: JSONPath?
  package var author: JSONPath?
  /// What numbers count that are dates; nil for dates as texts, or where their size tells.
  package var epoch: EpochUnit?

  package init(
    list: JSONPath, id: JSONTemplate? = nil, title: JSONTemplate? = nil, text: JSONTemplate? = nil,
    link: JSONTemplate? = nil, date: JSONPath? = nil, updated: JSONPath? = nil,
    author: JSONPath? = nil, epoch: EpochUnit? = nil
  ) {
    self.list = list
    self.id = id
    self.title = title
    self.text = text
    self.link = link
    self.date = date
    self.updated = updated
    self.author = author
    self.epoch = epoch
  }
}

/// Where the items of a page and their parts stand. All but `item` is looked for inside of one item;
/// an item may be such a part itself.
package struct PageRule: Hashable, Sendable {
  package var item: Selector
  /// Nil for the words of the link.
  package var title: Selector?
  /// An `a`, or what holds one; nil for the item's first.
  package var link: Selector?
  package var date: Selector?
  /// All that it finds, one below the other; nil for an item of a title alone.
  package var text: Selector?
  /// Finds the date among other words: in those of `date`, or of the whole item.
  package var datePattern: DatePattern?

  package init(
    item: Selector, title: Selector? = nil, link: Selector? = nil, date: Selector? = nil,
    text: Selector? = nil, datePattern: DatePattern? = nil
  ) {
    self.item = item
    self.title = title
    self.link = link
    self.date = date
    self.text = text
    self.datePattern = datePattern
  }
}
