"""The desk: the only door to a store for every face; its groups of operations are its attributes."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlalchemy import select

from convo.config import Settings, load_settings
from convo.errors import NotFound
from convo.model import tables
from convo.model.words import Role
from convo.store.location import locate
from convo.store.opening import open_store
from convo.store.store import Store

if TYPE_CHECKING:
    from convo.desk.actions import Actions
    from convo.desk.arrivals import Arrivals
    from convo.desk.articles import Articles
    from convo.desk.assignments import Assignments
    from convo.desk.audit import AuditLog
    from convo.desk.bots import Bots
    from convo.desk.calendars import Calendars
    from convo.desk.changes import Changes
    from convo.desk.channels import Channels
    from convo.desk.codes import Codes
    from convo.desk.conversations import Conversations
    from convo.desk.customers import Customers
    from convo.desk.dashboard import Dashboard
    from convo.desk.deliveries import Deliveries
    from convo.desk.doctor import Doctor
    from convo.desk.drafts import Drafts
    from convo.desk.enriching import Enriching
    from convo.desk.exports import Exports
    from convo.desk.fetching import Fetching
    from convo.desk.imports import Imports
    from convo.desk.inbox import Inbox
    from convo.desk.intents import Intents
    from convo.desk.logbook import Logbook
    from convo.desk.notifications import Notifications
    from convo.desk.operators import Operators
    from convo.desk.outbox import Outbox
    from convo.desk.presence import Presence
    from convo.desk.queries import Queries
    from convo.desk.routing import Routing
    from convo.desk.rules import Rules
    from convo.desk.search import Search
    from convo.desk.sla import Sla
    from convo.desk.snippets import Snippets
    from convo.desk.stores import Stores
    from convo.desk.suggestions import Suggestions
    from convo.desk.teams import Teams
    from convo.desk.threads import Threads
    from convo.desk.work import Work


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an operator of the desk, or (with no `operator_id`) whoever can open the store file."""

    name: str
    role: Role
    operator_id: int | None = None


@dataclass(slots=True)
class _Running:
    operation: str
    audited: bool = False


