"""Tables of what came in and goes out: import runs, the intake ledger, deliveries, and the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy import text as sql

from convo.model.table import Table, instant, json, key, number, one_of, reference, text, word
from convo.model.words import DeliveryStatus, LedgerOutcome, RunState


class ImportRun(Table, table=True):
    """One reading of one file or folder; fetched = stored + skipped + quarantined."""

    __table_args__ = (one_of("state", RunState),)

    id: int | None = key()
    path: str = text()
    fingerprint: str = text(index=True)
    format: str = text()
    options: dict[str, Any] = json(dict)
    channel_id: int = reference("channel.id")
    state: str = word(RunState.RUNNING.value)
    fetched: int = number(0)
    stored: int = number(0)
    skipped: int = number(0)
    quarantined: int = number(0)
    started_at: datetime = instant()
    finished_at: datetime | None = instant(null=True)


class Ledger(Table, table=True):
    """One row for every thing fetched or read: stored, skipped (why), or quarantined (why, with its bytes)."""

    __table_args__ = (
        one_of("outcome", LedgerOutcome),
        Index(
            "uq_ledger_stored",
            "channel_id",
            "key",
            unique=True,
            sqlite_where=sql("outcome = 'stored'"),
            postgresql_where=sql("outcome = 'stored'"),
        ),
        Index(None, "import_run_id", "ordinal"),
        Index(
            "ix_ledger_quarantined",
            "outcome",
            "id",
            sqlite_where=sql("outcome = 'quarantined'"),
            postgresql_where=sql("outcome = 'quarantined'"),
        ),
    )

    id: int | None = key()
    import_run_id: int | None = reference("import_run.id", null=True)
    channel_id: int = reference("channel.id")
    ordinal: int = number(0)
    key: str = text("")
    outcome: str = word()
    reason: str = text("")
    place: str = text("")
    item_at: datetime | None = instant(null=True)
    message_id: int | None = number(None, null=True, index=True)
    event_id: int | None = number(None, null=True)
    raw: bytes | None = None
    at: datetime = instant()


class Delivery(Table, table=True):
    """One outbound message on its way."""

    __table_args__ = (one_of("status", DeliveryStatus), Index(None, "status", "next_at"))

    id: int | None = key()
    message_id: int = reference("message.id", index=True)
    customer_id: int = reference("customer.id", index=True)
    channel_id: int = reference("channel.id")
    recipient: str = text("")
    status: str = word(DeliveryStatus.QUEUED.value)
    idempotency_key: str = text(unique=True)
    attempts: int = number(0)
    next_at: datetime | None = instant(null=True)
    claimed_by: str | None = text(None, null=True)
    claimed_until: datetime | None = instant(null=True)
    external_id: str | None = text(None, null=True, index=True)
    error: str = text("")
    created_at: datetime = instant()
    updated_at: datetime = instant()


class Audit(Table, table=True):
    """Who did what to which, when, and what it was before and after."""

    __table_args__ = (Index(None, "entity", "entity_id"),)

    id: int | None = key()
    at: datetime = instant(index=True)
    actor: str = text()
    operation: str = text()
    entity: str = text("")
    entity_id: int | None = number(None, null=True)
    before: dict[str, Any] | None = json(lambda: None, null=True)
    after: dict[str, Any] | None = json(lambda: None, null=True)
