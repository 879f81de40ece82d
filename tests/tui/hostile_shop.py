"""The demo shop after somebody malicious filled every field in which words can stand, past every check."""

from collections.abc import Sequence

from sqlalchemy import MetaData, select, update

from convo.desk.desk import Desk

WORD = "W" * 10_000
OBEYED = (
    "\x1b]52;c;aGk=\x07\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\\x1b[2J\x1b[?1049l\x9b31m\x90+q\x9c\x85\x7f"
)
MARKUP = "[/][@click=app.quit()]press[/][bold]x[/bold][red]"
LETTERS = "\u202eevil\u202c \u2066x \u200b\ufeff\u2028👨‍👩‍👧‍👦 🇪🇸🇯🇵 Z" + "\u0301" * 200 + " مرحبا بالعالم 日本語\tx"
HOSTILE = f"{MARKUP}{OBEYED} {LETTERS} \r\x08\x00{WORD}"
LARGE = f"{OBEYED}\n> {LETTERS}\n" * 4_000

FIELDS: dict[str, Sequence[str]] = {
    "article": ("title", "body"),
    "channel": ("name",),
    "operator": ("shown",),
    "rule": ("name", "comment"),
    "snippet": ("name", "body"),
    "team": ("name",),
    "customer": ("name",),
    "customer_attribute": ("name", "value"),
    "customer_tag": ("tag",),
    "identity": ("value", "shown"),
    "thread": ("subject",),
    "thread_tag": ("tag",),
    "event": ("title",),
    "message": ("author", "subject", "body", "intent"),
    "attachment": ("name", "media_type"),
    "delivery": ("recipient", "error"),
    "notification": ("body", "by"),
    "bot": ("name",),
    "mark": ("name",),
    "sla_policy": ("name",),
    "undo_step": ("title",),
    "saved_query": ("name",),
}
_SHORT = 300
"""Letters of what is a name: some have indexes, which take no more."""


def make_hostile(desk: Desk) -> None:
    """Fill them all; one message is more than a megabyte long, and one delivery has failed."""
    desk.queries.save("mine", "is:open")
    desk.drafts.keep(12, "a draft " + HOSTILE.replace("\x00", ""))
    metadata = MetaData()
    with desk.store.write() as connection:
        metadata.reflect(connection, only=[*FIELDS])
        for name, fields in FIELDS.items():
            table = metadata.tables[name]
            for number, key in enumerate(connection.execute(select(*table.primary_key.columns)).all()):
                here = [column == value for column, value in zip(table.primary_key.columns, key, strict=True)]
                values = {field: _filled(name, field, number) for field in fields}
                connection.execute(update(table).where(*here).values(values))
        message, delivery = metadata.tables["message"], metadata.tables["delivery"]
        newest = select(message.c.id).order_by(message.c.id.desc()).limit(1).scalar_subquery()
        connection.execute(update(message).where(message.c.id == newest).values(body=LARGE))
        connection.execute(update(delivery).values(status="failed"))
    assert len(LARGE.encode()) > 1_000_000


def _filled(table: str, field: str, number: int) -> str:
    text = HOSTILE if field in {"body", "error", "comment", "title", "subject"} else HOSTILE[:_SHORT]
    return f"{number} wheel {text}"
