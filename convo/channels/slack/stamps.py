"""Slack's time stamps, which are also the ids of messages: "1700000000.000100", in order of time."""

import re
from datetime import datetime, timedelta

from convo.text.json_fields import Unfit, epoch

_STAMP = re.compile(r"(\d{1,12})\.(\d{1,6})", re.ASCII)


def order(stamp: str) -> int:
    """A stamp as microseconds since 1970; 0 for what is none, which is before them all."""
    found = _STAMP.fullmatch(stamp)
    return int(found[1]) * 1_000_000 + int(found[2].ljust(6, "0")) if found else 0


def is_stamp(text: str) -> bool:
    """Whether a text is a stamp."""
    return _STAMP.fullmatch(text) is not None


def instant(stamp: str) -> datetime:
    """When a message was sent; raises Unfit for what is no stamp."""
    if not is_stamp(stamp):
        raise Unfit("its 'ts' is no time of Slack's")
    return epoch(*divmod(order(stamp), 1_000_000))


def stamp_of(at: datetime, *, before: timedelta = timedelta()) -> str:
    """The stamp of an instant, or of one that long before it."""
    return earlier(f"{int(at.timestamp())}.{at.microsecond:06}", before)


def earlier(stamp: str, span: timedelta) -> str:
    """The stamp that long before another one."""
    seconds, micros = divmod(max(0, order(stamp) - span // timedelta(microseconds=1)), 1_000_000)
    return f"{seconds}.{micros:06}"
