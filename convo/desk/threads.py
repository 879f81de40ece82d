"""Operations on threads: list, read, answer, note, assign, tag, snooze, close."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import or_, update

from convo import clock
from convo.desk import cursor, episodes, kept_drafts, reading
from convo.desk.action_verbs import title_of
from convo.desk.answering import answer_body, home_of, queue, with_canned, write_down
from convo.desk.fitting import check_fits, clean_files
from convo.desk.mentions import tell_mentioned
from convo.desk.names import id_of, named_operator
from convo.desk.operation import Operations, operation
from convo.desk.overtaking import check_seen, checked_key, held_for, said_already
from convo.desk.querying import thread_filter
from convo.desk.reaching import route_of, routes
from convo.desk.read_marks import read_before_last, read_whole
from convo.desk.templates import as_template, template_text
from convo.desk.thread_tags import change_tags, tags_of
from convo.desk.undo_steps import Keeping, kept
from convo.errors import BadInput, NotFound
from convo.model import tables
from convo.model.actions import Action, Assign, Close, MarkRead, Rename, Reopen, SetPriority, Snooze, Tag
from convo.model.envelope import Part
from convo.model.views import MessageView, Page, ThreadRow, ThreadView
from convo.model.words import ArticleUse, Direction, Priority, Role, ThreadStatus
from convo.model.writing_views import Way
from convo.text import clean


class Threads(Operations):
    """Topics of customers' conversations."""

    @operation(Role.VIEWER)
    def list(self, query: str = "", *, after: str | None = None, limit: int = 50) -> Page[ThreadRow]:
        """A page of the threads that a query matches, the newest message first; raises QueryError."""
        thread = tables.thread
        rows = reading.thread_rows()
        if query.strip():
            rows = rows.where(thread_filter(self.desk, query))
        if after is not None:
            at, number = cursor.decode(after, datetime, int)
            rows = rows.where(
                or_(
                    thread.c.last_message_at < at,
                    (thread.c.last_message_at == at) & (thread.c.id < number),
                )
            )
        found = self.connection.execute(
            rows.order_by(thread.c.last_message_at.desc(), thread.c.id.desc()).limit(cursor.check_limit(limit) + 1)
        ).all()
        items = tuple(reading.thread_row(row) for row in found[:limit])
        more = cursor.encode(items[-1].last_message_at, items[-1].id) if len(found) > limit else None
        return Page(items, more)

    @operation(Role.VIEWER)
    def show(self, thread: int, *, messages: int = 1000) -> ThreadView:
        """A thread with its newest messages, oldest first; raises NotFound."""
        row = self._row(thread)
        message = tables.message
        found = self.connection.execute(
            reading.message_rows()
            .where(message.c.thread_id == thread)
            .order_by(message.c.sort_key.desc())
            .limit(cursor.check_limit(messages))
        ).all()
        return ThreadView(row, tags_of(self.connection, thread), tuple(reading.messages(self.connection, found[::-1])))

    @operation(Role.VIEWER)
    def ways(self, thread: int) -> tuple[Way, ...]:
        """The channels by which the customer can be answered, the chosen one first; raises NotFound.

        Chosen is the open one that the customer last used in the thread; what lets nothing through now comes last.
        """
        return tuple(route.way for route in routes(self.desk, self._row(thread)))

    @operation(Role.AGENT, writes=True)
    def reply(
        self,
        thread: int,
        body: str,
        *,
        channel: str | None = None,
        snippet: str | None = None,
        article: str | None = None,
        seen: int | None = None,
        hold: float = 0,
        key: str | None = None,
        attachments: Sequence[Part] = (),
        template: str | None = None,
        language: str = "",
        values: Sequence[str] = (),
    ) -> MessageView:
        """Answer the customer: a message, and its delivery queued with it.

        It goes by the way that `ways` marks as chosen, or by the channel named; `snippet` names a canned reply that is
        put before the body, `article` one whose text is put below it and that counts as sent. `seen` is the newest
        message of the thread that the writer has seen, `hold` how many seconds it waits before it leaves, and under
        the same `key` it is written once, however often that is asked. `attachments` go with it, at most 25 MB. An
        approved `template` of the provider's, in a `language` and with `values` for its places, goes in place of the
        body also when the channel's window for free text is closed; the body is then what the conversation shows.
        Raises BadInput for an empty answer or files that cannot go at all, NotFound, Overtaken when somebody wrote
        after `seen`, and Conflict when the customer has no identity on that channel, it is removed, lets nothing
        through now or takes no text so long or file so large, or the key was used for another text.
        """
        row, key, wait = self._row(thread), checked_key(key), held_for(hold)
        if (said := said_already(self.connection, thread, Direction.OUTBOUND, key)) is not None:
            return self._said_before(said)
        check_seen(self.connection, row, seen)
        sent_as = None if template is None else as_template(template, language, values)
        if sent_as is None and (language or values):
            raise BadInput("a language and values belong to a template", hint="name it with --template")
        if sent_as is not None and attachments:
            raise BadInput("no file goes with a template", hint="send it with another answer")
        text = with_canned(self.desk, thread, body, snippet, article)
        text = answer_body(text if sent_as is None or text.strip() else template_text(sent_as))
        files = clean_files(attachments)
        target, identity_id, recipient = route_of(self.desk, row, channel, template=sent_as is not None)
        check_fits(self.desk, row, target, text, files)
        with kept(self.desk, f"reply to {row.customer or 'the customer'}", thread) as step:
            message = write_down(self.desk, row, text, Direction.OUTBOUND, target, identity_id, key=key, parts=files)
            queue(self.connection, message, recipient, hold=wait, template=sent_as)
            kept_drafts.sent(self.connection, thread, self.desk.actor.name, False)
            self.desk.bots.let_go(thread)
            self._answered(row, message["sort_key"])
            self._follow(thread)
            self.record("message", message["id"], after={"thread": thread, "channel": target.name})
            step.message = message["id"]
        if article:
            self.desk.articles.note_use(article, thread, ArticleUse.SENT.value, message["id"])
        self.desk.routing.route(thread, "message sent", message=message["id"])
        return self._message(message["id"])

    @operation(Role.AGENT, writes=True)
    def note(self, thread: int, body: str, *, key: str | None = None) -> MessageView:
        """Write an internal note, which never leaves the desk; under the same `key` it is written once.

        Raises BadInput for an empty one, NotFound, and Conflict when the key was used for another text.
        """
        row, key = self._row(thread), checked_key(key)
        if (said := said_already(self.connection, thread, Direction.NOTE, key)) is not None:
            return self._said_before(said)
        home = home_of(self.connection, thread)
        message = write_down(self.desk, row, answer_body(body), Direction.NOTE, home, None, key=key)
        kept_drafts.sent(self.connection, thread, self.desk.actor.name, True)
        self._update(row, {}, moved=clock.now())
        self.desk.bots.let_go(thread, body)
        tell_mentioned(self.desk, row, body)
        self.record("message", message["id"], after={"thread": thread})
        return self._message(message["id"])

    @operation(Role.AGENT, writes=True)
    def assign(self, thread: int, operator: str | None = None, *, team: str | None = None) -> ThreadRow:
        """Give a thread to an operator ("me" for oneself) or a team; with neither, to nobody; raises NotFound."""
        row = self._row(thread)
        values: dict[str, Any] = {}
        if operator is not None or team is None:
            number = None if operator is None else named_operator(self.connection, self.desk.actor, operator)
            values = {"assignee_id": number, "wanted": None, "queued_since": None}
        if team is not None or operator is None:
            values["team_id"] = None if team is None else id_of(self.connection, tables.team, team, "team")
        before = {"assignee": row.assignee, "team": row.team}
        with self._kept(Assign(operator, team), thread):
            self.desk.bots.let_go(thread)
            return self._changed(row, values, before, ("assignee", "team"), follow=True)

    @operation(Role.AGENT, writes=True)
    def tag(self, thread: int, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> ThreadView:
        """Add and remove tags, which are kept casefolded; raises BadInput for one that is empty or long, NotFound."""
        self._row(thread)
        before = tags_of(self.connection, thread)
        with self._kept(Tag(tuple(add), tuple(remove)), thread):
            change_tags(self.connection, thread, add, remove)
        self.record("thread", thread, {"tags": list(before)}, {"tags": list(tags_of(self.connection, thread))})
        return self.show(thread)

    @operation(Role.AGENT, writes=True)
    def set_priority(self, thread: int, priority: str) -> ThreadRow:
        """Set how urgent a thread is; raises BadInput for a word that is no priority, NotFound."""
        row = self._row(thread)
        if priority not in list(Priority):
            raise BadInput(f"{priority!r} is no priority", hint="one of " + ", ".join(Priority))
        with self._kept(SetPriority(priority), thread):
            return self._changed(row, {"priority": priority}, {"priority": row.priority}, ("priority",))

    @operation(Role.AGENT, writes=True)
    def rename(self, thread: int, subject: str) -> ThreadRow:
        """Give a thread another subject; raises BadInput for an empty one, NotFound."""
        row = self._row(thread)
        subject = " ".join(clean(subject).split())
        if not subject:
            raise BadInput("a subject cannot be empty")
        with self._kept(Rename(subject), thread):
            return self._changed(row, {"subject": subject[:2000]}, {"subject": row.subject}, ("subject",))

    @operation(Role.AGENT, writes=True)
    def snooze(self, thread: int, until: datetime) -> ThreadRow:
        """Put a thread away until an instant (aware); raises BadInput when that is past, NotFound."""
        row = self._row(thread)
        if until.tzinfo is None:
            raise BadInput(f"{until:%Y-%m-%d %H:%M} is in no time zone", hint="give an aware datetime")
        if until <= clock.now():
            raise BadInput(f"{until:%Y-%m-%d %H:%M} is past", hint="snooze until a time to come, such as 3d")
        before = {"status": row.status, "snoozed_until": row.snoozed_until and row.snoozed_until.isoformat()}
        values = {"status": ThreadStatus.SNOOZED.value, "snoozed_until": until, "resolved_at": None}
        with self._kept(Snooze(until), thread):
            self._begin_episode(row)
            return self._changed(row, values, before, ("status", "snoozed_until"), follow=True)

    @operation(Role.AGENT, writes=True)
    def close(self, thread: int) -> ThreadRow:
        """Resolve a thread, and with it its episode; a resolved one stays as it is; raises NotFound."""
        row = self._row(thread)
        if row.status == ThreadStatus.RESOLVED:
            return row
        now = clock.now()
        values = {
            "status": ThreadStatus.RESOLVED.value,
            "resolved_at": now,
            "waiting_since": None,
            "snoozed_until": None,
            "unread": False,
            "read_key": read_whole(self.connection, thread),
            "wanted": None,
            "queued_since": None,
        }
        with self._kept(Close(), thread):
            self.desk.bots.let_go(thread)
            episodes.resolve(self.connection, thread, now)
            self._changed(row, values, {"status": row.status}, ("status",), follow=True)
        self.desk.routing.route(thread, "thread resolved")
        return self._row(thread)

    @operation(Role.AGENT, writes=True)
    def reopen(self, thread: int) -> ThreadRow:
        """Take a resolved, pending or snoozed thread up again; raises NotFound."""
        row = self._row(thread)
        if row.status == ThreadStatus.OPEN:
            return row
        values = {"status": ThreadStatus.OPEN.value, "resolved_at": None, "snoozed_until": None}
        with self._kept(Reopen(), thread):
            self._begin_episode(row)
            self._changed(row, values, {"status": row.status}, ("status",), follow=True)
        if row.status == ThreadStatus.RESOLVED:
            self.desk.routing.route(thread, "thread reopened")
        return self._row(thread)

    @operation(Role.AGENT, writes=True)
    def mark_read(self, thread: int, *, read: bool = True) -> ThreadRow:
        """Say that somebody has read the thread, or (not `read`) that its newest message is to be read again.

        To look at a thread is no step to take back, unless it is done as an action. Raises NotFound.
        """
        row = self._row(thread)
        key = read_whole(self.connection, thread) if read else read_before_last(self.connection, thread)
        with self._kept(MarkRead(read), thread):
            return self._changed(row, {"unread": not read, "read_key": key}, {"unread": row.unread}, ("unread",))

    def _row(self, thread: int) -> ThreadRow:
        wanted = reading.thread_rows().where(tables.thread.c.id == thread)
        if self.store.writing:
            # Two operators at one thread: the second sees what the first left.
            wanted = wanted.with_for_update(of=tables.thread)
        found = self.connection.execute(wanted).first()
        if found is None:
            raise NotFound(f"there is no thread {thread}", hint="convo thread list shows them")
        return reading.thread_row(found)

    def _kept(self, action: Action, thread: int) -> AbstractContextManager[Keeping]:
        return kept(self.desk, title_of(self.desk, action), thread)

    def _answered(self, row: ThreadRow, read: int) -> None:
        """What an answer changes: nobody waits any more, all is read, and the thread is somebody's."""
        now = clock.now()
        values: dict[str, Any] = {"last_outbound_at": now, "waiting_since": None, "unread": False, "read_key": read}
        if row.status in {ThreadStatus.OPEN, ThreadStatus.SNOOZED}:
            values |= {"status": ThreadStatus.PENDING.value, "snoozed_until": None}
        if row.assignee is None and self.desk.actor.operator_id is not None:
            values |= {"assignee_id": self.desk.actor.operator_id, "wanted": None, "queued_since": None}
        self._update(row, values, moved=now)
        episodes.answer(self.connection, row.id, now)

    def _begin_episode(self, row: ThreadRow) -> None:
        """Taking a resolved thread up again begins an episode."""
        if row.status == ThreadStatus.RESOLVED:
            episodes.begin(self.connection, row.id, row.customer_id, clock.now())

    def _message(self, number: int) -> MessageView:
        rows = self.connection.execute(reading.message_rows().where(tables.message.c.id == number)).all()
        return reading.messages(self.connection, rows)[0]

    def _said_before(self, number: int) -> MessageView:
        if self.desk.running in {"threads.reply", "threads.note"}:
            self.desk.audited = True  # Nothing was done, so there is nothing to write down.
        return self._message(number)

    def _follow(self, thread: int) -> None:
        """What follows when a thread's state or owner changed: its due times, and who has room for another."""
        self.desk.sla.refresh(thread)
        self.desk.assignments.hand_out()

    def _changed(
        self,
        row: ThreadRow,
        values: dict[str, Any],
        before: dict[str, Any],
        shown: Sequence[str],
        *,
        follow: bool = False,
    ) -> ThreadRow:
        self._update(row, values)
        if follow:
            self._follow(row.id)
        after = self._row(row.id)
        told = {name: getattr(after, name) for name in shown}
        self.record(
            "thread",
            row.id,
            before,
            {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()},
        )
        return after

    def _update(self, row: ThreadRow, values: dict[str, Any], *, moved: datetime | None = None) -> None:
        thread = tables.thread
        if moved is not None:
            values = values | {
                "message_count": thread.c.message_count + 1,
                "last_message_at": max(moved, row.last_message_at),
            }
        self.connection.execute(update(thread).where(thread.c.id == row.id).values(**values))
