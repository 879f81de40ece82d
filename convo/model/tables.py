"""All tables as Core tables, for queries: `tables.message.c.body`; and their order for filling and emptying."""

from convo.model.desk_work import draft, presence, undo_row, undo_step
from convo.model.knowledge import article_term, article_use, intent_example, intent_label, intent_model, mark
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
from convo.model.routing import (
    arrival,
    bot,
    bot_session,
    breach,
    decision,
    notification,
    rule_firing,
    rule_set,
)
from convo.model.table import METADATA
from convo.model.talk import attachment, blob, channel, episode, event, message, thread, thread_tag
from convo.model.traffic import audit, channel_state, code, delivery, import_run, ledger
from convo.model.work import article, calendar, import_profile, nudge, remark, rule, saved_query, sla_policy, snippet

ORDER = tuple(METADATA.sorted_tables)

__all__ = [
    "METADATA",
    "ORDER",
    "arrival",
    "article",
    "article_term",
    "article_use",
    "attachment",
    "audit",
    "blob",
    "bot",
    "bot_session",
    "breach",
    "calendar",
    "channel",
    "channel_state",
    "code",
    "consent",
    "customer",
    "customer_attribute",
    "customer_tag",
    "decision",
    "delivery",
    "draft",
    "episode",
    "event",
    "identity",
    "import_profile",
    "import_run",
    "intent_example",
    "intent_label",
    "intent_model",
    "ledger",
    "mark",
    "merge",
    "merge_move",
    "message",
    "notification",
    "nudge",
    "operator",
    "presence",
    "remark",
    "rule",
    "rule_firing",
    "rule_set",
    "saved_query",
    "sla_policy",
    "snippet",
    "team",
    "team_member",
    "thread",
    "thread_tag",
    "undo_row",
    "undo_step",
]
