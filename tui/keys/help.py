"""The keys of where one is, as they are bound now."""

from collections.abc import Iterator
from typing import Any

from rich.text import Text
from textual.screen import Screen

from ..dialogs.reading import Reading
from ..keymap import PLACES
from ..shown import line
from .active import Active, active
from .names import key_shown

_COLUMN = 14


def help_for(screen: Screen[Any]) -> Reading:
    """A window with the keys of where one is."""
    return Reading("Keys", list(help_lines(active(screen, by_keys=True))))


def help_lines(actions: list[Active]) -> Iterator[Text]:
    """The keys by the parts of the screen, the nearest first."""
    where = None
    for one in actions:
        if one.key.where != where:
            if where is not None:
                yield Text("")
            where = one.key.where
            yield line(PLACES[where], "bold")
        made = line("  ")
        made.append_text(line(_keys(one)))
        made.pad_right(max(1, _COLUMN - made.cell_len))
        made.append_text(line(one.key.title, "dim"))
        yield made


def _keys(one: Active) -> str:
    if len(one.keys) > 4:
        return f"{key_shown(one.keys[0])} … {key_shown(one.keys[-1])}"
    return " ".join(key_shown(name) for name in one.keys)
