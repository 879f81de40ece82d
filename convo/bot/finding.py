"""Finds in what customers write the values of fields: order numbers, addresses, telephone numbers; in linear time."""

import re
from collections.abc import Sequence

from convo.bot.fields import Field, FieldKind
from convo.bot.masks import find_masked
from convo.bot.situation import Normalise, Purchase, Said
from convo.errors import BadInput
from convo.text import index_words

_LONGEST = 20_000
_LONGEST_TEXT_VALUE = 300
_MOST_TOKENS = 4_000
_MOST_NUMBERS = 50
_DIGIT = re.compile(r"\d")
_TOKEN = re.compile(r"#?[^\W_](?:[\w/-]{0,38}[^\W_])?")
_NUMBER = re.compile(r"\+?\d[\d ()./-]{5,24}")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}", re.ASCII)
_BETWEEN_ADDRESSES = re.compile(r'[\s<>()\[\]{},;:"!?*`|]+')
_AROUND_ADDRESS = "'.’‘“”„«»"
_ORDER_WORDS = frozenset(
    index_words(
        "order orders bestellung bestellnummer auftrag auftragsnummer rechnung pedido pedidos orden encargo commande "
        "commandes ordine ordini ordernumber invoice"
    ).split()
)
_BETWEEN = frozenset(
    index_words(
        "number no nr nummer num n numero id is ist es e est lautet the die der den mit with with con del di de della "
        "my meine mein mi il le la code ref reference"
    ).split()
)
_FILLERS = 4
_FEWEST = 3


def found(field: Field, said: Said, purchases: Sequence[Purchase], normalise: Normalise, *, asked: bool) -> list[str]:
    """The values of a field in one message, the first said first; `asked` when it answers a question for it.

    Only then a free text is a value, and a number that stands alone an order's.
    """
    text = said.text[:_LONGEST]
    numbered = field.kind in {FieldKind.ORDER, FieldKind.PHONE}
    if numbered and _DIGIT.search(text) is None:
        return []
    match field.kind:
        case FieldKind.PHOTO:
            return [attached.name for attached in said.attached if attached.picture]
        case FieldKind.EMAIL:
            return emails(text, normalise)
        case FieldKind.PHONE:
            return phones(text, normalise)
        case FieldKind.ORDER:
            return orders(field, text, purchases, asked=asked)
        case FieldKind.TEXT:
            if field.patterns:
                return find_masked(field.patterns, text)
            form = " ".join(text.split())
            return [form] if asked and 0 < len(form) <= _LONGEST_TEXT_VALUE else []


def orders(field: Field, text: str, purchases: Sequence[Purchase], *, asked: bool) -> list[str]:
    """Order numbers: those of purchases, those in a configured form, or else what stands where a number would.

    A form of digits alone is that of years and prices, too: it must be asked for, or stand where a number would.
    """
    tokens = [match for match, _ in zip(_TOKEN.finditer(text), range(_MOST_TOKENS), strict=False)]
    words = [token[0].removeprefix("#") for token in tokens]
    bought = {purchase.number.casefold(): purchase.number for purchase in purchases}
    # A short number is an order's only where nothing else would be meant.
    theirs = [bought[w.casefold()] for w in words if w.casefold() in bought and (len(w) >= _FEWEST or asked)]
    if theirs:
        return list(dict.fromkeys(theirs))
    certain = find_masked(tuple(mask for mask in field.patterns if mask.strip("9")), text)
    lengths = {len(mask) for mask in field.patterns if not mask.strip("9")}
    likely = []
    for place, token in enumerate(tokens):
        word = words[place]
        if not (word.isdecimal() and len(word) in lengths if field.patterns else _like_number(word)):
            continue
        named = token[0].startswith("#") or _after_order_word(words, place)
        alone = asked and (word.isdecimal() or word == word.upper())
        if named or alone:
            likely.append(word)
    return list(dict.fromkeys([*certain, *likely]))


def unlike(field: Field, said: Said) -> str:
    """What in an answer was meant to be the field's value and cannot be it; empty when there is nothing like it."""
    text = said.text[:_LONGEST]
    if field.kind is FieldKind.EMAIL:
        return next((word[:60] for word in _addresses(text)), "")
    if field.kind in {FieldKind.ORDER, FieldKind.PHONE} or field.patterns:
        return next((match[0][:40] for match in _TOKEN.finditer(text) if any(c.isdecimal() for c in match[0])), "")
    return ""


def emails(text: str, normalise: Normalise) -> list[str]:
    """The e-mail addresses in a text, each in its one form; none without a dot in its domain."""
    values: list[str] = []
    for word in _addresses(text):
        try:
            form = normalise("email", word)
        except BadInput:
            continue
        ending = form.rpartition("@")[2].rpartition(".")
        if ending[0] and ending[2].isalpha() and form not in values:
            values.append(form)
    return values


def _addresses(text: str) -> list[str]:
    if "@" not in text:
        return []
    words = (word.strip(_AROUND_ADDRESS) for word in _BETWEEN_ADDRESSES.split(text))
    return [word for word in words if "@" in word and len(word) <= 320][:_MOST_NUMBERS]


def phones(text: str, normalise: Normalise) -> list[str]:
    """The telephone numbers in a text that can be in use, in E.164."""
    values: list[str] = []
    for match, _ in zip(_NUMBER.finditer(text), range(_MOST_NUMBERS), strict=False):
        written = match[0].strip(" ()./-")
        if sum(c.isdecimal() for c in written) < 7 or _DATE.fullmatch(written):
            continue
        try:
            form = normalise("phone", written)
        except BadInput:
            continue
        if form.startswith("+") and _in_use(form) and form not in values:
            values.append(form)
    return values


def titled(text: str, purchases: Sequence[Purchase]) -> list[Purchase]:
    """The purchases that the words of a text name: those with which it shares a word that no other has."""
    words = {word for word in index_words(text[:_LONGEST]).split() if len(word) > 3 or word.isdecimal()}
    held = [set(index_words(purchase.title).split()) for purchase in purchases]
    return [
        purchase
        for place, purchase in enumerate(purchases)
        if any(word in held[place] and sum(word in other for other in held) == 1 for word in words)
    ]


def _in_use(form: str) -> bool:
    import phonenumbers

    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(form.partition(";")[0], None)))
    except phonenumbers.NumberParseException:
        return False


def _like_number(word: str) -> bool:
    digits = sum(c.isdecimal() for c in word)
    return digits >= _FEWEST and not _DATE.fullmatch(word)


def _after_order_word(words: Sequence[str], place: int) -> bool:
    for word in reversed(words[max(0, place - _FILLERS) : place]):
        form = index_words(word)
        if form in _ORDER_WORDS:
            return True
        if form not in _BETWEEN:
            return False
    return False
