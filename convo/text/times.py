"""How instants and durations are said to people, in the desk's time zone."""

from datetime import datetime, timedelta, tzinfo


def ago(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """How long ago (or ahead) an instant is, and beyond a week its date."""
    distance = now - moment
    ahead = distance < timedelta(0)
    seconds = abs(distance).total_seconds()
    if seconds >= 7 * 86400:
        return date(moment, zone)
    if seconds < 60:
        return "now"
    count, unit = (
        (seconds // 60, "min")
        if seconds < 3600
        else (seconds // 3600, "h")
        if seconds < 86400
        else (seconds // 86400, "d")
    )
    return f"in {count:.0f} {unit}" if ahead else f"{count:.0f} {unit} ago"


def brief(distance: timedelta) -> str:
    """A distance in time in as few letters as there are: now, 14m, 3h, 5d, 12w; what is below zero is now."""
    seconds = distance.total_seconds()
    for length, unit in ((7 * 86400, "w"), (86400, "d"), (3600, "h"), (60, "m")):
        # Weeks only where days would take three digits.
        if seconds >= (length if unit != "w" else 100 * 86400):
            return f"{seconds // length:.0f}{unit}"
    return "now"


def date(moment: datetime, zone: tzinfo) -> str:
    """The date of an instant, such as 2026-05-03."""
    return local(moment, zone).strftime("%Y-%m-%d")


def minute(moment: datetime, zone: tzinfo) -> str:
    """The date and time of an instant, such as 2026-05-03 09:12."""
    return local(moment, zone).strftime("%Y-%m-%d %H:%M")


def clock_time(moment: datetime, zone: tzinfo) -> str:
    """The time of day of an instant, such as 09:12."""
    return local(moment, zone).strftime("%H:%M")


def day(moment: datetime, zone: tzinfo) -> str:
    """The day of an instant in words, such as Sunday 3 May 2026."""
    at = local(moment, zone)
    return f"{_DAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1]} {at.year}"


def lasting(seconds: int) -> str:
    """A duration, such as 4 min 20 s."""
    hours, rest = divmod(max(0, seconds), 3600)
    minutes, seconds = divmod(rest, 60)
    parts = [f"{n} {unit}" for n, unit in ((hours, "h"), (minutes, "min"), (seconds, "s")) if n]
    return " ".join(parts[:2]) or "0 s"


def local(moment: datetime, zone: tzinfo) -> datetime:
    """The instant in a zone; at the calendar's ends, where no zone fits, in its own."""
    try:
        return moment.astimezone(zone)
    except (OverflowError, ValueError):
        return moment


_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
