"""What every table shares: naming, instants as integers, checked vocabularies, JSON."""

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Dialect,
    ForeignKey,
    Integer,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Number = BigInteger().with_variant(Integer(), "sqlite")
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


class Table(SQLModel):
    """Base of all tables: the table's name is the class's in snake case."""

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


def key() -> Any:
    """A 64-bit primary key that the store numbers."""
    return Field(default=None, sa_column=Column("id", Number, primary_key=True, autoincrement=True))


def reference(target: str, *, null: bool = False, primary: bool = False, index: bool = False) -> Any:
    """A 64-bit foreign key to `target` ("table.column")."""
    return Field(
        default=None if null else ...,
        sa_type=Number,
        sa_column_args=[ForeignKey(target)],
        nullable=null,
        primary_key=primary,
        index=index,
    )


def number(
    default: Any = ..., *, null: bool = False, index: bool = False, unique: bool = False, primary: bool = False
) -> Any:
    """A 64-bit integer."""
    return Field(default=default, sa_type=Number, nullable=null, index=index, unique=unique, primary_key=primary)


def instant(*, null: bool = False, index: bool = False) -> Any:
    """A point in time."""
    return Field(default=None if null else ..., sa_type=Instant, nullable=null, index=index)


def text(
    default: Any = ..., *, null: bool = False, index: bool = False, unique: bool = False, primary: bool = False
) -> Any:
    """A string of any length."""
    return Field(default=default, sa_type=Text, nullable=null, index=index, unique=unique, primary_key=primary)


def json(default: Any, *, null: bool = False) -> Any:
    """A JSON value, replaced as a whole and never edited in place; `default` makes a fresh one."""
    return Field(default_factory=default, sa_type=Json, nullable=null)


def word(default: Any = ..., *, null: bool = False, index: bool = False) -> Any:
    """A word of a fixed vocabulary; pair it with `one_of` in the table's arguments."""
    return Field(default=default, sa_type=String(16), nullable=null, index=index)


def one_of(column: str, vocabulary: type[StrEnum]) -> CheckConstraint:
    """The constraint that a column holds one of the vocabulary's values."""
    values = ", ".join(f"'{value.value}'" for value in vocabulary)
    return CheckConstraint(f"{column} IN ({values})", name=column)
