"""How a conversation and a thread read."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from convo.commands import timeline
from convo.commands.lines import Line
from convo.model.views import AttachmentView, EventView, MessageView, Money
from tests.commands.conftest import Convo

MESSAGE = MessageView(
    1,
    7,
    3,
    "shop-mail",
    "email",
    "inbound",
    "Ana Ruiz",
    "Noise",
    "It grinds.",
    None,
    datetime(2026, 5, 1, 23, 30, tzinfo=UTC),
    False,
    False,
    None,
    None,
    None,
)


def words(lines: list[Line]) -> str:
    return "\n".join(
        one.gutter.text + "".join(span.text for span in one.spans) + "".join(span.text for span in one.right)
        for one in lines
    )


def shown(*items: MessageView | EventView, zone: str = "UTC") -> str:
    return words(list(timeline.entries(items, ZoneInfo(zone))))


def test_a_conversation_reads_from_top_to_bottom(convo: Convo) -> None:
    page = convo("conversation", "show", "ana@example.org").out
    order = ["Ana Ruiz", "── Friday 1 May 2026 ──", "09:12", "09:40", "NOTE", "● call", "08:05", "● purchase"]
    places = [page.index(piece) for piece in order]
    assert places == sorted(places)
    assert "#1 Rear wheel noise" in page
    assert "… 4 quoted lines" in page
    assert "wheel.jpg  5 bytes" in page
    assert "4 min 14 s" in page
    assert "129.00 EUR" in page


def test_a_note_is_told_in_words() -> None:
    page = shown(replace(MESSAGE, direction="note", author="Marta"))
    assert "NOTE" in page
    assert "for operators only" in page


def test_times_and_days_are_the_desks() -> None:
    assert "Friday 1 May 2026" in shown(MESSAGE)
    page = shown(MESSAGE, zone="Europe/Madrid")
    assert "Saturday 2 May 2026" in page
    assert "01:30" in page


def test_what_cannot_be_trusted_or_was_not_delivered_says_so() -> None:
    assert "unverified sender" in shown(replace(MESSAGE, unverified=True))
    assert "automatic" in shown(replace(MESSAGE, automatic=True))
    page = shown(replace(MESSAGE, direction="outbound", delivery="failed", delivery_error="mailbox full"))
    assert "failed" in page
    assert "not delivered: mailbox full" in page


def test_files_are_named_and_layout_is_not() -> None:
    page = shown(
        replace(
            MESSAGE,
            attachments=(
                AttachmentView(1, "wheel.jpg", "image/jpeg", 2_140_000, "ab", "file"),
                AttachmentView(2, "", "audio/ogg", None, None, "file"),
                AttachmentView(3, "body.html", "text/html", 10, "cd", "html"),
            ),
        )
    )
    assert "wheel.jpg  2.1 MB" in page
    assert "audio/ogg, not in the log" in page
    assert "body.html" not in page


def test_a_message_without_words_is_still_there() -> None:
    assert "(no text)" in shown(replace(MESSAGE, body=" \n"))


def test_a_long_gap_in_a_text_takes_one_blank_line() -> None:
    assert "a\n\nb" in shown(replace(MESSAGE, body="a" + "\n" * 40 + "b"))


def test_the_ends_of_the_calendar_have_a_day() -> None:
    for at in (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)):
        for zone in ("America/New_York", "Pacific/Auckland"):
            event = EventView(1, 3, "purchase", "shop", at, "Wheel", Money(-1500, "EUR"), None, {})
            assert "-1.50 EUR" in shown(event, zone=zone)


def test_a_thread_says_where_it_stands(convo: Convo) -> None:
    convo("thread", "priority", "1", "high")
    convo("thread", "tag", "1", "wheels")
    page = convo("thread", "show", "1").out
    assert "Rear wheel noise" in page
    assert "assigned to nobody" in page
    assert "priority high" in page
    assert "tagged wheels" in page


def test_only_the_newest_messages_are_shown_when_asked(convo: Convo) -> None:
    page = convo("thread", "show", "1", "--messages", "1").out
    assert "… 2 earlier messages are not shown" in page
    assert "grinding" not in page


def test_a_conversation_can_be_read_backwards_by_pages(convo: Convo) -> None:
    newest = convo("conversation", "show", "1", "--limit", "2")
    assert "… earlier entries are not shown" in newest.out
    cursor = newest.err.rsplit(" ", 1)[1].strip()
    assert "● call" in convo("conversation", "show", "1", "--limit", "2", "--after", cursor).out
