"""What went wrong with a channel, in words, and after how long it is tried again."""

from datetime import timedelta

from convo.channels.trouble import ChannelDown, ChannelRefused, Trouble
from convo.delivery.backoff import delay
from convo.errors import ConvoError

_REFUSED_AGAIN = 300.0
"""After how many seconds a channel that refuses us is tried again: a person may have mended it."""


def reason_of(error: Exception) -> str:
    """What went wrong, in one sentence without anything secret."""
    if isinstance(error, Trouble):
        return error.reason
    if isinstance(error, ConvoError):
        return error.message
    return getattr(error, "strerror", None) or type(error).__name__


def wait_after(error: Exception, failures: int) -> timedelta:
    """How long the channel rests after so many failures in a row, of which this is the last."""
    if isinstance(error, ChannelRefused):
        return delay(failures, retry_after=_REFUSED_AGAIN)
    return delay(failures, retry_after=error.retry_after if isinstance(error, ChannelDown) else None)