class Desk:
    """An open desk; close it, or use it in a `with`."""

    def __init__(self, store: Store, settings: Settings, actor: Actor) -> None:
        self.store = store
        self.settings = settings
        self.actor = actor
        self._running: ContextVar[_Running | None] = ContextVar("convo_operation", default=None)

    @property
    def running(self) -> str:
        """The name of the running operation."""
        running = self._running.get()
        return running.operation if running else ""

    @property
    def audited(self) -> bool:
        """Whether the running operation has left an audit row."""
        running = self._running.get()
        return running is not None and running.audited

    @audited.setter
    def audited(self, value: bool) -> None:
        running = self._running.get()
        if running is not None:
            running.audited = value

    @contextmanager
    def as_running(self, operation: str) -> Iterator[bool]:
        """Mark an operation as running; yields whether it is the outermost one."""
        if self._running.get() is not None:
            yield False
            return
        token = self._running.set(_Running(operation))
        try:
            yield True
        finally:
            self._running.reset(token)

    @cached_property
    def threads(self) -> "Threads":
        """Topics: list, read, answer, assign, close."""
        from convo.desk.threads import Threads

        return Threads(self)

    @cached_property
    def inbox(self) -> "Inbox":
        """What waits, in lists with counts."""
        from convo.desk.inbox import Inbox

        return Inbox(self)

    @cached_property
    def actions(self) -> "Actions":
        """What operators do to threads, many at once, and take back."""
        from convo.desk.actions import Actions

        return Actions(self)

    @cached_property
    def presence(self) -> "Presence":
        """Who is at which thread."""
        from convo.desk.presence import Presence

        return Presence(self)

    @cached_property
    def changes(self) -> "Changes":
        """Tells when to look again."""
        from convo.desk.changes import Changes

        return Changes(self)

    @cached_property
    def conversations(self) -> "Conversations":
        """Each customer's one timeline."""
        from convo.desk.conversations import Conversations

        return Conversations(self)

    @cached_property
    def search(self) -> "Search":
        """Full text and fields over all history."""
        from convo.desk.search import Search

        return Search(self)

    @cached_property
    def customers(self) -> "Customers":
        """Who we talk with: identities, tags, consent, merge, erase."""
        from convo.desk.customers import Customers

        return Customers(self)

    @cached_property
    def imports(self) -> "Imports":
        """Logs on their way in, the quarantine, undo."""
        from convo.desk.imports import Imports

        return Imports(self)

    @cached_property
    def enriching(self) -> "Enriching":
        """What messages are written in, how they feel, what they are after."""
        from convo.desk.enriching import Enriching

        return Enriching(self)

    @cached_property
    def exports(self) -> "Exports":
        """Everything on its way out."""
        from convo.desk.exports import Exports

        return Exports(self)

    @cached_property
    def channels(self) -> "Channels":
        """The accounts through which messages travel."""
        from convo.desk.channels import Channels

        return Channels(self)

    @cached_property
    def codes(self) -> "Codes":
        """Short words on shelves and products that open a chat with their context."""
        from convo.desk.codes import Codes

        return Codes(self)

    @cached_property
    def logbook(self) -> "Logbook":
        """Calls and visits, written down by whoever had them."""
        from convo.desk.logbook import Logbook

        return Logbook(self)

    @cached_property
    def fetching(self) -> "Fetching":
        """What comes by channels that are asked for it."""
        from convo.desk.fetching import Fetching

        return Fetching(self)

    @cached_property
    def outbox(self) -> "Outbox":
        """Messages on their way out."""
        from convo.desk.outbox import Outbox

        return Outbox(self)

    @cached_property
    def operators(self) -> "Operators":
        """Who answers."""
        from convo.desk.operators import Operators

        return Operators(self)

    @cached_property
    def teams(self) -> "Teams":
        """Groups of operators."""
        from convo.desk.teams import Teams

        return Teams(self)

    @cached_property
    def rules(self) -> "Rules":
        """What to do when a query matches a message."""
        from convo.desk.rules import Rules

        return Rules(self)

    @cached_property
    def arrivals(self) -> "Arrivals":
        """Messages on their way in: receive, understand, route, answer."""
        from convo.desk.arrivals import Arrivals

        return Arrivals(self)

    @cached_property
    def routing(self) -> "Routing":
        """What the rules decide, why, and what they would have decided."""
        from convo.desk.routing import Routing

        return Routing(self)

    @cached_property
    def assignments(self) -> "Assignments":
        """Who gets a thread, and the queue of those that nobody was there to take."""
        from convo.desk.assignments import Assignments

        return Assignments(self)

    @cached_property
    def sla(self) -> "Sla":
        """Promised times: policies, due times, breaches."""
        from convo.desk.sla import Sla

        return Sla(self)

    @cached_property
    def calendars(self) -> "Calendars":
        """When the shop is open, by which promised times are counted."""
        from convo.desk.calendars import Calendars

        return Calendars(self)

    @cached_property
    def bots(self) -> "Bots":
        """First contact by a bot."""
        from convo.desk.bots import Bots

        return Bots(self)

    @cached_property
    def intents(self) -> "Intents":
        """What messages are after: labels, examples, models."""
        from convo.desk.intents import Intents

        return Intents(self)

    @cached_property
    def suggestions(self) -> "Suggestions":
        """What the best answer may be: articles, past replies, snippets."""
        from convo.desk.suggestions import Suggestions

        return Suggestions(self)

    @cached_property
    def drafts(self) -> "Drafts":
        """Replies and summaries drafted for a person who asks."""
        from convo.desk.drafts import Drafts

        return Drafts(self)

    @cached_property
    def snippets(self) -> "Snippets":
        """Canned replies."""
        from convo.desk.snippets import Snippets

        return Snippets(self)

    @cached_property
    def articles(self) -> "Articles":
        """The knowledge base."""
        from convo.desk.articles import Articles

        return Articles(self)

    @cached_property
    def notifications(self) -> "Notifications":
        """What operators were told about threads."""
        from convo.desk.notifications import Notifications

        return Notifications(self)

    @cached_property
    def queries(self) -> "Queries":
        """Queries under a name."""
        from convo.desk.queries import Queries

        return Queries(self)

    @cached_property
    def dashboard(self) -> "Dashboard":
        """How the last days went."""
        from convo.desk.dashboard import Dashboard

        return Dashboard(self)

    @cached_property
    def deliveries(self) -> "Deliveries":
        """Outbound messages on their way."""
        from convo.desk.deliveries import Deliveries

        return Deliveries(self)

    @cached_property
    def audit(self) -> "AuditLog":
        """Who did what, when, before and after."""
        from convo.desk.audit import AuditLog

        return AuditLog(self)

    @cached_property
    def stores(self) -> "Stores":
        """The store itself: check, back up, compact, copy."""
        from convo.desk.stores import Stores

        return Stores(self)

    @cached_property
    def work(self) -> "Work":
        """What must go on by itself: routing, waking, clocks, the queue."""
        from convo.desk.work import Work

        return Work(self)

    @cached_property
    def doctor(self) -> "Doctor":
        """What is not as it should be."""
        from convo.desk.doctor import Doctor

        return Doctor(self)

    def reconnect(self) -> None:
        """Open the store anew at the next call: it was out of reach, and its file may be another one now."""
        self.store.reconnect()

    def close(self) -> None:
        """Let go of the store, and wake whoever waits for its changes."""
        if "changes" in vars(self):
            self.changes.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_desk(
    url: str | Path | None = None, *, operator: str | None = None, settings: Settings | None = None, create: bool = True
) -> Desk:
    """Open the desk on a store: a path, `sqlite:///…` or `postgresql://…`; by default the one the settings name.

    `operator` is the name of the operator who acts, by default the settings' one; without any, whoever can open the
    store acts as its admin. Raises StoreError, NotFound or Busy as `convo.store.opening.open_store` says.
    """
    settings = settings or load_settings()
    store = open_store(locate(url if url is not None else settings.store), create=create)
    try:
        actor = _actor(store, operator or settings.operator)
    except BaseException:
        store.close()
        raise
    return Desk(store, settings, actor)


def _actor(store: Store, name: str | None) -> Actor:
    if not name:
        return Actor(_login(), Role.ADMIN)
    operator = tables.operator
    wanted = select(operator.c.id, operator.c.name, operator.c.role).where(operator.c.removed_at.is_(None))
    with store.read() as connection:
        held = connection.execute(wanted).all()
    # Compared here, as SQLite folds the case of ASCII letters only.
    found = next((row for row in held if row.name.casefold() == name.casefold()), None)
    if found is None:
        raise NotFound(f"there is no operator {name!r}", hint=f"convo --as '' operator add {name}")
    return Actor(found.name, Role(found.role), found.id)


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "local"
