"""Search: what is found, in which order, and where the words found are marked."""

import pytest

from convo.desk.desk import Desk
from convo.errors import BadInput, QueryError
from convo.model.views import SearchHit
from tests.intake.saying import START, chat, mail, take


def marked(hit: SearchHit) -> list[str]:
    """The words that are marked."""
    return [hit.snippet[start:end] for start, end in hit.marks]


def test_a_hit_says_who_where_and_when_and_marks_the_words_found(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, "The GAIN is too low", subject="Gain", name="Ana"))
    (hit,) = desk.search.messages("gain low").items
    assert (hit.message_id, hit.thread_id, hit.customer_id) == (1, 1, 1)
    assert (hit.customer, hit.channel, hit.direction, hit.subject) == ("Ana", "email", "inbound", "Gain")
    assert hit.sent_at == START
    assert marked(hit) == ["GAIN", "low"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('"sample rate"', ["sample  rate"]),
        ("sampl*", ["sample", "sampled"]),
        ("cafe", ["Café"]),
        ("sample -nothing", ["sample"]),
        ("sample OR cafe", ["sample", "Café"]),
        ("straße", ["STRASSE"]),
        ("is:open", []),
    ],
)
def test_marks_stand_on_the_words_asked_for(desk: Desk, query: str, words: list[str]) -> None:
    take(desk.store, mail("ana@x.example", 0, "a sample  rate, sampled at the Café in\nSTRASSE"))
    (hit,) = desk.search.messages(query).items
    assert marked(hit) == [" ".join(word.split()) for word in words]


def test_a_piece_of_a_long_text_is_shown_around_what_was_found(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, "before " * 200 + "needle" + " after" * 200))
    (hit,) = desk.search.messages("needle").items
    assert marked(hit) == ["needle"]
    assert len(hit.snippet) < 200


def test_pages_are_walked_newest_first_and_hold_each_hit_once(desk: Desk) -> None:
    take(desk.store, *(chat("77", minute // 3, f"needle {minute}") for minute in range(7)), channel="telegram")
    take(desk.store, *(chat("77", minute, f"hay {minute}") for minute in range(3)), channel="telegram")
    found, after = [], None
    for _ in range(100):
        page = desk.search.messages("needle", after=after, limit=3)
        found += [hit.message_id for hit in page.items]
        if page.next is None:
            break
        take(desk.store, chat("77", 60 + len(found), f"needle, come meanwhile {len(found)}"), channel="telegram")
        after = page.next
    assert found == [7, 6, 5, 4, 3, 2, 1]


def test_a_full_last_page_ends_the_walk(desk: Desk) -> None:
    take(desk.store, *(mail("ana@x.example", minute, "needle") for minute in range(4)))
    first = desk.search.messages("needle", limit=2)
    assert first.next is not None
    assert desk.search.messages("needle", limit=2, after=first.next).next is None


def test_fields_and_words_are_asked_together(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, "gain", subject="gain"), mail("ben@x.example", 1, "gain"))
    take(desk.store, chat("77", 2, "gain"), channel="telegram")
    assert [hit.customer_id for hit in desk.search.messages("gain channel:telegram").items] == [3]
    assert [hit.customer_id for hit in desk.search.messages("subject:gain").items] == [1]
    assert [hit.customer_id for hit in desk.search.messages("gain customer:2").items] == [2]
    desk.threads.tag(1, add=["vip"])
    assert [hit.customer_id for hit in desk.search.messages("gain tag:vip").items] == [1]
    desk.customers.tag(2, add=["vip"])
    assert desk.search.messages("gain tag:never").items == ()


def test_replies_and_notes_are_found_too(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, "question"))
    reply = desk.threads.reply(1, "the answer is cogwheel")
    note = desk.threads.note(1, "cogwheel was a guess")
    hits = desk.search.messages("cogwheel").items
    assert [(hit.message_id, hit.direction) for hit in hits] == [(note.id, "note"), (reply.id, "outbound")]


def test_what_cannot_be_asked_is_refused(desk: Desk) -> None:
    with pytest.raises(QueryError) as caught:
        desk.search.messages("gain (low")
    assert (caught.value.exit_code, caught.value.column > 1) == (2, True)
    with pytest.raises(BadInput):
        desk.search.messages("gain", limit=0)
