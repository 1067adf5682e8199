import Desk
import Watch

// What a configuration says of a source that is no feed, in the terms of those who read it.

extension Configuration.SourceSettings {
  /// How this source is read; nil for a feed, whose format is recognised, and for a folder without
  /// fields of its own.
  var rule: SourceRule? {
    switch kind {
    case .feed: nil
    case .api(let fields): .fields(FieldMap(fields))
    case .page(let page): .page(PageRule(page))
    case .folder(_, let fields): fields.map { .fields(FieldMap($0)) }
    }
  }

  var isFolder: Bool {
    if case .folder = kind { true } else { false }
  }
}

extension FieldMap {
  init(_ settings: Configuration.SourceSettings.FieldSettings) {
    self.init(
      list: settings.list, id: settings.id, title: settings.title, text: settings.text,
      link: settings.link, date: settings.date, updated: settings.updated,
      author: settings.author, epoch: settings.epoch)
  }
}

extension PageRule {
  init(_ settings: Configuration.SourceSettings.PageSettings) {
    self.init(
      item: settings.item, title: settings.title, link: settings.link, date: settings.date,
      text: settings.text, datePattern: settings.datePattern)
  }
}
