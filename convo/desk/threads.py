"""Operations on threads: list, read, answer, note, assign, tag, snooze, close."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import make_msgid
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update

from convo import clock
from convo.desk import cursor, reading
from convo.desk.operation import Operations, operation
from convo.desk.querying import thread_filter
from convo.errors import BadInput, Conflict, NotFound
from convo.model import tables
from convo.model.table import from_micros, to_micros
from convo.model.views import MessageView, Page, ThreadRow, ThreadView
from convo.model.words import ChannelState, DeliveryStatus, Direction, Priority, Role, ThreadStatus
from convo.store import search_index
from convo.text import clean, index_words

_LONGEST_BODY = 1_000_000
_LONGEST_TAG = 64


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
            micros, number = cursor.decode(after, int, int)
            at = from_micros(micros)
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
        more = cursor.encode(to_micros(items[-1].last_message_at), items[-1].id) if len(found) > limit else None
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
        return ThreadView(row, self._tags(thread), tuple(reading.messages(self.connection, found[::-1])))

    @operation(Role.AGENT, writes=True)
    def reply(self, thread: int, body: str, *, channel: str | None = None, snippet: str | None = None) -> MessageView:
        """Answer the customer: a message, and its delivery queued with it.

        It goes by the channel the customer last used in the thread, or by the one named; `snippet` names a canned reply
        that is put before the body. Raises BadInput for an empty answer, NotFound, and Conflict when the customer has
        no identity on that channel or the channel is removed.
        """
        row = self._row(thread)
        if snippet:
            body = "\n\n".join(part for part in (self.desk.snippets.render(snippet, thread), body) if part.strip())
        text = _body(body)
        target = self._channel(row, channel)
        recipient = self._recipient(row, target)
        message = self._append(row, text, Direction.OUTBOUND, channel_id=target.id, identity_id=recipient.id)
        now = clock.now()
        self.connection.execute(
            insert(tables.delivery),
            {
                "message_id": message["id"],
                "customer_id": row.customer_id,
                "channel_id": target.id,
                "recipient": recipient.value,
                "status": DeliveryStatus.QUEUED.value,
                "idempotency_key": message["external_id"],
                "attempts": 0,
                "next_at": now,
                "error": "",
                "created_at": now,
                "updated_at": now,
            },
        )
        values: dict[str, Any] = {"last_outbound_at": now, "waiting_since": None, "unread": False}
        if row.status in {ThreadStatus.OPEN, ThreadStatus.SNOOZED}:
            values |= {"status": ThreadStatus.PENDING.value, "snoozed_until": None}
        if row.assignee is None and self.desk.actor.operator_id is not None:
            values["assignee_id"] = self.desk.actor.operator_id
        self._update(row, values, moved=now)
        episode = tables.episode
        self.connection.execute(
            update(episode)
            .where(
                episode.c.thread_id == thread, episode.c.resolved_at.is_(None), episode.c.first_response_at.is_(None)
            )
            .values(first_response_at=now)
        )
        self.record("message", message["id"], after={"thread": thread, "channel": target.name})
        return self._message(message["id"])

    @operation(Role.AGENT, writes=True)
    def note(self, thread: int, body: str) -> MessageView:
        """Write an internal note, which never leaves the desk; raises BadInput for an empty one, NotFound."""
        row = self._row(thread)
        message = self._append(
            row, _body(body), Direction.NOTE, channel_id=self._home_channel(thread), identity_id=None
        )
        self._update(row, {}, moved=clock.now())
        self.record("message", message["id"], after={"thread": thread})
        return self._message(message["id"])

    @operation(Role.AGENT, writes=True)
    def assign(self, thread: int, operator: str | None = None, *, team: str | None = None) -> ThreadRow:
        """Give a thread to an operator ("me" for oneself) or a team; with neither, to nobody; raises NotFound."""
        row = self._row(thread)
        values: dict[str, Any] = {}
        if operator is not None or team is None:
            values["assignee_id"] = None if operator is None else self._operator_id(operator)
        if team is not None or operator is None:
            values["team_id"] = None if team is None else self._named(tables.team, team, "team")
        return self._changed(row, values, {"assignee": row.assignee, "team": row.team}, ("assignee", "team"))

    @operation(Role.AGENT, writes=True)
    def tag(self, thread: int, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> ThreadView:
        """Add and remove tags, which are kept casefolded; raises BadInput for one that is empty or long, NotFound."""
        self._row(thread)
        before = self._tags(thread)
        table = tables.thread_tag
        for tag in {tag_name(tag) for tag in remove}:
            self.connection.execute(delete(table).where(table.c.thread_id == thread, table.c.tag == tag))
        for tag in {tag_name(tag) for tag in add} - set(self._tags(thread)):
            self.connection.execute(insert(table), {"thread_id": thread, "tag": tag})
        self.record("thread", thread, {"tags": list(before)}, {"tags": list(self._tags(thread))})
        return self.show(thread)

    @operation(Role.AGENT, writes=True)
    def set_priority(self, thread: int, priority: str) -> ThreadRow:
        """Set how urgent a thread is; raises BadInput for a word that is no priority, NotFound."""
        row = self._row(thread)
        if priority not in list(Priority):
            raise BadInput(f"{priority!r} is no priority", hint="one of " + ", ".join(Priority))
        return self._changed(row, {"priority": priority}, {"priority": row.priority}, ("priority",))

    @operation(Role.AGENT, writes=True)
    def rename(self, thread: int, subject: str) -> ThreadRow:
        """Give a thread another subject; raises BadInput for an empty one, NotFound."""
        row = self._row(thread)
        subject = " ".join(clean(subject).split())
        if not subject:
            raise BadInput("a subject cannot be empty")
        return self._changed(row, {"subject": subject[:2000]}, {"subject": row.subject}, ("subject",))

    @operation(Role.AGENT, writes=True)
    def snooze(self, thread: int, until: datetime) -> ThreadRow:
        """Put a thread away until an instant (aware); raises BadInput when that is past, NotFound."""
        row = self._row(thread)
        if until <= clock.now():
            raise BadInput(f"{until:%Y-%m-%d %H:%M} is past", hint="snooze until a time to come, such as 3d")
        before = {"status": row.status, "snoozed_until": row.snoozed_until and row.snoozed_until.isoformat()}
        values = {"status": ThreadStatus.SNOOZED.value, "snoozed_until": until, "resolved_at": None}
        return self._changed(row, values, before, ("status", "snoozed_until"))

    @operation(Role.AGENT, writes=True)
    def close(self, thread: int) -> ThreadRow:
        """Resolve a thread, and with it its episode; a resolved one stays as it is; raises NotFound."""
        row = self._row(thread)
        now = clock.now()
        episode = tables.episode
        self.connection.execute(
            update(episode)
            .where(episode.c.thread_id == thread, episode.c.resolved_at.is_(None))
            .values(resolved_at=now)
        )
        values = {
            "status": ThreadStatus.RESOLVED.value,
            "resolved_at": now,
            "waiting_since": None,
            "snoozed_until": None,
            "unread": False,
        }
        if row.status == ThreadStatus.RESOLVED:
            return row
        return self._changed(row, values, {"status": row.status}, ("status",))

    @operation(Role.AGENT, writes=True)
    def reopen(self, thread: int) -> ThreadRow:
        """Take a resolved, pending or snoozed thread up again; raises NotFound."""
        row = self._row(thread)
        if row.status == ThreadStatus.OPEN:
            return row
        if row.status == ThreadStatus.RESOLVED:
            self.connection.execute(
                insert(tables.episode),
                {"thread_id": thread, "customer_id": row.customer_id, "opened_at": clock.now()},
            )
        values = {"status": ThreadStatus.OPEN.value, "resolved_at": None, "snoozed_until": None}
        return self._changed(row, values, {"status": row.status}, ("status",))

    @operation(Role.AGENT, writes=True)
    def mark_read(self, thread: int) -> ThreadRow:
        """Say that somebody has read the thread; raises NotFound."""
        row = self._row(thread)
        return self._changed(row, {"unread": False}, {"unread": row.unread}, ("unread",))

    def _row(self, thread: int) -> ThreadRow:
        found = self.connection.execute(reading.thread_rows().where(tables.thread.c.id == thread)).first()
        if found is None:
            raise NotFound(f"there is no thread {thread}", hint="convo thread list shows them")
        return reading.thread_row(found)

    def _tags(self, thread: int) -> tuple[str, ...]:
        tag = tables.thread_tag
        return tuple(
            self.connection.execute(select(tag.c.tag).where(tag.c.thread_id == thread).order_by(tag.c.tag)).scalars()
        )

    def _message(self, number: int) -> MessageView:
        rows = self.connection.execute(reading.message_rows().where(tables.message.c.id == number)).all()
        return reading.messages(self.connection, rows)[0]

    def _changed(
        self, row: ThreadRow, values: dict[str, Any], before: dict[str, Any], shown: Sequence[str]
    ) -> ThreadRow:
        self._update(row, values)
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

    def _append(
        self, row: ThreadRow, text: str, direction: Direction, *, channel_id: int, identity_id: int | None
    ) -> dict[str, Any]:
        now = clock.now()
        number = self.store.allocate(self.connection, "message", 1)[0]
        sent_at = max(now, row.last_message_at)
        key = search_index.sort_key(sent_at, number)
        message = {
            "id": number,
            "sort_key": key,
            "thread_id": row.id,
            "customer_id": row.customer_id,
            "channel_id": channel_id,
            "identity_id": identity_id,
            "direction": direction.value,
            "author": self.desk.actor.name,
            "operator_id": self.desk.actor.operator_id,
            "subject": row.subject if direction == Direction.OUTBOUND else "",
            "body": text,
            "external_id": make_msgid(domain="convo.invalid")[1:-1] if direction == Direction.OUTBOUND else None,
            "reference_ids": [*self._references(row.id)],
            "sent_at": sent_at,
            "received_at": now,
            "automatic": False,
            "unverified": False,
            "has_attachment": False,
        }
        self.connection.execute(insert(tables.message), message)
        search_index.add(self.connection, [(key, index_words(str(message["subject"])), index_words(text))])
        return message

    def _references(self, thread: int) -> Sequence[str]:
        message = tables.message
        found = self.connection.execute(
            select(message.c.external_id)
            .where(
                message.c.thread_id == thread,
                message.c.external_id.is_not(None),
                message.c.direction != Direction.NOTE.value,
            )
            .order_by(message.c.sort_key.desc())
            .limit(20)
        ).scalars()
        return found.all()[::-1]

    def _home_channel(self, thread: int) -> int:
        return int(
            self.connection.execute(select(tables.thread.c.channel_id).where(tables.thread.c.id == thread)).scalar_one()
        )

    def _channel(self, row: ThreadRow, name: str | None) -> Any:
        channel, message = tables.channel, tables.message
        wanted = select(channel.c.id, channel.c.name, channel.c.kind, channel.c.state)
        if name is not None:
            found = self.connection.execute(wanted.where(func.lower(channel.c.name) == name.lower())).first()
            if found is None:
                raise NotFound(f"there is no channel {name!r}", hint="convo channel list shows them")
        else:
            last = (
                select(message.c.channel_id)
                .where(message.c.thread_id == row.id, message.c.direction == Direction.INBOUND.value)
                .order_by(message.c.sort_key.desc())
                .limit(1)
            )
            used = self.connection.execute(last).scalar() or self._home_channel(row.id)
            found = self.connection.execute(wanted.where(channel.c.id == used)).one()
        if found.state == ChannelState.REMOVED:
            raise Conflict(f"the channel {found.name} is removed", hint="answer by another with --channel")
        return found

    def _recipient(self, row: ThreadRow, channel: Any) -> Any:
        identity, message = tables.identity, tables.message
        spoke = self.connection.execute(
            select(identity.c.id, identity.c.value)
            .join(message, message.c.identity_id == identity.c.id)
            .where(
                message.c.customer_id == row.customer_id,
                message.c.channel_id == channel.id,
                identity.c.customer_id == row.customer_id,
            )
            .order_by((message.c.thread_id == row.id).desc(), message.c.sort_key.desc())
            .limit(1)
        ).first()
        if spoke is not None:
            return spoke
        held = self.connection.execute(
            select(identity.c.id, identity.c.value)
            .where(
                identity.c.customer_id == row.customer_id,
                identity.c.kind == {"sms": "phone", "shop": "email", "import": "email"}.get(channel.kind, channel.kind),
            )
            .order_by(identity.c.shared, identity.c.id)
            .limit(1)
        ).first()
        if held is None:
            raise Conflict(
                f"{row.customer or 'the customer'} is not known on {channel.name} ({channel.kind})",
                hint="answer by another channel, or add the identity: convo customer identity add",
            )
        return held

    def _operator_id(self, name: str) -> int:
        if name == "me":
            if self.desk.actor.operator_id is None:
                raise Conflict(
                    f"{self.desk.actor.name} is no operator of this desk",
                    hint="convo operator add NAME, then convo config set operator NAME",
                )
            return self.desk.actor.operator_id
        operator = tables.operator
        return self._named(operator, name, "operator", operator.c.removed_at.is_(None))

    def _named(self, table: Any, name: str, noun: str, *conditions: Any) -> int:
        found = self.connection.execute(
            select(table.c.id).where(func.lower(table.c.name) == name.lower(), *conditions)
        ).scalar()
        if found is None:
            raise NotFound(f"there is no {noun} {name!r}", hint=f"convo {noun} list shows them")
        return int(found)


def tag_name(tag: str) -> str:
    """The form in which a tag is kept: casefolded, one line; raises BadInput when it is empty or long."""
    name = " ".join(clean(tag).casefold().split())
    if not name or len(name) > _LONGEST_TAG or "," in name:
        raise BadInput(f"{tag[:80]!r} is no tag", hint=f"1 to {_LONGEST_TAG} characters, no comma")
    return name


def _body(text: str) -> str:
    body = clean(text).strip()
    if not body:
        raise BadInput("there is nothing to say", hint="give the text with -m, -F FILE or on standard input")
    if len(body) > _LONGEST_BODY:
        raise BadInput(f"the text is {len(body):,} characters long; the most is {_LONGEST_BODY:,}")
    return body
