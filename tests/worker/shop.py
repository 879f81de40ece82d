"""A shop whose one channel is a mailbox at the tests' Dovecot, with all that must hold about its mail in the end."""

import email
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from convo import clock
from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model import tables
from convo.model.words import Role
from convo.store.store import Store
from tests.channels.email.accounts import new_user
from tests.servers.dovecot import Dovecot
from tests.servers.far_end import FarEnd


class Shop:
    """A desk with a mailbox as its one channel, by default without anything between it and the servers."""

    def __init__(
        self, store: Store, dovecot: Dovecot, far_end: FarEnd, *, imap_port: int = 0, smtp_port: int = 0, **changes: Any
    ) -> None:
        self.store, self.dovecot, self.far_end, self.user = store, dovecot, far_end, new_user("proof")
        place = str(store.location.path or store.location.url)
        self.desk = Desk(store, Settings(store=place), Actor("tester", Role.ADMIN))
        self.answered: set[int] = set()
        account = {"address": self.user, "imap_host": "127.0.0.1", "imap_port": imap_port or dovecot.imap_port}
        account |= {"imap_security": "plain", "smtp_host": "127.0.0.1", "smtp_port": smtp_port or far_end.port}
        self.desk.channels.add("email", "shop", account | {"smtp_security": "plain", "smtp_user": "none"} | changes)

    def append(self, *mails: bytes) -> None:
        """Mails arrive in the mailbox."""
        with self.dovecot.client(self.user) as imap:
            for raw in mails:
                imap.append("INBOX", None, None, raw)

    def unanswered(self, most: int) -> dict[int, str]:
        """Some threads that have no answer yet, each with the external id of its mail."""
        message = tables.message
        with self.store.read() as connection:
            wanted = select(message.c.thread_id, message.c.external_id).where(message.c.direction == "inbound")
            rows = connection.execute(wanted.order_by(message.c.id)).all()
        new = [row for row in rows if row.thread_id not in self.answered][:most]
        return {row.thread_id: row.external_id for row in new}

    def answer(self, threads: Iterable[int]) -> None:
        """Answer these threads."""
        for thread in threads:
            self.desk.threads.reply(thread, f"thread {thread}: it is")
            self.answered.add(thread)

    def outcomes(self) -> Counter[str]:
        """How many things of each outcome the ledger has."""
        ledger = tables.ledger
        with self.store.read() as connection:
            counted = connection.execute(select(ledger.c.outcome, func.count()).group_by(ledger.c.outcome))
            return Counter({str(row[0]): int(row[1]) for row in counted})

    def statuses(self) -> set[str]:
        """The states that deliveries are in."""
        with self.store.read() as connection:
            return set(connection.execute(select(tables.delivery.c.status).distinct()).scalars())

    def let_claims_run_out(self) -> None:
        """As if two minutes had passed since the worker died with messages in its hands."""
        delivery = tables.delivery
        with self.store.write() as connection:
            values = {"claimed_until": clock.now() - timedelta(seconds=1)}
            connection.execute(update(delivery).where(delivery.c.claimed_until.is_not(None)).values(**values))

    def stored(self) -> Counter[str]:
        """The external id of every mail that customers wrote, and how often the store has it."""
        message = tables.message
        with self.store.read() as connection:
            asked = select(message.c.external_id).where(message.c.direction == "inbound")
            return Counter(connection.execute(asked).scalars())

    def places(self) -> Counter[str]:
        """Where each thing that the ledger knows lay."""
        with self.store.read() as connection:
            return Counter(connection.execute(select(tables.ledger.c.place)).scalars())

    def keys(self) -> set[str]:
        """The Message-IDs under which answers are to go."""
        with self.store.read() as connection:
            return {f"<{key}>" for key in connection.execute(select(tables.delivery.c.idempotency_key)).scalars()}

    def read(self) -> set[str]:
        """The subjects of the mails in the mailbox that are marked as read."""
        there = self.dovecot.mailbox(self.user)
        return {email.message_from_bytes(kept.raw)["Subject"] for kept in there if "\\Seen" in kept.flags}

    def sent(self) -> dict[str, Counter[str]]:
        """By recipient the Message-IDs that reached the far end, and how often each."""
        found: dict[str, Counter[str]] = {}
        for got in self.far_end.received:
            found.setdefault(got.recipients[0], Counter())[email.message_from_bytes(got.raw)["Message-ID"]] += 1
        return found
