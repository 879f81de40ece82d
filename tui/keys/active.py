"""Which actions of the table of keys can run where one is."""

from dataclasses import dataclass
from typing import Any

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import key_to_character
from textual.screen import Screen

from ..keymap import KEYS, Key, key_of

_ORDER = {key.id: place for place, key in enumerate(KEYS)}


@dataclass(frozen=True, slots=True)
class Active:
    """An action that can run now: its line of the table, the keys that run it (Textual's names), where it runs."""

    key: Key
    keys: tuple[str, ...]
    binding: Binding
    node: DOMNode


def active(screen: Screen[Any], *, by_keys: bool) -> list[Active]:
    """The actions that can run on a screen, the parts nearest to the focus first, each part in the table's order.

    With `by_keys` only those whose keys reach them: where one writes, letters are text.
    """
    found: dict[str, Active] = {}
    writing = screen.focused
    for name, one in screen.active_bindings.items():
        if one.binding.id is None or not one.enabled or not _there(one.node, one.binding.action):
            continue
        elsewhere = by_keys and writing is not None and one.node is not writing
        if elsewhere and writing is not None and writing.check_consume_key(name, key_to_character(name)):
            continue
        try:
            key = key_of(one.binding.id)
        except KeyError:
            continue
        before = found.get(key.id)
        keys = tuple(sorted((*(before.keys if before else ()), name), key=_letters_first))
        found[key.id] = Active(key, keys, before.binding if before else one.binding, one.node)
    parts = list(dict.fromkeys(one.key.where for one in found.values()))
    return sorted(found.values(), key=lambda one: (parts.index(one.key.where), _ORDER[one.key.id]))


def _letters_first(name: str) -> tuple[bool, str]:
    return key_to_character(name) is None, name


def _there(node: DOMNode, action: str) -> bool:
    """Whether a part does an action that its keys name; not all parts of a kind do everything."""
    name = action.partition("(")[0]
    return hasattr(node, f"action_{name}") or hasattr(node, f"_action_{name}")
