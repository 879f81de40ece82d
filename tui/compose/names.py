"""The small window of names that a note can mention: operators and teams."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.text import Text

from ..lines.items_view import ItemsView
from ..shown import line

_MOST = 5
_ROOM = 6


@dataclass(frozen=True, slots=True)
class Name:
    """An operator or a team, and what it is."""

    name: str
    detail: str


class Names(ItemsView[Name], can_focus=False):
    """Names that begin with what was typed; hidden while there is none."""

    DEFAULT_CSS = """
    Names { display: none; overlay: screen; constrain: inside inside; width: 36; height: auto; max-height: 5;
        background: $panel; }
    Names.-open { display: block; }
    """

    def key_of(self, item: Name) -> str:
        """The name."""
        return item.name

    def height_of(self, item: Name, width: int) -> int:
        """One line."""
        return 1

    def lines_of(self, item: Name, width: int) -> Sequence[Text]:
        """The name and what it is."""
        made = Text(" ").append_text(line(f"@{item.name}", width=width - 2))
        if item.detail and width - made.cell_len > _ROOM:
            made.append("  ").append_text(line(item.detail, "dim", width=width - made.cell_len - 3))
        return (made,)

    @property
    def open(self) -> bool:
        """Whether it is seen."""
        return self.has_class("-open")

    def offer(self, names: Sequence[Name], begun: str) -> None:
        """Show the names that begin so, above the place where one writes; or nothing when none does."""
        wanted = begun.casefold()
        found = [name for name in names if name.name.casefold().startswith(wanted)]
        inside = [name for name in names if wanted and wanted in name.name.casefold() and name not in found]
        shown = [*found, *inside][:_MOST]
        if len(shown) == 1 and shown[0].name == begun:
            shown = []
        self.set_class(bool(shown), "-open")
        self.styles.height = max(1, len(shown))
        self.styles.offset = (0, -len(shown))
        self.set_items(shown)
        self.move_to(0)

    def close(self) -> None:
        """Hide it."""
        self.remove_class("-open")
