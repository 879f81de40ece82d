"""Counts what happened in a run of days, in one read per table, by the indexes of time."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil, gcd
from statistics import median

from sqlalchemy import Connection, case, func, select

from convo.model import tables
from convo.model.dashboard_views import Figures
from convo.model.table import to_micros
from convo.model.words import Direction
from convo.store.bulk import micros
from convo.store.search_index import earliest_key

_SECOND = 1_000_000


@dataclass(slots=True)
class _Tally:
    """What has been counted of one span; `waits` are the seconds until first answers."""

    inbound: int = 0
    outbound: int = 0
    opened: int = 0
    resolved: int = 0
    felt: float = 0.0
    feelings: int = 0
    kept: int = 0
    breached: int = 0
    waits: list[float] = field(default_factory=list)


def figures(connection: Connection, edges: Sequence[datetime]) -> tuple[tuple[Figures, ...], Figures]:
    """The figures of each span between two of these instants (aware, rising), and of all of them together."""
    tallies = [_Tally() for _ in edges[1:]]
    _count_messages(connection, edges, tallies)
    _count_episodes(connection, edges, tallies)
    spans = zip(edges, edges[1:], tallies, strict=False)
    return tuple(_figures(*span) for span in spans), _figures(edges[0], edges[-1], _sum(tallies))


def _count_messages(connection: Connection, edges: Sequence[datetime], tallies: Sequence[_Tally]) -> None:
    """Messages are counted in slots that no edge divides: whole days, but for the hours by which clocks are changed."""
    message = tables.message
    keys = [earliest_key(edge) for edge in edges]
    slot = gcd(*(key - keys[0] for key in keys[1:]))
    within = message.c.sort_key >= keys[0], message.c.sort_key < keys[-1]
    inbound = message.c.direction == Direction.INBOUND.value
    place = ((message.c.sort_key - keys[0]) // slot).label("place")
    counted = (
        select(
            place,
            func.sum(case((inbound, 1), else_=0)).label("inbound"),
            func.sum(case((message.c.direction == Direction.OUTBOUND.value, 1), else_=0)).label("outbound"),
            func.sum(case((inbound, message.c.sentiment))).label("felt"),
            func.count(case((inbound, message.c.sentiment))).label("feelings"),
        )
        .where(*within)
        .group_by(place)
    )
    for row in connection.execute(counted):
        tally = tallies[bisect_right(keys, keys[0] + row.place * slot) - 1]
        tally.inbound += int(row.inbound)
        tally.outbound += int(row.outbound)
        tally.felt += row.felt or 0.0
        tally.feelings += row.feelings


def _count_episodes(connection: Connection, edges: Sequence[datetime], tallies: Sequence[_Tally]) -> None:
    episode, thread, breach = tables.episode, tables.thread, tables.breach
    marks = [to_micros(edge) for edge in edges]
    opened = (
        select(
            micros(episode.c.opened_at).label("opened"),
            micros(episode.c.first_response_at).label("answered"),
            episode.c.resolved_at.is_not(None).label("resolved"),
            thread.c.sla_policy_id.is_not(None).label("promised"),
            select(breach.c.id).where(breach.c.episode_id == episode.c.id).exists().label("breached"),
        )
        .join(thread, thread.c.id == episode.c.thread_id)
        .where(episode.c.opened_at >= edges[0], episode.c.opened_at < edges[-1])
    )
    for row in connection.execute(opened):
        tally = tallies[bisect_right(marks, row.opened) - 1]
        tally.opened += 1
        tally.breached += bool(row.breached)
        tally.kept += bool(row.promised and not row.breached and (row.resolved or row.answered is not None))
        if row.answered is not None:
            tally.waits.append(max(0, row.answered - row.opened) / _SECOND)
    ended = select(micros(episode.c.resolved_at)).where(
        episode.c.resolved_at >= edges[0], episode.c.resolved_at < edges[-1]
    )
    for at in connection.execute(ended).scalars():
        tallies[bisect_right(marks, at) - 1].resolved += 1


def _sum(tallies: Iterable[_Tally]) -> _Tally:
    whole = _Tally()
    for tally in tallies:
        for name in ("inbound", "outbound", "opened", "resolved", "felt", "feelings", "kept", "breached"):
            setattr(whole, name, getattr(whole, name) + getattr(tally, name))
        whole.waits += tally.waits
    return whole


def _figures(since: datetime, until: datetime, tally: _Tally) -> Figures:
    waits = sorted(tally.waits)
    return Figures(
        since,
        until,
        tally.inbound,
        tally.outbound,
        tally.opened,
        tally.resolved,
        median(waits) if waits else None,
        waits[ceil(len(waits) * 0.9) - 1] if waits else None,
        tally.felt / tally.feelings if tally.feelings else None,
        tally.kept,
        tally.breached,
    )
