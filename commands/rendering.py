"""How tables and composed lines look on a terminal; Rich is loaded only here."""

import io
import shutil
from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from convo.text import safe

from .lines import Column, Line, Span
from .session import Session

WIDEST_PAGE = 100
_SHORTEST = 6
_SHORTEST_ELASTIC = 12
_STYLES = {
    "": "",
    "strong": "bold",
    "faint": "dim",
    "accent": "cyan",
    "good": "green",
    "warning": "yellow",
    "bad": "red",
    "note": "black on yellow",
}


def _console(session: Session, width: int) -> Console:
    from .output import wants_colour

    coloured = wants_colour(session)
    return Console(
        file=io.StringIO(),
        width=width,
        force_terminal=True,
        color_system="standard" if coloured else None,
        no_color=not coloured,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},
    )


def _printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _text(span: Span) -> Text:
    return Text(safe(span.text).expandtabs(4), _STYLES[span.style], end="")


def table(session: Session, columns: Sequence[Column], cells: Sequence[Sequence[Span]]) -> str:
    """A table as wide as the terminal at most; elastic columns give way first, and no cell takes two lines."""
    width = shutil.get_terminal_size().columns
    console = _console(session, width)
    shown = _fitting(columns, cells, width)
    drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for n in shown:
        drawn.add_column(
            Text(columns[n].heading),
            justify="right" if columns[n].right else "left",
            no_wrap=not columns[n].elastic,
            overflow="ellipsis",
            min_width=min(_SHORTEST_ELASTIC, max(cell_len(row[n].text) for row in cells))
            if columns[n].elastic
            else None,
        )
    for row in cells:
        drawn.add_row(*(_one_line(row[n]) for n in shown))
    console.print(drawn)
    return _trimmed(_printed(console))


def _fitting(columns: Sequence[Column], cells: Sequence[Sequence[Span]], width: int) -> list[int]:
    """The columns that hold anything, without as many of the last ones as it takes to leave the elastic ones room."""
    shown = [n for n, column in enumerate(columns) if any(row[n].text for row in cells) or n == 0]
    widest = {n: max(cell_len(columns[n].heading), *(cell_len(row[n].text) for row in cells)) for n in shown}

    def wanted() -> int:
        return sum((min(_SHORTEST_ELASTIC, widest[n]) if columns[n].elastic else widest[n]) + 2 for n in shown) - 2

    while wanted() > width:
        spare = [n for n in shown[1:] if not columns[n].elastic] or shown[1:]
        if not spare:
            break
        shown.remove(spare[-1])
    return shown


def _one_line(span: Span) -> Text:
    text = _text(span)
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def composed(session: Session, lines: Iterable[Line]) -> str:
    """Composed lines, wrapped to the terminal's width, or to 100 columns where it is wider."""
    width = min(shutil.get_terminal_size().columns, WIDEST_PAGE)
    console = _console(session, width)
    for line in lines:
        for text in _laid_out(console, line, width):
            console.print(text, soft_wrap=True)
    return _trimmed(_printed(console))


def _laid_out(console: Console, line: Line, width: int) -> Iterable[Text]:
    words = Text.assemble(*(_text(span) for span in line.spans))
    if line.rule:
        rule = "─" * max(2, (width - cell_len(words.plain) - 2) // 2)
        yield Text.assemble((f"{rule} ", "dim"), words, (f" {rule}", "dim"))
        return
    gutter = _text(line.gutter)
    room = max(16, width - gutter.cell_len)
    right = Text.assemble(*(_text(span) for span in line.right))
    if not line.wraps:
        left = room - words.cell_len - 2
        right.truncate(left, overflow="ellipsis") if left >= _SHORTEST else right.truncate(0)
        words.truncate(room, overflow="ellipsis")
        gap = room - words.cell_len - right.cell_len
        yield Text.assemble(gutter, words, " " * gap, right) if right.cell_len else Text.assemble(gutter, words)
        return
    for number, piece in enumerate(words.wrap(console, room)):
        lead = gutter if number == 0 or gutter.plain.strip() in {"│", "┃", "┊"} else Text(" " * gutter.cell_len)
        yield Text.assemble(lead, piece)


def _trimmed(rendered: str) -> str:
    """Without the blanks that pad lines to the page's width."""
    return "".join(line.rstrip() + "\n" for line in rendered.split("\n")[:-1])
