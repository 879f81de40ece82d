"""What every table shares: naming, instants as integers, checked vocabularies, JSON."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import SchemaItem

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Number = BigInteger().with_variant(Integer(), "sqlite")
PlainText = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is no language: compared byte by byte on both engines."""

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970-01-01 UTC of an aware datetime, exactly."""
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC datetime of so many microseconds since 1970-01-01."""
    return _EPOCH + timedelta(microseconds=micros)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, held as microseconds since 1970-01-01 UTC: exact, sortable and alike on both engines."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """The stored integer; raises TypeError for a naive datetime."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """The aware datetime of a stored integer."""
        return None if value is None else from_micros(value)


def table(name: str, *parts: SchemaItem, clustered: bool = False) -> Table:
    """A table of the store; a `clustered` one lies in the order of its primary key in SQLite."""
    return Table(name, METADATA, *parts, sqlite_with_rowid=not clustered)


def key() -> Column[int]:
    """A 64-bit primary key that the store numbers."""
    return Column("id", Number, primary_key=True, autoincrement=True)


def reference(name: str, target: str, *, null: bool = False, primary: bool = False, index: bool = False) -> Column[int]:
    """A 64-bit foreign key to `target` ("table.column")."""
    return Column(name, Number, ForeignKey(target), nullable=null, primary_key=primary, index=index or None)


def number(
    name: str,
    default: int | None = None,
    *,
    null: bool = False,
    index: bool = False,
    unique: bool = False,
    primary: bool = False,
) -> Column[int]:
    """A 64-bit integer."""
    return _column(name, Number, default, null=null, index=index, unique=unique, primary=primary)


def instant(name: str, *, null: bool = False, index: bool = False) -> Column[datetime]:
    """A point in time."""
    return _column(name, Instant, None, null=null, index=index)


def text(
    name: str,
    default: str | None = None,
    *,
    null: bool = False,
    index: bool = False,
    unique: bool = False,
    primary: bool = False,
) -> Column[str]:
    """A string of any length."""
    return _column(name, Text, default, null=null, index=index, unique=unique, primary=primary)


def json(name: str, default: Callable[[], Any], *, null: bool = False) -> Column[Any]:
    """A JSON value, replaced as a whole and never edited in place; `default` makes a fresh one."""
    return _column(name, Json, default, null=null)


def word(name: str, default: str | None = None, *, null: bool = False, index: bool = False) -> Column[str]:
    """A word of a fixed vocabulary; pair it with `one_of` among the table's parts."""
    return _column(name, String(16), default, null=null, index=index)


def flag(name: str, default: bool | None = None) -> Column[bool]:
    """Yes or no."""
    return _column(name, Boolean, default)


def _column(
    name: str,
    kind: Any,
    default: Any,
    *,
    null: bool = False,
    index: bool = False,
    unique: bool = False,
    primary: bool = False,
) -> Column[Any]:
    given = {} if default is None else {"default": default}
    return Column(name, kind, nullable=null, index=index or None, unique=unique or None, primary_key=primary, **given)


def one_of(column: str, vocabulary: type[StrEnum]) -> CheckConstraint:
    """The constraint that a column holds one of the vocabulary's values."""
    values = ", ".join(f"'{value.value}'" for value in vocabulary)
    return CheckConstraint(f"{column} IN ({values})", name=column)
