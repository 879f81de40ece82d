"""Articles: the knowledge base, found by the words in it."""

from datetime import timedelta

import pytest

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput, Conflict, NotFound
from tests.desk.acting import audited
from tests.intake.saying import START


def test_an_article_is_kept_and_found_by_all_its_words(desk: Desk) -> None:
    desk.articles.add("returns", "Returns\nand exchanges", "Unused things come back within 30 days.\r\n", "EN")
    desk.articles.add("truing", "Wie lange dauert es?", "Eine halbe Stunde, auf der STRASSE.")
    assert desk.articles.show("RETURNS").title == "Returns and exchanges"
    assert desk.articles.show("returns").language == "en"
    for query, found in {
        "": ["returns", "truing"],
        "RETURNS 30": ["returns"],
        "exchanges unused": ["returns"],
        "straße": ["truing"],
        "returns straße": [],
        "return": [],
        "?": ["returns", "truing"],
    }.items():
        assert [view.name for view in desk.articles.list(query)] == found, query


def test_an_edit_changes_what_is_given_and_when(desk: Desk) -> None:
    with clock.fixed(START):
        desk.articles.add("returns", "Returns", "30 days")
    with clock.fixed(START + timedelta(days=1)):
        view = desk.articles.edit("returns", body="60 days")
        assert desk.articles.edit("returns") == view
    assert (view.title, view.body, view.updated_at) == ("Returns", "60 days", START + timedelta(days=1))
    row = audited(desk)[1]
    assert (row.before, row.after) == ({"body": "30 days"}, {"body": "60 days"})


def test_a_removed_article_is_gone_and_written_down_whole(desk: Desk) -> None:
    desk.articles.add("returns", "Returns", "30 days")
    desk.articles.remove("Returns")
    assert desk.articles.list() == ()
    assert audited(desk)[-1].before == {"name": "returns", "title": "Returns", "body": "30 days"}
    assert desk.articles.add("returns", "Again", "x").title == "Again"


def test_what_cannot_be_kept_is_refused(desk: Desk) -> None:
    desk.articles.add("returns", "Returns", "30 days\x00")
    assert desk.articles.show("returns").body == "30 days\ufffd"
    with pytest.raises(Conflict):
        desk.articles.add("RETURNS", "x", "y")
    for title, body in (("", "x"), ("x", " "), ("x" * 301, "x"), ("x", "x" * 1_000_001)):
        with pytest.raises(BadInput):
            desk.articles.add("other", title, body)
        with pytest.raises(BadInput):
            desk.articles.edit("returns", title=title, body=body)
    for ask in (desk.articles.show, desk.articles.edit, desk.articles.remove):
        with pytest.raises(NotFound):
            ask("other")
    assert len(desk.articles.list()) == 1
