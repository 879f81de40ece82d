"""Intents at the desk: labels and examples are learned, models kept, rolled back and distrusted, history understood."""

import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.desk.intent_files import read_examples
from convo.desk.intent_models import active_classifier
from convo.errors import BadInput, NotAllowed, NotFound, QueryError
from convo.model import tables
from convo.model.intent_views import IntentRow
from convo.model.words import Direction, Role
from convo.nlp.enrichment import enrich
from convo.nlp.intent_starter import starter_model
from convo.store.store import Store
from tests.desk.said import say
from tests.nlp.intents import SENTENCES

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def csv_of(folder: Path) -> Path:
    """The shop's few sentences as a file."""
    lines = ["text,intent", *(f"{text},{intent}" for intent, texts in SENTENCES.items() for text in texts)]
    path = folder / "examples.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def intent_of(desk: Desk, message: int) -> tuple[str | None, float | None]:
    with desk.store.read() as connection:
        row = connection.execute(
            select(tables.message.c.intent, tables.message.c.intent_score).where(tables.message.c.id == message)
        ).one()
    return row.intent, row.intent_score


def told(desk: Desk, text: str, at: datetime = NOON, address: str = "ana@example.org") -> int:
    received = say(desk, address, text, at=at)
    assert received.message_id is not None
    return received.message_id


def spoil(desk: Desk, data: bytes) -> None:
    with desk.store.write() as connection:
        connection.execute(update(tables.intent_model).values(data=data))


def finding(desk: Desk) -> tuple[bool, str, str]:
    found = next(one for one in desk.doctor.run() if one.name == "intents")
    return found.ok, found.detail, found.hint


def test_an_untrained_desk_goes_by_the_starter(desk: Desk) -> None:
    assert desk.intents.models() == ()
    assert desk.intents.guess("where is my order?").intent == "order_status"
    assert desk.intents.guess("wo ist meine Bestellung?").intent == "order_status"
    assert active_classifier(desk.store) is starter_model()
    assert finding(desk)[0]


def test_a_label_sets_the_message_and_is_counted(desk: Desk) -> None:
    message = told(desk, "the wheel wobbles")
    view = desk.intents.label(message, " Warranty ")
    assert (view.message_id, view.intent) == (message, "warranty")
    assert intent_of(desk, message) == ("warranty", 1.0)
    desk.intents.label(message, "wheel_true")
    rows = {row.intent: row for row in desk.intents.list()}
    assert rows["wheel_true"] == IntentRow("wheel_true", 0, 1, 0)
    assert rows["warranty"].labels == 0
    assert rows["refund"].starter > 10
    desk.intents.label(message, "none")
    assert intent_of(desk, message) == (None, 1.0)


def test_a_thread_is_labelled_by_its_customers_first_words(desk: Desk) -> None:
    first = say(desk, "ana@example.org", "Shall I call you?", at=NOON, direction=Direction.OUTBOUND, thread_key="t")
    second = say(desk, "ana@example.org", "yes, about my refund", at=NOON + timedelta(hours=1), thread_key="t")
    say(desk, "ana@example.org", "and one more thing", at=NOON + timedelta(hours=2), thread_key="t")
    assert first.thread_id == second.thread_id is not None
    assert desk.intents.label_thread(second.thread_id, "refund").message_id == second.message_id


@pytest.mark.parametrize("name", ["", " ", "two words", "a" * 65, "a\x1b[2Jb,c", "x:y"])
def test_a_label_that_is_no_name_is_refused(desk: Desk, name: str) -> None:
    message = told(desk, "hello")
    with pytest.raises(BadInput, match="no name"):
        desk.intents.label(message, name)


def test_what_is_not_there_cannot_be_labelled(desk: Desk) -> None:
    with pytest.raises(NotFound, match="no message 99"):
        desk.intents.label(99, "refund")
    with pytest.raises(NotFound, match="no thread 99"):
        desk.intents.label_thread(99, "refund")
    with pytest.raises(NotFound, match="no intent model 3"):
        desk.intents.use(3)


