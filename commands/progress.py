"""The progress of an import on a terminal: what is being read, how fast, and how long it will take."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from convo.text import safe

from .session import Session

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from convo.desk.imports import ImportProgress

_SECONDS_BETWEEN = 0.1


class Progress:
    """A bar on standard error where that is a terminal and nobody asked for quiet; else nothing."""

    def __init__(self, session: Session, paths: Sequence[Path]) -> None:
        self._session = session
        self._paths = paths
        self._bar: Bar | None = None
        self._tasks: dict[str, TaskID] = {}
        self._next = 0.0

    def __enter__(self) -> Self:
        """Show the bar if there is anyone to see it."""
        if sys.stderr.isatty() and not self._session.quiet and not self._session.json:
            self._bar = _bar(self._session)
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away again, so that the summary stands alone."""
        if self._bar is not None:
            self._bar.stop()

    def show(self, progress: "ImportProgress") -> None:
        """Move the bar."""
        now = time.monotonic()
        if self._bar is None or now < self._next:
            return
        self._next = now + _SECONDS_BETWEEN
        task = self._tasks.get(progress.path)
        if task is None:
            for earlier in self._tasks.values():
                self._bar.update(earlier, visible=False)
            name = safe(Path(progress.path).name or "standard input", single_line=True)
            task = self._tasks[progress.path] = self._bar.add_task("", total=None, file=name, items=0)
        self._bar.update(
            task, completed=progress.bytes_read or 0, total=progress.bytes_total, items=progress.read, refresh=False
        )


def _bar(session: Session) -> "Bar":
    from rich.console import Console
    from rich.progress import BarColumn, ProgressColumn, Task, TimeRemainingColumn
    from rich.progress import Progress as Bar
    from rich.text import Text

    from .output import wants_colour

    class File(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(str(task.fields["file"])[:40])

    class Items(ProgressColumn):
        def render(self, task: Task) -> Text:
            read, elapsed = int(task.fields["items"]), task.elapsed or 0.0
            rate = f", {read / elapsed:,.0f} a second" if elapsed > 1 else ""
            return Text(f"{read:,} read{rate}", style="dim")

    console = Console(stderr=True, no_color=not wants_colour(session), highlight=False, markup=False, emoji=False)
    return Bar(File(), BarColumn(bar_width=24), Items(), TimeRemainingColumn(), console=console, transient=True)
