"""Writes down what customers told a channel of their consent: that they opted in, or want nothing more."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from convo.channels.base import Consent
from convo.errors import BadInput
from convo.intake.bounds import one_line
from convo.intake.identities import normalise
from convo.model import tables
from convo.model.words import ConsentKind


def record(connection: Connection, consents: Iterable[Consent], *, home_region: str) -> None:
    """Write down each statement of a customer who is known, once; others, who were never heard of, have none."""
    for each in consents:
        try:
            value = normalise(each.customer.kind, each.customer.value, home_region=home_region)
        except BadInput:
            continue
        identity = tables.identity
        known = select(identity.c.customer_id).where(identity.c.kind == each.customer.kind, identity.c.value == value)
        customer = connection.execute(known).scalar()
        if customer is not None:
            _write(connection, customer, each.kind, each.granted, one_line(each.source), each.at)


def withdraw(connection: Connection, delivery: int, now: datetime) -> None:
    """Withdraw what the customer of a delivery agreed to, whose provider says that they opted out."""
    row = connection.execute(
        select(tables.delivery.c.customer_id, tables.channel.c.name)
        .join(tables.channel, tables.channel.c.id == tables.delivery.c.channel_id)
        .where(tables.delivery.c.id == delivery)
    ).one()
    consent = tables.consent
    newest = select(consent.c.granted).where(
        consent.c.customer_id == row.customer_id, consent.c.kind == ConsentKind.MARKETING.value
    )
    said = connection.execute(newest.order_by(consent.c.at.desc(), consent.c.id.desc()).limit(1)).scalar()
    if said is not False:
        _write(
            connection, row.customer_id, ConsentKind.MARKETING, False, f"{row.name}: opted out, says the provider", now
        )


def _write(connection: Connection, customer: int, kind: ConsentKind, granted: bool, source: str, at: datetime) -> None:
    consent = tables.consent
    row: dict[str, Any] = {
        "customer_id": customer,
        "kind": kind.value,
        "granted": granted,
        "source": source,
        "at": at,
    }
    there = select(consent.c.id).where(*(consent.c[name] == value for name, value in row.items()))
    if connection.execute(there).first() is None:
        connection.execute(insert(consent), row)
