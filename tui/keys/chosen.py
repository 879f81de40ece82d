"""The keys that somebody chose in the settings, checked against the table of keys."""

from collections.abc import Mapping
from typing import Any

from textual.app import App

from convo.errors import BadInput

from ..keymap import KEYS, Key, each
from .names import key_name, key_shown, keys_shown

_TOGETHER = (
    ("desk", "list", "inbox"),
    ("desk", "list", "conversation"),
    ("desk", "list", "customer"),
    *(("place", "list", one) for one in ("search", "rules", "channels", "dashboard")),
)
"""Places that are one place to whoever presses a key: what is bound in one hides what is bound in another."""
_DEFAULTS: Mapping[str, tuple[Key, str]] = {
    identifier: (key, keys) for key in KEYS for identifier, keys in each(key).items()
}


def keymap_of(chosen: Mapping[str, str]) -> dict[str, str]:
    """The chosen keys by their ids as Textual takes them.

    Raises BadInput for an id that no action has, a key that is none or that terminals send for another, and two actions
    of one place on one key.
    """
    made = {identifier: _keys(identifier, keys) for identifier, keys in chosen.items() if keys.strip()}
    now = {identifier: made.get(identifier, keys) for identifier, (_, keys) in _DEFAULTS.items()}
    for identifier, keys in made.items():
        for other, theirs in now.items():
            both = set(keys.split(",")) & set(theirs.split(","))
            if other != identifier and both and _meet(identifier, other):
                said = " and ".join(f"{one} ({_DEFAULTS[one][0].title})" for one in (identifier, other))
                raise BadInput(
                    f"the settings bind {key_shown(min(both))} to two actions: {said}",
                    hint=f"give one of them another key: convo config set keys.{other} KEY",
                )
    return made


def check_key(chosen: Mapping[str, str], identifier: str, keys: str) -> None:
    """Refuse as `keymap_of` does what one more choice would make of the chosen keys."""
    others = {name: value for name, value in chosen.items() if name != identifier}
    keymap_of({**others, identifier: keys})
    if identifier not in _DEFAULTS:
        raise _unknown(identifier)


def shown_key(app: App[Any], identifier: str) -> str:
    """The first key by which an action runs now, as the screen shows it."""
    return keys_shown(keys_now(app, identifier).split(",")[0])


def keys_now(app: App[Any], identifier: str) -> str:
    """The keys by which an action runs now, comma-separated."""
    chosen: Mapping[str, str] = getattr(app, "chosen_keys", {})
    return chosen.get(identifier, _DEFAULTS[identifier][1])


def _keys(identifier: str, keys: str) -> str:
    if identifier not in _DEFAULTS:
        raise _unknown(identifier)
    try:
        pieces = [","] if keys.strip() == "," else keys.split(",")
        return ",".join(dict.fromkeys(key_name(piece) for piece in pieces))
    except BadInput as error:
        raise BadInput(f"keys.{identifier}: {error.message}", hint=error.hint) from error


def _unknown(identifier: str) -> BadInput:
    from rapidfuzz import process

    near = process.extractOne(identifier, list(_DEFAULTS))
    meant = f"perhaps {near[0]}; " if near and near[1] > 60 else ""
    return BadInput(
        f"the settings bind keys.{identifier}, but no action has that id",
        hint=f"{meant}the page of keys names them all",
    )


def _meet(one: str, other: str) -> bool:
    here, there = _DEFAULTS[one][0].where, _DEFAULTS[other][0].where
    return here == there or any(here in group and there in group for group in _TOGETHER)
