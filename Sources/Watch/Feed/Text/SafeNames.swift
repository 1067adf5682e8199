/// What markup may hold: the elements, attributes and styles that show something and do nothing.
enum SafeNames {
  /// The names of one vocabulary, by their small letters, as they are written.
  struct Vocabulary {
    let elements: [String: String]
    let attributes: [String: String]

    fileprivate init(elements: StaticString, attributes: StaticString) {
      self.elements = Self.table(elements)
      self.attributes = Self.table(attributes)
    }

    private static func table(_ names: StaticString) -> [String: String] {
      var table: [String: String] = [:]
      for name in "\(names)".split(separator: " ") { table[name.lowercased()] = String(name) }
      return table
    }
  }

  private static func names(_ list: StaticString) -> Set<String> {
    Set("\(list)".split(separator: " ").map(String.init))
  }

  /// Elements whose content is no text for people; it goes with them.
  static let raw = names("script style applet")

  static let void = names(
    """
    area base basefont br col command embed frame hr img input isindex keygen link meta param source \
    track wbr
    """)

  static let schemes = names(
    """
    aim callto facetime feed file ftp geo gopher http https imap irc ircs itms magnet mailto mms news \
    nntp rtsp sftp sip sips skype sms snews ssh svn tel telnet urn webcal xmpp
    """)

  /// Attributes that hold an address.
  static let addresses = names(
    """
    action background cite data dynsrc href icon longdesc lowsrc ping poster src template urn usemap \
    vrml xlink:href
    """)

  /// Elements with the attributes whose relative addresses are seen from the base.
  static let resolved: Set<String> = {
    let list: StaticString = """
      a.href area.href audio.src blockquote.cite del.cite form.action img.longdesc img.src img.usemap \
      input.src input.usemap ins.cite q.cite source.src video.poster video.src
      """
    return Set(names(list).map { $0.split(separator: ".").joined(separator: " ") })
  }()

  static let html = Vocabulary(
    elements: """
      a abbr acronym address area article aside audio b big blockquote br button canvas caption center \
      cite code col colgroup command datagrid datalist dd del details dfn dialog dir div dl dt em \
      event-source fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hr i img input \
      ins kbd keygen label legend li m map menu meter multicol nav nextid noscript ol optgroup option \
      output p pre progress q s samp section select small sound source spacer span strike strong sub \
      sup table tbody td textarea tfoot th thead time tr tt u ul var video
      """,
    attributes: """
      abbr accept accept-charset accesskey action align alt autocomplete autofocus axis background \
      balance bgcolor bgproperties border bordercolor bordercolordark bordercolorlight bottompadding \
      cellpadding cellspacing ch challenge char charoff charset checked choff cite class clear color \
      cols colspan compact contenteditable controls coords data datafld datapagesize datasrc datetime \
      default delay dir disabled draggable dynsrc enctype end face for form frame galleryimg gutter \
      headers height hidden hidefocus high href hreflang hspace icon id inputmode ismap keytype label \
      lang leftspacing list longdesc loop loopcount loopend loopstart low lowsrc max maxlength media \
      method min multiple name nohref noshade nowrap open optimum pattern ping point-size poster pqg \
      preload prompt radiogroup readonly rel repeat-max repeat-min replace required rev rightspacing \
      rows rowspan rules scope selected shape size span src start step style summary suppress tabindex \
      target template title toppadding type unselectable urn usemap valign value variable volume vrml \
      vspace width wrap xml:lang
      """)

