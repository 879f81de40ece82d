"""Operations on channels: the accounts through which messages travel."""

import json
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from convo import clock
from convo.desk.names import check_name, free_name, id_of
from convo.desk.operation import Operations, operation
from convo.errors import BadInput, Conflict
from convo.model import tables
from convo.model.views import ChannelView
from convo.model.words import ChannelState, Role
from convo.text import clean

_KIND = re.compile(r"[a-z][a-z0-9_-]{0,31}", re.ASCII)
# "token", "bot-token", "apiKey", "SMTP.PASSWORD", but neither "token_env" nor "tokenizer".
_SECRET = re.compile(
    r"(?:password|passwd|passphrase|secret|token|(?:api|private)[-_. ]?key)$", re.ASCII | re.IGNORECASE
)
_PASSWORD_IN_URL = re.compile(r"://[^/?#@:\s]*:[^/?#@\s]+@")
_LONGEST_CONFIG = 20_000
_DEEPEST_CONFIG = 8


class Channels(Operations):
    """The accounts through which messages travel."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[ChannelView, ...]:
        """The channels by name, without those removed."""
        return self._views(tables.channel.c.state != ChannelState.REMOVED.value)

    @operation(Role.VIEWER)
    def show(self, name: str) -> ChannelView:
        """A channel, also a removed one; raises NotFound."""
        return self._views(tables.channel.c.id == id_of(self.connection, tables.channel, name, "channel"))[0]

    @operation(Role.ADMIN, writes=True)
    def add(self, kind: str, name: str, config: Mapping[str, object] | None = None) -> ChannelView:
        """Make a channel; one of this name and kind that was removed is taken up again.

        Raises BadInput for a kind or setting that cannot be (a secret never stands in the store), Conflict when the
        name is taken.
        """
        if _KIND.fullmatch(kind) is None:
            raise BadInput(f"{kind[:40]!r} is no kind of channel", hint="such as email, whatsapp, telegram, phone")
        settings = _config(config or {})
        channel = tables.channel
        removed = next(
            (view for view in self._views(channel.c.state == ChannelState.REMOVED.value) if _same(view.name, name)),
            None,
        )
        if removed is not None:
            if removed.kind != kind:
                raise Conflict(
                    f"there was a channel {removed.name!r} of kind {removed.kind}", hint="choose another name"
                )
            values = {"state": ChannelState.ACTIVE.value, "config": settings}
            self.connection.execute(update(channel).where(channel.c.id == removed.id).values(**values))
            return self._told(removed.id, {"state": removed.state})
        row = {
            "kind": kind,
            "name": free_name(self.connection, channel, name, "channel"),
            "config": settings,
            "state": ChannelState.ACTIVE.value,
            "created_at": clock.now(),
        }
        made = self.connection.execute(insert(channel).returning(channel.c.id), row)
        return self._told(int(made.scalar_one()), {})

    @operation(Role.ADMIN, writes=True)
    def rename(self, name: str, to: str) -> ChannelView:
        """Give a channel another name; raises NotFound, BadInput, Conflict when the name is taken."""
        channel = tables.channel
        number = id_of(self.connection, channel, name, "channel")
        form = free_name(self.connection, channel, to, "channel", besides=number)
        return self._changed(number, {"name": form})

    @operation(Role.ADMIN, writes=True)
    def configure(self, name: str, config: Mapping[str, object]) -> ChannelView:
        """Replace a channel's settings; raises NotFound, BadInput for a setting that cannot be."""
        return self._changed(id_of(self.connection, tables.channel, name, "channel"), {"config": _config(config)})

    @operation(Role.ADMIN, writes=True)
    def pause(self, name: str) -> ChannelView:
        """Fetch and send nothing through a channel for now; raises NotFound, Conflict when it is removed."""
        return self._set_state(name, ChannelState.PAUSED)

    @operation(Role.ADMIN, writes=True)
    def resume(self, name: str) -> ChannelView:
        """Fetch and send through a channel again; raises NotFound, Conflict when it is removed."""
        return self._set_state(name, ChannelState.ACTIVE)

    @operation(Role.ADMIN, writes=True)
    def remove(self, name: str) -> ChannelView:
        """Use a channel no more; what was said through it stays; raises NotFound."""
        return self._set_state(name, ChannelState.REMOVED)

    def _set_state(self, name: str, state: ChannelState) -> ChannelView:
        view = self.show(name)
        if view.state == ChannelState.REMOVED and state != ChannelState.REMOVED:
            raise Conflict(f"the channel {view.name} is removed", hint=f"convo channel add {view.kind} {view.name}")
        return self._changed(view.id, {"state": state.value})

    def _changed(self, number: int, values: dict[str, Any]) -> ChannelView:
        channel = tables.channel
        before = self._views(channel.c.id == number)[0]
        self.connection.execute(update(channel).where(channel.c.id == number).values(**values))
        return self._told(number, {name: getattr(before, name) for name in values})

    def _told(self, number: int, before: dict[str, Any]) -> ChannelView:
        view = self._views(tables.channel.c.id == number)[0]
        self.record("channel", number, before, {"name": view.name, "state": view.state, "config": dict(view.config)})
        return view

    def _views(self, condition: Any) -> tuple[ChannelView, ...]:
        channel, message = tables.channel, tables.message
        counted = (
            select(message.c.channel_id, func.count().label("number"), func.max(message.c.sent_at).label("last"))
            .group_by(message.c.channel_id)
            .subquery()
        )
        rows = self.connection.execute(
            select(channel, counted.c.number, counted.c.last)
            .outerjoin(counted, counted.c.channel_id == channel.c.id)
            .where(condition)
        )
        return tuple(sorted((_view(row) for row in rows), key=lambda view: view.name.casefold()))


def _view(row: Row[*tuple[Any, ...]]) -> ChannelView:
    return ChannelView(row.id, row.kind, row.name, row.state, dict(row.config), row.number or 0, row.last)


def _same(one: str, other: str) -> bool:
    return one.casefold() == check_name(other, "channel").casefold()


def _config(config: Mapping[str, object]) -> dict[str, object]:
    """The settings as JSON takes them; raises BadInput for one that is a secret, or for too many."""
    settings = {clean(str(name)): _setting(clean(str(name)), value, 1) for name, value in config.items()}
    try:
        written = json.dumps(settings, allow_nan=False)
    except ValueError as error:
        raise BadInput("a setting is a number that JSON does not know", hint="give a finite one") from error
    if len(written) > _LONGEST_CONFIG:
        raise BadInput(f"the settings are {len(written):,} characters long; the most is {_LONGEST_CONFIG:,}")
    return settings


def _setting(name: str, value: object, depth: int) -> object:
    """A setting as JSON takes it, all that is in it included; raises BadInput for a secret."""
    if _SECRET.search(name):
        raise BadInput(
            f"{name} is a secret, and the store holds none",
            hint=f"name the environment variable that holds it: {name}_env=NAME",
        )
    if depth > _DEEPEST_CONFIG:
        raise BadInput(f"the settings of {name} go more than {_DEEPEST_CONFIG} levels deep")
    if isinstance(value, Mapping):
        return {clean(str(key)): _setting(clean(str(key)), inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_setting(name, inner, depth + 1) for inner in value]
    if isinstance(value, str):
        if _PASSWORD_IN_URL.search(value[:_LONGEST_CONFIG]):
            raise BadInput(
                f"{name} is a URL that holds a password, and the store holds none",
                hint=f"name the environment variable that holds it: {name}_password_env=NAME",
            )
        return clean(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    raise BadInput(f"{name} cannot be a {type(value).__name__}", hint="texts, numbers, lists and tables of them can")
