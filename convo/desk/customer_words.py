"""The words that describe a customer, checked: name, language, time zone, attributes."""

import re
from zoneinfo import ZoneInfo

from convo.errors import BadInput
from convo.text import clean

_LONGEST_NAME = 200
_LONGEST_ATTRIBUTE_NAME = 64
_LONGEST_ATTRIBUTE = 4_000
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,4}", re.IGNORECASE | re.ASCII)


def person_name(name: str) -> str:
    """The name on one line, empty where it is not known; raises BadInput when it is too long."""
    form = " ".join(clean(name).split())
    if len(form) > _LONGEST_NAME:
        raise BadInput(f"a customer's name has at most {_LONGEST_NAME} characters, not {len(form)}")
    return form


def language_tag(language: str) -> str | None:
    """The language as a BCP 47 tag in lower case, None for an empty one; raises BadInput."""
    form = language.strip()
    if form and _LANGUAGE.fullmatch(form) is None:
        raise BadInput(f"{form[:40]!r} is no language", hint="its BCP 47 tag, such as es or pt-BR")
    return form.lower() or None


def zone_name(time_zone: str) -> str | None:
    """The time zone by its IANA name, None for an empty one; raises BadInput."""
    form = time_zone.strip()
    if not form:
        return None
    try:
        return ZoneInfo(form).key
    except (KeyError, ValueError, OSError) as error:
        raise BadInput(f"{form[:40]!r} is no time zone", hint="such as Europe/Madrid") from error


def attribute_name(name: str) -> str:
    """The name of an attribute, casefolded and without blanks in it; raises BadInput."""
    form = "_".join(clean(name).casefold().split())
    if not 0 < len(form) <= _LONGEST_ATTRIBUTE_NAME or not form.isprintable() or any(c in form for c in ':="()'):
        raise BadInput(
            f"{name[:80]!r} is no name of an attribute",
            hint=f'1 to {_LONGEST_ATTRIBUTE_NAME} characters without : = " ( )',
        )
    return form


def attribute_value(name: str, value: str) -> str:
    """The value of an attribute; raises BadInput when it is too long."""
    form = clean(value).strip()
    if len(form) > _LONGEST_ATTRIBUTE:
        raise BadInput(f"{name} has at most {_LONGEST_ATTRIBUTE} characters, not {len(form)}")
    return form
