"""What a customer means by a few words: a person is wanted, yes, no, or "I do not have that", in five languages."""

from convo.text import index_words

_LONGEST = 4_000
_PLAIN = 8
_SHORT = 4
_FEW = 12
_NEAR = 6
_THUMBS_UP = frozenset("👍")


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(index_words(phrase).split()) for phrase in text.split("|"))


def _words(text: str) -> frozenset[str]:
    return frozenset(index_words(text).split())


_PERSON_PHRASES = _phrases(
    "real person|real human|actual person|actual human|live agent|human agent|human being|a human please|"
    "customer representative|customer service|customer support|kundenservice bitte|kundendienst bitte|"
    "atencion al cliente|service client|servizio clienti|speak to someone|talk to someone|speak with someone|"
    "not a bot|not a robot|no bots|"
    "want a human|need a human|want a person|want an agent|need an agent|call me back|"
    "echter mensch|echten menschen|richtiger mensch|richtigen menschen|einen menschen|mit jemandem sprechen|"
    "mit jemandem reden|keinen bot|kein bot|kein roboter|keinen roboter|keine maschine|rufen sie mich an|"
    "persona real|ser humano|un humano|una humana|hablar con alguien|hablar con una persona|quiero un agente|"
    "necesito un agente|no un robot|no un bot|ni un robot|llamenme|que me llamen|"
    "vraie personne|etre humain|un humain|parler a quelqu un|parler avec quelqu un|pas un robot|pas un bot|"
    "un conseiller|rappelez moi|"
    "persona reale|persona vera|essere umano|un umano|operatore umano|parlare con qualcuno|parlare con una persona|"
    "non un robot|non un bot|un operatore|richiamatemi"
)
_PERSON_WORDS = _words(
    "human person agent operator representative mensch menschen mitarbeiter mitarbeiterin berater persona humano "
    "humana agente operador operadora asesor humain personne conseiller conseillere operateur umano operatore "
    "operatrice addetto"
)
_ANYBODY_WORDS = _PERSON_WORDS | _words(
    "someone somebody staff colleague team manager supervisor jemand jemanden kollegen kundendienst "
    "kundenservice chef alguien encargado encargada "
    "quelqu collegue qualcuno"
)
_TALK_WORDS = _words(
    "talk speak chat connect contact reach hablar comunicar comunicarme contactar atienda pasar paseme pasame paso "
    "sprechen reden telefonieren verbinden kontaktieren parler discuter contacter joindre parlare contattare passami "
    "comunicare"
)
_YES_WORDS = _words(
    "yes yep yeah yup ok okay thanks thank thx perfect great solved helped worked ja jo danke dankeschon super perfekt "
    "geholfen dank prima klasse si gracias perfecto genial resuelto vale claro estupendo oui merci parfait super "
    "resolu "
    "accord grazie perfetto risolto ottimo utile capito"
)
_BESIDE_YES_WORDS = _words(
    "i you it that this the a all is was did has have been very so much lot for your my question answer help nice good "
    "great day now just and what needed wanted to know of course really quite hi hello dear team "
    "vielen vielmals sehr gut schon ganz herzlichen lieben lieber liebe besten das es ist hat war habt haben sie "
    "mir uns "
    "ihnen euch die der fur hilfe antwort auskunft alles jetzt und wunderbar hallo "
    "muchas muchisimas muy bien mil por la lo el me ha han ayuda respuesta todo eso esto es servido ayudado y hola "
    "beaucoup bien tres c cela ca m a pour votre reponse aide tout est bon d et vous aide bonjour "
    "mille molte tante molto va bene mi e stato stata per il aiuto risposta tutto cosi vi ciao "
    "kind best warm regards wishes cheers mit freundlichen grussen gruss viele grusse lg saludos saludo un cordiales "
    "cordialement salutations saluti cordiali"
)
_HELLO_WORDS = _words(
    "hi hello hey there good morning afternoon evening dear team everyone all hallo guten tag morgen abend moin servus "
    "gruss gott zusammen hola buenas buenos dias tardes noches que tal bonjour bonsoir salut ciao salve buongiorno "
    "buonasera"
)
_COURTEOUS_WORDS = _YES_WORDS | _BESIDE_YES_WORDS
_NO_WORDS = _words(
    "no not nope doesn didn don isn cannot still but never wrong nein nicht kein keine nie aber immer falsch "
    "nada tampoco sigo nunca pero todavia aun non pas ne toujours mais jamais encore ancora pero mai sbagliato niente"
)
_QUESTION_WORDS = _words(
    "where when what how which wo wann wie was welche welcher welches donde cuando como que cual ou quand comment quel "
    "quelle dove quando come quale"
)
_CANNOT_PHRASES = _phrases(
    "do not have|don t have|dont have|do not know|don t know|dont know|can not find|cannot find|can t find|lost it|"
    "habe ich nicht|habe keine|habe kein|hab ich nicht|weiss ich nicht|weiss nicht|finde ich nicht|finde sie nicht|"
    "no lo tengo|no la tengo|no tengo|no lo se|no se cual|no lo encuentro|no encuentro|"
    "je n ai pas|je ne l ai pas|je l ai pas|je ne sais pas|je ne trouve pas|"
    "non ce l ho|non l ho|non ho|non lo so|non lo trovo|non trovo"
)


