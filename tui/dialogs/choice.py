"""A window that asks one thing: a line to type in, and below it what it may mean."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from convo.errors import ConvoError

from ..keymap import bindings
from ..lines.items_view import ItemsView
from ..shown import label, line

_SHOWN = 12
_LEAST_LIKE = 55
_DETAIL_ALIKE = 80
_SEARCHED = 2_000


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: `value` is what is answered, `title` what is shown and typed, `detail` what it means."""

    value: str
    title: str
    detail: str = ""


class _Options(ItemsView[Option], can_focus=False):
    def key_of(self, item: Option) -> str:
        return item.value

    def height_of(self, item: Option, width: int) -> int:
        return 1

    def lines_of(self, item: Option, width: int) -> Sequence[Text]:
        title = line(item.title, width=width)
        if item.detail and width - title.cell_len > 8:
            title.append("  ")
            title.append_text(line(item.detail, "dim", width=width - title.cell_len))
        return (title,)


class Choice(ModalScreen[str | None]):
    """Asks for one of some options, or for any text that `read` accepts; answers None when nothing is to change.

    `read` turns what was typed into the option it means; it raises a ConvoError, which is shown, for what means
    nothing. Without it only the options can be chosen.
    """

    BINDINGS = bindings("dialog")
    DEFAULT_CSS = """
    Choice { align: center middle; }
    Choice > Vertical { width: 60; max-width: 95%; height: auto; max-height: 90%; border: round $primary;
        background: $surface; padding: 0 1; }
    Choice Input { padding: 0; background: $surface; }
    Choice _Options { height: auto; max-height: 12; margin-top: 1; background: $surface; }
    Choice #remark { height: auto; color: $text-warning; }
    """

    def __init__(
        self,
        title: str,
        options: Sequence[Option],
        *,
        read: Callable[[str], Option] | None = None,
        placeholder: str = "",
        value: str = "",
    ) -> None:
        super().__init__()
        self._title = title
        self._all = tuple(options)
        self._read = read
        self._placeholder = placeholder
        self._value = value

    def compose(self) -> ComposeResult:
        """A line, the options, and room for a remark."""
        with Vertical() as window:
            window.border_title = label(self._title)
            yield Input(self._value, placeholder=self._placeholder, compact=True)
            yield _Options(id="options")
            yield Static("", id="remark", markup=False)

    def on_mount(self) -> None:
        """Show all options."""
        self._narrow(self._value)
        self.query_one(Input).focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    @on(Input.Submitted)
    def _entered(self) -> None:
        chosen = self.query_one(_Options).current
        if chosen is not None:
            self.dismiss(chosen.value)

    @on(ItemsView.Opened)
    def _clicked(self, event: ItemsView.Opened) -> None:
        event.stop()
        self._entered()

    def action_move(self, steps: int) -> None:
        """Move among the options."""
        self.query_one(_Options).action_move(steps)

    def action_cancel(self) -> None:
        """Change nothing."""
        self.dismiss(None)

    def _narrow(self, typed: str) -> None:
        remark, found = "", matching(self._all, typed)
        if self._read is not None and typed.strip():
            try:
                read = self._read(typed)
            except ConvoError as error:
                remark = "" if found else f"{error.message}. {error.hint}"
            else:
                found = [read, *(option for option in found if option.value != read.value)]
        elif not found:
            remark = "nothing is called that"
        options = self.query_one(_Options)
        options.set_items(found[:200])
        options.move_to(0)
        options.styles.height = max(1, min(_SHOWN, len(found)))
        self.query_one("#remark", Static).update(label(remark))


def matching(options: Sequence[Option], typed: str) -> list[Option]:
    """The options that what was typed may mean: first those that begin with it, then those alike, at last by detail."""
    wanted = typed.strip().casefold()
    if not wanted:
        return list(options)
    titles = [option.title.casefold() for option in options]
    exact = [n for n, title in enumerate(titles) if title.startswith(wanted)]
    inside = [n for n, title in enumerate(titles) if wanted in title and n not in set(exact)]
    known = {*exact, *inside}
    alike = [
        n
        for _, _, n in process.extract(wanted, titles, scorer=fuzz.partial_ratio, limit=20, score_cutoff=_LEAST_LIKE)
        if n not in known
    ]
    known.update(alike)
    told = [n for n, option in enumerate(options) if n not in known and wanted in option.detail.casefold()]
    known.update(told)
    details = {n: option.detail.casefold()[:_SEARCHED] for n, option in enumerate(options) if n not in known}
    near = process.extract(wanted, details, scorer=fuzz.partial_ratio, limit=20, score_cutoff=_DETAIL_ALIKE)
    return [options[n] for n in (*exact, *inside, *alike, *told, *(n for _, _, n in near))]
