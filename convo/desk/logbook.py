"""Operations on what happens off the net: a call or a visit is written down by whoever had it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from convo import clock
from convo.desk import reading
from convo.desk.answering import Account, account_of
from convo.desk.logged_items import Entry, event, message, own_note
from convo.desk.logged_people import Who, who_is
from convo.desk.names import check_name
from convo.desk.operation import Operations, operation
from convo.desk.thread_tags import change_tags
from convo.errors import BadInput, Conflict, NotFound
from convo.importers.call_events import call_title
from convo.intake.channels import find, find_or_add
from convo.intake.codes import Code, count_uses, external_id, live_codes, used_since
from convo.intake.line import Received
from convo.intake.policy import parse_span
from convo.model import tables
from convo.model.envelope import EventEnvelope, Item
from convo.model.logbook_views import LoggedView
from convo.model.words import ChannelState, EventKind, LedgerOutcome, Role, ThreadStatus

_PHONES, _COUNTERS = ("phone",), ("counter", "shop")
_UNFINISHED = (ThreadStatus.OPEN.value, ThreadStatus.PENDING.value, ThreadStatus.SNOOZED.value)
_LONGEST_CALL = 7 * 24 * 3600


class Logbook(Operations):
    """Calls and visits."""

    @operation(Role.AGENT, writes=True, batches=True)
    def call(
        self,
        who: str,
        *,
        outbound: bool = False,
        missed: bool = False,
        seconds: int | None = None,
        at: datetime | None = None,
        note: str = "",
        thread: int | None = None,
        subject: str = "",
        channel: str | None = None,
        name: str = "",
    ) -> LoggedView:
        """Write down a call with whom a number, a handle or a name means; a new number is a new customer (`name`).

        It lasted `seconds` and began `at` (aware; by default it has just ended). The `note` stands in the `thread`, or
        else in the customer's newest one that is not resolved. `subject` opens a thread that waits for an answer; so
        does a `missed` inbound call, which joins the newest thread that is going on. The channel is one of kind phone,
        made when there is none. Raises NotFound, BadInput, and Conflict where who fits several.
        """
        if missed and seconds:
            raise BadInput("a missed call does not last", hint="leave its length out")
        if seconds is not None and not 0 <= seconds <= _LONGEST_CALL:
            raise BadInput(f"a call does not last {seconds:,} seconds", hint="at most a week")
        began = self._past(at, timedelta(seconds=seconds or 0))
        with self.store.write(alone="intake") as connection:
            known = self._who(who, "phone", name)
            asks = f"By phone: {subject.strip()}" if subject.strip() else ""
            if missed and not outbound:
                asks = f"Nobody took this call. Ring back: {known.shown}"
            by = self.desk.actor.name
            title = call_title("outbound" if outbound else "inbound", False, 0) if missed else f"taken by {by}"
            entry = Entry(
                EventKind.CALL,
                began,
                f"made by {by}" if outbound and not missed else title,
                {
                    "direction": "outbound" if outbound else "inbound",
                    "disposition": "NO ANSWER" if missed else "ANSWERED",
                    "by": by,
                },
                seconds,
                asks,
                subject,
                note,
                thread,
                missed=missed and not outbound,
            )
            view = self._write(connection, known, entry, channel, _PHONES)
        return self._routed(view)

    @operation(Role.AGENT, writes=True, batches=True)
    def visit(
        self,
        who: str,
        *,
        at: datetime | None = None,
        note: str = "",
        thread: int | None = None,
        subject: str = "",
        channel: str | None = None,
        code: str | None = None,
        name: str = "",
    ) -> LoggedView:
        """Write down that somebody came by: whom, when, note, thread and subject mean is as for a call.

        `code` is the word of the code where they stood. The channel is one of kind counter or shop, made when there is
        none. Raises NotFound, also for no such code, BadInput and Conflict.
        """
        when = self._past(at, timedelta(0))
        with self.store.write(alone="intake") as connection:
            known = self._who(who, "", name)
            stood = self._code(connection, code) if code is not None else None
            entry = Entry(
                EventKind.VISIT,
                when,
                stood.visit if stood else f"noted by {self.desk.actor.name}",
                {**(stood.data if stood else {}), "by": self.desk.actor.name},
                asks=f"At the counter: {subject.strip()}" if subject.strip() else "",
                subject=subject,
                note=note,
                thread=thread,
                code=stood,
            )
            view = self._write(connection, known, entry, channel, _COUNTERS)
        return self._routed(view)

    def _past(self, at: datetime | None, lasted: timedelta) -> datetime:
        now = clock.now()
        if at is None:
            return now - lasted
        if at.tzinfo is None:
            raise BadInput(f"{at:%Y-%m-%d %H:%M} is in no time zone", hint="give an aware datetime")
        if at > now:
            raise BadInput(f"{at:%Y-%m-%d %H:%M} is still to come", hint="say when it was, such as 20min or 14:30")
        return at

    def _who(self, who: str, kind: str, name: str) -> Who:
        region = self.desk.settings.home_region
        return who_is(self.store.current(), who, kind=kind, name=name, home_region=region)

    def _code(self, connection: Connection, word: str) -> Code:
        found = live_codes(connection, [word.strip().casefold()]).get(word.strip().casefold())
        if found is None:
            raise NotFound(f"there is no code {word[:40]!r}", hint="convo code list shows them")
        return found

    def _write(
        self, connection: Connection, who: Who, entry: Entry, channel: str | None, kinds: tuple[str, ...]
    ) -> LoggedView:
        """Store the event, and what is written beside it, all or nothing."""
        if entry.thread is not None and entry.subject.strip():
            raise BadInput("it is written in a thread or opens one, not both", hint="leave one of them out")
        if entry.thread is not None:
            owner = self.desk.threads.show(entry.thread, messages=1).row
            if owner.customer_id != who.customer:
                raise Conflict(f"thread {entry.thread} is {owner.customer or 'another customer'}'s")
        account = self._account(connection, channel, kinds)
        happened = self._take(account, self._event(connection, who, entry))
        assert happened.event_id is not None
        assert happened.customer_id is not None
        thread = entry.thread or self._newest(connection, happened.customer_id, entry)
        waits = note = None
        if entry.asks:
            said = self._take(account, message(who, entry, thread))
            waits, thread = said.message_id, said.thread_id
        if entry.note.strip():
            if thread is not None:
                note = self.desk.threads.note(thread, entry.note).id
            else:
                written = self._take(account, own_note(who, entry, self.desk.actor.name))
                note, thread = written.message_id, written.thread_id
        if waits is None and note is None:
            thread = None
        if entry.code is not None and thread is not None:
            change_tags(connection, thread, entry.code.tags, ())
        self.record(
            "event", happened.event_id, after={"kind": entry.kind.value, "channel": account.name, "thread": thread}
        )
        table = tables.customer
        name = connection.execute(select(table.c.name).where(table.c.id == happened.customer_id)).scalar_one()
        row = connection.execute(reading.event_rows().where(tables.event.c.id == happened.event_id)).one()
        return LoggedView(reading.event(row), happened.customer_id, name, who.customer is None, thread, waits, note)

    def _event(self, connection: Connection, who: Who, entry: Entry) -> EventEnvelope:
        known_as = f"logged:{entry.unique}"
        if entry.code is not None:
            day = entry.at.astimezone(UTC).date()
            before = set() if who.customer is None else used_since(connection, [who.customer], day)
            if (who.customer, entry.code.word, day) not in before:
                known_as = external_id(entry.code.word, entry.unique)
                count_uses(connection, [entry.code.id])
        return event(who, entry, known_as)

    def _newest(self, connection: Connection, customer: int, entry: Entry) -> int | None:
        """The customer's newest thread that is not resolved; for a missed call only one that is going on."""
        if entry.subject.strip():
            return None
        thread = tables.thread
        wanted = select(thread.c.id).where(thread.c.customer_id == customer, thread.c.status.in_(_UNFINISHED))
        if entry.missed:
            window = parse_span(self.desk.settings.thread_window)
            wanted = wanted.where(thread.c.last_message_at >= entry.at - window)
        found = connection.execute(wanted.order_by(thread.c.last_message_at.desc(), thread.c.id.desc()).limit(1))
        return found.scalar()

    def _account(self, connection: Connection, name: str | None, kinds: tuple[str, ...]) -> Account:
        """The channel of this name, or the first that is used of these kinds; made when there is none."""
        channel = tables.channel
        if name is None:
            active = channel.c.state != ChannelState.REMOVED.value
            of_kind = select(channel.c.id).where(channel.c.kind.in_(kinds), active).order_by(channel.c.id)
            number = connection.execute(of_kind.limit(1)).scalar()
            name = kinds[0]
        else:
            name = check_name(name, "channel")
            number = find(connection, name)
        if number is None:
            number = find_or_add(connection, name, kinds[0], clock.now())
        row = connection.execute(select(channel).where(channel.c.id == number)).one()
        if row.kind not in kinds:
            raise BadInput(f"{row.name} is a channel of kind {row.kind}", hint=f"name one of kind {' or '.join(kinds)}")
        if row.state == ChannelState.REMOVED:
            raise Conflict(f"the channel {row.name} is removed", hint=f"convo channel add {row.kind} {row.name}")
        return account_of(row)

    def _take(self, account: Account, item: Item) -> Received:
        received = self.desk.arrivals.store_all([item], channel=account.id, kind=account.kind)[0]
        if received.outcome != LedgerOutcome.STORED:
            raise BadInput(f"it cannot be written down: {received.reason}")
        return received

    def _routed(self, view: LoggedView) -> LoggedView:
        if view.message_id is not None:
            self.desk.arrivals.route_these([view.message_id])
        return view