  /// MathML.
  static let math = Vocabulary(
    elements: """
      annotation annotation-xml maction maligngroup malignmark math menclose merror mfenced mfrac \
      mglyph mi mlabeledtr mlongdiv mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow \
      ms mscarries mscarry msgroup msline mspace msqrt msrow mstack mstyle msub msubsup msup mtable \
      mtd mtext mtr munder munderover none semantics
      """,
    attributes: """
      accent accentunder actiontype align alignmentscope altimg altimg-height altimg-valign \
      altimg-width alttext bevelled charalign close columnalign columnlines columnspacing columnspan \
      columnwidth crossout decimalpoint denomalign depth dir display displaystyle edge encoding \
      equalcolumns equalrows fence fontstyle fontweight form frame framespacing groupalign height href \
      id indentalign indentalignfirst indentalignlast indentshift indentshiftfirst indentshiftlast \
      indenttarget infixlinebreakstyle largeop length linebreak linebreakmultchar linebreakstyle \
      lineleading linethickness location longdivstyle lquote lspace mathbackground mathcolor mathsize \
      mathvariant maxsize minlabelspacing minsize movablelimits notation numalign open other overflow \
      position rowalign rowlines rowspacing rowspan rquote rspace scriptlevel scriptminsize \
      scriptsizemultiplier selection separator separators shift side src stackalign stretchy \
      subscriptshift superscriptshift symmetric voffset width xlink:href xlink:show xlink:type xmlns \
      xmlns:xlink
      """)

  /// SVG.
  static let picture = Vocabulary(
    elements: """
      a animate animateColor animateMotion animateTransform circle defs desc ellipse font-face \
      font-face-name font-face-src foreignObject g glyph hkern line linearGradient marker metadata \
      missing-glyph mpath path polygon polyline radialGradient rect set stop svg switch text title \
      tspan use
      """,
    attributes: """
      accent-height accumulate additive alphabetic arabic-form ascent attributeName attributeType \
      baseProfile bbox begin by calcMode cap-height class color color-rendering content cx cy d \
      descent display dur dx dy end fill fill-opacity fill-rule font-family font-size font-stretch \
      font-style font-variant font-weight from fx fy g1 g2 glyph-name gradientUnits hanging height \
      horiz-adv-x horiz-origin-x id ideographic k keyPoints keySplines keyTimes lang marker-end \
      marker-mid marker-start markerHeight markerUnits markerWidth mathematical max min name offset \
      opacity orient origin overline-position overline-thickness panose-1 path pathLength points \
      preserveAspectRatio r refX refY repeatCount repeatDur requiredExtensions requiredFeatures \
      restart rotate rx ry slope stemh stemv stop-color stop-opacity strikethrough-position \
      strikethrough-thickness stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin \
      stroke-miterlimit stroke-opacity stroke-width systemLanguage target text-anchor to transform \
      type u1 u2 underline-position underline-thickness unicode unicode-range units-per-em values \
      version viewBox visibility width widths x x-height x1 x2 xlink:actuate xlink:arcrole xlink:href \
      xlink:role xlink:show xlink:title xlink:type xml:base xml:lang xml:space xmlns xmlns:xlink y y1 \
      y2 zoomAndPan
      """)

  /// Properties of a style.
  static let properties = names(
    """
    azimuth background-color border-bottom-color border-collapse border-color border-left-color \
    border-right-color border-top-color clear color cursor direction display elevation float font \
    font-family font-size font-style font-variant font-weight height letter-spacing line-height \
    overflow pause pause-after pause-before pitch pitch-range richness speak speak-header \
    speak-numeral speak-punctuation speech-rate stress text-align text-decoration text-indent \
    unicode-bidi vertical-align voice-family volume white-space width
    """)
  static let pictureProperties = names(
    """
    fill fill-opacity fill-rule stroke stroke-linecap stroke-linejoin stroke-opacity stroke-width
    """)
  static let keywords = names(
    """
    auto aqua black block blue bold both bottom brown center collapse dashed dotted fuchsia gray green \
    !important italic left lime maroon medium none navy normal nowrap olive pointer purple red right \
    solid silver teal top transparent underline white yellow
    """)
  /// What may follow a number.
  static let units: Set<String> = [
    "", "cm", "em", "ex", "in", "mm", "pc", "pt", "px", "%", ",", ")",
  ]
}
