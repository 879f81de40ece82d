"""Shows two customers side by side before they become one: what each has, which is kept, what moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from convo.errors import ConvoError
from convo.model.views import CustomerView, MergeView
from convo.text.times import date

from ..asking import Asks, complain, zone_of
from ..dialogs.window import Window
from ..keymap import bindings
from ..lines.answers import Answers
from ..shown import label, line

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_LABELS = 10
_SHORT = 22
"""Up to so many lines of the screen there is none for a blank above the answers."""
_AROUND = 3
"""Lines that the border and the answers take."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Two customers, and what merging the second into the first would move."""

    kept: CustomerView
    merged: CustomerView
    moves: MergeView


class MergePreview(Asks, Window[tuple[int, int] | None]):
    """Answers which customer is kept and which goes into it, or None."""

    BINDINGS = [*bindings("merge"), *bindings("confirm")]  # noqa: RUF012
    DEFAULT_CSS = """
    MergePreview { align: center middle; }
    MergePreview > Vertical { width: 84; max-width: 96%; height: auto; border: round $primary;
        background: $surface; padding: 0 1; }
    MergePreview VerticalScroll { height: auto; scrollbar-size-vertical: 1; }
    MergePreview Static { height: auto; }
    MergePreview Answers { margin-top: 1; }
    """

    def __init__(self, kept: int, merged: int) -> None:
        super().__init__()
        self._pair = kept, merged
        self._shown: Preview | None = None

    def compose(self) -> ComposeResult:
        """The two side by side, what moves, and the answers."""
        with Vertical() as window:
            window.border_title = label("Merge two customers into one")
            with VerticalScroll():
                yield Static("", id="pair", markup=False)
            yield Answers(
                ("confirm.yes", "merge", "yes"),
                ("merge.switch", "keep the other", "switch"),
                ("confirm.no", "not", "no"),
            )

    def on_mount(self) -> None:
        """Look at both."""
        self._look()

    def on_resize(self) -> None:
        """Columns as wide as there is room for; what has no room scrolls, and the answers stay in sight."""
        blank = int(self.size.height > _SHORT)
        self.query_one(Answers).styles.margin = blank, 0, 0, 0
        self.query_one(VerticalScroll).styles.max_height = max(1, self.size.height - _AROUND - blank)
        self._draw()

    def action_yes(self) -> None:
        """Merge, once it is seen what that means."""
        if self._shown is not None:
            self.dismiss(self._pair)

    def action_no(self) -> None:
        """Change nothing."""
        self.dismiss(None)

    def action_switch(self) -> None:
        """Keep the other one."""
        self._pair = self._pair[1], self._pair[0]
        self._shown = None
        self._look()

    def _look(self) -> None:
        kept, merged = self._pair
        self.ask("preview", lambda desk: preview(desk, kept, merged), self._show, self._refused)

    def _refused(self, error: ConvoError) -> None:
        self.dismiss(None)
        complain(self, error)

    def _show(self, made: Preview) -> None:
        if (made.kept.id, made.merged.id) == self._pair:
            self._shown = made
            self._draw()

    def _draw(self) -> None:
        if self._shown is not None:
            pair = self.query_one("#pair", Static)
            width = max(30, pair.content_size.width)
            pair.update(Text("\n").join(preview_lines(self._shown, width, zone_of(self))))


def preview(desk: "Desk", kept: int, merged: int) -> Preview:
    """Both customers, and a merge that is rehearsed and taken back; raises what merging raises."""
    moves = desk.customers.merge(kept, merged, dry_run=True)
    return Preview(desk.customers.show(kept), desk.customers.show(merged), moves)


def preview_lines(made: Preview, width: int, zone: ZoneInfo) -> list[Text]:
    """The two in columns, the one that is kept on the left, as lines of at most `width` columns."""
    column = max(8, (width - _LABELS - 2) // 2)
    lines = [
        _row("", ["● is kept"], ["○ goes into it"], column),
        _row("name", [made.kept.name], [made.merged.name], column, "bold"),
        _row("number", [f"#{made.kept.id}"], [f"#{made.merged.id}"], column),
    ]
    for title, of in (
        ("handles", lambda one: [identity.value for identity in one.identities]),
        ("language", lambda one: [one.language or "–"]),
        ("time zone", lambda one: [one.time_zone or "–"]),
        ("tags", lambda one: [", ".join(one.tags) or "–"]),
        ("since", lambda one: [date(one.created_at, zone)]),
        ("threads", lambda one: [f"{one.threads} ({one.open_threads} open)"]),
        ("messages", lambda one: [f"{one.messages:,}"]),
        ("purchases", lambda one: [f"{one.purchases:,}"]),
    ):
        left, right = of(made.kept), of(made.merged)
        for number in range(max(len(left), len(right), 1)):
            lines.append(_row("" if number else title, left[number : number + 1], right[number : number + 1], column))
    moved = ", ".join(f"{count:,} {_plural(name, count)}" for name, count in made.moves.moved.items() if count)
    lines += [Text(""), *_wrapped(f"moves: {moved or 'nothing'}", width)]
    return lines


def _row(title: str, left: Sequence[str], right: Sequence[str], column: int, style: str = "") -> Text:
    made = line(title, "dim")
    made.pad_right(_LABELS - made.cell_len)
    for one in (left, right):
        piece = line(one[0] if one else "", style, width=column)
        piece.pad_right(max(0, column + 1 - piece.cell_len))
        made.append_text(piece)
    return made


def _plural(name: str, count: int) -> str:
    words = name.replace("_", " ")
    if count == 1:
        return words
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}s"


def _wrapped(text: str, width: int) -> list[Text]:
    from textwrap import wrap

    return [line(piece) for piece in wrap(text, width)]