def test_training_learns_from_examples_and_labels(desk: Desk, tmp_path: Path) -> None:
    for number, text in enumerate(
        ["my wheel wobbles", "please true my wheel", "the wheel is bent", "wheel out of true"]
    ):
        desk.intents.label(told(desk, text, NOON + timedelta(days=30 * number)), "wheels")
    view = desk.intents.train("base", file=csv_of(tmp_path), starter=False)
    assert (view.version, view.kind, view.active, view.intents, view.sentences) == (1, "base", True, 4, 22)
    assert desk.intents.guess("is the wheel bent").intent == "wheels"
    assert desk.intents.guess("where is my parcel").intent == "parcel"
    assert finding(desk) == (True, "model 1 (base)", "")


def test_examples_are_kept_once(desk: Desk, tmp_path: Path) -> None:
    path = csv_of(tmp_path)
    assert (desk.intents.add_file(path).added, desk.intents.add_file(path).known) == (18, 18)


def test_own_sentences_join_the_starters(desk: Desk, tmp_path: Path) -> None:
    view = desk.intents.train("base", file=csv_of(tmp_path))
    assert view.intents > 20
    assert desk.intents.guess("opening hours on sunday please").intent in {"hours", "opening_hours"}
    assert view.accuracy is not None
    measures = desk.intents.evaluate("base")
    assert measures.accuracy == view.accuracy
    assert sum(one.sentences for one in measures.intents) > 30


def test_a_desk_with_few_sentences_of_its_own_stays_as_careful_as_the_starter(sqlite_store: Store) -> None:
    desk = Desk(sqlite_store, Settings(), Actor("tester", Role.ADMIN))
    desk.intents.label(told(desk, "my wheel wobbles"), "wheels")
    desk.intents.train("base")
    for text in ("My cat sleeps on the sofa all day", "Who won the match last night?", "quiero aprender a cantar"):
        found = desk.intents.guess(text)
        assert found.intent is None, text
        assert found.threshold >= 0.5
    assert desk.intents.guess("where is my order?").intent == "order_status"


def test_going_back_to_an_older_model(desk: Desk, tmp_path: Path) -> None:
    desk.intents.train("base", file=csv_of(tmp_path), starter=False)
    message = told(desk, "kangaroo kangaroo")
    desk.intents.label(message, "animals")
    desk.intents.train("base", starter=False)
    assert desk.intents.guess("kangaroo").best == "animals"
    desk.intents.use(1)
    assert [view.version for view in desk.intents.models() if view.active] == [1]
    assert desk.intents.guess("kangaroo").best != "animals"


def test_a_training_elsewhere_is_noticed(desk: Desk, tmp_path: Path) -> None:
    desk.intents.train("base", file=csv_of(tmp_path), starter=False)
    first = active_classifier(desk.store)
    assert active_classifier(desk.store) is first
    Desk(desk.store, desk.settings, Actor("other", Role.ADMIN)).intents.train("base", starter=False)
    assert active_classifier(desk.store) is not first


