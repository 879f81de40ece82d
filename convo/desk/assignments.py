"""Operations on assignment: who gets a thread, and the queue of those that nobody was there to take.

A thread that nobody can take is queued, never dropped: it keeps how it is wanted and since when, `is:queued` finds it,
and it is handed out, the longest waiting first, as soon as somebody who fits becomes able. A thread wanted by name
waits for that person, unless they have left; anybody may take it by hand meanwhile.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, and_, or_, select

from convo.desk import cursor
from convo.desk.operation import Operations, operation
from convo.desk.placing import Placed, Placing, candidates, language_of, next_to_come, obstacles
from convo.desk.rule_decisions import keep_assignment
from convo.desk.rule_running import rules_act
from convo.errors import NotFound
from convo.model import tables
from convo.model.queue_views import QueuedView
from convo.model.routing_views import AssignmentView
from convo.model.views import Page
from convo.model.words import Availability, Role, ThreadStatus
from convo.routing.assignment import Choice
from convo.routing.roster import Person, hold_roster, why_unfit
from convo.routing.wanted import Strategy, Wanted, parse_wanted
from convo.routing.week import said

_AT_ONCE = 200
_PATIENCE = timedelta(hours=16)
"""How long a customer's new message may wait for an assignee who is off shift: a night, not a weekend."""


