"""Tables of what the desk has learned: the words of articles and their use, labelled messages, intent models."""

from sqlalchemy import Column, Index, LargeBinary, UniqueConstraint

from convo.model.table import PlainText, flag, instant, json, key, number, one_of, reference, table, text, word
from convo.model.words import ArticleUse

article_term = table(
    "article_term",
    Column("term", PlainText, primary_key=True),
    reference("article_id", "article.id", primary=True, index=True),
    number("title_count", 0),
    number("body_count", 0),
    number("length", 0),
    clustered=True,
)
"""How often a word stands in an article's title and body, and how many words the article has."""


article_use = table(
    "article_use",
    key(),
    reference("article_id", "article.id", index=True),
    reference("thread_id", "thread.id", index=True),
    reference("message_id", "message.id", null=True, index=True),
    reference("customer_id", "customer.id", index=True),
    word("use"),
    text("by", ""),
    instant("at"),
    one_of("use", ArticleUse),
)
"""That an article was offered or sent in a thread, and by whom."""


intent_model = table(
    "intent_model",
    key(),
    number("version", unique=True),
    text("kind"),
    text("format"),
    json("measures", dict),
    flag("active", False),
    Column("data", LargeBinary, nullable=False),
    instant("created_at"),
)
"""A trained model of intents; `format` names the program's form of `data`, `measures` say how good it was."""


intent_label = table(
    "intent_label",
    key(),
    reference("message_id", "message.id"),
    reference("customer_id", "customer.id", index=True),
    text("intent"),
    text("by", ""),
    instant("at"),
    UniqueConstraint("message_id"),
)
"""What a person said a message is after."""


intent_example = table(
    "intent_example",
    key(),
    text("intent"),
    text("body"),
    text("language", null=True),
    instant("created_at"),
    Index(None, "intent"),
)
"""A sentence that is after something, for teaching intents without a message that says it."""


mark = table(
    "mark",
    key(),
    text("name", unique=True),
    number("value", 0),
)
"""How far a piece of work that goes on in the background has come."""
