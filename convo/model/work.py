"""Tables of how the desk works: rules, promises, canned answers, nudges, saved queries."""

from sqlalchemy import Column, Float

from convo.model.table import flag, instant, json, key, number, reference, table, text

rule = table(
    "rule",
    key(),
    text("name", unique=True),
    number("position", index=True),
    text("trigger", "message received"),
    text("query"),
    json("actions", list),
    flag("enabled", True),
    text("comment", ""),
    instant("created_at"),
)
"""When a query matches a message, do these actions; rules run in order of `position`.

`comment` is what its author wrote about it, kept when rules are exported and imported."""


remark = table(
    "remark",
    key(),
    text("name", unique=True),
    text("body"),
)
"""What somebody wrote around things that the desk keeps, such as the head of a file of rules, kept for its export."""


calendar = table(
    "calendar",
    key(),
    text("name", unique=True),
    text("time_zone"),
    json("hours", dict),
    json("holidays", list),
    instant("created_at"),
)
"""When the shop is open: spans of local time by weekday, and the days on which it is not."""


sla_policy = table(
    "sla_policy",
    key(),
    text("name", unique=True),
    number("first_response", null=True),
    number("next_response", null=True),
    number("resolution", null=True),
    reference("calendar_id", "calendar.id", null=True),
    instant("created_at"),
)
"""How soon a first and a next response and a resolution are due, in seconds of business hours;
without a calendar, all hours are."""


snippet = table(
    "snippet",
    key(),
    text("name", unique=True),
    text("body"),
    text("language", null=True),
    instant("created_at"),
)
"""A canned reply with variables, such as {customer.name}."""


article = table(
    "article",
    key(),
    text("name", unique=True),
    text("title"),
    text("body"),
    text("language", null=True),
    text("keywords", ""),
    text("questions", ""),
    number("words", 0, index=True),
    instant("created_at"),
    instant("updated_at"),
)
"""A knowledge-base entry; `questions` are ways to ask for it and `keywords` words for it or intents, one a line.

`words` is how many words its index counts."""


nudge = table(
    "nudge",
    key(),
    text("name", unique=True),
    text("trigger"),
    text("audience"),
    text("template"),
    json("guardrails", dict),
    Column("holdout", Float, nullable=False, default=0.1),
    flag("enabled", False),
    instant("created_at"),
)
"""A proactive message: when, to whom, what, within which guardrails, and how many are held out."""


saved_query = table(
    "saved_query",
    key(),
    text("name", unique=True),
    text("query"),
    instant("created_at"),
)
"""A query under a name."""


import_profile = table(
    "import_profile",
    key(),
    text("name", unique=True),
    json("mapping", dict),
    instant("created_at"),
)
"""A mapping from a file's columns to the desk's fields under a name."""
