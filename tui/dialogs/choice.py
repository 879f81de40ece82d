"""A window that asks one thing: a line to type in, and below it what it may mean."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from convo.errors import ConvoError

from ..keymap import bindings
from ..lines.items_view import ItemsView
from ..lines.typed_line import TypedLine
from ..shown import label, line
from .window import Window

_SHOWN = 12
_LEAST_LIKE = 55
_DETAIL_ALIKE = 80
_SEARCHED = 2_000
_COLUMN = 36


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: `value` is what is answered, `title` what is shown and typed, `detail` what it means.

    `mark` is a sign in front of the title, such as that it is chosen already.
    """

    value: str
    title: str
    detail: str = ""
    mark: str = ""


class Options(ItemsView[Option], can_focus=False):
    """The options of a window that asks, one line each; the titles take `column` columns, so that details align."""

    column = 0

    def key_of(self, item: Option) -> str:
        """What it answers."""
        return item.value

    def height_of(self, item: Option, width: int) -> int:
        """One line."""
        return 1

    def lines_of(self, item: Option, width: int) -> Sequence[Text]:
        """What it is called, and dimly what it means."""
        title = line(f"{item.mark} {item.title}" if item.mark else item.title, width=width)
        if item.detail and width - title.cell_len > 8:
            title.pad_right(max(2, min(self.column, width // 2) + 2 - title.cell_len))
            title.append_text(line(item.detail, "dim", width=width - title.cell_len))
        return (title,)


class Choice(Window[str | None]):
    """Asks for one of some options, or for any text that `read` accepts; answers None when nothing is to change.

    `read` turns what was typed into the option it means; it raises a ConvoError, which is shown, for what means
    nothing. Without it only the options can be chosen. With `options` None they come later, by `fill`: the window is
    there at once, so that what is typed meanwhile goes nowhere else, and Enter waits for them.
    """

    READ_FIRST: ClassVar[bool] = True
    """Whether what was typed, as it was read, comes before the options that are alike."""
    BINDINGS = bindings("dialog")
    DEFAULT_CSS = """
    Choice { align: center middle; }
    Choice > Vertical { width: 76; max-width: 95%; height: auto; max-height: 90%; border: round $primary;
        background: $surface; padding: 0 1; }
    Choice Input { padding: 0; background: $surface; }
    Choice Options { height: auto; max-height: 12; margin-top: 1; background: $surface; }
    Choice #remark { height: auto; color: $text-warning; }
    """

    def __init__(
        self,
        title: str,
        options: Sequence[Option] | None,
        *,
        read: Callable[[str], Option] | None = None,
        placeholder: str = "which one",
        value: str = "",
        nothing: str = "there is nothing to choose",
    ) -> None:
        super().__init__()
        self._title = title
        self._all = tuple(options or ())
        self._coming = options is None
        self._entered_early = False
        self._read = read
        self._placeholder = placeholder
        self._value = value
        self._nothing = nothing

    def compose(self) -> ComposeResult:
        """A line, the options, and room for a remark."""
        with Vertical() as window:
            window.border_title = label(self._title)
            yield TypedLine(self._value, placeholder=self._placeholder, compact=True)
            yield Options(id="options")
            yield Static("", id="remark", markup=False)

    def on_mount(self) -> None:
        """Show all options."""
        self._narrow(self._value)
        self.query_one(Input).focus()

    def fill(self, options: Sequence[Option]) -> None:
        """The options have come."""
        self._all, self._coming = tuple(options), False
        if self.open:
            self._narrow(self.query_one(Input).value)
            if self._entered_early:
                self._entered_early = False
                self._entered()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    def among(self, typed: str) -> list[Option]:
        """The options that what was typed may mean."""
        return matching(self._all, typed)

    def enter(self) -> None:
        """Answer with the option under the cursor."""
        chosen = self.query_one(Options).current
        if chosen is not None:
            self.dismiss(chosen.value)

    @on(Input.Submitted)
    def _entered(self) -> None:
        if self._coming:
            self._entered_early = True
        else:
            self.enter()

    @on(ItemsView.Opened)
    def _clicked(self, event: ItemsView.Opened) -> None:
        event.stop()
        self._entered()

    def action_move(self, steps: int) -> None:
        """Move among the options."""
        self.query_one(Options).action_move(steps)

    def action_cancel(self) -> None:
        """Change nothing."""
        self.dismiss(None)

    def _narrow(self, typed: str) -> None:
        remark, found = "", self.among(typed)
        if self._read is not None and typed.strip():
            try:
                read = self._read(typed)
            except ConvoError as error:
                found = [option for option in found if typed.strip().casefold() in option.title.casefold()]
                remark = "" if found else f"{error.message}. {error.hint}"
            else:
                others = [option for option in found if option.value != read.value]
                new = len(others) == len(found)
                found = [read, *others] if self.READ_FIRST else [*found, read] if new else found
        elif not found and not self._coming:
            remark = "nothing is called that" if typed.strip() else self._nothing
        options = self.query_one(Options)
        options.column = max((min(_COLUMN, cell_len(f"{one.mark} {one.title}")) for one in found[:200]), default=0)
        options.set_items(found[:200])
        options.move_to(0)
        options.styles.height = max(1, min(_SHOWN, len(found)))
        self.query_one("#remark", Static).update(label(remark))


def matching(options: Sequence[Option], typed: str) -> list[Option]:
    """The options that what was typed may mean: first those that begin with it, then those alike, at last by detail."""
    wanted = typed.strip().casefold()
    if not wanted:
        return list(options)
    from rapidfuzz import fuzz, process

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
