/// The characters that HTML gives names to: those of HTML 4, and what else feeds use of HTML 5.
enum NamedCharacters {
  /// The number of the character that a name stands for; nil if nobody knows it.
  static func scalar(_ name: ArraySlice<UInt8>) -> UInt32? {
    // Longer names than any here are not worth a look.
    guard name.count <= longestName else { return nil }
    return byName[String(decoding: name, as: UTF8.self)]
  }

  static let longestName = 18

  private static let byName: [String: UInt32] = {
    var table: [String: UInt32] = [:]
    var next: UInt32 = 0
    for word in "\(list)".split(separator: " ") {
      if let number = UInt32(word) {
        next = number
      } else {
        table[String(word)] = next
        next += 1
      }
    }
    return table
  }()

  /// A number, then the names of that character and of those that follow it.
  private static let list: StaticString = """
    9 Tab NewLine 33 excl quot num dollar percnt amp apos lpar rpar ast plus comma 46 period sol 58 \
    colon semi lt equals gt quest commat 91 lbrack 91 lsqb bsol rbrack 93 rsqb 95 lowbar grave 123 \
    lbrace 123 lcub verbar 124 vert rbrace 125 rcub 160 nbsp iexcl cent pound curren yen brvbar sect \
    uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 \
    ordm raquo frac14 frac12 189 half frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig \
    Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde \
    Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml \
    aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute \
    ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml Amacr amacr Abreve \
    abreve Aogon aogon Cacute cacute 268 Ccaron ccaron Dcaron dcaron Dstrok dstrok Emacr emacr 280 \
    Eogon eogon Ecaron ecaron 286 Gbreve gbreve 298 Imacr imacr 304 Idot inodot 321 Lstrok lstrok \
    Nacute nacute 327 Ncaron ncaron 336 Odblac odblac OElig oelig 344 Rcaron rcaron Sacute sacute \
    350 Scedil scedil Scaron scaron 356 Tcaron tcaron 366 Uring uring Udblac udblac 376 Yuml Zacute \
    zacute Zdot zdot Zcaron zcaron 402 fnof 710 circ caron 728 breve 732 tilde 913 Alpha Beta Gamma \
    Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho 931 Sigma Tau Upsilon Phi \
    Chi Psi Omega 945 alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi \
    omicron pi rho sigmaf sigma tau upsilon phi chi psi omega 977 thetasym upsih 982 piv 8194 ensp \
    emsp 8199 numsp puncsp thinsp hairsp ZeroWidthSpace zwnj zwj lrm rlm dash 8208 hyphen 8211 ndash \
    mdash horbar 8216 lsquo rsquo 8217 rsquor lsquor 8218 sbquo 8220 ldquo rdquo 8221 rdquor bdquo \
    8222 ldquor 8224 dagger Dagger bull 8226 bullet 8229 nldr hellip 8230 mldr 8240 permil 8242 \
    prime Prime 8249 lsaquo rsaquo 8254 oline 8260 frasl 8364 euro 8453 incare 8465 image 8471 \
    copysr weierp 8476 real 8482 trade 8501 alefsym 8531 frac13 frac23 frac15 8539 frac18 8592 larr \
    uarr rarr darr harr 8629 crarr 8656 lArr uArr rArr dArr hArr 8704 forall 8706 part exist 8709 \
    empty 8711 nabla isin notin 8715 ni 8719 prod 8721 sum minus 8727 lowast 8730 radic 8733 prop \
    infin 8736 ang 8743 and or cap cup int 8756 there4 8764 sim 8773 cong 8776 asymp 8800 ne equiv \
    8804 le ge 8834 sub sup nsub 8838 sube supe 8853 oplus 8855 otimes 8869 perp 8901 sdot 8968 \
    lceil rceil lfloor rfloor 9001 lang rang 9251 blank 9633 squ 9633 square 9656 blacktriangleright \
    9674 loz 9733 bigstar 9733 starf star 9742 phone 9792 female 9794 male 9824 spades 9827 clubs \
    9829 hearts diams 10003 check 10007 cross
    """
}
