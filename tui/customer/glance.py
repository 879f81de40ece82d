"""A customer at a glance, as lines: who, how they feel, what they bought, what was before, who they may be as well."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from rich.text import Text

from convo.model.customer_panel import CustomerPanel, Mood
from convo.model.views import CustomerView
from convo.text.signs import sign
from convo.text.times import ago, clock_time, local

from ..shown import line

BARS = "▁▂▃▄▅▆▇█"
_MOODS = 12
_LONGEST_LIST = 6
_KINDS = {"external": "id"}


@dataclass(frozen=True, slots=True)
class Glance:
    """One line beside the conversation; what can be done with it is said by the number that it carries.

    `thread` is opened, `suggestion` (from 1) put into the reply, `duplicate` offered for a merge.
    """

    key: str
    text: Text
    thread: int | None = None
    suggestion: int | None = None
    duplicate: int | None = None
    more: tuple[Text, ...] = ()


def glance(panel: CustomerPanel, now: datetime, zone: tzinfo) -> Iterator[Glance]:
    """The lines about a customer but for past threads; the widget cuts them to its width."""
    customer = panel.customer
    yield Glance("name", line(customer.name or f"customer {customer.id}", "bold"))
    yield Glance("stage", _words(panel, now))
    if customer.blocked:
        yield Glance("blocked", line("✗ blocked: opens no threads", "bold"))
    for identity in customer.identities[:_LONGEST_LIST]:
        shared = "  shared" if identity.shared else ""
        text = line(f"{sign(identity.kind)} {_KINDS.get(identity.kind, '')} {identity.shown or identity.value}")
        text.append(shared, "dim")
        yield Glance(f"identity {identity.id}", text)
    place = " · ".join(part for part in (_language(customer), _place(customer, panel.local_time)) if part)
    if place:
        yield Glance("place", line(place))
    if panel.moods:
        yield Glance("mood", _mood(panel.moods, panel.trend))
    yield from _bought(panel, zone)
    if customer.tags:
        yield Glance("tags", line("tags ", "dim") + line(", ".join(customer.tags)))
    for name, value in list(customer.attributes.items())[:_LONGEST_LIST]:
        yield Glance(f"attribute {name}", line(f"{name} ", "dim") + line(value))
    for consent in customer.consents:
        word = "yes" if consent.granted else "no"
        yield Glance(f"consent {consent.kind}", line(f"{consent.kind} ", "dim") + line(word))
    yield from _duplicates(panel)


def heading(title: str) -> Glance:
    """A line that parts what is above from what is below."""
    return Glance(f"heading {title}", line(f"— {title} —", "dim"))


def sparkline(moods: Sequence[Mood]) -> str:
    """Moods from -1 to 1 as bars, the newest last."""
    top = len(BARS) - 1
    return "".join(BARS[round((max(-1.0, min(1.0, mood.sentiment)) + 1) / 2 * top)] for mood in moods[-_MOODS:])


def _words(panel: CustomerPanel, now: datetime) -> Text:
    years = (now - panel.customer.created_at).days // 365
    known = f"{_ordinal(years + 1)} year" if years else "first year"
    return line(" · ".join(part for part in (panel.stage, known) if part), "dim")


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _language(customer: CustomerView) -> str:
    return customer.language or ""


def _place(customer: CustomerView, local_time: datetime | None) -> str:
    if customer.time_zone is None:
        return ""
    city = customer.time_zone.rpartition("/")[2].replace("_", " ")
    return f"{city} {local_time:%H:%M}" if local_time is not None else city


def _mood(moods: Sequence[Mood], trend: str) -> Text:
    text = line("mood ", "dim") + line(sparkline(moods))
    newest = moods[-1].sentiment
    word = trend or ("unhappy" if newest < -0.3 else "happy" if newest > 0.3 else "calm")
    return text.append_text(Text(f" {word}", style="bold" if word in {"falling", "unhappy"} else "", end=""))


def _bought(panel: CustomerPanel, zone: tzinfo) -> Iterator[Glance]:
    customer = panel.customer
    if customer.purchases:
        sums = ", ".join(str(money) for money in customer.spent)
        orders = f"{customer.purchases} order{'' if customer.purchases == 1 else 's'}"
        yield Glance("spent", line(" · ".join(part for part in (orders, sums) if part)))
    for event in panel.purchases[:3]:
        yield Glance(f"purchase {event.id}", line(f"{_day(event.at, zone)} ", "dim") + line(event.title))
    for event in panel.visits[:2]:
        word = event.kind.replace("_", " ")
        text = line(f"{_day(event.at, zone)} {clock_time(event.at, zone)} ", "dim") + line(event.title or word)
        yield Glance(f"visit {event.id}", text)


def past_threads(panel: CustomerPanel, now: datetime, zone: tzinfo) -> Iterator[Glance]:
    """The newest threads of a customer, each with how it stands."""
    if panel.threads:
        yield heading("threads")
    for row in panel.threads[:_LONGEST_LIST]:
        text = line(f"#{row.id} ", "dim") + line(row.subject or f"({row.channel})")
        more = line(f"   {row.status} · {ago(row.last_message_at, now, zone)}", "dim")
        yield Glance(f"thread {row.id}", text, thread=row.id, more=(more,))


def _duplicates(panel: CustomerPanel) -> Iterator[Glance]:
    if panel.duplicates:
        yield heading("the same person?")
    for pair in panel.duplicates[:3]:
        other, name = pair.other_than(panel.customer.id)
        text = line(f"{name or f'customer {other}'} ") + line(f"{pair.score:.0%}", "dim")
        yield Glance(
            f"duplicate {other}",
            text,
            duplicate=other,
            more=(line("   ") + line(", ".join(pair.reasons), "dim"),),
        )


def _day(at: datetime, zone: tzinfo) -> str:
    there = local(at, zone)
    return f"{there.day} {there:%b}"
