"""Take what is wanted out of decoded JSON that strangers wrote, whatever shape it turns out to have."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from convo.model.envelope import Handle, Part
from convo.text import html_to_text

Object: TypeAlias = dict[str, Any]

_MOST_NAMES = 100
_LONGEST_NAME = 500


def record(value: object) -> Object:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def records(value: object) -> list[Object]:
    """The objects of a list; none if it is no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def string(value: object) -> str:
    """A text, or a number as text; "" for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def short(value: object) -> str:
    """A name or an id: one stripped line of at most 500 characters; "" for anything that is none."""
    if not value or isinstance(value, dict | list):
        return "0" if value == 0 and value is not False else ""
    return " ".join(string(value)[: _LONGEST_NAME * 4].split())[:_LONGEST_NAME]


def shorts(value: object) -> tuple[str, ...]:
    """The names in a list, distinct, in order, at most 100."""
    if not isinstance(value, list):
        return ()
    return tuple(dict.fromkeys(name for each in value[:_MOST_NAMES] if (name := short(each))))


def plain_text(html: object) -> str:
    """The text of an HTML fragment, or of a text that holds no markup."""
    text = string(html)
    return html_to_text(text).strip() if "<" in text or "&" in text else text


def handles(
    system: str,
    *,
    emails: Iterable[object] = (),
    phones: Iterable[object] = (),
    ids: Iterable[object] = (),
    name: object = "",
) -> tuple[Handle, ...]:
    """Every handle of a person: e-mail addresses, then phone numbers, then ids as `system:ID`, without repeats."""
    called = short(name)
    found = [("email", value) for value in map(_whole, emails) if "@" in value]
    found += [("phone", value) for value in map(_whole, phones) if any(c.isdigit() for c in value)]
    found += [("external", f"{system}:{value}") for value in map(_whole, ids) if value]
    return tuple(Handle(kind, value, called) for kind, value in dict.fromkeys(found))


def _whole(value: object) -> str:
    """A handle; none when it is too long to be one, for cut short it would be somebody else's."""
    return short(value) if len(string(value)) <= _LONGEST_NAME else ""


def named_parts(attachments: object, name_keys: tuple[str, ...], type_keys: tuple[str, ...]) -> tuple[Part, ...]:
    """The attachments that an export names without holding them."""
    parts = []
    for each in records(attachments)[:_MOST_NAMES]:
        name = next((name for key in name_keys if (name := short(each.get(key)))), "")
        media_type = next((kind for key in type_keys if "/" in (kind := short(each.get(key)))), "")
        parts.append(Part(name or "attachment", media_type or "application/octet-stream"))
    return tuple(parts)
