"""A shop of a test's own in which 25 threads wait, on four channels, and whoever and whatever helps to answer them."""

from datetime import timedelta
from pathlib import Path

from convo import clock
from convo.desk.desk import Desk, open_desk
from convo.intake.channels import find_or_add
from convo.intake.policy import IntakePolicy
from convo.intake.receive import Destination, receive
from convo.model.envelope import Envelope, Handle
from convo.model.words import Direction
from convo.store.location import locate
from convo.store.opening import open_store
from tests.tui.conftest import NOON

THREADS = 25
CHANNELS = ("email", "telegram", "whatsapp", "web")
QUESTIONS = {15: "How long does truing a wheel take?", 16: "How long does truing a wheel take, please?"}


def channel_of(number: int) -> str:
    """The channel by which the customer of that number wrote."""
    return CHANNELS[number % len(CHANNELS)]


def waiting_shop(path: Path) -> None:
    """Make the shop: threads 1 to 25, of Customer 1 to 25, the first the newest; 24 and 25 may be one person."""
    open_store(locate(path)).close()
    with clock.fixed(NOON - timedelta(days=1)), open_desk(path) as desk:
        for name in ("kim", "alex"):
            desk.operators.add(name, role="agent")
        desk.teams.add("workshop")
        desk.teams.join("workshop", "alex")
        desk.snippets.add("hours", "We are open until six, {customer.name}.")
        desk.snippets.add("sorry", "We are sorry; the money is on its way.")
        desk.rules.add("refund", "", ["reply sorry", "tag refunded", "priority high"], trigger="by hand")
        desk.articles.add(
            "truing",
            "How long does truing a wheel take?",
            "Half an hour, while you wait.",
            questions=("truing a wheel",),
        )
        for number in range(1, THREADS + 1):
            _asks(desk, number)


def _asks(desk: Desk, number: int) -> None:
    kind, name = channel_of(number), f"Customer {'25' if number == 24 else number}"
    handles = [Handle("email", f"c{number}@shop.example", name)]
    if kind != "email":
        handles.insert(0, Handle(kind, f"+3460000{number:04}" if kind == "whatsapp" else f"70000{number:02}", name))
    at = NOON - timedelta(minutes=number)
    text = QUESTIONS.get(number, f"Please look at my order {number}00.")
    envelope = Envelope(Direction.INBOUND, tuple(handles), at, text, author=name, subject=f"Order {number}00")
    with clock.fixed(at):
        with desk.store.write() as connection:
            channel = find_or_add(connection, kind, kind, at)
        receive(desk.store, envelope, Destination(channel, kind), IntakePolicy())
