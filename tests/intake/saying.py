"""Short ways to say in a test what came in, and to see what became of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from convo.intake.channels import find_or_add
from convo.intake.policy import IntakePolicy
from convo.intake.prepare import Keys
from convo.intake.receive import Destination, Received, receive_many
from convo.model import tables
from convo.model.envelope import Envelope, Handle, Item
from convo.model.words import Direction
from convo.store.store import Store

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def mail(who: str, minute: int, text: str = "hello", **rest: Any) -> Envelope:
    """A mail from (or, with direction outbound, to) an address, so many minutes after START."""
    rest.setdefault("direction", Direction.INBOUND)
    rest.setdefault("external_id", f"{who}-{minute}@example")
    name = rest.pop("name", "")
    return Envelope(
        customer=(Handle("email", who, name),), sent_at=START + timedelta(minutes=minute), text=text, **rest
    )


def chat(who: str, minute: int, text: str = "hello", **rest: Any) -> Envelope:
    """A chat message from a telegram user, so many minutes after START."""
    rest.setdefault("direction", Direction.INBOUND)
    return Envelope(customer=(Handle("telegram", who),), sent_at=START + timedelta(minutes=minute), text=text, **rest)


def take(
    store: Store, *items: Item, channel: str = "email", history: bool = False, size: int = 1000, **policy: Any
) -> list[Received]:
    """Take items in, so many a batch, by the channel of this name and kind."""
    with store.write() as connection:
        number = find_or_add(connection, channel, channel, START)
    keys, received = Keys(), []
    rules = IntakePolicy(history=history, **policy)
    for start in range(0, len(items), size):
        received += receive_many(
            store, items[start : start + size], Destination(number, channel, None, start), rules, keys
        )
    return received


def rows(store: Store, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """All rows of a table (these columns, or all), in order of the first column."""
    source = tables.METADATA.tables[table]
    wanted = [source.c[name] for name in columns] if columns else list(source.c)
    with store.read() as connection:
        return [tuple(row) for row in connection.execute(select(*wanted).order_by(wanted[0]))]
