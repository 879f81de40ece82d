"""Where a signature begins: '-- ' lines, rulers above mailing-list footers, and what telephones add."""

from collections.abc import Callable, Sequence

from convo.text.replyheads import seen

_MOST_SIGNED = 60
_MOST_BELOW_DASHES = 15
_MOST_BELOW_RULER = 8
_MOST_BELOW_DEVICE = 2
_LONGEST_DEVICE_LINE = 120
_RULED = frozenset("-_=*~#+")
# U+1427 is what a mail tracker leaves below the text.
_NO_TEXT = "ᐧ"

# What a telephone adds says whose it is: these need only the name of some device.
_OWN_PHRASES = (
    "sent from my|envoyé de mon|envoyé depuis mon|envoyé à partir de mon|enviado desde mi|enviat des del meu|"
    "inviato dal mio|inviato da mio|enviado do meu|enviado a partir do meu|enviado de meu|verzonden vanaf mijn|"
    "verstuurd vanaf mijn|wysłane z mojego|wysłano z mojego|skickat från min|sendt fra min|отправлено с моего|"
    "надіслано з мого|lähetetty minun|odesláno z mého|odoslané z môjho|trimis de pe|发自我的|从我的|發自我的|"
    "從我的|나의"
)
# A program says only its name; parcels are "sent via" too, so that these need a name that no parcel has.
_PROGRAM_PHRASES = (
    "sent from|sent with|sent via|sent using|get outlook for|download outlook|gesendet von|gesendet mit|gesendet über|"
    "diese nachricht wurde von|diese e-mail wurde von|outlook für|hol dir outlook|holen sie sich outlook|envoyé de|"
    "envoyé depuis|envoyé à partir|envoyé avec|télécharger outlook|téléchargez outlook|obtenir outlook|enviado desde|"
    "enviado con|obtener outlook|descargar outlook|inviato da|inviato con|scarica outlook|ottieni outlook|enviado do|"
    "enviado de|enviado a partir|enviado pelo|enviado via|obter o outlook|baixar o outlook|verzonden vanaf|"
    "verstuurd vanaf|verzonden met|verstuurd met|verzonden via|outlook voor|download outlook voor|wysłane z|wysłano z|"
    "pobierz outlook|skickat från|skickat med|hämta outlook|sendt fra|sendt med|hent outlook|få outlook|"
    "skaff deg outlook|отправлено с|отправлено из|отправлено через|скачать outlook|надіслано з|lähetetty|"
    "hanki outlook|odesláno z|odoslané z|stáhnout outlook|获取 outlook"
)
_ENCLOSING = (("von mein", "gesendet"), ("", "から送信"), ("", "에서 보냄"), ("", "gönderildi"), ("", "küldve"))
_NAMED_DEVICES = (
    "iphone|ipad|ipod|apple watch|android|samsung|galaxy|huawei|xiaomi|blackberry|outlook|yahoo|gmail|proton|gmx|"
    "web.de|mail.ru|яндекс|k-9|thunderbird|spark|for windows|voor windows|für windows|pour windows|para windows|"
    "per windows|för windows|til windows|для windows|dla systemu windows|mail app|web app|mobile device|mobiltelefon"
)
_ANY_DEVICE = (
    "phone|mobile|mobil|handy|tablet|telefon|téléphone|teléfono|celular|cellulare|móvil|telemóvel|telefoon|телефон|"
    "смартфон|айфон|手机|手機|nokia|pixel|pc|mac"
)
_OWN = tuple(_OWN_PHRASES.split("|"))
_PROGRAM = tuple(_PROGRAM_PHRASES.split("|"))
_NAMED = tuple(_NAMED_DEVICES.split("|"))
_ANY = _NAMED + tuple(_ANY_DEVICE.split("|"))


def is_ruler(line: str) -> bool:
    """Whether the line holds only dashes, underscores and their like, at least two, or nothing that anyone reads."""
    bare = line.strip()
    if bare == _NO_TEXT:
        return True
    return len(bare) >= 2 and bare[0] in _RULED and not bare.strip(bare[0] + " ") and bare.count(bare[0]) >= 2


def is_device_line(line: str) -> bool:
    """Whether a telephone or a mail program wrote the line: 'Sent from my iPhone', 'Von meinem iPad gesendet'."""
    if len(line) > _LONGEST_DEVICE_LINE:
        return False
    words = seen(line).strip(" \t*_-<>[](){}|~.").casefold()
    if words.endswith("?"):
        return False
    if words.startswith(_OWN) or any(words.startswith(first) and words.endswith(last) for first, last in _ENCLOSING):
        return any(device in words for device in _ANY)
    return words.startswith(_PROGRAM) and any(device in words for device in _NAMED)


def signature_start(lines: Sequence[str], end: int, text_from: int, barred: Callable[[int], bool]) -> int | None:
    """The line at which the signature that closes lines[:end] begins, or None; `barred` lines cannot be inside one.

    `text_from` is the first line with any text. The exact '-- ' may close up to 60 lines; other dashes, rulers and
    device lines fewer, and dashes and rulers only below some text, since they are also used for other things.
    """
    below = 0
    for number in range(end - 1, max(end - 4 * _MOST_SIGNED, 0) - 1, -1):
        line = lines[number]
        bare = line.strip()
        if not bare:
            continue
        if barred(number) or below > _MOST_SIGNED:
            return None
        if line == "-- " or (bare in ("--", "—", "–") and below <= _MOST_BELOW_DASHES):
            return number if line == "-- " or text_from < number else None
        if 0 < below <= _MOST_BELOW_RULER and len(bare) >= 5 and not bare.strip("_"):
            return number if text_from < number else None
        if below <= _MOST_BELOW_DEVICE and is_device_line(line):
            return number
        below += 1
    return None
