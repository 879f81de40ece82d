"""Looks a store over: whole, consistent, indexed, complete, private; finds and tells, and changes nothing."""

import stat
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Row, exists, func, select, text
from sqlalchemy.exc import DBAPIError

from convo.errors import ConvoError
from convo.model import tables
from convo.model.views import Finding
from convo.model.words import LedgerOutcome, RunState
from convo.store import search_index
from convo.store.blobs import FileBlobs, digest
from convo.store.compact import unused_blobs
from convo.store.content import count_rows
from convo.store.explain import explain
from convo.store.migrate import SCHEMA_VERSION, stored_version
from convo.store.search_index import TextTerm
from convo.store.store import Store
from convo.text import index_words

_SAMPLES = 500
_NAMED = 5
_RESTORE = "convo store restore FILE brings a backup back"


def check_store(store: Store) -> tuple[Finding, ...]:
    """Every check with what it found, as of one moment."""
    checks: tuple[tuple[str, Callable[[Store, Connection], Finding]], ...] = (
        ("version", _version),
        ("database", _database),
        ("references", _references),
        ("search index", _index),
        ("attachments", _attachments),
        ("ledger", _ledger),
        ("permissions", _permissions),
    )
    findings = []
    with store.read() as connection:
        for name, look in checks:
            try:
                findings.append(look(store, connection))
            except ConvoError as error:
                findings.append(Finding(name, False, error.message, error.hint))
            except DBAPIError as error:
                told = explain(store.location, error)
                if not isinstance(told, ConvoError):
                    raise
                findings.append(Finding(name, False, told.message, told.hint))
    return tuple(findings)


def _version(_store: Store, connection: Connection) -> Finding:
    found = stored_version(connection)
    return Finding("version", found == SCHEMA_VERSION, f"{found}, and this program's is {SCHEMA_VERSION}")


def _database(store: Store, connection: Connection) -> Finding:
    if not store.is_sqlite:
        return Finding("database", True, "the server keeps its own files whole; convo cannot see them")
    complaints = list(connection.exec_driver_sql(f"PRAGMA integrity_check({_NAMED})").scalars())
    if complaints == ["ok"]:
        return Finding("database", True, "every page is sound")
    return Finding("database", False, "; ".join(map(str, complaints)), _RESTORE)


