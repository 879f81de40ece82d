"""Erases a person: every row of theirs, the words in the index, the files, and what the records said of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, or_, select, update

from convo.desk.erasure_proof import Proof, gather
from convo.desk.erasure_records import scrub_audit, scrub_ledger, scrub_runs, scrub_steps
from convo.desk.merging import BESIDE, hold_off_intake, merged_into
from convo.model import tables
from convo.store.erase import forget
from convo.store.store import Store

_CHUNK = 10_000
_THEIRS = (
    *BESIDE,
    "draft",
    "delivery",
    "attachment",
    "message",
    "episode",
    "thread",
    "event",
    "identity",
    "consent",
    "customer_tag",
    "customer_attribute",
)


@dataclass(frozen=True, slots=True)
class ErasureView:
    """What an erasure removed; `proven` says that the words were looked for in the raw files and are gone.

    `left_in` names files where they still stand, such as a backup beside the store.
    """

    id: int
    messages: int
    events: int
    attachments: int
    proven: bool
    left_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Erasure:
    """An erasure whose rows are gone; `finish` it once that is committed."""

    customer: int
    messages: int
    events: int
    attachments: int
    proof: Proof

    def finish(self, store: Store) -> ErasureView:
        """Look for the words in the raw files, writing the store anew where a page still holds some."""
        proven, left_in = self.proof.check(store)
        return ErasureView(self.customer, self.messages, self.events, self.attachments, proven, left_in)


def erase_person(store: Store, connection: Connection, customer: int) -> Erasure:
    """Delete a customer and all who are merged into them, inside the open write.

    The ledger keeps that something came and a hash of its key, so that reading the same file again does not bring it
    back; the audit log keeps what was done and not with which values.
    """
    hold_off_intake(connection)
    people = [customer, *merged_into(connection, customer)]
    proof = gather(store, connection, people)
    message, event, thread = tables.message, tables.event, tables.thread
    keys = list(connection.execute(select(message.c.sort_key).where(message.c.customer_id.in_(people))).scalars())
    blobs = _own_blobs(connection, people)
    messages = list(connection.execute(select(message.c.id).where(message.c.customer_id.in_(people))).scalars())
    events = list(connection.execute(select(event.c.id).where(event.c.customer_id.in_(people))).scalars())
    threads = list(connection.execute(select(thread.c.id).where(thread.c.customer_id.in_(people))).scalars())
    attachments = connection.execute(
        select(func.count()).select_from(tables.attachment).where(tables.attachment.c.customer_id.in_(people))
    ).scalar_one()
    scrub_ledger(connection, messages, events, proof.handles)
    scrub_audit(connection, {"customer": people, "thread": threads, "message": messages}, proof.handles)
    scrub_runs(connection, proof.names)
    scrub_steps(connection, people, (*proof.names, *proof.handles))
    _delete_rows(connection, people, threads)
    forget(store, keys, blobs)
    return Erasure(customer, len(messages), len(events), attachments, proof)


def _own_blobs(connection: Connection, people: Sequence[int]) -> list[str]:
    """The attachments' bytes that nobody else's message needs."""
    attachment = tables.attachment
    others = attachment.alias()
    return list(
        connection.execute(
            select(attachment.c.sha256)
            .where(
                attachment.c.customer_id.in_(people),
                attachment.c.sha256.is_not(None),
                ~select(others.c.id)
                .where(others.c.sha256 == attachment.c.sha256, others.c.customer_id.not_in(people))
                .exists(),
            )
            .distinct()
        ).scalars()
    )


def _delete_rows(connection: Connection, people: Sequence[int], threads: Sequence[int]) -> None:
    merge, move, customer = tables.merge, tables.merge_move, tables.customer
    for start in range(0, len(threads), _CHUNK):
        for rows in (tables.thread_tag, tables.presence):
            connection.execute(delete(rows).where(rows.c.thread_id.in_(threads[start : start + _CHUNK])))
    for name in _THEIRS:
        rows = tables.METADATA.tables[name]
        connection.execute(delete(rows).where(rows.c.customer_id.in_(people)))
    merges = select(merge.c.id).where(or_(merge.c.kept_id.in_(people), merge.c.merged_id.in_(people)))
    connection.execute(delete(move).where(move.c.merge_id.in_(merges)))
    connection.execute(delete(merge).where(or_(merge.c.kept_id.in_(people), merge.c.merged_id.in_(people))))
    connection.execute(update(customer).where(customer.c.id.in_(people)).values(merged_into_id=None))
    connection.execute(delete(customer).where(customer.c.id.in_(people)))
