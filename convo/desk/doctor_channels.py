"""What is not well with each channel that is set up, and with the worker that should be at it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from convo.model.transport import ChannelStateView
from convo.model.views import Finding
from convo.model.words import ChannelState
from convo.text.counting import counted
from convo.text.times import brief

_SILENT = timedelta(minutes=10)
"""After so long without a success nobody seems to be fetching: a worker says so at least each minute or two."""
_STUCK_QUEUE = timedelta(minutes=15)
_LATE = 3600.0
_MANY_FAILURES = 3


def channel_findings(states: Iterable[ChannelStateView], now: datetime) -> Iterator[Finding]:
    """A line for each channel that travels, and one about the worker where there is any."""
    travelling = [state for state in states if state.travels]
    for state in travelling:
        wrong, hint = _wrong(state, now)
        yield Finding(f"channel {state.name}", not wrong, ", ".join([*wrong, *_known(state, now)]), hint)
    at_work = [state for state in travelling if state.state == ChannelState.ACTIVE and not state.missing]
    if at_work:
        yield _worker(at_work, now)


def _wrong(state: ChannelStateView, now: datetime) -> tuple[list[str], str]:
    """What is wrong, the worst first, and what to do about that."""
    found: list[tuple[str, str]] = []
    if state.missing:
        found.append(("lacks " + ", ".join(state.missing), _gives(state)))
    if state.error and (state.failures >= _MANY_FAILURES or state.succeeded_at is None):
        again = "" if state.next_at is None else f", tried again {_in(state.next_at, now)}"
        found.append((f"{state.error} ({counted(state.failures, 'time')}{again})", f"convo channel test {state.name}"))
    if state.stuck:
        found.append((f"{state.stuck} were being sent when a worker ended", "convo work settles them"))
    if state.oldest_queued is not None and state.state == ChannelState.ACTIVE:
        waited = now - state.oldest_queued
        if waited > _STUCK_QUEUE:
            found.append(
                (f"the oldest answer waits for {brief(waited)}", f"convo delivery list --channel {state.name}")
            )
    if state.failed:
        told = "1 answer did not go" if state.failed == 1 else f"{state.failed} answers did not go"
        found.append((told, f"convo delivery list --dead --channel {state.name}"))
    if state.lag is not None and state.lag > _LATE:
        found.append(
            (f"what comes is {brief(timedelta(seconds=state.lag))} late", "the provider was slow, or convo work")
        )
    return [said for said, _ in found], found[0][1] if found else ""


def _known(state: ChannelStateView, now: datetime) -> Iterator[str]:
    """What is known besides."""
    if state.state != ChannelState.ACTIVE:
        yield state.state
    if state.succeeded_at is not None:
        yield f"last success {_ago(state.succeeded_at, now)}"
    elif state.fetches:
        yield "never fetched from"
    if state.lag is not None:
        yield f"lag {state.lag:.1f} s"
    if state.queued:
        yield f"{state.queued} to leave"


def _worker(states: list[ChannelStateView], now: datetime) -> Finding:
    """Whether a worker seems to run: something worked, or failed, of late."""
    signs = [at for state in states for at in (state.succeeded_at, state.failed_at) if at is not None]
    waiting = any(state.oldest_queued is not None and now - state.oldest_queued > _STUCK_QUEUE for state in states)
    fetched = any(state.fetches for state in states)
    newest = max(signs, default=None)
    runs = newest is not None and now - newest <= _SILENT
    if runs or not (fetched or waiting):
        return Finding("worker", True, f"at work {_ago(newest, now)}" if newest else "nothing waits for it")
    told = f"nothing was fetched or sent for {brief(now - newest)}" if newest else "nothing was ever fetched"
    return Finding("worker", False, told, "convo work runs it; convo work --print-systemd keeps it running")


def _gives(state: ChannelStateView) -> str:
    return f"convo channel show {state.name}; convo channel secret or set gives what is missing"


def _ago(at: datetime, now: datetime) -> str:
    told = brief(now - at)
    return told if told == "now" else f"{told} ago"


def _in(at: datetime, now: datetime) -> str:
    told = brief(at - now)
    return told if told == "now" else f"in {told}"
