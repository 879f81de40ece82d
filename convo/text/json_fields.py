"""Fields of JSON that a stranger wrote, each with the type it must have or a sentence saying that it has not."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import TypeAlias

Fields: TypeAlias = dict[str, object]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LARGEST = 1 << 63
_KINDS = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "an object"}


class Unfit(Exception):
    """A record that is JSON and yet no message; `reason` is for a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def clean(text: str) -> str:
    """`text` without what no store can hold: halves of surrogate pairs, which JSON can spell, become U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def fields_of(value: object, what: str) -> Fields:
    """`value` as an object; raises Unfit, calling it `what`, when it is none."""
    if not isinstance(value, dict):
        raise Unfit(f"{what} is {kind_of(value)} where an object belongs")
    return value


def words(fields: Fields, key: str) -> str:
    """The text of a field, empty when it is absent or null; raises Unfit when it is anything else."""
    value = fields.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unfit(f"its {key!r} is {kind_of(value)} where text belongs")
    return clean(value)


def whole(fields: Fields, key: str) -> int | None:
    """The whole number of a field, None when it is absent or null; raises Unfit when it is anything else."""
    value = fields.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unfit(f"its {key!r} is {kind_of(value)} where a whole number belongs")
    if abs(value) >= _LARGEST:
        raise Unfit(f"its {key!r} is larger than any number of its kind")
    return value


def records(fields: Fields, key: str) -> list[Fields]:
    """The objects in the list of a field, none when it is absent or null; raises Unfit when it is anything else."""
    value = fields.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unfit(f"its {key!r} is {kind_of(value)} where a list belongs")
    return [fields_of(one, f"an entry of its {key!r}") for one in value]


def loosely(value: object, *path: str) -> str:
    """The text found by following keys through objects, empty wherever the way does not exist; for ornaments only."""
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return clean(value) if isinstance(value, str) else ""


def epoch(seconds: int, micros: int = 0) -> datetime:
    """The instant so long after 1970, in UTC; raises Unfit when it is outside the calendar of any time zone."""
    try:
        return _inside(_EPOCH + timedelta(seconds=seconds, microseconds=micros))
    except OverflowError:
        raise Unfit("its time is outside the calendar") from None


def local(text: str, zone: tzinfo) -> datetime:
    """The instant of an ISO time, which is local to `zone` unless it says otherwise, in UTC; raises Unfit."""
    try:
        moment = datetime.fromisoformat(text)
        return _inside((moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC))
    except (ValueError, OverflowError):
        raise Unfit(f"its time {text[:40]!r} cannot be understood") from None


def _inside(moment: datetime) -> datetime:
    # The first and the last year leave no room to turn an instant into somebody's local time.
    if not 1 < moment.year < 9999:
        raise Unfit("its time is outside the calendar")
    return moment


def kind_of(value: object) -> str:
    """What JSON calls a value, for a person."""
    return "missing" if value is None else _KINDS.get(type(value), "something else")
