"""Makes the demo: a store with a small bicycle shop's customers, read from the exports such a shop would have."""

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path

from sqlalchemy import insert, select

from convo import clock
from convo.config import Settings
from convo.desk.demo_shop import furnish
from convo.desk.desk import Desk, open_desk
from convo.errors import Conflict
from convo.importers import jsonl, registry
from convo.importers.base import ReadOptions
from convo.intake import run as reading
from convo.intake.channels import find_or_add
from convo.intake.job import Job
from convo.intake.policy import IntakePolicy
from convo.model import tables
from convo.model.envelope import Envelope, EventEnvelope, Item
from convo.store.store import files_folder

_OWN = ("hello@wheelhouse.example", "wheelhouse")
_MARK = "demo.made"
_LAST = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demo made: the store, how much is in it, and the customer whose conversation crosses four channels.

    `channels` are those by which something came.
    """

    path: Path
    files: int
    customers: int
    messages: int
    events: int
    channels: tuple[str, ...]
    customer_id: int
    thread_id: int


def make_demo(path: Path, *, again: bool = False) -> DemoReport:
    """Make the demo store at a path; raises Conflict when something is there already, unless it is a demo and `again`.

    All its times are moved by whole days so that the last message came today or yesterday.
    """
    _make_room(path, again=again)
    with open_desk(path, settings=Settings(store=str(path), home_region="ES", time_zone="Europe/Madrid")) as desk:
        _mark(desk)
        moved = timedelta(days=(clock.now() - _LAST) // timedelta(days=1))
        count = _read_logs(desk, moved)
        furnish(desk)
        _open(desk, moved)
        report = desk.stores.info()
        ana = desk.customers.find("ana.ruiz@correo.example")
        thread = desk.threads.list(f"customer:{ana} is:open").items[0]
        return DemoReport(
            path,
            count,
            report.rows["customer"],
            report.rows["message"],
            report.rows["event"],
            tuple(sorted(_used_channels(desk))),
            ana,
            thread.id,
        )


def _used_channels(desk: Desk) -> set[str]:
    return {view.channel for view in desk.exports.messages()} | {view.channel for view in desk.exports.events()}


def _read_logs(desk: Desk, moved: timedelta) -> int:
    """Read what was said before today; how many files that were."""
    options = ReadOptions(own=frozenset(_OWN), home_region="ES")
    with as_file(files("convo.fixtures") / "shop") as folder:
        logs = sorted(folder.iterdir(), key=lambda log: (log.suffix not in {".csv", ".jsonl"}, log.name))
        for log in logs:
            source = registry.open_source(log)
            importer = registry.detect(source)
            if importer is None:
                raise Conflict(f"the demo's own file {log.name} is not recognised")
            # Readers refuse what lies in the future, which to an older clock the logs do until they are moved.
            with clock.fixed(max(clock.now(), _LAST)):
                items = [_later(item, moved) for item in importer.read(source, options)]
            with desk.store.write(alone="intake") as connection:
                channel = find_or_add(connection, importer.channel_kind, importer.channel_kind, clock.now())
            job = Job(source, importer, options, IntakePolicy("ES"), channel, items=partial(iter, items))
            run, done = reading.start(desk.store, job)
            reading.carry_out(desk.store, job, run, done, lambda _: None)
    desk.enriching.history()
    desk.arrivals.route()
    return len(logs)


def _open(desk: Desk, moved: timedelta) -> None:
    """Let today's messages come in, so that rules, bot and clocks have something to do."""
    options = ReadOptions(own=frozenset(_OWN), home_region="ES")
    with as_file(files("convo.fixtures") / "today.jsonl") as log, clock.fixed(max(clock.now(), _LAST)):
        items = list(jsonl.IMPORTER.read(registry.open_source(log), options))
    for item in items:
        kind = item.channel if isinstance(item, Envelope) and item.channel else "web"
        desk.arrivals.receive(_later(item, moved), channel=kind, kind=kind)


def _later(item: Item, moved: timedelta) -> Item:
    if isinstance(item, Envelope):
        return replace(item, sent_at=item.sent_at + moved)
    if isinstance(item, EventEnvelope):
        return replace(item, at=item.at + moved)
    return item


def _mark(desk: Desk) -> None:
    with desk.store.write() as connection:
        connection.execute(
            insert(tables.audit), {"at": clock.now(), "actor": "convo", "operation": _MARK, "entity": ""}
        )


def _make_room(path: Path, *, again: bool) -> None:
    if not path.exists():
        return
    with open_desk(path, settings=Settings(store=str(path)), create=False) as desk, desk.store.read() as connection:
        marked = connection.execute(select(tables.audit.c.id).where(tables.audit.c.operation == _MARK)).first()
    if marked is None:
        raise Conflict(f"{path} is a store, and not a demo", hint="name another file: convo demo FILE")
    if not again:
        raise Conflict(f"the demo {path} is there already", hint="convo demo --again makes it afresh")
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
    shutil.rmtree(files_folder(path), ignore_errors=True)
