"""Writes everything about one person to a folder: one JSON, and the attachments as files."""

import base64
import json
import os
import shutil
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select

from convo import clock
from convo.desk.merging import merged_into
from convo.errors import BadInput, NotFound
from convo.model import tables
from convo.store.store import Store

_THEIRS = (
    "identity",
    "customer_tag",
    "customer_attribute",
    "consent",
    "thread",
    "episode",
    "message",
    "attachment",
    "event",
    "delivery",
    "draft",
)
_LONGEST_NAME = 80


def export_person(store: Store, connection: Connection, customer: int, folder: Path) -> Path:
    """Write `person.json` and `attachments/` to a new or empty folder that only its owner can read.

    Returns the JSON's path. Raises BadInput when the folder holds something or cannot be written; nothing is left of a
    folder that could not be filled.
    """
    made = _make(folder)
    try:
        path = folder / "person.json"
        written = _everything(store, connection, customer, folder)
        _write(path, json.dumps(written, ensure_ascii=False, indent=1, default=_plain).encode())
    except BaseException as error:
        if made:
            shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise BadInput(f"{folder} cannot be written: {error.strerror}", hint="choose another folder") from error
        raise
    return path


def _make(folder: Path) -> bool:
    """Make the folder, or see that it is empty; whether it is new."""
    try:
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            raise BadInput(f"{folder} is no folder", hint="name a new one")
        if folder.exists():
            if any(folder.iterdir()):
                raise BadInput(f"{folder} holds files already", hint="name a new folder, or empty this one")
            folder.chmod(0o700)
            return False
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise BadInput(f"{folder} cannot be made: {error.strerror}", hint="choose another place") from error
    return True


def _everything(store: Store, connection: Connection, customer: int, folder: Path) -> dict[str, Any]:
    people = [customer, *merged_into(connection, customer)]
    table, merge, ledger, audit = tables.customer, tables.merge, tables.ledger, tables.audit
    person: dict[str, Any] = {
        "exported_at": clock.now(),
        "customers": _rows(connection, select(table).where(table.c.id.in_(people)).order_by(table.c.id)),
    }
    for name in _THEIRS:
        rows = tables.METADATA.tables[name]
        wanted = select(rows).where(rows.c.customer_id.in_(people)).order_by(*rows.primary_key)
        person[_plural(name)] = _rows(connection, wanted)
    tag, thread = tables.thread_tag, tables.thread
    person["thread_tags"] = _rows(
        connection,
        select(tag).join(thread, thread.c.id == tag.c.thread_id).where(thread.c.customer_id.in_(people)),
    )
    person["merges"] = _rows(
        connection, select(merge).where(or_(merge.c.kept_id.in_(people), merge.c.merged_id.in_(people)))
    )
    channels = _names(connection, select(tables.channel.c.id, tables.channel.c.name))
    operators = _names(connection, select(tables.operator.c.id, tables.operator.c.name))
    for row in (*person["threads"], *person["messages"], *person["events"], *person["deliveries"]):
        row["channel"] = channels.get(row["channel_id"], "")
    for row in person["messages"]:
        row["operator"] = operators.get(row["operator_id"], "")
    person["ledger"] = [
        row
        for column, owner in ((ledger.c.message_id, tables.message), (ledger.c.event_id, tables.event))
        for row in _rows(
            connection,
            select(ledger).where(column.in_(select(owner.c.id).where(owner.c.customer_id.in_(people)))),
        )
    ]
    about = [and_(audit.c.entity == "customer", audit.c.entity_id.in_(people))]
    for entity in ("thread", "message"):
        owner = tables.METADATA.tables[entity]
        ids = select(owner.c.id).where(owner.c.customer_id.in_(people))
        about.append(and_(audit.c.entity == entity, audit.c.entity_id.in_(ids)))
    person["audit"] = _rows(connection, select(audit).where(or_(*about)).order_by(audit.c.id))
    _write_files(store, person["attachments"], folder / "attachments")
    return person


def _write_files(store: Store, attachments: Sequence[dict[str, Any]], folder: Path) -> None:
    """Write each attachment's bytes and note its file; the name's number keeps strangers' names from colliding."""
    for number, row in enumerate(attachments, 1):
        row["file"] = None
        if row["sha256"] is None:
            continue
        try:
            data = store.blobs.get(row["sha256"])
        except NotFound:
            continue
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / f"{number:03d}-{safe_name(row['name'])}"
        _write(path, data)
        row["file"] = f"{folder.name}/{path.name}"


def safe_name(name: str) -> str:
    """A stranger's file name with letters, digits, dots, hyphens and underscores only; its ending is kept."""
    last = unicodedata.normalize("NFKC", name).replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in last).lstrip(".") or "file"
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        return plain[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)


def _rows(connection: Connection, wanted: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(wanted)]


def _names(connection: Connection, wanted: Select[Any]) -> dict[int, str]:
    return {row[0]: row[1] for row in connection.execute(wanted)}


def _plural(name: str) -> str:
    return name[:-1] + "ies" if name.endswith("y") else name + "s"


def _plain(value: object) -> str:
    """Instants in ISO 8601, bytes in base64."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"{type(value).__name__} has no plain form")
