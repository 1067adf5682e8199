/// Everyday words that are no news, with how usual they are: what a desk that has just begun to
/// listen takes for known.
///
/// Without them a stream that begins, or whose sources change, alarms about `night` and `happy`,
/// which it has never counted before. What is counted soon outweighs what is assumed here.
struct UsualWords: Sendable {
  static let standard = UsualWords()

  /// In so many posts of a thousand such a word stands, about.
  private static let veryUsualPosts = 12.0
  private static let usualPosts = 4.0

  private let veryUsual: WordSet
  private let usual: WordSet

  private init() {
    veryUsual = WordSet(keys: Self.keys(veryUsualText))
    usual = WordSet(keys: Self.keys(usualText))
  }

  /// In how many of a thousand posts the term of this key is expected; 0 for what is not known.
  func expected(_ key: UInt64) -> Double {
    if veryUsual.contains(key) { return Self.veryUsualPosts }
    return usual.contains(key) ? Self.usualPosts : 0
  }

  func holds(_ key: UInt64) -> Bool { veryUsual.contains(key) || usual.contains(key) }

  /// Whether all words of a text are everyday words or words that say nothing by themselves.
  func holdsAll(of text: String) -> Bool {
    text.split(whereSeparator: { $0 == " " || $0 == "-" }).allSatisfy { word in
      let scalars = word.unicodeScalars.map(\.value)
      return holds(stemKey(scalars, 0, scalars.count))
        || WordSet.stopWords.contains(wordKey(scalars, 0, scalars.count))
    }
  }

  /// By stems, as terms are counted.
  private static func keys(_ text: StaticString) -> Set<UInt64> {
    let words = text.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
      .split(whereSeparator: { $0 == " " || $0 == "\n" })
    return Set(
      words.map { word in
        let scalars = word.unicodeScalars.map(\.value)
        return stemKey(scalars, 0, scalars.count)
      })
  }
}

private let veryUsualText: StaticString = """
  love like happy home night morning work life great best better last first next year years hope
  feel big little long hour hours week weekend house friend friends game girl boy family school
  watch start stop call world thing things bad sad sorry shit fuck damn hell lol lmao haha
  wait play show live nice birthday baby guys everyone music phone video photo pic twitter facebook
  miss hate sleep bed leave stay run keep try talk tell ask help left free old real whole sure
  """

