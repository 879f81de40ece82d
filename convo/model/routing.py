"""Tables of how messages find their people: arrivals, decisions, fired rules, breaches, notifications, the bot."""

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy import text as sql

from convo.model.table import flag, instant, json, key, number, one_of, reference, table, text, word
from convo.model.words import BotState, Opening, Promise

arrival = table(
    "arrival",
    key(),
    reference("message_id", "message.id"),
    reference("customer_id", "customer.id", index=True),
    reference("thread_id", "thread.id", index=True),
    word("opening", Opening.NONE.value),
    instant("at"),
    UniqueConstraint("message_id"),
    one_of("opening", Opening),
)
"""A message that is news and has not been routed yet; its row goes in the transaction that routes it."""


rule_set = table(
    "rule_set",
    key(),
    text("digest", unique=True),
    json("rules", list),
    instant("created_at"),
)
"""The rules as they were when something was decided by them; never changed."""


decision = table(
    "decision",
    key(),
    reference("message_id", "message.id", null=True, index=True),
    reference("thread_id", "thread.id", index=True),
    reference("customer_id", "customer.id", index=True),
    reference("rule_set_id", "rule_set.id"),
    text("trigger"),
    json("facts", dict),
    json("fired", list),
    json("assignment", lambda: None, null=True),
    instant("at", index=True),
)
"""What was decided about a thread and why: the facts as they were, the rules that fired, and who was chosen.

With the rule set, the facts tell of every other rule why it did not fire."""


rule_firing = table(
    "rule_firing",
    key(),
    reference("rule_id", "rule.id"),
    reference("episode_id", "episode.id", index=True),
    reference("customer_id", "customer.id", index=True),
    instant("at"),
    UniqueConstraint("rule_id", "episode_id"),
)
"""That a time-triggered rule has fired in an episode, which it does once."""


breach = table(
    "breach",
    key(),
    reference("thread_id", "thread.id", index=True),
    reference("episode_id", "episode.id"),
    reference("customer_id", "customer.id", index=True),
    reference("sla_policy_id", "sla_policy.id", null=True),
    word("promise"),
    instant("due_at"),
    instant("at", index=True),
    flag("seen", False),
    UniqueConstraint("episode_id", "promise", "due_at"),
    one_of("promise", Promise),
    Index("ix_breach_unseen", "id", sqlite_where=sql("seen IS 0"), postgresql_where=sql("seen IS false")),
)
"""That a promised time passed; `seen` says whether the rules have been asked about it."""


notification = table(
    "notification",
    key(),
    reference("operator_id", "operator.id", index=True),
    reference("thread_id", "thread.id", index=True),
    reference("customer_id", "customer.id", index=True),
    text("body", ""),
    text("by", ""),
    instant("at"),
    instant("seen_at", null=True),
)
"""Something an operator is told about a thread."""


bot = table(
    "bot",
    key(),
    text("name", unique=True),
    json("config", dict),
    flag("enabled", True),
    instant("created_at"),
)
"""A bot for first contact; `config` says what it asks for by intent, how sure it must be, and when it hands over."""


bot_session = table(
    "bot_session",
    key(),
    reference("bot_id", "bot.id"),
    reference("thread_id", "thread.id", index=True),
    reference("episode_id", "episode.id"),
    reference("customer_id", "customer.id", index=True),
    word("state", BotState.ACTIVE.value),
    number("turns", 0),
    json("asked", dict),
    json("known", dict),
    text("reason", ""),
    instant("started_at"),
    instant("last_at"),
    UniqueConstraint("episode_id"),
    one_of("state", BotState),
)
"""A bot's first contact in one episode: what it asked, what it knows, and how it ended."""
