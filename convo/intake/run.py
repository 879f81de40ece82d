"""One import run: reads a file in batches, each with its place in the run, so that it can go on where it was killed."""

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import and_, func, insert, select, update

from convo import clock
from convo.errors import BadInput
from convo.intake import paths
from convo.intake.job import Job, Tally, fingerprint
from convo.intake.policy import IntakePolicy
from convo.intake.prepare import Keys, prepare
from convo.intake.receive import Destination, Received, known_already, receive_many
from convo.model import tables
from convo.model.envelope import Envelope, Item, Unreadable
from convo.model.words import LedgerOutcome, RunState, ThreadStatus
from convo.store.store import Store

BATCH = 10_000
_BATCH_BYTES = 8_000_000
_PER_ITEM = 500


def start(store: Store, job: Job) -> tuple[int, int]:
    """The run for this job and how many of its items are in the ledger already: a new one, or one that was cut off."""
    run, ledger = tables.import_run, tables.ledger
    name = fingerprint(job)
    with store.write(alone="intake") as connection:
        if job.items is None:
            found = connection.execute(
                select(run.c.id).where(run.c.fingerprint == name, run.c.state == RunState.RUNNING.value)
            ).scalar()
            if found is not None:
                done = connection.execute(
                    select(func.count()).select_from(ledger).where(ledger.c.import_run_id == found)
                ).scalar_one()
                return int(found), int(done)
        made = connection.execute(
            insert(run).returning(run.c.id),
            {
                "path": paths.shown(job.source.path),
                "fingerprint": name,
                "format": job.importer.name,
                "options": job.remembered() | ({} if job.items else paths.kept(job.source.path)),
                "channel_id": job.channel_id,
                "state": RunState.RUNNING.value,
                "started_at": clock.now(),
                "fetched": 0,
                "stored": 0,
                "skipped": 0,
                "quarantined": 0,
            },
        )
        return int(made.scalar_one()), 0


@contextmanager
def _collecting_betweenbatches() -> Iterator[Callable[[], object]]:
    """Keep the garbage collector from walking a batch again and again while it grows; yields what to call after one."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield lambda: gc.collect(1)
    finally:
        if was_on:
            gc.enable()


def carry_out(store: Store, job: Job, run_id: int, done: int, progress: Callable[[int], None]) -> None:
    """Read the file to its end, storing what the ledger does not have yet; `progress` hears how many were read.

    A run that is cut off by an error stays open and goes on when it is started again; one that read nothing is dropped.
    """
    try:
        with _collecting_betweenbatches() as collect:
            for read in _carry_out(store, job, run_id, done):
                collect()
                progress(read)
    except (BadInput, OSError):
        _drop_empty(store, run_id)
        raise
    finish(store, run_id, job.policy)


def _carry_out(store: Store, job: Job, run_id: int, done: int) -> Iterator[int]:
    """Yields how many items were read, after each batch."""
    keys = Keys()
    kind = job.importer.channel_kind
    ordinal = 0
    for batch in _batches(job.read()):
        fresh = batch
        if ordinal < done:
            passed = min(done - ordinal, len(batch))
            for item in batch[:passed]:
                prepare(item, keys, home_region=job.policy.home_region, kind=kind)
            fresh = batch[passed:]
            ordinal += passed
        if fresh:
            receive_many(store, fresh, Destination(job.channel_id, kind, run_id, ordinal), job.policy, keys)
            ordinal += len(fresh)
        yield ordinal


def _drop_empty(store: Store, run_id: int) -> None:
    run, ledger = tables.import_run, tables.ledger
    with store.write(alone="intake") as connection:
        of_run = select(ledger.c.id).where(ledger.c.import_run_id == run_id)
        connection.execute(run.delete().where(run.c.id == run_id, ~of_run.exists()))


def finish(store: Store, run_id: int, policy: IntakePolicy) -> None:
    """Count the run's ledger and close it; of history, threads that were answered long ago are resolved."""
    run, thread, episode = tables.import_run, tables.thread, tables.episode
    with store.write(alone="intake") as connection:
        now = clock.now()
        tally = count(store, run_id)
        connection.execute(
            update(run)
            .where(run.c.id == run_id)
            .values(
                state=RunState.DONE.value,
                finished_at=now,
                fetched=tally.fetched,
                stored=tally.stored,
                skipped=tally.skipped,
                quarantined=tally.quarantined,
            )
        )
        if policy.history:
            settled = and_(
                thread.c.import_run_id == run_id,
                thread.c.status == ThreadStatus.PENDING.value,
                thread.c.last_message_at < now - policy.thread_window,
            )
            connection.execute(
                update(episode)
                .where(
                    episode.c.resolved_at.is_(None),
                    episode.c.thread_id.in_(select(thread.c.id).where(settled)),
                )
                .values(
                    resolved_at=select(thread.c.last_message_at)
                    .where(thread.c.id == episode.c.thread_id)
                    .scalar_subquery()
                )
            )
            connection.execute(
                update(thread)
                .where(settled)
                .values(status=ThreadStatus.RESOLVED.value, resolved_at=thread.c.last_message_at)
            )


def count(store: Store, run_id: int) -> Tally:
    """What the ledger holds of a run."""
    ledger = tables.ledger
    tally = Tally()
    with store.read() as connection:
        for outcome, reason, number in connection.execute(
            select(ledger.c.outcome, ledger.c.reason, func.count())
            .where(ledger.c.import_run_id == run_id)
            .group_by(ledger.c.outcome, ledger.c.reason)
        ):
            tally.count(LedgerOutcome(outcome), reason, number)
    return tally


def rehearse(store: Store, job: Job, progress: Callable[[int], None]) -> Tally:
    """What a run would do, without doing it."""
    keys, seen, tally = Keys(), set[bytes](), Tally()
    for batch in _batches(job.read()):
        prepared = [
            prepare(item, keys, home_region=job.policy.home_region, kind=job.importer.channel_kind) for item in batch
        ]
        for received in known_already(store, prepared, Destination(job.channel_id, job.importer.channel_kind), seen):
            tally.count(received.outcome, received.reason)
        progress(tally.fetched)
    return tally


def retry(store: Store, job: Job, run_id: int) -> list[Received]:
    """Read a run's file again and take in those of its items that were quarantined; raises what reading raises."""
    ledger = tables.ledger
    quarantined = and_(ledger.c.import_run_id == run_id, ledger.c.outcome == LedgerOutcome.QUARANTINED.value)
    with store.read() as connection:
        wanted = set(connection.execute(select(ledger.c.ordinal).where(quarantined)).scalars())
    keys, kind, received = Keys(), job.importer.channel_kind, []
    for ordinal, item in enumerate(job.read()):
        if ordinal not in wanted:
            prepare(item, keys, home_region=job.policy.home_region, kind=kind)
            continue
        with store.write(alone="intake") as connection:
            connection.execute(ledger.delete().where(quarantined, ledger.c.ordinal == ordinal))
            received += receive_many(
                store, [item], Destination(job.channel_id, kind, run_id, ordinal), job.policy, keys
            )
    finish(store, run_id, job.policy)
    return received


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    size = 0
    for item in items:
        batch.append(item)
        size += _weight(item)
        if len(batch) >= BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _weight(item: Item) -> int:
    """About how many bytes an item holds."""
    if isinstance(item, Envelope):
        return _PER_ITEM + len(item.text) + sum(len(part.data or b"") for part in item.parts)
    return _PER_ITEM + len(item.raw) if isinstance(item, Unreadable) else _PER_ITEM