@pytest.mark.parametrize("data", [b"", b"garbage", b"convo-intents-1\n{}\nxyz", b"convo-intents-2\n{}\nxyz"])
def test_a_model_that_cannot_be_used_gives_way_to_the_starter(
    desk: Desk, tmp_path: Path, data: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    desk.intents.train("base", file=csv_of(tmp_path), starter=False)
    spoil(desk, data)
    with caplog.at_level(logging.WARNING):
        assert active_classifier(desk.store) is starter_model()
        assert active_classifier(desk.store) is starter_model()
    assert len([record for record in caplog.records if "intent model 1" in record.message]) == 1
    ok, detail, hint = finding(desk)
    assert not ok
    assert "cannot be used" in detail
    assert "convo intent train" in hint
    with pytest.raises(BadInput) as caught:
        desk.intents.use(1)
    assert "convo intent train" in caught.value.hint
    desk.intents.train("base", starter=False)
    assert finding(desk)[0]


def test_history_is_understood_without_touching_labels(desk: Desk, tmp_path: Path) -> None:
    parcel = told(desk, "where is my parcel")
    labelled = told(desk, "track my parcel please", NOON + timedelta(days=40))
    nothing = told(desk, "zzz qqq", NOON + timedelta(days=80))
    ours = say(desk, "ana@example.org", "where is the parcel", at=NOON, direction=Direction.OUTBOUND).message_id
    assert ours is not None
    desk.intents.label(labelled, "secret")
    desk.intents.train("base", file=csv_of(tmp_path), starter=False)
    with desk.store.write() as connection:
        connection.execute(update(tables.message).where(tables.message.c.id == nothing).values(intent="old"))
    dry = desk.intents.classify_history(dry_run=True)
    assert intent_of(desk, parcel)[0] is None
    view = desk.intents.classify_history()
    assert dry == view
    assert (view.seen, view.found, view.cleared, view.labelled, view.kept, view.changed) == (3, 1, 1, 1, 0, 0)
    assert intent_of(desk, parcel)[0] == "parcel"
    assert intent_of(desk, labelled) == ("secret", 1.0)
    assert intent_of(desk, nothing)[0] is None
    assert intent_of(desk, ours) == (None, None)
    assert desk.intents.classify_history("intent:parcel").kept == 1
    with pytest.raises(QueryError):
        desk.intents.classify_history("is:(")


def test_history_is_understood_sentence_by_sentence_as_what_comes_in_is(desk: Desk) -> None:
    text = "Hi there. It is raining here and the cat is asleep on the sofa again. "
    text += "Where is my order? My sister says hello and wants to visit in spring."
    message = told(desk, text)
    assert starter_model().classify(text)[0] is None, "nothing is to be told from all of it at once"
    assert desk.intents.classify_history().found == 1
    assert intent_of(desk, message)[0] == enrich(text, intents=starter_model()).intent == "order_status"


def test_more_messages_than_one_batch_are_all_understood(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convo.desk.intents._AT_ONCE", 3)
    for number in range(8):
        told(desk, "where is my parcel", NOON + timedelta(days=number))
    desk.intents.train("base", file=csv_of(tmp_path), starter=False)
    assert desk.intents.classify_history().found == 8


def test_what_an_erased_customer_taught_is_to_be_forgotten(desk: Desk, tmp_path: Path) -> None:
    desk.intents.label(told(desk, "where is my parcel"), "parcel")
    desk.intents.label(told(desk, "I want a refund", address="ben@example.org"), "refund")
    desk.intents.train("base", file=csv_of(tmp_path), starter=False)
    assert finding(desk)[0]
    desk.customers.erase(desk.customers.find("ben@example.org"))
    ok, detail, hint = finding(desk)
    assert not ok
    assert "1 labels that were erased" in detail
    assert "forgets" in hint
    desk.intents.train("base", starter=False)
    assert finding(desk)[0]


def test_only_an_admin_trains(desk: Desk) -> None:
    agent = Desk(desk.store, desk.settings, Actor("marta", Role.AGENT))
    agent.intents.label(told(desk, "hello"), "greeting")
    with pytest.raises(NotAllowed):
        agent.intents.train("base")


def test_an_evaluation_on_a_file_is_of_the_active_model(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "tried.csv"
    path.write_text("sentence,label\nwhere is my order?,order_status\nI want my money back,refund\nqqq zzz,none\n")
    measures = desk.intents.evaluate(file=path)
    assert (measures.sentences, measures.accuracy, measures.answered, measures.outside_refused) == (3, 1, 1, 1)
    assert [(one.intent, one.precision, one.recall) for one in measures.intents] == [
        ("order_status", 1, 1),
        ("refund", 1, 1),
    ]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("", "no column text"),
        ("text,other\na,b", "no column intent"),
        ("text,intent\nhello", "line 2 has no intent"),
        ("text,intent\n,greeting", "line 2 has no text"),
        ("text,intent\nhello,greeting\nhi,two words", "line 3: 'two words' is no name"),
        ("text,intent\n\xff", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used_names_the_place(tmp_path: Path, lines: str, fault: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes(lines.encode("latin-1"))
    with pytest.raises(BadInput, match=fault):
        read_examples(path)


def test_a_model_is_never_a_pickle(desk: Desk, tmp_path: Path) -> None:
    desk.intents.train("sklearn", file=csv_of(tmp_path), starter=False)
    with desk.store.read() as connection:
        data = bytes(connection.execute(select(tables.intent_model.c.data)).scalar_one())
    assert data.startswith(b"convo-intents-2\n")
    assert json.loads(data.split(b"\n", 2)[1])["kind"] == "sklearn"
