"""The demo: a small shop's store, made in a moment, with one conversation across four channels."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from convo import clock
from convo.desk.demo import DemoReport, make_demo
from convo.desk.desk import Desk, open_desk
from convo.errors import Conflict, ConvoError, StoreError
from convo.model import tables
from convo.model.views import EventView, MessageView

NOW = datetime(2031, 5, 6, 7, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, DemoReport]:
    """The demo, made once, at NOW."""
    path = tmp_path_factory.mktemp("demo") / "demo.convo"
    with clock.fixed(NOW):
        return path, make_demo(path)


@pytest.fixture
def demo(made: tuple[Path, DemoReport]) -> Desk:
    """A desk on the demo."""
    return open_desk(made[0], create=False)


def test_the_report_says_what_is_in_it(made: tuple[Path, DemoReport], demo: Desk) -> None:
    path, report = made
    info = demo.stores.info()
    assert report.path == path
    assert (report.customers, report.messages, report.events) == tuple(
        info.rows[name] for name in ("customer", "message", "event")
    )
    assert report.files == len([*(Path(__file__).parent.parent.parent / "fixtures" / "shop").iterdir()])
    assert report.channels == ("email", "phone", "shop", "telegram", "web", "whatsapp")
    assert demo.threads.show(report.thread_id).row.customer_id == report.customer_id


def test_nothing_of_its_logs_was_lost(demo: Desk) -> None:
    runs = demo.imports.runs()
    assert sum(run.fetched for run in runs) == sum(run.stored + run.skipped + run.quarantined for run in runs)
    assert sum(run.quarantined for run in runs) == 0
    assert {reason for run in runs for reason in run.skipped_because} == {"a notice of WhatsApp's, no message"}
    assert {run.state for run in runs} == {"done"}


def test_a_dozen_customers_write_in_three_languages(demo: Desk) -> None:
    customers = demo.customers.list().items
    assert 12 <= len(customers) <= 14
    assert all(row.name for row in customers)
    for language, least in {"de": 3, "en": 4, "es": 2}.items():
        assert len(demo.customers.list(f"language:{language}").items) >= least
    said = [view.body for view in demo.exports.messages()]
    for words in ("la rueda", "ich", "the"):
        assert any(words in body for body in said), words


def test_one_conversation_crosses_four_channels(made: tuple[Path, DemoReport], demo: Desk) -> None:
    view = demo.conversations.show(made[1].customer_id)
    kinds = {entry.channel_kind for entry in view.entries if isinstance(entry, MessageView)}
    calls = [entry for entry in view.entries if isinstance(entry, EventView) and entry.kind == "call"]
    assert kinds >= {"email", "whatsapp", "telegram"}
    assert calls
    assert view.next is None
    times = [entry.sent_at if isinstance(entry, MessageView) else entry.at for entry in view.entries]
    assert times == sorted(times)


def test_nothing_lies_in_the_future_and_the_last_word_is_at_most_two_days_old(demo: Desk) -> None:
    moments = [
        *((tables.message.c[name]) for name in ("sent_at", "received_at")),
        tables.event.c.at,
        *((tables.thread.c[name]) for name in ("created_at", "last_message_at", "last_inbound_at", "waiting_since")),
        tables.episode.c.opened_at,
        tables.customer.c.last_seen_at,
        tables.audit.c.at,
    ]
    with demo.store.read() as connection:
        for column in moments:
            newest = connection.execute(select(func.max(column))).scalar_one()
            assert newest is None or newest <= NOW, column
        came_in = tables.message.c.direction == "inbound"
        last = connection.execute(select(func.max(tables.message.c.sent_at)).where(came_in)).scalar_one()
    assert last > NOW - timedelta(days=2)


@pytest.mark.parametrize("now", [datetime(2026, 11, 17, 12, tzinfo=UTC), datetime(2026, 1, 1, 0, 1, tzinfo=UTC)])
def test_its_times_fit_any_day_it_is_made_on(tmp_path: Path, now: datetime) -> None:
    with clock.fixed(now):
        make_demo(tmp_path / "demo.convo")
    with open_desk(tmp_path / "demo.convo", create=False) as desk:
        assert desk.imports.quarantine().items == ()
        assert max(view.sent_at for view in desk.exports.messages()) <= now
        assert max(view.at for view in desk.exports.events()) <= now


def test_it_is_furnished_to_be_played_with(made: tuple[Path, DemoReport], demo: Desk) -> None:
    assert {view.name for view in demo.operators.list()} == {"kim", "alex"}
    assert demo.teams.show("workshop").members == ("alex",)
    assert demo.rules.list()
    assert demo.rules.check() == ()
    assert {view.language for view in demo.articles.list()} == {"en", "de", "es"}
    assert all(len(view.questions) == 2 for view in demo.articles.list() if view.name != "shipping")
    assert "Ana" in demo.snippets.render("greeting", made[1].thread_id)
    statuses = {row.status for row in demo.exports.threads()}
    assert statuses >= {"open", "pending", "resolved"}
    assert demo.search.messages("wheel OR rueda").items
    assert demo.customers.duplicates()
    assert all(finding.ok for finding in demo.stores.check())


def test_todays_messages_found_their_people(demo: Desk) -> None:
    (norway,) = demo.threads.list("customer:nils.berg@fjell.example").items
    *_, answer = demo.threads.show(norway.id).messages
    assert (answer.author, answer.automatic, "Norway" in answer.body) == ("ines", True, True)
    (angry,) = demo.threads.list("customer:jo@parkfamily.example is:open").items
    assert (angry.priority, angry.sla) == ("high", "soon")
    fired = [rule.rule for rule in demo.routing.explain(angry.id)[-1].rules if rule.outcome == "fired"]
    assert fired == ["unhappy"]
    assert [view.thread_id for view in demo.notifications.list().items] == [angry.id]
    (asked,) = demo.threads.list("customer:lena.voss@post.example channel:web").items
    assert "Bestellung" in "".join(message.body for message in demo.threads.show(asked.id).messages)
    assert demo.arrivals.waiting() == 0
    assert demo.enriching.behind() == 0


def test_it_can_be_answered(tmp_path: Path) -> None:
    report = make_demo(tmp_path / "demo.convo")
    with open_desk(report.path, operator="kim", create=False) as desk:
        sent = desk.threads.reply(report.thread_id, "It is ready.")
        assert (sent.delivery, sent.author) == ("queued", "kim")


def test_a_demo_that_is_there_is_kept_unless_it_is_asked_for_again(tmp_path: Path) -> None:
    path = tmp_path / "demo.convo"
    first = make_demo(path)
    with open_desk(path, create=False) as desk:
        desk.threads.reply(first.thread_id, "mine")
    with pytest.raises(Conflict, match="there already") as caught:
        make_demo(path)
    assert "--again" in caught.value.hint
    again = make_demo(path, again=True)
    assert again.messages == first.messages
    with open_desk(path, create=False) as desk:
        assert desk.search.messages("mine").items == ()


def test_what_is_no_demo_is_never_touched(tmp_path: Path) -> None:
    store, database, text, folder = (tmp_path / name for name in ("shop.convo", "other.db", "notes.txt", "folder"))
    with open_desk(store) as desk:
        desk.customers.add("Ana")
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    text.write_text("my notes\n" * 100)
    folder.mkdir()
    for path, kind in ((store, Conflict), (database, StoreError), (text, StoreError), (folder, ConvoError)):
        before = path.read_bytes() if path.is_file() else None
        with pytest.raises(kind) as caught:
            make_demo(path, again=True)
        assert "\n" not in caught.value.message
        assert (path.read_bytes() if path.is_file() else None) == before
    with open_desk(store, create=False) as desk:
        assert [row.name for row in desk.customers.list().items] == ["Ana"]
