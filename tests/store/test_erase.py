"""Erasing: no word of it is left in any file, and the proof is a real search of the files."""

import random
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update

from convo.errors import StoreError
from convo.model import tables
from convo.store import search_index
from convo.store.erase import contains, forget, rewrite, traces
from convo.store.opening import open_store
from convo.store.store import Store
from convo.text import index_words
from tests.store.filled import AT, fill

SECRET = "xylophonist qwertzuiop zyzzyva"


def path_of(store: Store) -> Path:
    assert store.location.path is not None
    return store.location.path


def say(store: Store, number: int, body: str, *, file: bytes | None = None) -> int:
    """One message of its own customer; returns its sort key."""
    with store.write() as connection:
        if number == 1:
            connection.execute(
                insert(tables.channel),
                {"id": 1, "kind": "email", "name": "c", "config": {}, "created_at": AT} | {"state": "active"},
            )
        connection.execute(insert(tables.customer), {"id": number, "name": body[:200], "created_at": AT})
        thread = {"id": number, "customer_id": number, "channel_id": 1, "subject": body[:200], "status": "open"}
        connection.execute(
            insert(tables.thread),
            thread
            | {"priority": "normal", "unread": False, "unverified": False, "message_count": 1}
            | {"created_at": AT, "last_message_at": AT},
        )
        key = search_index.sort_key(AT, number)
        connection.execute(
            insert(tables.message),
            {"id": number, "sort_key": key, "thread_id": number, "customer_id": number, "channel_id": 1}
            | {
                "direction": "inbound",
                "body": body,
                "original": body,
                "reference_ids": [],
                "sent_at": AT,
                "received_at": AT,
            }
            | {"automatic": False, "unverified": False, "has_attachment": file is not None},
        )
        if file is not None:
            row = {"message_id": number, "customer_id": number, "name": body, "media_type": "x/y", "role": "file"}
            connection.execute(insert(tables.attachment), row | {"sha256": store.blobs.put(file), "size": len(file)})
        search_index.add(connection, [(key, "", index_words(body))])
    return key


def erase(store: Store, number: int, key: int, blobs: list[str]) -> None:
    with store.write() as connection:
        for table in (tables.attachment, tables.message, tables.thread):
            column = table.c.customer_id
            connection.execute(delete(table).where(column == number))
        connection.execute(delete(tables.customer).where(tables.customer.c.id == number))
        forget(store, [key], blobs)


def test_an_erased_message_leaves_no_word_in_any_file(sqlite_store: Store) -> None:
    store = sqlite_store
    keys = {number: say(store, number, f"harmless {number} " * 30) for number in range(1, 40)}
    keys[50] = say(store, 50, f"{SECRET} " * 400, file=SECRET.encode() * 50)
    keys |= {number: say(store, number, f"harmless {number} " * 30) for number in range(60, 100)}
    blob = next(iter(store.blobs.names()))
    words = [SECRET.encode(), b"xylophonist", b"qwertzuiop", b"zyzzyva"]
    assert all(contains(store, word) for word in words)
    assert not contains(store, b"words that never were")

    erase(store, 50, keys[50], [blob])

    assert not any(contains(store, word) for word in words)
    assert contains(store, b"harmless 61")
    assert list(store.blobs.names()) == []
    with store.read() as connection:
        assert search_index.count(connection) == 79
        found = connection.execute(text("SELECT count(*) FROM message_fts WHERE message_fts MATCH 'harmless'")).scalar()
    assert found == 79


def test_what_was_changed_before_the_erase_is_gone_too(sqlite_store: Store) -> None:
    store = sqlite_store
    for number in range(1, 10):
        say(store, number, f"harmless {number}")
    key = say(store, 10, SECRET)
    with store.write() as connection:
        connection.execute(update(tables.customer).where(tables.customer.c.id == 10).values(name="renamed"))
        connection.execute(update(tables.message).where(tables.message.c.id == 10).values(body="edited", original=None))
        connection.execute(update(tables.thread).where(tables.thread.c.id == 10).values(subject="renamed"))
    erase(store, 10, key, [])
    assert not contains(store, b"qwertzuiop")


@pytest.mark.parametrize("seed", range(3))
def test_erasing_among_many_leaves_nothing_wherever_pages_moved(sqlite_store: Store, seed: int) -> None:
    store = sqlite_store
    chance = random.Random(seed)
    keys = {}
    for number in range(1, 120):
        secret = f"secret{number:04d}" if number % 5 == 0 else "plain"
        keys[number] = say(store, number, f"{secret} " + "filler " * chance.randint(1, 300))
    for number in range(5, 120, 5):
        erase(store, number, keys[number], [])
    left = [number for number in range(5, 120, 5) if contains(store, f"secret{number:04d}".encode())]
    if left:
        rewrite(store)
    assert not contains(store, b"secret0")
    assert contains(store, b"plain")


def test_an_erase_that_fails_forgets_nothing(store: Store) -> None:
    names = fill(store)
    with pytest.raises(ZeroDivisionError), store.write() as connection:  # noqa: PT012 - the error ends the write
        forget(store, list(connection.execute(select(tables.message.c.sort_key)).scalars()), names)
        raise ZeroDivisionError
    assert set(store.blobs.names()) == set(names)
    with store.read() as connection:
        assert search_index.count(connection) == 3


def test_forgetting_on_its_own_takes_messages_out_of_the_index_and_drops_files(store: Store) -> None:
    names = fill(store)
    with store.read() as connection:
        keys = list(connection.execute(select(tables.message.c.sort_key)).scalars())
    forget(store, keys[:2], names[:1])
    with store.read() as connection:
        assert search_index.count(connection) == 1
    assert set(store.blobs.names()) == set(names[1:])


def test_the_search_finds_words_in_the_log_in_attachments_and_in_copies(sqlite_store: Store) -> None:
    store = sqlite_store
    path = path_of(store)
    say(store, 1, SECRET)
    assert [p.name for p in traces(store, b"qwertzuiop")] == ["shop.convo-wal"]
    name = store.blobs.put(b"x" * ((1 << 20) - 5) + b"qwertzuiop")
    path.with_name("shop.convo.0000.bak").write_bytes(b"an old qwertzuiop")
    found = [p.name for p in traces(store, b"qwertzuiop")]
    assert found == ["shop.convo-wal", "shop.convo.0000.bak", name]


def test_a_reader_that_holds_the_log_open_is_no_proof_of_erasure(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = say(sqlite_store, 1, SECRET)
    with sqlite_store.read() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    with closing(open_store(sqlite_store.location)) as other, other.read() as connection:
        connection.execute(select(tables.message)).all()
        erase(sqlite_store, 1, key, [])
        assert contains(sqlite_store, b"qwertzuiop")


def test_a_servers_files_cannot_be_searched_and_nobody_says_they_were(postgresql_store: Store) -> None:
    with pytest.raises(StoreError, match="cannot be searched"):
        contains(postgresql_store, b"anything")
