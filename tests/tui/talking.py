"""What a customer wrote and did, to be read on screen: Mara, who is in no other story."""

from datetime import timedelta

from sqlalchemy import insert, update

from convo.desk.desk import Desk
from convo.intake.channels import find_or_add
from convo.intake.policy import IntakePolicy
from convo.intake.prepare import Keys
from convo.intake.receive import Destination, receive_many
from convo.model import tables
from convo.model.envelope import Envelope, EventEnvelope, Handle, Item, Part
from convo.model.words import Direction, EventKind
from convo.tui.conversation.pane import ConversationPane
from convo.tui.messages import ThreadChosen
from tests.tui.conftest import NOON
from tests.tui.piloting import Screen

MARA = "mara@post.example"


def mail(minute: float, text: str, *, topic: str = "wheel", **rest: object) -> Envelope:
    """A mail from Mara, so many minutes before (below zero) or after noon."""
    values: dict[str, object] = {
        "direction": Direction.INBOUND,
        "customer": (Handle("email", MARA, "Mara Lind"),),
        "author": "Mara Lind",
        "sent_at": NOON + timedelta(minutes=minute),
        "text": text,
        "thread_key": topic,
        "subject": topic,
        "external_id": f"{topic}-{minute}@post.example",
    }
    return Envelope(**(values | rest))  # type: ignore[arg-type]


def take(desk: Desk, *items: Item) -> None:
    """Take items in by email."""
    with desk.store.write() as connection:
        number = find_or_add(connection, "email", "email", NOON)
    receive_many(desk.store, items, Destination(number, "email", None, 0), IntakePolicy(), Keys())


def maras(desk: Desk) -> tuple[int, int]:
    """Mara's newest thread and her number."""
    row = desk.threads.list("customer:mara", limit=1).items[0]
    return row.id, row.customer_id


def story(desk: Desk) -> tuple[int, int]:
    """An old topic, page views, a call, a quoted answer with a file, and two unread mails."""
    day = 24 * 60
    take(
        desk,
        mail(-14 * day, "which helmet fits?", topic="helmet"),
        mail(-14 * day + 5, "the blue one, thanks", topic="helmet"),
    )
    desk.threads.close(maras(desk)[0])
    who = (Handle("email", MARA, "Mara Lind"),)
    take(
        desk,
        *(EventEnvelope(EventKind.PAGE_VIEW, who, NOON + timedelta(minutes=n - 90), f"/wheels/{n}") for n in range(4)),
        EventEnvelope(EventKind.CALL, who, NOON - timedelta(minutes=80), "call", duration=184),
        EventEnvelope(EventKind.PURCHASE, who, NOON - timedelta(minutes=70), "R7 wheel", 189_000, "EUR"),
        mail(
            -60,
            "It wobbles.\n\nOn Mon, 16 Nov 2026 at 10:00, Kim wrote:\n> Does it\n> wobble?",
            parts=(Part("bill.pdf", "application/pdf", b"%PDF-1.7 bill"),),
        ),
    )
    thread, customer = maras(desk)
    desk.threads.mark_read(thread)
    desk.threads.note(thread, "offer a new one")
    take(desk, mail(1, "this is terrible, I am very angry and disappointed, worst shop ever"), mail(2, "hello?"))
    message, attachment = tables.message, tables.attachment
    with desk.store.write() as connection:
        connection.execute(update(message).where(message.c.body.startswith("this is ter")).values(sentiment=-0.9))
        connection.execute(update(attachment).where(attachment.c.name == "bill.pdf").values(name="../../bill.pdf"))
    return thread, customer


def many(desk: Desk, count: int) -> tuple[int, int]:
    """Mara's thread with so many messages, a minute apart."""
    take(desk, mail(-60 * 24 * 20, "message 0"))
    thread, customer = maras(desk)
    message = tables.message
    with desk.store.write() as connection:
        (row,) = connection.execute(message.select().where(message.c.thread_id == thread)).mappings()
        at = [row["sent_at"] + timedelta(minutes=n) for n in range(count)]
        rows = [
            {key: value for key, value in row.items() if key != "id"}
            | {
                "sort_key": row["sort_key"] + (n * 60 << 20),
                "sent_at": at[n],
                "body": f"message {n}",
                "external_id": f"{n}@many.example",
            }
            for n in range(1, count)
        ]
        connection.execute(insert(message), rows)
        newest = {"message_count": count, "last_message_at": at[-1], "unread": False}
        connection.execute(update(tables.thread).where(tables.thread.c.id == thread).values(**newest))
    return thread, customer


async def opened(screen: Screen, thread: int, customer: int) -> ConversationPane:
    """Open a thread as the inbox does."""
    screen.app.screen.post_message(ThreadChosen(thread, customer, opened=True))
    await screen.settled()
    return screen.app.screen.query_one(ConversationPane)
