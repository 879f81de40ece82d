"""Operations on channels: the accounts through which messages travel."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, insert, literal, null, select, update

from convo import clock
from convo.channels.base import Channel, Request, Setup
from convo.channels.registry import has_kind, kind_of
from convo.channels.secrets import Secrets
from convo.channels.settings import REFERENCE, Secret, is_secret, names_of, read
from convo.desk.channel_checks import checked
from convo.desk.channel_config import checked_config
from convo.desk.channel_health import channel_states, lacking, with_missing
from convo.desk.channel_kinds import kind_views, setting_views
from convo.desk.names import check_name, free_name, id_of
from convo.desk.operation import Operations, operation
from convo.desk.receiving import receive
from convo.errors import BadInput, Conflict
from convo.model import tables
from convo.model.transport import CheckView, KindView, PushView, SettingView
from convo.model.views import ChannelView
from convo.model.words import ChannelState, Role

_KIND = re.compile(r"[a-z][a-z0-9_-]{0,31}", re.ASCII)


class Channels(Operations):
    """The accounts through which messages travel."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[ChannelView, ...]:
        """The channels by name with how they do, without those removed."""
        return tuple(map(_whole, self._views(tables.channel.c.state != ChannelState.REMOVED.value)))

    @operation(Role.VIEWER)
    def accounts(self) -> tuple[ChannelView, ...]:
        """The same without what came by them, which is cheap to ask for again and again."""
        return self._accounts(tables.channel.c.state != ChannelState.REMOVED.value)

    @operation(Role.VIEWER)
    def show(self, name: str) -> ChannelView:
        """A channel with how it does, also a removed one; raises NotFound."""
        return _whole(self._views(tables.channel.c.id == self._named(name).id)[0])

    @operation(Role.VIEWER)
    def kinds(self) -> tuple[KindView, ...]:
        """The kinds of channel by which messages travel, by name."""
        return kind_views()

    @operation(Role.VIEWER)
    def settings(self, kind: str) -> tuple[SettingView, ...]:
        """What a channel of a kind can be told, in order; raises NotFound for a kind by which nothing travels."""
        return setting_views(kind)

    @operation(Role.ADMIN, writes=True)
    def add(self, kind: str, name: str, config: Mapping[str, object] | None = None) -> ChannelView:
        """Make a channel; one of this name and kind that was removed is taken up again.

        Raises BadInput for a kind or setting that cannot be (a secret never stands in the store), Conflict when the
        name is taken.
        """
        if _KIND.fullmatch(kind) is None:
            raise BadInput(f"{kind[:40]!r} is no kind of channel", hint="such as email, whatsapp, telegram, phone")
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
            settings = checked_config(kind, config or {}, removed.config)
            values = {"state": ChannelState.ACTIVE.value, "config": settings}
            self.connection.execute(update(channel).where(channel.c.id == removed.id).values(**values))
            return self._told(removed.id, {"state": removed.state})
        row = {
            "kind": kind,
            "name": free_name(self.connection, channel, name, "channel"),
            "config": checked_config(kind, config or {}, {}),
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
        view = self._named(name)
        return self._changed(view.id, {"config": checked_config(view.kind, config, view.config)})

    @operation(Role.ADMIN, writes=True)
    def set(self, name: str, changes: Mapping[str, object]) -> ChannelView:
        """Change some of a channel's settings, and remove those that are None; raises NotFound, BadInput."""
        held = {**self._named(name).config, **changes}
        return self.configure(name, {key: value for key, value in held.items() if value is not None})

    @operation(Role.ADMIN, writes=True)
    def keep_secret(self, name: str, setting: str, secret: Secret) -> str:
        """Keep a secret of a channel on this machine, outside the store; where, in words.

        Raises NotFound, and BadInput when its kind has no such secret.
        """
        view = self._named(name)
        config = kind_of(view.kind).config
        if setting not in names_of(config) or not is_secret(config, setting):
            raise BadInput(f"a channel of kind {view.kind} has no secret {setting[:60]!r}")
        reference = view.config.get(REFERENCE)
        if not reference:
            reference = self._changed(view.id, {"config": checked_config(view.kind, view.config, {})}).config[REFERENCE]
        place = Secrets(str(reference), view.name).keep(setting, secret)
        self.record("channel", view.id, after={"secret": setting, "kept in": place})
        return place

    @operation(Role.VIEWER)
    def missing(self, name: str) -> tuple[str, ...]:
        """The settings and secrets without which messages cannot travel by a channel; raises NotFound."""
        view = self._named(name)
        return lacking(view.name, view.kind, view.config)

    @operation(Role.ADMIN, batches=True)
    def check(self, name: str) -> tuple[CheckView, ...]:
        """Try a channel's credentials, receiving and sending without a trace; raises as `open` does."""
        with self.store.read():
            view, setup = self._named(name), self.setup(name)
        return checked(lambda: kind_of(view.kind).open(setup), view.name)

    @operation(Role.AGENT)
    def setup(self, name: str) -> Setup:
        """All that is needed to open a channel, its secrets included; raises NotFound, BadInput for what is missing."""
        view, settings = self._named(name), self.desk.settings
        kept = Secrets(str(view.config.get(REFERENCE, "")), view.name)
        return Setup(
            view.name,
            read(kind_of(view.kind).config, view.config, kept.find, channel=view.name),
            own=frozenset(each.casefold() for each in settings.own),
            time_zone=ZoneInfo(settings.time_zone),
            home_region=settings.home_region,
            authserv_id=settings.authserv_id,
        )

    def open(self, name: str) -> Channel:
        """A channel that is ready to fetch and send, and has connected to nothing yet; raises as `setup` does."""
        return kind_of(self.show(name).kind).open(self.setup(name))

    @operation(Role.AGENT, writes=True, batches=True)
    def receive(self, name: str, request: Request) -> PushView:
        """Take in what a provider pushed: prove where it comes from, store it, route it; what came of it.

        Raises NotAllowed when it is not genuine, Busy when it cannot be dealt with now and may be pushed again,
        NotFound, BadInput, and Conflict when the channel is not active.
        """
        return receive(self.desk, name, request)

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
        """Use a channel no more, and forget its secrets; what was said through it stays; raises NotFound."""
        view = self._named(name)
        if has_kind(view.kind):
            config = kind_of(view.kind).config
            names = [each for each in names_of(config) if is_secret(config, each)]
            kept = Secrets(str(view.config.get(REFERENCE, "")), view.name)
            self.store.after_commit(lambda: kept.forget(names))
        return self._set_state(name, ChannelState.REMOVED)

    def _set_state(self, name: str, state: ChannelState) -> ChannelView:
        view = self._named(name)
        if view.state == ChannelState.REMOVED and state != ChannelState.REMOVED:
            raise Conflict(f"the channel {view.name} is removed", hint=f"convo channel add {view.kind} {view.name}")
        return self._changed(view.id, {"state": state.value})

    def _changed(self, number: int, values: dict[str, Any]) -> ChannelView:
        channel = tables.channel
        before = self._accounts(channel.c.id == number)[0]
        self.connection.execute(update(channel).where(channel.c.id == number).values(**values))
        return self._told(number, {name: getattr(before, name) for name in values})

    def _told(self, number: int, before: dict[str, Any]) -> ChannelView:
        view = self._views(tables.channel.c.id == number)[0]
        self.record("channel", number, before, {"name": view.name, "state": view.state, "config": dict(view.config)})
        return view

    def _named(self, name: str) -> ChannelView:
        return self._accounts(tables.channel.c.id == id_of(self.connection, tables.channel, name, "channel"))[0]

    def _accounts(self, condition: Any) -> tuple[ChannelView, ...]:
        channel = tables.channel
        rows = self.connection.execute(
            select(channel, literal(0).label("number"), null().label("last")).where(condition).order_by(channel.c.id)
        )
        return tuple(_view(row) for row in rows)

    def _views(self, condition: Any) -> tuple[ChannelView, ...]:
        channel, message = tables.channel, tables.message
        states = channel_states(self.connection, condition)
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
        views = (replace(_view(row), health=states[row.id]) for row in rows)
        return tuple(sorted(views, key=lambda view: view.name.casefold()))


def _view(row: Row[*tuple[Any, ...]]) -> ChannelView:
    return ChannelView(row.id, row.kind, row.name, row.state, dict(row.config), row.number or 0, row.last)


def _whole(view: ChannelView) -> ChannelView:
    """A view with what the channel lacks on this machine."""
    assert view.health is not None
    return replace(view, health=with_missing(view.health, view.config))


def _same(one: str, other: str) -> bool:
    return one.casefold() == check_name(other, "channel").casefold()