private let usualText: StaticString = """
  able afternoon air amazing angry apple ass awesome beautiful bit black blue boring bought boys
  break bring brother business buy car care change check city class clean close coffee cold cool
  country couple crazy cute dad date dead die dinner dog door drink drive drunk early easy eat end
  evening excited eyes face fact fall fan fans fast feeling fight finally find fine follow food
  forever forget found friday fun funny girls glad god gonna gotta green guess guy hair half hand
  happen happened hard head hear heart high hit hold hot hungry husband idea job join july june kid
  kids kill kind late later laugh lost lot lots love lucky lunch mad makeup matter maybe mean meet
  mind minute minutes mom moment monday money month months mother movie name national never news
  nothing number office open outside party past pay perfect pick picture place plan point post power
  pretty probably put question quick read ready reason red remember rest room run saturday season
  second send set sit sick side sign single sister sit sleeping smile song soon sound special spend
  stuff stupid summer sunday sun super support tea team test text thank thought thursday tired
  together tomorrow top town trip true tuesday turn tv wake walk wanna war water wear weather
  wednesday week white wife win winter wish woman women wonder word words working worst write wrong
  yay young fucking bitch bro dude hey hi hello omg tweet tweets rain wind sea beach road
  centre center land either different
  account act action actual ad add address adult afraid age ago agree ahead alive allow almost alone
  along already alright also although amount animal annoyed annoying answer anymore anyway anywhere
  app appear apparently area arm arrive article ask asleep attempt attention aunt average await
  award aware awful awkward babe bag bar bathroom battery bath beat bed bedroom beer begin behind
  believe below bet beyond bill bird bitches bless blow board boat body bold book boot boss bottle
  bottom bowl box brain bread breakfast breath bright broke brown brush build bunch burger button
  bye cake camera camp card cash cat catch cause celebrate chair challenge chance change channel
  character charge chat cheap cheat check cheese cheer chicken child children chill choice choose
  chocolate christmas church cigarette clear click clothes club coat comment common company complete
  computer concert confused congrats congratulations consider content continue control conversation
  cook cookie copy corner cost costume count course cousin cover cream create cry cup curious cut
  damned dance dare dark daughter deal decide deep definitely degree depend design desk dick
  difference difficult dirty disappoint disappointed distance doctor double doubt dream dress driver
  drop dumb during dying each ear earth effort egg else email empty energy english enjoy enough
  enter episode especially everybody exactly exam example except excellent excuse exist expect
  expensive experience explain extra eye fail fair fake familiar famous far fashion father favorite
  favourite fear feed fell felt few field figure fill film finger finish fit fix flat floor
  flower fly folks foot force foreign form forward freak freaking fresh fridge front fruit full
  future gain garden gay general gentleman gift glass goal golden goodbye goodnight grand
  grandma gray grow guitar gym happily hang hardly hat havent heat heaven heavy height hilarious
  hill history holiday holy honest honestly honey horrible horse hotel however hug huge
  human hurry hurt ice ignore ill imagine important impossible include indeed information inside
  insane instagram instead interest interested interesting internet invite island issue item jacket
  jealous joke jump key kick king kiss kitchen knee knew knock lady lake language large laptop lazy
  lead learn least leg lesson letter level lie lift light likely limit line lip list listen lmfao
  lock lonely loose lose loser loud luck mail main major makeup male mall manage map march mark
  marry married mask mate math max may meal meaning medicine member memory mention mess message
  middle midnight might mile milk million minor mirror mistake mix model modern mommy mood moon
  mostly mouth move mum mummy muscle nap nasty nature near nearly neck neighbor neighbour nerd
  nervous nigga niggas noise none normal nose note notice nowhere obvious obviously odd offer often
  oil onto option orange order ordinary original otherwise ought ouch outfit own page paid pain
  paint pair paper parent parents park part partner pass passion past pen pencil perhaps period
  person personal pet piece pink pizza plate play player pleasant pleasure plenty plus pocket
  poor pop popular positive possible possibly pray prefer prepare present press pretend prize
  probably problem product program promise proper proud pull punch purple purpose push quality
  queen quiet quit quite radio raise random rather reach reaction reading realise reality realize
  recent recently record relationship relax rent repeat reply request respect rest result return
  rich ride ring rock roll roof round row rule rush safe salad sale salt same sand save scare
  scared scary scene score scream screen search seat secret seem self sell selfie sense sentence
  serious seriously serve several sex sexy shape share sharp shirt shoe shoes shop shopping short
  shoulder shout shower shut shy silence silly similar simple since sing singer size skin skip sky
  slow small smart smell snack snap sneaker snow social sock soft solid somebody somehow sometime
  sometimes somewhere son sore sort soul soup south space speak speech speed spirit split spot spring
  square stand star state station steak step still stomach story straight strange stranger street
  stress strong student study style subject success such suck sucks sugar suggest suit super suppose
  surprise surprised sweet swim swear switch table talent tall taste tattoo taxi teach teacher teeth
  television term terrible thankful themselves thick thin think third thirsty though thousand throat
  throw thru tie till tiny title toe toilet tongue tonight total touch tough toward towel toy trade
  training trash travel treat tree tried trouble trust truth tuesday tune twice type
  ugly uncle understand unfollow unless until update upset usual usually value various version
  video view visit voice vote wait walking wall warm wash waste watching weak wedding weird welcome
  west whatever wheel whether while whisper whoever whole whose wide wild window wine wise within
  without wonderful wood worse worth wow wrap writing yard yea yellow yesterday york yourself youth
  youtube yum zero ur bc lil cuz tho wit da dat dis nah yup yep hahaha hahah lolol omfg wtf smh tbh
  idk btw imma ima finna gunna wana ain't aint y'all yall bruh mfw irl dm rt fam thx pls plz
  january february march april june august september october november december monday tuesday
  """
