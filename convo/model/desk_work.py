"""Tables of operators at work: what they are writing, where they are, and what they can still take back."""

from sqlalchemy import Index, UniqueConstraint

from convo.model.table import flag, instant, json, key, reference, table, text

draft = table(
    "draft",
    key(),
    reference("thread_id", "thread.id"),
    reference("customer_id", "customer.id", index=True),
    text("author"),
    flag("note", False),
    text("channel", ""),
    text("body"),
    instant("updated_at"),
    UniqueConstraint("thread_id", "author", "note"),
)
"""What an operator is writing in a thread and has not sent: one reply and one note each; `channel` is empty for the
one that the reply would go by anyway."""


presence = table(
    "presence",
    key(),
    text("session", unique=True),
    text("name"),
    reference("thread_id", "thread.id", null=True, index=True),
    flag("writing", False),
    instant("at"),
)
"""One screen that is open: whose, which thread it shows, whether somebody writes there, and when it last said so."""


undo_step = table(
    "undo_step",
    key(),
    text("actor"),
    text("title"),
    instant("at"),
    instant("undone_at", null=True),
    Index(None, "actor", "id"),
)
"""One thing that somebody did to threads or customers and can take back."""


undo_row = table(
    "undo_row",
    key(),
    reference("undo_step_id", "undo_step.id", index=True),
    reference("thread_id", "thread.id", null=True, index=True),
    reference("customer_id", "customer.id", index=True),
    reference("message_id", "message.id", null=True, index=True),
    json("before", dict),
    json("after", dict),
)
"""What a step changed in one thread or customer, and the message that it wrote, if any."""
