"""Tables of what came in and goes out: import runs, the intake ledger, deliveries, and the audit log."""

from sqlalchemy import Column, Index, LargeBinary
from sqlalchemy import text as sql

from convo.model.table import PlainText, instant, json, key, number, one_of, reference, table, text, word
from convo.model.words import DeliveryStatus, LedgerOutcome, RunState

import_run = table(
    "import_run",
    key(),
    text("path"),
    text("fingerprint", index=True),
    text("format"),
    json("options", dict),
    reference("channel_id", "channel.id"),
    word("state", RunState.RUNNING.value),
    number("fetched", 0),
    number("stored", 0),
    number("skipped", 0),
    number("quarantined", 0),
    instant("started_at"),
    instant("finished_at", null=True),
    one_of("state", RunState),
)
"""One reading of one file or folder; fetched = stored + skipped + quarantined."""


ledger = table(
    "ledger",
    key(),
    reference("import_run_id", "import_run.id", null=True),
    reference("channel_id", "channel.id"),
    number("ordinal", 0),
    Column("key", PlainText, nullable=False, default=""),
    word("outcome"),
    text("reason", ""),
    text("place", ""),
    instant("item_at", null=True),
    number("message_id", null=True, index=True),
    number("event_id", null=True),
    Column("raw", LargeBinary, nullable=True),
    instant("at"),
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
"""One row for every thing fetched or read: stored, skipped (why), or quarantined (why, with its bytes)."""


delivery = table(
    "delivery",
    key(),
    reference("message_id", "message.id", index=True),
    reference("customer_id", "customer.id", index=True),
    reference("channel_id", "channel.id"),
    text("recipient", ""),
    word("status", DeliveryStatus.QUEUED.value),
    text("idempotency_key", unique=True),
    number("attempts", 0),
    instant("next_at", null=True),
    text("claimed_by", null=True),
    instant("claimed_until", null=True),
    text("external_id", null=True, index=True),
    text("error", ""),
    json("template", lambda: None, null=True),
    instant("created_at"),
    instant("updated_at"),
    instant("sent_at", null=True),
    one_of("status", DeliveryStatus),
    Index(None, "status", "next_at"),
    Index(None, "channel_id", "status", "next_at"),
)
"""One outbound message on its way; `claimed_by` is the token of the claim under which it is being sent.

`template` is the approved template with which it goes, as a JSON object of name, language and values."""


channel_state = table(
    "channel_state",
    reference("channel_id", "channel.id", primary=True),
    number("fence", 0),
    json("cursor", dict),
    instant("succeeded_at", null=True),
    number("lag", null=True),
    instant("failed_at", null=True),
    text("error", ""),
    number("failures", 0),
    instant("next_at", null=True),
)
"""Where a channel's fetching goes on and how it does; `fence` grows with each worker that takes it over.

`lag` is how long before it was stored the newest message had been sent, in milliseconds; `failures` counts those in a
row, of which `error` is the last, and after which it is tried again at `next_at`."""


code = table(
    "code",
    key(),
    text("word", unique=True),
    text("title"),
    reference("channel_id", "channel.id"),
    text("text", ""),
    json("context", dict),
    number("uses", 0),
    instant("created_at"),
    instant("removed_at", null=True),
)
"""A short code on a shelf or product that opens a chat with its context; the customer's message holds its `word`."""


audit = table(
    "audit",
    key(),
    instant("at", index=True),
    text("actor"),
    text("operation"),
    text("entity", ""),
    number("entity_id", null=True),
    json("before", lambda: None, null=True),
    json("after", lambda: None, null=True),
    Index(None, "entity", "entity_id"),
)
"""Who did what to which, when, and what it was before and after."""
