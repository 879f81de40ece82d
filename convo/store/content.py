"""What a table holds, said in a way that is the same on both engines, so that copies can be compared."""

import hashlib
import json
import math
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, func, select

from convo.model.table import to_micros

BATCH = 1000
_MODULUS = 1 << 256
_EXACT = 1 << 53


def count_rows(connection: Connection, table: Table) -> int:
    """How many rows a table has."""
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def fingerprint(connection: Connection, table: Table) -> tuple[int, str]:
    """How many rows a table has, and a hash of what they hold, whatever their order."""
    total = count = 0
    found = connection.execute(select(table), execution_options={"yield_per": BATCH})
    for row in found:
        count += 1
        shown = json.dumps([_plain(value) for value in row], sort_keys=True, separators=(",", ":"))
        total += int.from_bytes(hashlib.sha256(shown.encode()).digest(), "big")
    return count, f"{total % _MODULUS:064x}"


def _plain(value: Any) -> Any:
    """A value as JSON would hold it, alike however an engine wrote it."""
    if isinstance(value, datetime):
        return to_micros(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return {"bytes": hashlib.sha256(value).hexdigest()}
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _number(value: float) -> float | int:
    """1.0 as 1 and 1e+20 as its digits: PostgreSQL's JSON gives them back so."""
    if not math.isfinite(value) or not value.is_integer():
        return value
    return int(value) if abs(value) < _EXACT else int(Decimal(repr(value)))
