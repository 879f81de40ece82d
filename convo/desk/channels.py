"""Operations on channels: the accounts through which messages travel."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, insert, select, update

from convo import clock
from convo.desk.names import check_name, free_name, id_of
from convo.desk.operation import Operations, operation
from convo.errors import BadInput
from convo.model import tables
from convo.model.views import ChannelView
from convo.model.words import ChannelState, Role

_SECRET_WORDS = ("password", "passwd", "secret", "token", "api_key", "apikey")


class Channels(Operations):
    """Mailboxes, bots and lines; what sends and fetches through them is not here."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[ChannelView, ...]:
        """All channels but the removed ones, by name."""
        channel = tables.channel
        numbers = self.connection.execute(
            select(channel.c.id).where(channel.c.state != ChannelState.REMOVED.value).order_by(channel.c.name)
        ).scalars()
        return tuple(self._view(number) for number in numbers.all())

    @operation(Role.VIEWER)
    def show(self, name: str) -> ChannelView:
        """A channel; raises NotFound."""
        return self._view(self._id(name))

    @operation(Role.ADMIN, writes=True)
    def add(self, kind: str, name: str, config: Mapping[str, object] | None = None) -> ChannelView:
        """Make a channel; raises BadInput for a name or kind that is none, or for a secret, and Conflict."""
        config = dict(config or {})
        for key in config:
            if any(word in key.casefold() for word in _SECRET_WORDS):
                raise BadInput(f"{key!r} looks like a secret, and the store keeps none", hint="leave it out")
        values = {
            "kind": check_name(kind, "kind of channel").casefold(),
            "name": free_name(self.connection, tables.channel, name, "channel"),
            "config": config,
            "state": ChannelState.ACTIVE.value,
            "created_at": clock.now(),
        }
        number = self.connection.execute(insert(tables.channel).returning(tables.channel.c.id), values).scalar_one()
        view = self._view(number)
        self.record("channel", number, after={"kind": view.kind, "name": view.name})
        return view

    @operation(Role.ADMIN, writes=True)
    def rename(self, name: str, new: str) -> ChannelView:
        """Give a channel another name; raises NotFound, BadInput and Conflict."""
        number = self._id(name)
        new = free_name(self.connection, tables.channel, new, "channel", besides=number)
        return self._change(number, {"name": new})

    @operation(Role.ADMIN, writes=True)
    def pause(self, name: str) -> ChannelView:
        """Stop fetching and sending by a channel for now; raises NotFound."""
        return self._change(self._id(name), {"state": ChannelState.PAUSED.value})

    @operation(Role.ADMIN, writes=True)
    def resume(self, name: str) -> ChannelView:
        """Fetch and send again; raises NotFound."""
        return self._change(self._id(name), {"state": ChannelState.ACTIVE.value})

    @operation(Role.ADMIN, writes=True)
    def remove(self, name: str) -> ChannelView:
        """Give a channel up; its messages stay; raises NotFound."""
        return self._change(self._id(name), {"state": ChannelState.REMOVED.value})

    def _id(self, name: str) -> int:
        return id_of(self.connection, tables.channel, name, "channel")

    def _change(self, number: int, values: dict[str, Any]) -> ChannelView:
        before = self._view(number)
        self.connection.execute(update(tables.channel).where(tables.channel.c.id == number).values(**values))
        self.record("channel", number, {name: getattr(before, name) for name in values}, values)
        return self._view(number)

    def _view(self, number: int) -> ChannelView:
        channel, message = tables.channel, tables.message
        row = self.connection.execute(select(channel).where(channel.c.id == number)).one()
        said = self.connection.execute(
            select(func.count(), func.max(message.c.sent_at)).where(message.c.channel_id == number)
        ).one()
        return ChannelView(row.id, row.kind, row.name, row.state, dict(row.config), said[0], said[1])
