"""The names of keys: as people write them, as Textual calls them, as the screen shows them."""

from collections.abc import Mapping

from textual.keys import Keys, _character_to_key, format_key

from convo.errors import BadInput
from convo.text import safe

SENT_FOR_OTHERS: Mapping[str, str] = {
    "ctrl+m": "Enter",
    "ctrl+j": "Enter",
    "ctrl+i": "Tab",
    "ctrl+h": "Backspace",
    "ctrl+left_square_bracket": "Escape",
    "ctrl+left_square_brace": "Escape",
}
"""What terminals send for another key: whoever bound it would bind that one."""

_KNOWN = frozenset(key.value for key in Keys if not key.value.startswith("<"))
_SAID = {
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "space": "Space",
    "backspace": "Backspace",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "delete": "Del",
    "insert": "Ins",
}
_OTHER_NAMES = {
    "esc": "escape",
    "return": "enter",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "del": "delete",
}


def key_name(written: str) -> str:
    """Textual's name of a key that somebody wrote, such as x, G, ?, ctrl+x, f5 or space; raises BadInput."""
    asked = written.strip()
    modifiers, _, last = asked.rpartition("+") if len(asked) > 1 else ("", "", asked)
    if asked.endswith("++"):
        modifiers, last = asked[:-2], "+"
    last = last if len(last) == 1 else last.casefold()
    last = _OTHER_NAMES.get(last, last)
    held = list(dict.fromkeys(part.strip().casefold() for part in modifiers.split("+") if part.strip()))
    if held == ["shift"] and len(last) == 1:
        held, last = [], last.upper()
    if len(last) == 1 and last.isprintable() and last != " ":
        known = not held or set(held) <= {"ctrl", "alt"}
        name = _character_to_key(last.casefold() if "ctrl" in held else last)
    else:
        name = last
        known = name in _KNOWN or (format_key(name) != name and len(format_key(name)) == 1)
    whole = "+".join((*sorted(held, key=_ORDER.index), name)) if set(held) <= set(_ORDER) else ""
    if not known or not whole:
        raise BadInput(
            f"there is no key {safe(written, single_line=True)[:40]!r}",
            hint="such as x, G, ?, ctrl+x, alt+x, f5 or space",
        )
    if whole in SENT_FOR_OTHERS:
        raise BadInput(f"terminals send {asked} for {SENT_FOR_OTHERS[whole]}, so nothing can be bound to it")
    return whole


_ORDER = ("alt", "ctrl", "shift")


def key_shown(name: str) -> str:
    """A key as the screen shows it: its sign or its name, such as ?, ctrl+x, G or Space."""
    held, _, last = name.rpartition("+")
    sign = _SAID.get(last) or (last.upper() if last[:1] == "f" and last[1:].isdigit() else format_key(last))
    return f"{held}+{sign}" if held else sign


def keys_shown(names: str) -> str:
    """Comma-separated keys as the screen shows them."""
    return " ".join(key_shown(name) for name in names.split(","))
