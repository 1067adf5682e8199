import Bytes

/// A report as sections of lines and tables, before it becomes Markdown or HTML.
struct ReportPage {
  let language: Language
  let title: String
  let isExercise: Bool
  let sections: [Section]

  struct Section {
    let heading: String
    let blocks: [Block]
  }

  enum Block {
    case lines([Line])
    case table(Table)
    case chart(VolumeChart)
    /// A text that went out, or was to go out, to the letter.
    case quotation(title: String, body: String, citations: [Int64])
  }

  /// One statement with the records that it comes from.
  struct Line {
    let text: String
    let citations: [Int64]

    init(_ text: String, _ citations: [Int64]) {
      self.text = text
      self.citations = citations
    }
  }

  struct Table {
    let columns: [String]
    let rows: [Row]

    struct Row {
      let cells: [String]
      let citations: [Int64]
      /// A row that a reader must not miss.
      let isAlarming: Bool

      init(_ cells: [String], _ citations: [Int64], isAlarming: Bool = false) {
        self.cells = cells
        self.citations = citations
        self.isAlarming = isAlarming
      }
    }
  }
}

/// `#12, #15`: the records, each once, in order.
func citationText(_ citations: [Int64]) -> String {
  Set(citations).sorted().map { "#\($0)" }.joined(separator: " ")
}
