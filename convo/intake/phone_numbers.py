"""Phone numbers in their one form: E.164 where they can be dialled from anywhere, else the digits as they are."""

import re
import unicodedata
from functools import lru_cache

from convo.errors import BadInput

_MOST_DIGITS = 20
_SURE = re.compile(r"\+(?:1[2-9]\d{9}|33[1-9]\d{8}|34[5-9]\d{8}|44[1-9]\d{9}|49[1-9]\d{9,10})", re.ASCII)
_MEXICAN_MOBILE = re.compile(r"\+521(\d{10})", re.ASCII)
_EXTENSION_MARKS = ("ext=", "ext.", "ext", "x", "#")
_LONGEST_EXTENSION = 7
_PUNCTUATION = frozenset(" ()-./·,\u2010\u2011\u2012\u2013\u2014\u2212\u00a0")
_ROUNDS = 3


def e164(value: str, home_region: str) -> str:
    """The number in E.164 (with `;ext=` where it has an extension); a short or impossible one as its digits.

    A number without `+` is read as `home_region` (ISO 3166) dials it, then as an international one that lost its `+`
    or has `00` for it. Raises BadInput for what is no number at all.
    """
    if _SURE.fullmatch(value):
        return value
    return _read(value, home_region.upper())


def looks_like_phone(value: str) -> bool:
    """Whether it is written as a number with 5 digits or more and nothing but a number's punctuation."""
    bare = _plain(value).removeprefix("tel:").removeprefix("+")
    return all(c.isdecimal() or c in _PUNCTUATION for c in bare) and sum(c.isdecimal() for c in bare) >= 5


@lru_cache(maxsize=16_384)
def _read(value: str, home_region: str) -> str:
    text = _plain(value).strip().removeprefix("tel:").strip()
    text, extension = _without_extension(text)
    number = _digits(text, value)
    for _ in range(_ROUNDS):
        settled = _settle(number, home_region)
        if settled == number:
            break
        number = settled
    return number + extension


def _without_extension(text: str) -> tuple[str, str]:
    """The number that is dialled, and `;ext=` with what is asked for then; empty when there is nothing."""
    rest = text.rstrip("0123456789")
    digits = text[len(rest) :]
    stem = rest.rstrip()
    for mark in _EXTENSION_MARKS:
        dialled = stem.removesuffix(mark).rstrip(" ,;")
        if stem.endswith(mark) and 0 < len(digits) <= _LONGEST_EXTENSION and sum(c.isdecimal() for c in dialled) >= 5:
            return dialled, f";ext={digits}"
    return text, ""


def _plain(value: str) -> str:
    shown = unicodedata.normalize("NFKC", value).casefold()
    return "".join(c for c in shown if unicodedata.category(c) != "Cf")


def _digits(text: str, value: str) -> str:
    plus = "+" if text.startswith("+") else ""
    if any(c.isalpha() for c in text):
        import phonenumbers

        if not phonenumbers.is_alpha_number(text):
            raise BadInput(f"{value[:80]!r} is no phone number")
        text = phonenumbers.convert_alpha_characters_in_number(text)
    bare = text.removeprefix("+").strip()
    if not all(c.isdecimal() or c in _PUNCTUATION or c in "*#" for c in bare):
        raise BadInput(f"{value[:80]!r} is no phone number")
    digits = "".join(str(unicodedata.decimal(c)) for c in bare if c.isdecimal())
    if not digits or len(digits) > _MOST_DIGITS:
        raise BadInput(f"{value[:80]!r} is no phone number: it has {len(digits)} digits")
    return plus + digits


def _settle(number: str, home_region: str) -> str:
    if number.startswith("+"):
        return _international(number) or number
    at_home, valid = _at_home(number, home_region)
    if valid:
        return at_home
    if number.startswith("00") and (found := _international("+" + number.lstrip("0"))):
        return found
    return _international("+" + number, valid=True) or at_home or number


def _at_home(number: str, home_region: str) -> tuple[str, bool]:
    """The number as dialled at home, empty when it cannot be dialled from elsewhere, and whether it is in use."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, home_region)
    except phonenumbers.NumberParseException:
        return "", False
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return "", False
    return _international(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)), bool(
        phonenumbers.is_valid_number(parsed)
    )


def _international(number: str, *, valid: bool = False) -> str:
    """The number in E.164, empty when it is not possible (or not in use, where `valid` asks for that)."""
    import phonenumbers

    mexican = _MEXICAN_MOBILE.fullmatch(number)
    if mexican is not None:
        number = "+52" + mexican[1]
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return ""
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    if valid and not phonenumbers.is_valid_number(parsed):
        return ""
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
