"""The rules of the store as they are run, read anew only when they have changed.

The mark `rules` holds a number made from all rules; whoever changes a rule sets it in the same transaction, so that
rules known under that number are still those of the store, in whichever process.
"""

from collections import OrderedDict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from convo.model import tables
from convo.routing.rules import RuleSet, digest_of
from convo.store.marks import mark, set_mark

_MARK = "rules"
_LOCK = 0x72756C65
_REMEMBERED = 8

_known: "OrderedDict[int, RuleSet]" = OrderedDict()


def current_rules(connection: Connection) -> RuleSet:
    """The rules that the store holds now."""
    number = mark(connection, _MARK)
    if number is not None and number in _known:
        _known.move_to_end(number)
        return _known[number]
    rules = RuleSet.from_plain(_plain(connection))
    return _remembered(rules)


def rules_of(plain: list[dict[str, Any]]) -> RuleSet:
    """Rules that were kept with a decision."""
    number = _number(digest_of(plain))
    return _known[number] if number in _known else _remembered(RuleSet.from_plain(plain))


def begin_change(connection: Connection) -> None:
    """Let nobody else change rules until this transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def note_change(connection: Connection) -> None:
    """Say that the rules are others now."""
    set_mark(connection, _MARK, _number(digest_of(_plain(connection))))


def note_at_first(connection: Connection) -> None:
    """Say which the rules are in a store where nobody has changed one yet, so that they are read no more."""
    if mark(connection, _MARK) is None:
        begin_change(connection)
        if mark(connection, _MARK) is None:
            note_change(connection)


def rule_set_id(connection: Connection, rules: RuleSet, now: datetime) -> int:
    """The number under which the store keeps these rules for decisions made by them."""
    table = tables.rule_set
    wanted = select(table.c.id).where(table.c.digest == rules.digest)
    found = connection.execute(wanted).scalar()
    if found is None:
        add = _insert(connection, table)
        row = {"digest": rules.digest, "rules": rules.plain, "created_at": now}
        connection.execute(add.on_conflict_do_nothing(), row)
        found = connection.execute(wanted).scalar_one()
    return int(found)


def _insert(connection: Connection, table: Table) -> Any:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def _plain(connection: Connection) -> list[dict[str, Any]]:
    rule = tables.rule
    return [plain_rule(row) for row in connection.execute(select(rule).order_by(rule.c.position, rule.c.id))]


def plain_rule(row: Row[Any] | Any) -> dict[str, Any]:
    """A row of the rules as `RuleSet.from_plain` takes it."""
    return {
        "id": row.id,
        "name": row.name,
        "trigger": row.trigger,
        "query": row.query,
        "actions": list(row.actions),
        "enabled": bool(row.enabled),
    }


def _remembered(rules: RuleSet) -> RuleSet:
    _known[_number(rules.digest)] = rules
    while len(_known) > _REMEMBERED:
        _known.popitem(last=False)
    return rules


def _number(digest: str) -> int:
    """The first 63 bits of a digest, which every store can hold."""
    return int(digest[:16], 16) >> 1
