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

_DEVICE_PHRASES = (
    "sent from|sent with|sent via|sent using|get outlook for|download outlook|von meinem|von meiner|von unterwegs|"
    "gesendet von|gesendet mit|gesendet über|diese nachricht wurde von|diese e-mail wurde von|outlook für|hol dir outlook|"
    "holen sie sich outlook|envoyé de|envoyé depuis|envoyé à partir|envoyé avec|télécharger outlook|obtenir outlook|"
    "téléchargez outlook|enviado desde|enviado con|obtener outlook|descargar outlook|inviato da|inviato dal|"
    "inviato con|scarica outlook|ottieni outlook|enviado do|enviado de|enviado a partir|enviado pelo|enviado via|"
    "obter o outlook|baixar o outlook|verzonden vanaf|verstuurd vanaf|verzonden met|verstuurd met|verzonden via|"
    "outlook voor|download outlook voor|wysłane z|wysłano z|pobierz outlook|skickat från|skickat med|hämta outlook|"
    "sendt fra|sendt med|hent outlook|få outlook|skaff deg outlook|отправлено с|отправлено из|отправлено через|"
    "скачать outlook|надіслано з|lähetetty|hanki outlook|odesláno z|odoslané z|stáhnout outlook|trimis de pe|"
    "发自我的|从我的|發自我的|從我的|获取 outlook|나의 iphone|enviat des"
).split("|")
_DEVICE_ENDINGS = ("から送信", "에서 보냄", "发送", "傳送", "gönderildi", "küldve", "gesendet", "gesendet.")
_DEVICES = (
    "iphone|ipad|ipod|apple watch|android|samsung|galaxy|huawei|xiaomi|nokia|pixel|blackberry|windows|outlook|yahoo|"
    "gmail|proton|gmx|web.de|web app|mail app|e-mail app|k-9|thunderbird|spark|mobile|mobil|handy|smartphone|tablet|"
    "telefon|téléphone|teléfono|celular|cellulare|móvil|telemóvel|phone|mail for|mail voor|mail für|mail pour|"
    "mail para|mail per|телефон|смартфон|айфон|mail.ru|яндекс|手机|ios"
).split("|")


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
    words = seen(line).strip(" \t*_-<>[](){}|~").casefold()
    if not words.startswith(tuple(_DEVICE_PHRASES)) and not words.endswith(_DEVICE_ENDINGS):
        return False
    return any(device in words for device in _DEVICES) and not words.endswith("?")


def signature_start(lines: Sequence[str], end: int, text_from: int, barred: Callable[[int], bool]) -> int | None:
    """The line at which the signature that closes lines[:end] begins, or None; `barred` lines cannot be inside one.

    `text_from` is the first line with any text. The exact '-- ' may close up to 60 lines; other dashes, rulers and device lines fewer, and only below some text,
    since they are also used for other things.
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
