"""The line above the box says to whom, by which way and for how long, or that it is a note, in the room there is."""

from datetime import UTC, datetime, timedelta

import pytest

from convo.model.writing_views import PresenceView, Way
from convo.tui.compose.head import Head, head_line, others_line

NOW = datetime(2026, 11, 17, 12, tzinfo=UTC)
WAY = Way("shop-wa", "whatsapp", "+34", True, "free text until 09:00", NOW + timedelta(hours=21), longest=4096)
REPLY = Head("Ana Ruiz", False, WAY, several=False, length=2)


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (80, "reply to Ana on WhatsApp · window closes in 21 h"),
        (44, "reply to Ana on WhatsApp · closes in 21 h"),
        (36, "to Ana on WhatsApp · closes in 21 h"),
        (20, "to Ana on WhatsApp …"),
    ],
)
def test_a_reply_says_its_way_in_fewer_words_where_there_is_less_room(width: int, said: str) -> None:
    assert head_line(REPLY, width, NOW, UTC).plain == said


def test_what_cannot_go_says_why_and_a_note_is_no_reply() -> None:
    shut = Way("shop-wa", "whatsapp", "+34", refusal="the 24-hour window closed 09:00: only templates can go")
    said = head_line(Head("Ana Ruiz", False, shut, several=True, length=2), 120, NOW, UTC).plain
    assert said == f"✗ reply to Ana on WhatsApp (shop-wa) · {shut.refusal}"
    assert head_line(Head("Ana", True, shut, several=False, length=9_999), 80, NOW, UTC).plain == "note, for us only"
    assert head_line(Head("", False, None, several=False, length=0), 80, NOW, UTC).plain.startswith(
        "✗ reply to the cust"
    )


def test_what_strangers_wrote_stays_one_harmless_line() -> None:
    hostile = "\x1b]52;c;x\x07[/]\u202e\n" * 50
    other = PresenceView(hostile, 1, True, hostile, NOW)
    way = Way(hostile, hostile, hostile, True, hostile)
    for text in (
        head_line(Head(hostile, False, way, several=True, length=1, leaving=hostile), 60, NOW, UTC),
        others_line((other, other), "kim", 60),
    ):
        assert not set(text.plain) & set("\x1b\x07\n\u202e")
        assert text.cell_len <= 60