def wants_person(text: str) -> bool:
    """Whether the customer asks for a person instead of a machine; a false alarm only brings a person sooner."""
    words = index_words(text[:_LONGEST]).split()
    if _holds(words, _PERSON_PHRASES):
        return True
    if len(words) <= _SHORT and _PERSON_WORDS.intersection(words):
        return True
    places = [place for place, word in enumerate(words) if word in _ANYBODY_WORDS]
    # German puts the verb last.
    return any(_TALK_WORDS.intersection(words[max(0, place - _NEAR) : place + _NEAR]) for place in places)


def says_yes(text: str, name: str = "") -> bool:
    """Whether it is a plain yes or thanks, with nothing asked, objected or wanted besides.

    "Ok, then cancel it" is none: one word that is no courtesy and not of the writer's `name` leaves it to a person.
    """
    if text.strip()[:1] in _THUMBS_UP and len(text.strip()) <= _SHORT:
        return True
    words = index_words(text[:_LONGEST]).split()
    return (
        0 < len(words) <= _FEW
        and bool(_YES_WORDS.intersection(words))
        and _COURTEOUS_WORDS.issuperset({*words} - {*index_words(name).split()})
        and not any(mark in text for mark in "?¿")
    )


def says_hello(text: str) -> bool:
    """Whether it is a greeting and nothing else."""
    words = index_words(text[:_LONGEST]).split()
    return 0 < len(words) <= _SHORT and _HELLO_WORDS.issuperset(words)


def says_no(text: str) -> bool:
    """Whether it is a plain no, or says in few words that something did not help."""
    words = index_words(text[:_LONGEST]).split()
    return 0 < len(words) <= _FEW and bool(_NO_WORDS.intersection(words))


def plain_question(text: str) -> bool:
    """Whether it is a short question asked calmly, such as "where is my order?", which sounds sad only to a machine."""
    words = index_words(text[:_LONGEST]).split()
    asks = any(mark in text for mark in "?¿") or (words[:1] != [] and words[0] in _QUESTION_WORDS)
    return 0 < len(words) <= _PLAIN and asks and "!" not in text and "??" not in text


def cannot_give(text: str) -> bool:
    """Whether the customer says that they do not have what was asked for."""
    return _holds(index_words(text[:_LONGEST]).split(), _CANNOT_PHRASES)


def _holds(words: list[str], phrases: frozenset[tuple[str, ...]]) -> bool:
    longest = max(map(len, phrases))
    return any(
        tuple(words[start : start + length]) in phrases
        for start in range(len(words))
        for length in range(1, longest + 1)
    )
