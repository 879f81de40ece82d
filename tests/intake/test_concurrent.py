"""Processes that take things in at the same moment store each once, and make no customer or thread twice."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model.words import Role
from convo.store.check import check_store
from convo.store.store import Store
from tests.intake.hostile import sound_log
from tests.intake.saying import mail, rows, take
from tests.store.processes import finish, spawn

MESSAGES = 60
_RECEIVE = """
    import json, sys
    from convo.intake.channels import find_or_add
    from convo.intake.policy import IntakePolicy
    from convo.intake.prepare import Keys
    from convo.intake.receive import Destination, receive_many
    from convo.store.location import locate
    from convo.store.opening import open_store
    from tests.intake.saying import START, chat, mail
    url, first, step, size = sys.argv[1], *map(int, sys.argv[2:5])
    store = open_store(locate(url), create=False)
    with store.write(alone="intake") as connection:
        channel = find_or_add(connection, "email", "email", START)
    print("ready", flush=True)
    sys.stdin.readline()
    items = [
        mail(f"c{n % 5}@example.org", n, f"message {n}", subject="One topic", thread_key=f"topic {n % 5}")
        for n in range(first, first + MESSAGES * step, step)
    ]
    counts = {}
    for start in range(0, len(items), size):
        destination = Destination(channel, "email", None, start)
        for received in receive_many(store, items[start : start + size], destination, IntakePolicy(), Keys()):
            counts[received.outcome] = counts.get(received.outcome, 0) + 1
    print(json.dumps(counts))
    """.replace("MESSAGES", str(MESSAGES))


def _url(store: Store) -> str:
    return str(store.location.path or store.location.url)


@contextmanager
def _at_once(url: str, *arguments: tuple[int, int, int]) -> Iterator[list[Counter[str]]]:
    """Receivers (first message, step, batch size) that begin together; what became of the items of each."""
    processes = [spawn(_RECEIVE, url, *each) for each in arguments]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    counts: list[Counter[str]] = []
    yield counts
    counts += [Counter(json.loads(finish(process))) for process in processes]


def _sound(store: Store, messages: int) -> None:
    assert len(rows(store, "message", "id")) == messages
    assert len({row[0] for row in rows(store, "message", "external_id")}) == messages
    assert sorted(rows(store, "identity", "value")) == [(f"c{n}@example.org",) for n in range(5)]
    assert len(rows(store, "customer", "id")) == 5
    assert len(rows(store, "thread", "id")) == 5
    assert sum(row[0] for row in rows(store, "thread", "message_count")) == messages
    assert len(rows(store, "channel", "id")) == 1
    assert [finding for finding in check_store(store) if not finding.ok] == []


def test_three_receivers_of_the_same_messages_store_each_once(store: Store) -> None:
    with _at_once(_url(store), (0, 1, 1), (0, 1, 7), (0, 1, 1)) as counts:
        pass
    together = sum(counts, Counter[str]())
    assert (together["stored"], together["skipped"]) == (MESSAGES, 2 * MESSAGES)
    _sound(store, MESSAGES)


def test_three_receivers_of_different_messages_of_the_same_people_make_nobody_twice(store: Store) -> None:
    with _at_once(_url(store), (0, 3, 1), (1, 3, 5), (2, 3, 1)) as counts:
        pass
    assert sum(counts, Counter[str]()) == {"stored": 3 * MESSAGES}
    _sound(store, 3 * MESSAGES)


def test_messages_are_received_while_an_import_runs(store: Store, tmp_path: Path, monkeypatch) -> None:
    from convo.intake import run as reading

    monkeypatch.setattr(reading, "BATCH", 100)
    log = sound_log(tmp_path / "log.jsonl", 1_000)
    desk = Desk(store, Settings(store=_url(store)), Actor("tester", Role.ADMIN))
    with _at_once(_url(store), (0, 1, 1), (0, 1, 3)) as counts:
        (report,) = desk.imports.run([log])
    assert (report.stored, report.fetched) == (1_000, 1_000)
    assert sum(counts, Counter[str]()) == {"stored": MESSAGES, "skipped": MESSAGES}
    assert len(rows(store, "message", "id")) == 1_000 + MESSAGES
    assert len(rows(store, "customer", "id")) == 5 + 3
    assert [finding for finding in check_store(store) if not finding.ok] == []


def test_a_message_received_between_two_batches_of_an_import_is_not_doubled_by_it(
    store: Store, tmp_path: Path, monkeypatch
) -> None:
    from convo.intake import run as reading

    monkeypatch.setattr(reading, "BATCH", 5)
    log = tmp_path / "log.jsonl"
    lines = [
        {"from": "ana@example.org", "date": mail("", n).sent_at.isoformat(), "text": "x", "id": f"m{n}"}
        for n in range(20)
    ]
    log.write_text("\n".join(map(json.dumps, lines)))
    early = mail("ana@example.org", 12, "x", external_id="m12")
    desk = Desk(store, Settings(store=_url(store)), Actor("tester", Role.ADMIN))
    told: list[object] = []

    def live(progress: object) -> None:
        if not told:
            told.extend(take(store, early, channel="import"))

    (report,) = desk.imports.run([log], progress=live)
    assert (report.stored, report.skipped) == (19, 1)
    assert len(rows(store, "message", "id")) == 20
    assert len(rows(store, "customer", "id")) == 1