def _references(store: Store, connection: Connection) -> Finding:
    if not store.is_sqlite:
        return Finding("references", True, "the server checks them with every write")
    broken = Counter(row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check"))
    if not broken:
        return Finding("references", True, "every row points at one that is there")
    shown = ", ".join(f"{count} rows of {table}" for table, count in sorted(broken.items()))
    return Finding("references", False, f"{shown} point at nothing", _RESTORE)


def _index(store: Store, connection: Connection) -> Finding:
    hint = "convo store reindex makes it anew"
    messages, indexed = count_rows(connection, tables.message), search_index.count(connection)
    if messages != indexed:
        return Finding("search index", False, f"{messages} messages, but {indexed} in the index", hint)
    wrong = [row.sort_key for row in _samples(connection, messages) if not _indexed_right(store, connection, row)]
    if wrong:
        message = tables.message
        ids = connection.execute(
            select(message.c.id).where(message.c.sort_key.in_(wrong[:_NAMED])).order_by(message.c.id)
        ).scalars()
        shown = ", ".join(map(str, ids))
        return Finding("search index", False, f"{len(wrong)} messages are indexed wrongly, such as {shown}", hint)
    return Finding("search index", True, f"all {messages} messages are in it, and those looked at are right")


def _samples(connection: Connection, messages: int) -> list[Row[tuple[int, str, str]]]:
    """Some hundreds of messages, spread over all."""
    message = tables.message
    chosen = select(message.c.sort_key, message.c.subject, message.c.body)
    step = max(1, messages // _SAMPLES)
    return list(connection.execute(chosen.where(message.c.id % step == 0).limit(2 * _SAMPLES)))


def _indexed_right(store: Store, connection: Connection, row: Row[tuple[int, str, str]]) -> bool:
    subject, body = index_words(row.subject), index_words(row.body)
    if store.is_sqlite:
        kept = "SELECT subject, body FROM message_fts WHERE rowid = :key"
        finds = "SELECT 1 FROM message_fts WHERE message_fts MATCH :term AND rowid = :key"
    else:
        kept = "SELECT subject, body FROM message_search WHERE sort_key = :key"
        finds = "SELECT 1 FROM message_search WHERE words @@ CAST(:term AS tsquery) AND sort_key = :key"
    if connection.execute(text(kept), {"key": row.sort_key}).first() != (subject, body):
        return False
    words = (subject or body).split()[:3]
    if not words:
        return True
    term = TextTerm(tuple(words))
    found = connection.execute(
        text(finds), {"term": term.fts5 if store.is_sqlite else term.tsquery, "key": row.sort_key}
    ).first()
    return found is not None


def _attachments(store: Store, connection: Connection) -> Finding:
    name = tables.attachment.c.sha256
    held = set(store.blobs.names())
    wanted = list(connection.execute(select(name).where(name.is_not(None)).distinct().order_by(name)).scalars())
    missing = [sha256 for sha256 in wanted if sha256 not in held]
    damaged = [sha256 for sha256 in wanted if sha256 in held and digest(store.blobs.get(sha256)) != sha256]
    problems = [
        f"{len(names)} {what}, such as {names[0][:12]}…"
        for names, what in ((missing, "are missing"), (damaged, "are damaged"))
        if names
    ]
    if problems:
        return Finding("attachments", False, "; ".join(problems), _RESTORE)
    unused = len(unused_blobs(store, connection))
    spare = f"; {unused} more that no message has, which convo store compact drops" if unused else ""
    return Finding("attachments", True, f"all {len(wanted)} are there and whole{spare}")


def _ledger(_store: Store, connection: Connection) -> Finding:
    run, ledger = tables.import_run, tables.ledger
    counted: dict[int, Counter[str]] = {}
    for number, outcome, count in connection.execute(
        select(ledger.c.import_run_id, ledger.c.outcome, func.count()).group_by(
            ledger.c.import_run_id, ledger.c.outcome
        )
    ):
        counted.setdefault(number, Counter())[outcome] = count
    runs = connection.execute(select(run).where(run.c.state == RunState.DONE.value).order_by(run.c.id)).all()
    wrong = []
    for found in runs:
        said = (found.stored, found.skipped, found.quarantined)
        rows = counted.get(found.id, Counter())
        if said != tuple(rows[outcome.value] for outcome in LedgerOutcome) or found.fetched != sum(said):
            wrong.append(str(found.id))
    if wrong:
        return Finding(
            "ledger",
            False,
            f"{len(wrong)} import runs do not add up, such as {', '.join(wrong[:_NAMED])}",
            "convo import undo RUN, then import the file again",
        )
    lost = connection.execute(
        select(func.count())
        .select_from(ledger)
        .where(
            ledger.c.message_id.is_not(None),
            ~exists().where(tables.message.c.id == ledger.c.message_id),
            ~ledger.c.key.like("erased:%"),
        )
    ).scalar_one()
    if lost:
        return Finding("ledger", False, f"{lost} rows name a message that is not there", _RESTORE)
    return Finding("ledger", True, f"fetched = stored + skipped + quarantined in all {len(runs)} finished runs")


def _permissions(store: Store, _connection: Connection) -> Finding:
    path = store.location.path
    if path is None:
        return Finding("permissions", True, "the server decides who may connect")
    files = [path, *(Path(f"{path}{end}") for end in ("-wal", "-shm", ".lock"))]
    if isinstance(store.blobs, FileBlobs):
        files += [store.blobs.folder, *(store.blobs.path(name) for name in store.blobs.names())]
    open_to_others = [file for file in files if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077]
    if open_to_others:
        shown = ", ".join(file.name for file in open_to_others[:_NAMED])
        return Finding("permissions", False, f"others can read {shown}", "chmod -R go= on the file and its folder")
    return Finding("permissions", True, "only you can read it")
