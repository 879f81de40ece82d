"""By which channels the customer of a thread can be reached, and by which one an answer goes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, case, func, select

from convo import clock
from convo.desk.answering import Account, account_of, channel_for, recipient_on
from convo.desk.reading import AnyRow
from convo.desk.ways import closing, limit, refusal
from convo.errors import Conflict
from convo.model import tables
from convo.model.views import ThreadRow
from convo.model.words import ChannelState, Direction
from convo.model.writing_views import Way
from convo.store.search_index import second_of

if TYPE_CHECKING:
    from convo.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Route:
    """A way with the rows behind it: the channel that it goes by, and the identity that it goes to."""

    way: Way
    account: Account
    identity_id: int
    recipient: str


def routes(desk: "Desk", row: ThreadRow) -> tuple[Route, ...]:
    """The channels, but for removed ones, on which the customer of a thread has an identity.

    First comes the one that an answer goes by: open, working rather than paused, and the one that the customer last
    used in this thread, or else the one that it began on, or else the last used anywhere; those that cannot be used now
    come last.
    """
    connection, now, zone = desk.store.current(), clock.now(), ZoneInfo(desk.settings.time_zone)
    held = _identities(connection, row.customer_id)
    used = _uses(connection, row)
    keys = _key(connection, row.id)
    ranked: list[tuple[tuple[Any, ...], Route]] = []
    for channel in _channels(connection):
        uses = used.get(channel.id, [])
        account = account_of(channel)
        facts = account.can
        to = _recipient(channel, uses, held, facts.reached_as)
        if to is None:
            continue
        newest = max((use.heard for use in uses if use.heard is not None), default=None)
        heard = None if newest is None else second_of(newest)
        paused = channel.state == ChannelState.PAUSED
        way = Way(
            channel.name,
            channel.kind,
            to.shown or to.value,
            limit=limit(facts, heard, now, zone, paused=paused, public=facts.is_public(keys.get(channel.id))),
            closes_at=closing(facts, heard),
            refusal=refusal(facts, heard, now, zone),
            longest=facts.longest,
            templates=facts.templates and not facts.mute,
        )
        here = max((use.heard_here for use in uses if use.heard_here is not None), default=-1)
        order = (not way.open, paused, -here, channel.name != row.channel, -(newest or -1), to.shared, channel.id)
        ranked.append((order, Route(way, account, to.id, to.value)))
    found = [route for _, route in sorted(ranked, key=lambda one: one[0])]
    if found and found[0].way.open:
        found[0] = replace(found[0], way=replace(found[0].way, chosen=True))
    return tuple(found)


def route_of(desk: "Desk", row: ThreadRow, channel: str | None, *, template: bool = False) -> tuple[Account, int, str]:
    """The channel that an answer goes by, the named or the chosen one, with the id and value of the identity it is for.

    A template goes by one that knows those, whether its window for free text is open or not. Raises NotFound, and
    Conflict when the channel is removed or cannot be used now, or the customer is not known on it.
    """
    connection, found = desk.store.current(), routes(desk, row)
    if template and channel is None:
        channel = next((one.way.channel for one in found if one.way.templates), None)
        if channel is None:
            raise Conflict("no channel that reaches the customer sends templates", hint=_others(found))
    if channel is None and found and found[0].way.chosen:
        route = found[0]
    else:
        target = channel_for(connection, row.id, channel)
        reached = next((one for one in found if one.account == target), None)
        if template and not target.can.templates:
            raise Conflict(f"{target.name} sends no templates", hint="write the text itself with -m")
        if reached is None:
            return target, *recipient_on(connection, row, target)
        route = reached
    if not route.way.open and not template:
        hint = _others(found)
        if route.way.templates:
            by_another = f", or {hint}" if any(one.way.open for one in found) else ""
            hint = f"send an approved template with --template NAME{by_another}"
        raise Conflict(f"nothing can go by {route.account.name} now: {route.way.refusal}", hint=hint)
    return route.account, route.identity_id, route.recipient


def _others(found: Iterable[Route]) -> str:
    """What to do when an answer cannot go by a channel: the others that are open, or how to find one."""
    others = ", ".join(one.way.channel for one in found if one.way.open)
    return f"answer by another with --channel: {others}" if others else "convo customer identity add gives a way"


def _channels(connection: Connection) -> Sequence[AnyRow]:
    channel = tables.channel
    wanted = select(channel.c.id, channel.c.name, channel.c.kind, channel.c.state, channel.c.config)
    return connection.execute(wanted.where(channel.c.state != ChannelState.REMOVED.value).order_by(channel.c.id)).all()


def _identities(connection: Connection, customer: int) -> dict[int, AnyRow]:
    identity = tables.identity
    wanted = select(identity.c.id, identity.c.kind, identity.c.value, identity.c.shown, identity.c.shared)
    rows = connection.execute(wanted.where(identity.c.customer_id == customer).order_by(identity.c.id))
    return {row.id: row for row in rows}


def _key(connection: Connection, thread: int) -> dict[int, str | None]:
    """The key of a thread on the channel that it began on; on every other an answer begins one of its own."""
    table = tables.thread
    found = connection.execute(select(table.c.channel_id, table.c.external_id).where(table.c.id == thread)).one()
    return {found.channel_id: found.external_id}


def _uses(connection: Connection, row: ThreadRow) -> dict[int, list[AnyRow]]:
    """By channel: each identity by which the customer was met there, with the newest sort keys, of any and of theirs.

    `here` is of this thread alone.
    """
    message = tables.message
    inbound = message.c.direction == Direction.INBOUND.value
    in_thread = message.c.thread_id == row.id
    wanted = select(
        message.c.channel_id,
        message.c.identity_id,
        func.max(message.c.sort_key).label("newest"),
        func.max(case((in_thread, message.c.sort_key))).label("here"),
        func.max(case((inbound, message.c.sort_key))).label("heard"),
        func.max(case((inbound & in_thread, message.c.sort_key))).label("heard_here"),
    ).where(message.c.customer_id == row.customer_id)
    uses: dict[int, list[AnyRow]] = {}
    for use in connection.execute(wanted.group_by(message.c.channel_id, message.c.identity_id)):
        uses.setdefault(use.channel_id, []).append(use)
    return uses


def _recipient(
    channel: AnyRow, uses: Iterable[AnyRow], held: dict[int, AnyRow], reached_as: tuple[str, ...]
) -> AnyRow | None:
    """The identity met last on a channel, in this thread before others; or else one that would do; None without."""
    met = [use for use in uses if use.identity_id in held]
    if met:
        return held[max(met, key=lambda use: (use.here or -1, use.newest)).identity_id]
    able = [one for one in held.values() if one.kind in reached_as]
    return min(able, key=lambda one: (one.kind != channel.kind, one.shared, one.id), default=None)