class Assignments(Operations):
    """Who gets a thread."""

    @operation(Role.AGENT, writes=True)
    def place(self, thread: int, wanted: str, *, by: str = "") -> AssignmentView:
        """Assign a thread as `wanted` says (`convo.routing.wanted`), or queue it while nobody can take it.

        A thread that is already with somebody who fits the words stays with them. What has been removed since the words
        were written does not hold a thread up: then anybody may get it. `by` is who asked, such as a rule. Raises
        BadInput for words that mean nothing, NotFound for a thread or an operator that never was.
        """
        words = parse_wanted(wanted)
        row = self._thread(thread)
        placing = self._placing()
        self._check_operator(words)
        words, left = placing.still_there(words)
        had = placing.people.get(row.assignee_id)
        if had is not None and had.answers and not self._unfit(had, words, row):
            return placing.view(row, words, Choice(had, f"{had.name} has it already", ()))
        choice = placing.choice(row, words)
        if choice.chosen is not None:
            return self._told(placing.give(row, words, choice, by=by, because=left), "place")
        if row.status == ThreadStatus.RESOLVED:
            return placing.view(row, words, choice, left)
        return self._told(placing.queue(row, words, choice, by=by, because=left), "place")

    @operation(Role.AGENT, writes=True)
    def hand_out(self) -> tuple[AssignmentView, ...]:
        """Give queued threads, the longest waiting first, to those who can take them now.

        Two processes that do so at once give no thread twice and nobody more than their capacity: the operators are
        locked first, and threads that somebody else is changing are left to them.
        """
        given: list[AssignmentView] = []
        if self._first_queued() is not None:
            placing, nobody_for = self._placing(), set[str]()
            after: tuple[datetime, int] | None = None
            while placing.anybody and (rows := self._queued(after, _AT_ONCE, locked=True)):
                for row in rows:
                    words, left = placing.still_there(parse_wanted(row.wanted))
                    # Nobody becomes freer while threads are handed out: who could not take one so wanted cannot now.
                    asked = f"{words} {language_of(self.connection, row)}" if words.language else str(words)
                    if asked in nobody_for:
                        continue
                    choice = placing.choice(row, words)
                    if choice.chosen is None:
                        nobody_for.add(asked)
                    else:
                        given.append(
                            self._told(placing.give(row, words, choice, by="the queue", because=left), "hand_out")
                        )
                after = rows[-1].queued_since, rows[-1].id
        if not given and self.desk.running == "assignments.hand_out":
            self.desk.audited = True  # Nothing was done, so there is nothing to write down.
        return tuple(given)

    @operation(Role.AGENT, writes=True)
    def check_assignee(self, thread: int) -> AssignmentView | None:
        """After a customer's new message: hand an open thread on when who has it will not answer soon.

        It goes on when the assignee has left or may not answer, when they are offline in their working time, and when
        their next shift begins only after the answer is due, or in more than 16 hours. A short break (`away`) keeps the
        conversation with whoever knows it. It goes to the least busy of the thread's team, or of all; while nobody else
        can take it, it stays where it is, and is queued only when its assignee will not come back. A thread that is
        queued is offered again. None when nothing changed; raises NotFound.
        """
        row = self._thread(thread)
        if row.status != ThreadStatus.OPEN or (row.assignee_id is None and row.queued_since is None):
            return None
        placing = self._placing()
        if row.assignee_id is None:
            words, left = placing.still_there(parse_wanted(row.wanted))
            choice = placing.choice(row, words)
            return (
                None
                if choice.chosen is None
                else self._told(placing.give(row, words, choice, because=left), "check_assignee")
            )
        person = placing.people.get(row.assignee_id)
        why, gone = _will_not_answer(person, row, placing.now)
        if not why:
            return None
        words = Wanted(Strategy.LEAST_BUSY, team=placing.team_name(row.team_id) or "")
        choice = placing.choice(row, words, without=row.assignee_id)
        because = f"{person.name if person else 'its operator'} {why}"
        if choice.chosen is not None:
            return self._told(placing.give(row, words, choice, because=because), "check_assignee")
        return self._told(placing.queue(row, words, choice, because=because), "check_assignee") if gone else None

    def hold(self, operator: int) -> list[Row[Any]]:
        """Inside an open write: an operator's (an id's) unresolved threads, held before the operators are."""
        thread = tables.thread
        wanted = _threads().where(thread.c.assignee_id == operator, thread.c.status != ThreadStatus.RESOLVED.value)
        rows = list(self.connection.execute(wanted.order_by(thread.c.id).with_for_update(of=thread)))
        hold_roster(self.connection)
        return rows

    @operation(Role.AGENT, writes=True)
    def take_back(self, operator: int) -> int:
        """Queue an operator's (an id's) unresolved threads, for the least busy of their team, or by turns for all.

        They are handed out at once where others can take them; how many they were.
        """
        rows = self.hold(operator)
        placing = self._placing()
        for row in rows:
            team = placing.team_name(row.team_id) or ""
            words = Wanted(Strategy.LEAST_BUSY, team=team) if team else Wanted(Strategy.ROUND_ROBIN)
            self._told(placing.queue(row, words, Choice(None, "its operator has left", ())), "take_back")
        self.hand_out()
        return len(rows)

    @operation(Role.VIEWER)
    def queue(self, *, after: str | None = None, limit: int = 50) -> Page[QueuedView]:
        """A page of the open threads that wait for somebody, the longest waiting first, and why nobody takes each."""
        place = None if after is None else tuple(cursor.decode(after, datetime, int))
        rows = self._queued(place, cursor.check_limit(limit) + 1)
        placing = self._placing(locked=False)
        items = tuple(self._queued_view(placing, row) for row in rows[:limit])
        return Page(items, cursor.encode(items[-1].queued_since, items[-1].thread_id) if len(rows) > limit else None)

    def _queued_view(self, placing: Placing, row: Any) -> QueuedView:
        words, left = placing.still_there(parse_wanted(row.wanted))
        choice = placing.choice(row, words)
        language = language_of(self.connection, row) if words.language else None
        coming = next_to_come(choice, words, language, placing.now)
        name, at = coming or (None, None)
        why = f"{choice.chosen.name} can take it" if choice.chosen else obstacles(choice)
        return QueuedView(
            row.id,
            row.customer_id,
            row.customer,
            row.subject,
            row.priority,
            placing.team_name(row.team_id),
            row.wanted,
            row.queued_since,
            f"{left}; {why}" if left else why,
            name,
            at,
            candidates(choice),
        )

    def _unfit(self, person: Person, words: Wanted, row: Any) -> str:
        return why_unfit(person, words, language_of(self.connection, row) if words.language else None)

    def _told(self, placed: Placed, operation: str) -> AssignmentView:
        if placed.after is not None:
            name = f"assignments.{operation}"
            self.record("thread", placed.view.thread_id, placed.before, placed.after, operation=name)
            # What a rule places is kept with the decision that it is part of.
            if operation != "place" or not rules_act():
                keep_assignment(self.connection, placed.view)
        return placed.view

    def _placing(self, *, locked: bool = True) -> Placing:
        return Placing(self.connection, self.desk.settings.time_zone, locked=locked)

    def _check_operator(self, words: Wanted) -> None:
        if words.strategy is not Strategy.NAMED:
            return
        names = self.connection.execute(select(tables.operator.c.name)).scalars()
        if words.operator.casefold() not in {name.casefold() for name in names}:
            raise NotFound(f"there is no operator {words.operator[:80]!r}", hint="convo operator list shows them")

    def _first_queued(self) -> int | None:
        thread = tables.thread
        waiting = select(thread.c.id).where(thread.c.queued_since.is_not(None), thread.c.status == "open").limit(1)
        return self.connection.execute(waiting).scalar()

    def _queued(self, after: tuple[Any, ...] | None, limit: int, *, locked: bool = False) -> list[Row[Any]]:
        thread = tables.thread
        rows = _threads().where(thread.c.queued_since.is_not(None), thread.c.status == ThreadStatus.OPEN.value)
        if after is not None:
            since, number = after
            later = and_(thread.c.queued_since == since, thread.c.id > number)
            rows = rows.where(or_(thread.c.queued_since > since, later))
        rows = rows.order_by(thread.c.queued_since, thread.c.id).limit(limit)
        if locked:
            rows = rows.with_for_update(of=thread, skip_locked=True)
        return list(self.connection.execute(rows))

    def _thread(self, number: int) -> Row[Any]:
        thread = tables.thread
        wanted = _threads().where(thread.c.id == number).with_for_update(of=thread)
        row = self.connection.execute(wanted).first()
        if row is None:
            raise NotFound(f"there is no thread {number}", hint="convo thread list shows them")
        return row


def _threads() -> Any:
    thread, customer = tables.thread, tables.customer
    names = (
        *("id", "customer_id", "subject", "status", "priority", "assignee_id", "team_id", "wanted", "queued_since"),
        *("first_response_due", "next_response_due"),
    )
    return select(*(thread.c[name] for name in names), customer.c.name.label("customer")).join(
        customer, customer.c.id == thread.c.customer_id
    )


def _will_not_answer(person: Person | None, thread: Any, now: datetime) -> tuple[str, bool]:
    """Why a thread's assignee will not answer soon (empty: they will), and whether they never will."""
    if person is None:
        return "has left", True
    if not person.answers:
        return f"is {person.role}", True
    if person.on_shift(now):
        return ("is offline" if person.availability == Availability.OFFLINE else ""), False
    start = person.next_shift(now)
    if start is None:
        return "has no shift in the next days", False
    due = min((at for at in (thread.first_response_due, thread.next_response_due) if at is not None), default=None)
    if due is not None and due < start:
        return f"is off until {said(start, person.zone)}, after the answer is due", False
    return (f"is off until {said(start, person.zone)}" if start - now > _PATIENCE else ""), False
