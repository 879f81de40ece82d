"""The note with which a bot hands a thread over: who writes, what about, what was asked and found, and why now."""

import shlex
from collections.abc import Sequence

from convo.bot.situation import Person, Progress, Purchase, Said

_LONGEST_QUOTE = 600
_MOST_LISTED = 5
_WELL = 0.2


def summary(
    person: Person,
    purchases: Sequence[Purchase],
    progress: Progress,
    message: Said,
    *,
    moods: Sequence[float] = (),
    title: str = "",
) -> str:
    """The note's text, in the desk's own language; what customers wrote stands in it as it is, cut short.

    `moods` are the sentiments of the session's messages, the oldest first.
    """
    lines = [title] if title else []
    lines += _who(person, purchases)
    lines.append(f"About: {progress.intent or 'not clear'}")
    question = progress.question or message.text
    lines.append(f"Asked: {quoted(question)}")
    if message.text.strip() and message.text != question:
        lines.append(f"Last said: {quoted(message.text)}")
    if message.attached:
        lines.append("Attached: " + ", ".join(one.name[:80] for one in message.attached[:_MOST_LISTED]))
    if progress.known:
        known = [
            f"{name.replace('_', ' ')} {value[:120]}{' (assumed)' if name in progress.assumed else ''}"
            for name, value in progress.known.items()
        ]
        lines.append("Known: " + "; ".join(known))
    if progress.pending:
        lines.append("Missing: " + ", ".join(name.replace("_", " ") for name in progress.pending))
    if progress.given:
        lines.append("Answered with: " + ", ".join(progress.given))
    offers = _offers(person, progress)
    if offers:
        lines.append("To take over if it is right: " + "; ".join(offers))
    if moods:
        lines.append(f"Mood: {_mood(moods)}")
    return "\n".join(lines)


def quoted(text: str) -> str:
    """A customer's text on one line, cut short."""
    form = " ".join(text[: _LONGEST_QUOTE * 4].split())
    return f"“{form[:_LONGEST_QUOTE]}{'…' if len(form) > _LONGEST_QUOTE else ''}”"


def _who(person: Person, purchases: Sequence[Purchase]) -> list[str]:
    handles = [f"{kind} {value}" for kind, value in person.identities[:_MOST_LISTED]]
    facts = [person.name or f"customer {person.id}", *handles]
    if person.language:
        facts.append(f"speaks {person.language}")
    if person.since is not None:
        facts.append(f"customer since {person.since:%Y-%m-%d}")
    lines = ["Who: " + ", ".join(facts)]
    bought = sorted(purchases, key=lambda purchase: purchase.at, reverse=True)[:_MOST_LISTED]
    if bought:
        lines.append("Orders: " + "; ".join(f"{one.number} ({one.title[:80]}, {one.at:%Y-%m-%d})" for one in bought))
    return lines


def _offers(person: Person, progress: Progress) -> list[str]:
    """What the customer gave that the desk does not hold; unverified text makes nobody somebody else."""
    held = {value for _, value in person.identities}
    offers = []
    for name, value in progress.known.items():
        if name in {"email", "phone"} and value not in held:
            # Whoever pastes it into a shell runs what a stranger wrote.
            offers.append(f"convo customer identity add {person.id} {name} {shlex.quote(value)}")
        elif name not in {"email", "phone", "photo", "order_number"} and person.attributes.get(name) != value:
            offers.append(f"the attribute {name}, {value[:80]}")
    return offers


def _mood(moods: Sequence[float]) -> str:
    last = moods[-1]
    word = "good" if last > _WELL else "bad" if last < -_WELL else "neutral"
    fell = f", from {moods[0]:+.2f} at first" if len(moods) > 1 and moods[0] != last else ""
    return f"{word} ({last:+.2f}{fell})"
