"""What telephone calls of any log have in common: whose number it is, how long it took, what it is called."""

import re
from functools import lru_cache

import phonenumbers

from convo.importers.base import ReadOptions
from convo.importers.header_words import word_set

_EXTENSION_DIGITS = 5
_HIDDEN = word_set("anonymous unknown restricted private withheld unavailable anonym unbekannt")
_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,6}):(\d{2})(?:[.,]\d+)?\Z", re.ASCII)
_COUNTED = re.compile(r"(\d{1,7})(?:[.,]\d+)? ?([a-z]*)", re.ASCII)
_SECONDS = {"h": 3600, "m": 60, "s": 1, "": 1}
_LONGEST_CALL = 7 * 24 * 3600


class UnreadableDuration(ValueError):
    """A duration that cannot be read; its text is a clause that completes a sentence about the item."""


def is_hidden(number: str) -> bool:
    """Whether this is what stands in place of a number that the caller did not show."""
    return not any(c.isdigit() for c in number) and (not number.strip() or number.strip().casefold() in _HIDDEN)


def is_internal(number: str, options: ReadOptions) -> bool:
    """Whether this is a short extension, a service code, a name of a dial plan, or a number of ours."""
    digits = sum(c.isdigit() for c in number)
    if digits <= _EXTENSION_DIGITS or number.startswith(("*", "#")):
        return True
    return options.is_own(number) or _same(number, options.home_region) in _own_numbers(
        options.own, options.home_region
    )


@lru_cache(maxsize=4096)
def _same(number: str, region: str) -> str:
    """A number in its one international spelling, or just its digits where it is no valid number."""
    try:
        return phonenumbers.format_number(phonenumbers.parse(number[:40], region), phonenumbers.PhoneNumberFormat.E164)
    except phonenumbers.NumberParseException:
        return "".join(c for c in number if c.isdigit())


@lru_cache(maxsize=8)
def _own_numbers(own: frozenset[str], region: str) -> frozenset[str]:
    return frozenset(_same(each, region) for each in own if sum(c.isdigit() for c in each) > _EXTENSION_DIGITS)


def seconds(text: str) -> int:
    """A duration in whole seconds: "185", "3:05", "0:03:05", "3 min 5 s"; 0 when empty; raises UnreadableDuration."""
    short = text.strip().casefold()
    if not short:
        return 0
    if len(short) <= 40:
        if found := _CLOCK.match(short):
            return _possible(int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3]), text)
        counted = _COUNTED.findall(short)
        if counted and not _COUNTED.sub("", short).strip(" .,"):
            units = [unit[:1] for _, unit in counted]
            if all(unit in _SECONDS for unit in units) and len({*units}) == len(units):
                return _possible(
                    sum(int(number) * _SECONDS[unit] for (number, _), unit in zip(counted, units, strict=True)), text
                )
    raise UnreadableDuration(f"has a duration that cannot be read: {text[:40]!r}")


def _possible(duration: int, text: str) -> int:
    if duration > _LONGEST_CALL:
        raise UnreadableDuration(f"has a duration of more than a week: {text[:40]!r}")
    return duration


def spoken(duration: int) -> str:
    """A duration as a title says it: "45 s", "3 min", "1 h 5 min"."""
    if duration < 60:
        return f"{duration} s"
    minutes = (duration + 30) // 60
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min".replace(" 0 min", "")


def call_title(direction: str, answered: bool, duration: int, *, voicemail: bool = False) -> str:
    """What a call is called: "call, 3 min", "missed call", "voicemail, 20 s", "call, not answered"."""
    if voicemail:
        return f"voicemail, {spoken(duration)}"
    if not answered:
        return "missed call" if direction == "inbound" else "call, not answered"
    return f"call, {spoken(duration)}"
