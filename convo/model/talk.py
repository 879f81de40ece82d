"""Tables of what was said and what happened: channels, threads, messages, attachments, events."""

from sqlalchemy import CheckConstraint, Column, Float, Index, LargeBinary, UniqueConstraint
from sqlalchemy import text as sql

from convo.model.table import flag, instant, json, key, number, one_of, reference, table, text, word
from convo.model.words import AttachmentRole, ChannelState, Direction, EventKind, Priority, ThreadStatus

_TIMED = ("first_response_due", "next_response_due", "resolution_due", "queued_since", "snoozed_until")


def _where_set(column: str) -> Index:
    """An index of the few threads that have this column set."""
    wanted = sql(f"{column} IS NOT NULL")
    return Index(f"ix_thread_{column}", column, sqlite_where=wanted, postgresql_where=wanted)


channel = table(
    "channel",
    key(),
    text("kind", index=True),
    text("name", unique=True),
    json("config", dict),
    word("state", ChannelState.ACTIVE.value),
    instant("created_at"),
    one_of("state", ChannelState),
)
"""An account through which messages travel; `config` holds no secrets, only where they are."""


thread = table(
    "thread",
    key(),
    reference("customer_id", "customer.id", index=True),
    reference("channel_id", "channel.id"),
    text("external_id", null=True),
    text("subject", ""),
    word("status", ThreadStatus.OPEN.value),
    word("priority", Priority.NORMAL.value),
    reference("assignee_id", "operator.id", null=True),
    reference("team_id", "team.id", null=True, index=True),
    reference("sla_policy_id", "sla_policy.id", null=True),
    flag("unread", False),
    flag("unverified", False),
    number("message_count", 0),
    instant("created_at"),
    instant("last_message_at"),
    instant("last_inbound_at", null=True),
    instant("last_outbound_at", null=True),
    instant("waiting_since", null=True, index=True),
    instant("snoozed_until", null=True),
    instant("resolved_at", null=True),
    instant("first_response_due", null=True),
    instant("next_response_due", null=True),
    instant("resolution_due", null=True),
    number("resolution_left", null=True),
    text("wanted", null=True),
    instant("queued_since", null=True),
    number("read_key", null=True),
    reference("import_run_id", "import_run.id", null=True, index=True),
    one_of("status", ThreadStatus),
    one_of("priority", Priority),
    Index(None, "status", "last_message_at", "id"),
    Index(None, "last_message_at", "id"),
    Index(
        "ix_thread_assigned",
        "assignee_id",
        "last_message_at",
        "id",
        sqlite_where=sql("assignee_id IS NOT NULL"),
        postgresql_where=sql("assignee_id IS NOT NULL"),
    ),
    Index(None, "channel_id", "external_id"),
    Index(None, "status", "assignee_id", "last_message_at", "id"),
    Index(
        "ix_thread_teams",
        "status",
        "team_id",
        "last_message_at",
        "id",
        sqlite_where=sql("team_id IS NOT NULL"),
        postgresql_where=sql("team_id IS NOT NULL"),
    ),
    Index(
        "ix_thread_unread",
        "status",
        "last_message_at",
        "id",
        sqlite_where=sql("unread IS 1"),
        postgresql_where=sql("unread IS true"),
    ),
    *(_where_set(column) for column in _TIMED),
)
"""One topic inside a customer's conversation; `waiting_since` is when the customer began to wait for us.

`wanted` says how it is to be assigned while nobody was available to take it, which it has waited for since
`queued_since`. `resolution_left` is what remains of the promised time to resolve it, in seconds of business hours,
while that clock stands still. `read_key` is the sort key of the newest message that somebody has read."""


thread_tag = table(
    "thread_tag",
    reference("thread_id", "thread.id", primary=True),
    text("tag", primary=True),
    Index(None, "tag", "thread_id"),
)
"""A tag on a thread."""


episode = table(
    "episode",
    key(),
    reference("thread_id", "thread.id", index=True),
    reference("customer_id", "customer.id", index=True),
    instant("opened_at", index=True),
    instant("first_response_at", null=True),
    instant("resolved_at", null=True),
)
"""From a thread's opening or reopening by the customer to its resolution; what times are measured on."""


message = table(
    "message",
    key(),
    number("sort_key", unique=True),
    reference("thread_id", "thread.id"),
    reference("customer_id", "customer.id"),
    reference("channel_id", "channel.id", index=True),
    reference("identity_id", "identity.id", null=True, index=True),
    word("direction"),
    text("author", ""),
    reference("operator_id", "operator.id", null=True),
    text("subject", ""),
    text("body", ""),
    text("original", null=True),
    text("external_id", null=True, index=True),
    json("reference_ids", list),
    instant("sent_at"),
    instant("received_at"),
    flag("automatic", False),
    flag("unverified", False),
    text("unanswerable", null=True),
    flag("has_attachment", False),
    text("language", null=True),
    Column("sentiment", Float, nullable=True),
    text("intent", null=True),
    Column("intent_score", Float, nullable=True),
    reference("import_run_id", "import_run.id", null=True, index=True),
    one_of("direction", Direction),
    CheckConstraint("sentiment BETWEEN -1 AND 1", name="sentiment"),
    Index(None, "thread_id", "sort_key"),
    Index(None, "customer_id", "sort_key"),
)
"""One utterance; `body` is what is new in it, `original` the whole text where quotes were folded away from it.

`intent_score` is how sure the intent is, from 0 to 1. `unanswerable` says why nothing automatic may answer it.
`sort_key` orders all messages by time and is the row number of the search index."""


attachment = table(
    "attachment",
    key(),
    reference("message_id", "message.id", index=True),
    reference("customer_id", "customer.id", index=True),
    text("name"),
    text("media_type"),
    number("size", null=True),
    text("sha256", null=True, index=True),
    word("role", AttachmentRole.FILE.value),
    one_of("role", AttachmentRole),
)
"""A part of a message, held by its content's hash; `sha256` is None when the log named it without holding it."""


event = table(
    "event",
    key(),
    reference("customer_id", "customer.id"),
    reference("channel_id", "channel.id", index=True),
    reference("identity_id", "identity.id", null=True, index=True),
    word("kind"),
    instant("at"),
    text("title", ""),
    number("amount_milli", null=True),
    text("currency", null=True),
    number("duration", null=True),
    text("external_id", null=True, index=True),
    json("data", dict),
    reference("import_run_id", "import_run.id", null=True, index=True),
    one_of("kind", EventKind),
    CheckConstraint("(amount_milli IS NULL) = (currency IS NULL)", name="amount_has_currency"),
    Index(None, "customer_id", "at"),
    Index(None, "kind", "at"),
)
"""Something that happened and is not a message; amounts are thousandths of the currency's unit."""


blob = table(
    "blob",
    key(),
    text("sha256"),
    Column("data", LargeBinary, nullable=False),
    UniqueConstraint("sha256"),
)
"""An attachment's bytes, for a store that several machines share; a file store keeps them beside it instead."""
