import Wire

/// The part of a host's name that its owner has registered: `news.sina.com.cn` is `sina.com.cn`.
///
/// Nil for an address and for a name without a dot. A name ends in one label (`com`) or in two that
/// stand below (`com.cn`). The list holds the endings of two labels of East and South-East Asia, of
/// the provinces of China and of the larger countries besides; it is no copy of the public suffix
/// list and has to be none: where an ending is missing, sources of several owners share a limit that
/// one server has set, and wait for a while without need. Names that a host lends to its customers
/// (`github.io`, `tumblr.com`) are left out on purpose: there one machine counts for all of them.
func registrableDomain(of host: String) -> String? {
  let host = host.lowercased()
  guard IPAddress(host) == nil, !host.contains(":") else { return nil }
  let labels = host.split(separator: ".")
  guard labels.count >= 2 else { return nil }
  let ending = labels.suffix(2).joined(separator: ".")
  guard endingsOfTwoLabels.contains(ending) else { return ending }
  return labels.count >= 3 ? labels.suffix(3).joined(separator: ".") : nil
}

private let endingsOfTwoLabels: Set<String> = {
  var endings: Set<String> = []
  for line in endingsByCountry.description.split(separator: "\n") {
    let words = line.split(separator: " ")
    for word in words.dropFirst() { endings.insert("\(word).\(words[0])") }
  }
  return endings
}()

private let endingsByCountry: StaticString = """
  cn com net org gov edu ac mil bj sh tj cq he sx nm ln jl hl js zj ah fj jx sd ha hb hn gd gx hi sc gz yn xz sn gs qh nx xj tw hk mo
  hk com net org gov edu idv
  mo com net org gov edu
  tw com net org gov edu idv mil
  jp co or ne go ac ad ed gr lg
  kr co or ne go ac re pe mil
  sg com net org gov edu per
  my com net org gov edu mil name
  th co or go ac in mi net
  vn com net org gov edu ac
  id co or go ac web sch mil
  ph com net org gov edu mil
  in co net org gov nic ac edu res firm gen ind mil
  pk com net org gov edu
  bd com net org gov edu ac
  lk com net org gov edu ac
  np com net org gov edu
  mm com net org gov edu
  kh com net org gov edu
  kz com net org gov edu
  uk co org gov ac net ltd plc me sch nhs police mod
  au com net org gov edu id asn
  nz co net org govt ac school geek mil
  za co net org gov ac web
  ke co or go ac ne
  ng com net org gov edu
  eg com net org gov edu
  il co net org gov ac muni
  tr com net org gov edu bel pol
  ua com net org gov edu
  br com net org gov edu jus leg mil
  mx com net org gob edu
  ar com net org gob edu
  co com net org gov edu
  pe com net org gob edu
  cl gob gov
  pl com net org gov edu
  hu co org
  at co or gv ac
  """
