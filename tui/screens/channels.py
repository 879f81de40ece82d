"""The channels with their health, and below them what waits to leave or could not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from rich.text import Text
from textual import on
from textual.widget import Widget
from textual.widgets import Static

from convo import clock
from convo.desk.desk import Desk
from convo.model.inbox_views import ChannelHealth, DeskStatus
from convo.model.views import DeliveryView
from convo.model.words import DeliveryStatus
from convo.text.signs import sign
from convo.text.times import ago, brief

from ..asking import zone_of
from ..keymap import bindings
from ..lines.items_view import ItemsView
from ..messages import ThreadChosen
from ..shown import label, line
from .place import PlaceScreen

_SHOWN = 200
_ROOMY, _NAME, _NAME_SHORT = 60, 24, 14
"""From how many columns on there is room for long names, and the columns of names there and elsewhere."""
_LATE = 120.0
"""From how many seconds on it is told how late messages come."""
_UNSENT = (DeliveryStatus.FAILED, DeliveryStatus.UNKNOWN, DeliveryStatus.SENDING, DeliveryStatus.QUEUED)


class Health(ItemsView[ChannelHealth]):
    """A channel a line."""

    def key_of(self, item: ChannelHealth) -> str:
        """Its name."""
        return item.name

    def height_of(self, item: ChannelHealth, width: int) -> int:
        """One line, and one more for what is wrong."""
        return 2 if item.error else 1

    def lines_of(self, item: ChannelHealth, width: int) -> Sequence[Text]:
        """Sign, name, kind, how it is, what waits, how fast it is and when it last worked; below, what is wrong."""
        now = clock.now()
        zone = zone_of(self)
        word = "well" if item.ok else item.state if item.state != "active" else "ill"
        made = _named(item)
        made.pad_right(2 + max(_named(each).cell_len for each in self.items) - made.cell_len)
        heard = f"last worked {ago(item.last_success, now, zone)}" if item.last_success else "silent so far"
        facts = [item.kind] if item.kind != item.name else []
        facts += [word]
        facts += [f"{item.failed} not delivered"] if item.failed else []
        facts += [f"{item.queued} to leave"] if item.queued else []
        facts += [f"{brief(timedelta(seconds=item.lag))} late"] if item.lag is not None and item.lag >= _LATE else []
        facts += [heard]
        made.append_text(line(" · ".join(facts), "dim" if item.ok else ""))
        made.truncate(width, overflow="ellipsis")
        if not item.error:
            return (made,)
        again = f", tried again {ago(item.next_at, now, zone)}" if item.next_at is not None else ""
        return (made, line(f"    {item.error}{again}", width=width))


def _named(item: ChannelHealth) -> Text:
    """Whether a channel works, and what it is called."""
    return line(f"{'✓' if item.ok else '✗'} {sign(item.kind)} {item.name}", "" if item.ok else "bold", width=24)


class Unsent(ItemsView[DeliveryView]):
    """An outbound message that has not arrived, a line each."""

    def key_of(self, item: DeliveryView) -> int:
        """Its number."""
        return item.id

    def height_of(self, item: DeliveryView, width: int) -> int:
        """One line."""
        return 1

    def lines_of(self, item: DeliveryView, width: int) -> Sequence[Text]:
        """How far it is, for whom, by which channel, and why not further."""
        now, zone = clock.now(), zone_of(self)
        made = line(f"{item.status:<10}", "bold" if item.status in {"failed", "unknown"} else "dim")
        column = _NAME if width >= _ROOMY else _NAME_SHORT
        made.append_text(line(f"#{item.thread_id} {item.customer}", width=column))
        made.pad_right(max(0, 10 + column + 2 - made.cell_len))
        made.append_text(line(f"{item.channel} · {ago(item.created_at, now, zone)}", "dim"))
        if item.error:
            made.append_text(line(f" · {item.error}"))
        made.truncate(width, overflow="ellipsis")
        return (made,)


@dataclass(frozen=True, slots=True)
class _Seen:
    status: DeskStatus
    unsent: tuple[DeliveryView, ...]


class ChannelsScreen(PlaceScreen):
    """How the channels are; Enter on a message that has not arrived opens its thread."""

    TITLE = "Channels"
    BINDINGS = bindings("channels")
    DEFAULT_CSS = """
    ChannelsScreen Health { height: auto; max-height: 50%; padding: 0 1; margin-top: 1; }
    ChannelsScreen #unsent-title { height: 1; margin-top: 1; padding: 0 1; color: $primary; text-style: bold; }
    ChannelsScreen Unsent { height: 1fr; padding: 0 1; }
    """

    def parts(self) -> Iterable[Widget]:
        """The channels, and what has not arrived."""
        yield Health(id="health")
        yield Static("", id="unsent-title", markup=False)
        yield Unsent(id="unsent")

    def on_mount(self) -> None:
        """Look for the first time, and let ages grow."""
        self.query_one(Health).focus()
        self.look()
        self.set_interval(30, self.look)

    def look(self) -> None:
        """Ask how the channels are."""
        self.ask("channels", _seen, self._show)

    def _show(self, seen: _Seen) -> None:
        health, unsent = self.query_one(Health), self.query_one(Unsent)
        health.set_items(seen.status.channels)
        health.styles.height = max(1, sum(2 if channel.error else 1 for channel in seen.status.channels))
        unsent.set_items(seen.unsent)
        told = f"Not delivered yet: {len(seen.unsent)}" if seen.unsent else "Everything is delivered"
        self.query_one("#unsent-title", Static).update(label(told))

    @on(ItemsView.Opened, "#unsent")
    def _opened(self) -> None:
        delivery = self.query_one(Unsent).current
        if delivery is not None:
            thread = delivery.thread_id
            self.ask("thread", lambda desk: desk.threads.show(thread, messages=1).row.customer_id, self._open)

    def _open(self, customer: int) -> None:
        delivery = self.query_one(Unsent).current
        if delivery is not None:
            self.app.pop_screen()
            self.app.screen.post_message(ThreadChosen(delivery.thread_id, customer, opened=True))


def _seen(desk: Desk) -> _Seen:
    pages = [desk.deliveries.list(status.value, limit=_SHOWN).items for status in _UNSENT]
    return _Seen(desk.inbox.status(), tuple(view for page in pages for view in page))
