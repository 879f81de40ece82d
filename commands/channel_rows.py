"""How channels, their health, kinds, settings and checks are laid out for people and programs."""

from datetime import timedelta

from convo import clock
from convo.model.transport import ChannelStateView, CheckView, KindView, SettingView
from convo.model.views import ChannelView

from .lines import Column, Span, Value

_HOUR, _MINUTE = 3600, 60


def health_word(view: ChannelView) -> Span:
    """How a channel does, in a few words: what is wrong comes first."""
    health = view.health
    if view.state != "active":
        return Span(view.state, "faint")
    if health is None or not health.travels:
        return Span("holds only what was imported or added", "faint")
    if health.missing:
        return Span("lacks " + ", ".join(health.missing), "bad")
    if health.error:
        return Span(health.error, "bad")
    if health.failed:
        return Span(f"{health.failed} not delivered", "warning")
    return Span("well", "good") if health.succeeded_at or not health.fetches else Span("not fetched from yet", "faint")


CHANNELS = (
    Column("name", lambda row: row.name, style="strong"),
    Column("kind", lambda row: row.kind),
    Column("state", lambda row: row.state),
    Column("messages", lambda row: row.messages, right=True),
    Column("last", lambda row: row.last_message_at, style="faint"),
    Column("fetched", lambda row: row.health.succeeded_at, style="faint"),
    Column("to leave", lambda row: row.health.queued, right=True),
    Column("health", health_word, elastic=True),
)
KINDS = (
    Column("kind", lambda row: row.name, style="strong"),
    Column("title", lambda row: row.title),
    Column("can", lambda row: ", ".join(abilities(row)), elastic=True),
)
CHECKS = (
    Column("", lambda row: Span("✓", "good") if row.ok else Span("✗", "bad"), for_people=True),
    Column("what", lambda row: row.what, style="strong"),
    Column("well", lambda row: row.ok, style="faint"),
    Column("detail", lambda row: row.problem or row.detail, elastic=True),
)
SETTINGS = (
    Column("setting", lambda row: row.name, style="strong"),
    Column("form", lambda row: "|".join(row.choices) or row.form),
    Column("default", lambda row: _default(row), style="faint"),
    Column("about", lambda row: row.about, elastic=True),
)


def abilities(view: KindView) -> list[str]:
    """What a kind of channel can do and what it does not let through, each in a word or two."""
    words = ("subjects", "threads", "receipts", "edits", "typing", "templates", "public")
    told = [word for word in words if getattr(view, word)]
    if view.window is not None:
        told.append(span(view.window))
    if view.answers_only:
        told.append("answers only")
    if view.largest_file:
        told.append(f"{view.largest_file // 1_000_000} MB files")
    return told


def facts_of(view: ChannelView) -> list[tuple[str, Value]]:
    """All that is known of a channel, as names and values."""
    pairs: list[tuple[str, Value]] = [
        ("channel", view.name),
        ("kind", view.kind),
        ("state", view.state),
        ("health", health_word(view)),
        ("messages", view.messages),
        ("last", view.last_message_at),
    ]
    if view.health is not None and view.health.travels:
        pairs += _health_facts(view.health)
    return [*pairs, *((name, _plain(value)) for name, value in view.config.items())]


def _health_facts(health: ChannelStateView) -> list[tuple[str, Value]]:
    return [
        ("last success", health.succeeded_at),
        ("lag", None if health.lag is None else span(health.lag)),
        ("error", health.error or None),
        ("failed at", health.failed_at if health.error else None),
        ("failures", health.failures or None),
        ("next try", health.next_at if health.error else None),
        ("to leave", health.queued),
        ("oldest", health.oldest_queued),
        ("not delivered", health.failed),
        ("missing", health.missing or None),
    ]


def span(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds >= 2 * _HOUR:
        return f"{seconds / _HOUR:.0f} h"
    return f"{seconds / _MINUTE:.0f} min" if seconds >= 2 * _MINUTE else f"{seconds:.1f} s"


def due_word(view: ChannelStateView) -> str:
    """When a channel is tried again, in words."""
    if view.next_at is None:
        return ""
    left = view.next_at - clock.now()
    return f"tried again in {span(left.total_seconds())}" if left > timedelta(0) else "tried again now"


def problems(found: tuple[CheckView, ...]) -> int:
    """How many of the things tried went wrong."""
    return sum(1 for each in found if not each.ok)


def _default(row: SettingView) -> str:
    if row.made:
        return "made by convo"
    return "required" if row.required else row.default or "none"


def _plain(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)
