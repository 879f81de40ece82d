"""Puts threads away until a time that one writes as one thinks of it."""

from datetime import datetime, timedelta, tzinfo

from convo import clock
from convo.errors import UsageError
from convo.model.actions import Snooze
from convo.text.times import ago, clock_time, day
from convo.text.when import parse_when

from ..asking import zone_of
from ..dialogs.choice import Choice, Option
from .doing import Doing

PRESETS = ("1h", "3h", "tomorrow 9", "monday 9", "3d", "1w")


class SnoozeActions(Doing):
    """Snooze."""

    def action_snooze(self) -> None:
        """Choose until when the threads sleep."""
        threads = self.targets()
        if not threads:
            return
        zone = zone_of(self)
        window = Choice(
            "Snooze until",
            [until(preset, zone) for preset in PRESETS],
            read=lambda typed: until(typed, zone),
            placeholder="tomorrow 9, 3d, friday 14:30, 2026-12-01",
        )

        def chosen(value: str) -> None:
            moment = datetime.fromisoformat(value)
            self.work(Snooze(moment), threads, f"asleep until {said(moment, zone)}:")

        self.choose(window, chosen)


def until(typed: str, zone: tzinfo) -> Option:
    """What was typed as a time to come, with the instant that it means; raises UsageError."""
    now = clock.now()
    moment = parse_when(typed, now=now, zone=zone)
    if moment <= now:
        raise UsageError(f"{typed.strip()!r} is past", hint="such as tomorrow 9 or 3d")
    soon = f", {ago(moment, now, zone)}" if moment - now < timedelta(days=7) else ""
    return Option(moment.isoformat(), typed.strip(), said(moment, zone) + soon)


def said(moment: datetime, zone: tzinfo) -> str:
    """The day and the time of an instant, such as Wed 18 Nov 09:00."""
    name, number, month, *_ = day(moment, zone).split()
    return f"{name[:3]} {number} {month[:3]} {clock_time(moment, zone)}"
