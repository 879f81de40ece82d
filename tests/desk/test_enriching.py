"""Enrichment: news is understood as it comes, history after it, and what people said of a message stays."""

import json

import pytest
from sqlalchemy import update

from convo.desk import enriching
from convo.desk.desk import Desk
from convo.model import tables
from tests.intake.saying import mail, rows, take

HAPPY = "Thank you so much, the repair was quick and the bike rides beautifully, I am very happy!"
ANGRY = "Das ist wirklich eine Frechheit, die Lieferung ist schon wieder zu spät und niemand antwortet mir."
LATE = "¿Dónde está mi pedido? Llevo dos semanas esperando y nadie contesta."


def lines(*texts: str, **more: str) -> list[bytes]:
    """A log of these messages of one customer each."""
    return [
        json.dumps({"from": f"c{n}@example.org", "date": f"2026-11-0{n}T10:00:00Z", "text": text, "id": str(n)} | more)
        .encode()
        for n, text in enumerate(texts, 1)
    ]  # fmt: skip


@pytest.mark.parametrize("as_new", [True, False])
def test_what_customers_write_is_understood_whether_it_is_news_or_history(desk: Desk, as_new: bool) -> None:
    desk.imports.run_lines(lines(HAPPY, ANGRY, LATE), as_new=as_new)
    found = rows(desk.store, "message", "id", "language", "sentiment", "intent")
    assert [row[1] for row in found] == ["en", "de", "es"]
    assert found[0][2] > 0.3
    assert found[1][2] < -0.3
    assert found[2][3] is not None
    assert desk.enriching.behind() == 0
    assert [hit.message_id for hit in desk.search.messages("sentiment:<-0.3 language:de").items] == [2]


def test_history_can_wait_and_goes_on_where_it_was_cut_off(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enriching, "_AT_ONCE", 1)
    desk.imports.run_lines(lines(HAPPY, ANGRY, LATE), enrich=False)
    assert desk.enriching.behind() == 3
    assert desk.enriching.history(most=2) == 2
    assert [row[1] is not None for row in rows(desk.store, "message", "id", "language")] == [True, True, False]
    heard: list[tuple[int, int]] = []
    assert desk.enriching.history(progress=lambda done, total: heard.append((done, total))) == 1
    assert heard == [(1, 1)]
    assert desk.enriching.history() == 0


def test_what_a_log_declared_and_a_person_labelled_stays_when_all_is_done_again(desk: Desk) -> None:
    desk.imports.run_lines(lines(HAPPY, ANGRY, language="nl"))
    desk.intents.label(message=1, intent="praise")
    with desk.store.write() as connection:
        connection.execute(update(tables.message).values(sentiment=None))
    assert desk.enriching.history() == 0
    assert desk.enriching.history(again=True) == 1
    found = rows(desk.store, "message", "id", "language", "intent", "intent_score")
    assert found[0] == (1, "nl", "praise", 1.0)
    assert found[1][1] == "nl"


def test_only_what_customers_wrote_is_looked_at(desk: Desk) -> None:
    take(desk.store, mail("ana@example.org", 0, HAPPY), history=True)
    desk.threads.note(1, ANGRY)
    desk.threads.reply(1, ANGRY)
    assert desk.enriching.history() == 1
    assert [row[1] for row in rows(desk.store, "message", "id", "language")] == ["en", None, None]
