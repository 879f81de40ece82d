"""Reads and puts back the whole state of a thread or a customer, as values under one flat set of keys.

A thread's keys are its columns by name, `tag:NAME`, `episode:ID:COLUMN` and `session:ID:COLUMN` (a bot's); a
customer's are those of `convo.desk.customer_state` after `customer:`. Instants are microseconds, and what is missing
is None.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection, Table, delete, insert, select, update

from convo.desk import customer_state
from convo.model import tables
from convo.model.table import Instant, from_micros, to_micros

Value: TypeAlias = str | int | bool | None
State: TypeAlias = dict[str, Value]

DUE = ("first_response_due", "next_response_due", "resolution_due", "resolution_left")
"""What follows from a thread's state and its policy, and is reckoned anew where it is no longer what it was."""
POLICY = "sla_policy_id"
"""The policy, which no action changes and by which those times were reckoned."""
YIELDING = frozenset({"waiting_since", "wanted", "queued_since", "read_key", "last_message_at", "last_outbound_at"})
"""What goes on by itself, and is left as it is where it is no longer what it was."""
_COLUMNS = (
    *("status", "snoozed_until", "resolved_at", "assignee_id", "team_id", "priority", "subject", "unread"),
    *sorted(YIELDING),
    *DUE,
    POLICY,
)
_TAG, _EPISODE, _SESSION, _CUSTOMER = "tag:", "episode:", "session:", "customer:"
_EPISODE_COLUMNS = ("opened_at", "first_response_at", "resolved_at")
_SESSION_COLUMNS = ("state", "reason", "last_at")
_HANG_ON_EPISODE = ("breach", "rule_firing")


def read_thread(connection: Connection, thread: int) -> State:
    """All that an action can change in a thread."""
    table, tag, episode, session = tables.thread, tables.thread_tag, tables.episode, tables.bot_session
    row = connection.execute(select(*(table.c[name] for name in _COLUMNS)).where(table.c.id == thread)).one()
    state: State = {name: _plain(value) for name, value in row._mapping.items()}
    for name in connection.execute(select(tag.c.tag).where(tag.c.thread_id == thread)).scalars():
        state[_TAG + name] = True
    for prefix, rows, names in ((_EPISODE, episode, _EPISODE_COLUMNS), (_SESSION, session, _SESSION_COLUMNS)):
        columns = (rows.c[name] for name in names)
        for number, *values in connection.execute(select(rows.c.id, *columns).where(rows.c.thread_id == thread)):
            state |= {f"{prefix}{number}:{name}": _plain(value) for name, value in zip(names, values, strict=True)}
    return state


def read_customer(connection: Connection, customer: int) -> State:
    """All that an action can change in a customer."""
    return {_CUSTOMER + key: value for key, value in customer_state.read(connection, customer).items()}


def read_now(connection: Connection, thread: int | None, customer: int, keys: Mapping[str, Value]) -> State:
    """The state of now under at least these keys."""
    state: State = {}
    if thread is not None and not all(key.startswith(_CUSTOMER) for key in keys):
        state |= read_thread(connection, thread)
    if any(key.startswith(_CUSTOMER) for key in keys):
        state |= read_customer(connection, customer)
    return state


def differences(before: State, after: State) -> tuple[State, State]:
    """What two states differ in, as it was before and as it is after."""
    keys = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    return {key: before.get(key) for key in keys}, {key: after.get(key) for key in keys}


def put_back(connection: Connection, thread: int | None, customer: int, values: Mapping[str, Value]) -> None:
    """Set these keys; an episode whose opening is None goes, with what hangs on it."""
    columns = {key: _held(tables.thread, key, value) for key, value in values.items() if key in _COLUMNS}
    if columns:
        connection.execute(update(tables.thread).where(tables.thread.c.id == thread).values(columns))
    tag = tables.thread_tag
    for key, value in values.items():
        if key.startswith(_TAG):
            name = key.removeprefix(_TAG)
            connection.execute(delete(tag).where(tag.c.thread_id == thread, tag.c.tag == name))
            if value:
                connection.execute(insert(tag), {"thread_id": thread, "tag": name})
        elif key.startswith(_CUSTOMER):
            customer_state.put(connection, customer, key.removeprefix(_CUSTOMER), value)
    for number, changes in _by_number(values, _EPISODE).items():
        if "opened_at" in changes and changes["opened_at"] is None:
            _remove_episode(connection, number)
        else:
            _set_row(connection, tables.episode, number, changes)
    for number, changes in _by_number(values, _SESSION).items():
        if changes.get("state", "") is None:
            continue  # It began since, and what a bot said stays said.
        _set_row(connection, tables.bot_session, number, changes)


def begun_episodes(before: Mapping[str, Value]) -> list[int]:
    """The episodes that were not there before."""
    changed = _by_number(before, _EPISODE)
    return [number for number, values in changed.items() if values.get("opened_at", 0) is None]


def yields(key: str) -> bool:
    """Whether a key is left alone where it is no longer what it was, instead of standing in the way."""
    return key in YIELDING or key in DUE or key.startswith(_SESSION)


def _by_number(values: Mapping[str, Value], prefix: str) -> dict[int, State]:
    found: dict[int, State] = {}
    for key, value in values.items():
        if key.startswith(prefix):
            number, name = key.removeprefix(prefix).split(":")
            found.setdefault(int(number), {})[name] = value
    return found


def _set_row(connection: Connection, table: Table, number: int, changes: State) -> None:
    held = {name: _held(table, name, value) for name, value in changes.items()}
    connection.execute(update(table).where(table.c.id == number).values(held))


def _remove_episode(connection: Connection, number: int) -> None:
    moved = tables.merge_move
    for name in _HANG_ON_EPISODE:
        rows = tables.METADATA.tables[name]
        ids = select(rows.c.id).where(rows.c.episode_id == number)
        connection.execute(delete(moved).where(moved.c.entity == name, moved.c.row_id.in_(ids)))
        connection.execute(delete(rows).where(rows.c.episode_id == number))
    connection.execute(delete(moved).where(moved.c.entity == "episode", moved.c.row_id == number))
    connection.execute(delete(tables.episode).where(tables.episode.c.id == number))


def _plain(value: str | int | bool | datetime | None) -> Value:
    return to_micros(value) if isinstance(value, datetime) else value


def _held(table: Table, column: str, value: Value) -> object:
    instant = isinstance(table.c[column].type, Instant)
    return from_micros(int(value)) if instant and value is not None else value
