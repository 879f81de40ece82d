"""The status line: who is at the desk, what waits to leave, how the channels are, and where the store is."""

from datetime import datetime

from rich.text import Text
from textual.widgets import Static

from convo import clock
from convo.model.inbox_views import ChannelHealth, DeskStatus
from convo.text.signs import sign
from convo.text.times import ago

from ..asking import Asks
from ..shown import line

_GAP = "  "


class StatusLine(Asks, Static):
    """How the desk is, in one line; what is wrong comes first."""

    DEFAULT_CSS = "StatusLine { height: 1; background: $panel; color: $text-muted; padding: 0 1; }"

    def __init__(self) -> None:
        super().__init__("", id="status", markup=False)
        self._status: DeskStatus | None = None

    def on_mount(self) -> None:
        """Look for the first time, and let ages grow."""
        self.refresh_from_store()
        self.set_interval(30, self._draw)

    def on_resize(self) -> None:
        """Say as much as there is room for."""
        self._draw()

    def refresh_from_store(self) -> None:
        """Look again."""
        self.ask("status", lambda desk: desk.inbox.status(), self._show)

    def _show(self, status: DeskStatus) -> None:
        self._status = status
        self._draw()

    def _draw(self) -> None:
        if self._status is not None:
            self.update(status_text(self._status, clock.now(), self.content_size.width))


def status_text(status: DeskStatus, now: datetime, width: int) -> Text:
    """The status in at most `width` columns: the pieces that matter most stay."""
    ill = [_health(channel, now) for channel in status.channels if not channel.ok]
    well = [_health(channel, now) for channel in status.channels if channel.ok]
    pieces = [
        line(status.operator, "bold"),
        *([line(f"{status.failed} not delivered", "bold")] if status.failed else []),
        *ill,
        *([line(f"{status.queued} to leave")] if status.queued else []),
        *([line(f"{status.notifications} told to you")] if status.notifications else []),
        line(_short(status.store)),
        *well,
    ]
    made = Text(no_wrap=True, end="")
    for piece in pieces:
        if made.cell_len + (len(_GAP) if made else 0) + piece.cell_len > width:
            continue
        made.append(_GAP if made else "")
        made.append_text(piece)
    return made


def _health(channel: ChannelHealth, now: datetime) -> Text:
    name = f"{sign(channel.kind)} {channel.name}"
    if channel.state != "active":
        return line(f"{name} {channel.state}")
    if channel.error:
        return line(f"{name} ✗ {channel.error[:40]}", "bold")
    if channel.failed:
        return line(f"{name} ✗ {channel.failed} not delivered", "bold")
    heard = f" {ago(channel.last_success, now, now.tzinfo)}" if channel.last_success and now.tzinfo else ""
    return line(f"{name}{heard}")


def _short(store: str) -> str:
    """The end of a place, which tells stores apart."""
    return store.rstrip("/").rpartition("/")[2] or store
