"""The JSON form of what the desk answers: exact data, instants in ISO 8601 UTC, and nothing a terminal would obey."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from convo.text import safe

_OPENED = {"ThreadView": "row", "InboxRow": "thread"}
"""Views of which one field's fields stand beside the others."""
_TYPES = {"MessageView": "message", "EventView": "event"}
"""Views that stand mixed in one list, and what tells them apart there."""


def field_names(view: type) -> tuple[str, ...]:
    """The names that the JSON form of a view has."""
    if not is_dataclass(view):
        return ()
    opened = _OPENED.get(view.__name__)
    names: list[str] = ["type"] if view.__name__ in _TYPES else []
    for item in fields(view):
        if item.name == opened and isinstance(item.type, type):
            names += field_names(item.type)
        else:
            names.append(item.name)
    return tuple(names)


def plain(value: Any) -> Any:
    """The value as JSON can say it: records become objects, instants ISO 8601 in UTC, paths their names."""
    if is_dataclass(value) and not isinstance(value, type):
        shown = {item.name: plain(getattr(value, item.name)) for item in fields(value)}
        opened = _OPENED.get(type(value).__name__)
        if opened is not None:
            shown = shown.pop(opened) | shown
        kind = _TYPES.get(type(value).__name__)
        return {"type": kind} | shown if kind else shown
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return str(value)


def instant(moment: datetime) -> str:
    """An instant in ISO 8601, UTC, to the second where no fraction is known."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def selected(value: Any, names: tuple[str, ...]) -> Any:
    """The JSON form of a record with only the fields named, in their order; all of them when none is."""
    shown = plain(value)
    return {name: shown.get(name) for name in names} if names and isinstance(shown, dict) else shown


def encode(value: Any) -> str:
    """One line of JSON; whatever a terminal would obey or hide is escaped, so that the data are exact all the same."""
    line = json.dumps(plain(value), ensure_ascii=False, separators=(", ", ": "))
    if safe(line) == line:
        return line
    return "".join(_escaped(character) for character in line)


@lru_cache(maxsize=4096)
def _escaped(character: str) -> str:
    if safe(character) == character:
        return character
    return json.dumps(character)[1:-1]
