"""The status line: who is at the desk, what waits to leave, how the channels are, and where the store is."""

from datetime import datetime, tzinfo

from rich.text import Text

from convo import clock
from convo.model.inbox_views import ChannelHealth, DeskStatus
from convo.text.signs import sign
from convo.text.times import ago

from ..asking import Asks, zone_of
from ..lines.one_line import OneLine
from ..shown import line

_GAP = "  "


class StatusLine(Asks, OneLine):
    """How the desk is, in one line; what is wrong comes first. Its screen tells it when to look."""

    DEFAULT_CSS = "StatusLine { background: $panel; color: $text-muted; padding: 0 1; }"

    def __init__(self) -> None:
        super().__init__(id="status")
        self._status: DeskStatus | None = None

    def on_mount(self) -> None:
        """Let ages grow."""
        self.set_interval(30, self._draw)

    def on_resize(self) -> None:
        """Say as much as there is room for."""
        self._draw()

    async def on_click(self) -> None:
        """Show the channels, and what waits to leave."""
        await self.app.run_action("go('channels')")

    def refresh_from_store(self) -> None:
        """Look again."""
        self.ask("status", lambda desk: desk.inbox.status(), self._show)

    def _show(self, status: DeskStatus) -> None:
        self._status = status
        self._draw()

    def _draw(self) -> None:
        if self._status is not None:
            self.say(status_text(self._status, clock.now(), zone_of(self), self.content_size.width))


def status_text(status: DeskStatus, now: datetime, zone: tzinfo, width: int) -> Text:
    """The status, its dates in a time zone, in at most `width` columns: the pieces that matter most stay."""
    ill = [_health(channel, now, zone) for channel in status.channels if not channel.ok]
    well = [_health(channel, now, zone) for channel in status.channels if channel.ok]
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


def _health(channel: ChannelHealth, now: datetime, zone: tzinfo) -> Text:
    name = f"{sign(channel.kind)} {channel.name}"
    if channel.state != "active":
        return line(f"{name} {channel.state}")
    if channel.error:
        return line(f"{name} ✗ {channel.error[:40]}", "bold")
    if channel.failed:
        return line(f"{name} ✗ {channel.failed} not delivered", "bold")
    heard = f" {ago(channel.last_success, now, zone)}" if channel.last_success else ""
    return line(f"{name}{heard}")


def _short(store: str) -> str:
    """The end of a place, which tells stores apart."""
    return store.rstrip("/").rpartition("/")[2] or store
