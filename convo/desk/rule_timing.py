"""Finds the threads for which time-triggered rules are due, by index, whatever the number of threads."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, select

from convo.model import tables
from convo.model.words import ThreadStatus
from convo.routing.rules import Rule, RuleSet
from convo.routing.triggers import Event

DUE = ("first_response_due", "next_response_due", "resolution_due")
_PAGE = 500

_thread, _episode, _firing, _breach = tables.thread, tables.episode, tables.rule_firing, tables.breach


def due_threads(connection: Connection, rule: Rule, now: datetime) -> Iterator[list[int]]:
    """The unresolved threads for which a rule is due and has not fired in their episode, in pages, each at most twice.

    They come in the order of the column that says so, so that its index serves.
    """
    columns = ["waiting_since"] if rule.trigger.event is Event.WAITING else list(DUE)
    for name in columns:
        column = _thread.c[name]
        last: tuple[datetime, int] | None = None
        while True:
            wanted = (
                select(_thread.c.id, column)
                .join(_episode, _current_episode())
                .where(column <= _latest(rule, now), _unresolved(), ~_has_fired(rule))
                .order_by(column, _thread.c.id)
                .limit(_PAGE)
            )
            if last is not None:
                at, number = last
                wanted = wanted.where((column > at) | and_(column == at, _thread.c.id > number))
            rows = connection.execute(wanted).all()
            if rows:
                yield [row[0] for row in rows]
            if len(rows) < _PAGE:
                break
            last = (rows[-1][1], rows[-1][0])


def breached_threads(connection: Connection) -> list[int]:
    """The threads with broken promises that no rule has been asked about, the earliest first."""
    unseen = select(_breach.c.thread_id).where(_breach.c.seen.is_(False)).order_by(_breach.c.id).limit(_PAGE)
    return list(dict.fromkeys(connection.execute(unseen).scalars()))


def open_episode(connection: Connection, thread: int) -> int | None:
    """The thread's episode, unless it is resolved; nobody else changes the thread until the transaction ends."""
    wanted = (
        select(_episode.c.id)
        .join(_thread, _current_episode())
        .where(_thread.c.id == thread, _unresolved())
        .order_by(_episode.c.id.desc())
        .with_for_update(of=_thread)
    )
    found: int | None = connection.execute(wanted).scalars().first()
    return found


def due_rules(
    connection: Connection, rules: RuleSet, event: Event, thread: int, episode: int, now: datetime
) -> Collection[int]:
    """The ids of the rules of an event that may fire in a thread's episode now.

    A rule that has fired in it does not again, and where it lets no later rule run, those of its trigger do not either.
    """
    row = connection.execute(
        select(_thread.c.waiting_since, *(_thread.c[name] for name in DUE)).where(_thread.c.id == thread)
    ).one()
    fired = set(connection.execute(select(_firing.c.rule_id).where(_firing.c.episode_id == episode)).scalars())
    instants = [row.waiting_since] if event is Event.WAITING else list(row[1:])
    due: list[int] = []
    stopped: set[str] = set()
    for rule in rules.ready(event).rules:
        if rule.id in fired:
            if rule.stops:
                stopped.add(str(rule.trigger))
            continue
        timely = event is Event.BREACHED or any(at is not None and at <= _latest(rule, now) for at in instants)
        if timely and str(rule.trigger) not in stopped:
            due.append(rule.id)
    return due


def _latest(rule: Rule, now: datetime) -> datetime:
    """The latest instant of the column that a rule asks about with which it is due."""
    assert rule.trigger.span is not None
    return now - rule.trigger.span if rule.trigger.event is Event.WAITING else now + rule.trigger.span


def _unresolved() -> ColumnElement[bool]:
    return _thread.c.status != ThreadStatus.RESOLVED.value


def _current_episode() -> ColumnElement[bool]:
    return and_(_episode.c.thread_id == _thread.c.id, _episode.c.resolved_at.is_(None))


def _has_fired(rule: Rule) -> ColumnElement[bool]:
    return exists().where(_firing.c.rule_id == rule.id, _firing.c.episode_id == _episode.c.id).correlate(_episode)
