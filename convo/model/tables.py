"""All tables as Core tables, for queries: `tables.message.c.body`; and their order for filling and emptying."""

from convo.model.people import (
    consent,
    customer,
    customer_attribute,
    customer_tag,
    identity,
    merge,
    merge_move,
    operator,
    team,
    team_member,
)
from convo.model.table import METADATA
from convo.model.talk import attachment, blob, channel, episode, event, message, thread, thread_tag
from convo.model.traffic import audit, delivery, import_run, ledger
from convo.model.work import article, import_profile, nudge, rule, saved_query, sla_policy, snippet

ORDER = tuple(METADATA.sorted_tables)

__all__ = [
    "METADATA",
    "ORDER",
    "article",
    "attachment",
    "audit",
    "blob",
    "channel",
    "consent",
    "customer",
    "customer_attribute",
    "customer_tag",
    "delivery",
    "episode",
    "event",
    "identity",
    "import_profile",
    "import_run",
    "ledger",
    "merge",
    "merge_move",
    "message",
    "nudge",
    "operator",
    "rule",
    "saved_query",
    "sla_policy",
    "snippet",
    "team",
    "team_member",
    "thread",
    "thread_tag",
]
