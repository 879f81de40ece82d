"""How models of intents are told: their measures, their reasons, the list of those that are kept."""

from collections.abc import Iterator

from convo.model.intent_views import Guess, IntentMeasures

from .lines import BLANK, Column, Line, Span, Value, line


def percent(share: float | None) -> str:
    """A share as people read it, nothing for None."""
    return "" if share is None else f"{share:.1%}"


MODELS = (
    Column("version", lambda row: row.version, right=True),
    Column("", lambda row: Span("active" if row.active else "", "good")),
    Column("kind", lambda row: row.kind),
    Column("intents", lambda row: row.intents, right=True),
    Column("sentences", lambda row: row.sentences, right=True),
    Column("accuracy", lambda row: percent(row.accuracy), right=True),
    Column("answered", lambda row: percent(row.answered), right=True),
    Column("refused", lambda row: percent(row.refused), right=True),
    Column("bytes", lambda row: row.size, right=True),
    Column("trained", lambda row: row.created_at),
)


def facts_of_model(found: Guess) -> Iterator[tuple[str, Value]]:
    """A guess and its reasons."""
    yield "intent", found.intent or Span("none: nothing known fits well enough", "warning")
    yield "confidence", f"{found.score:.2f}, at least {found.threshold:.2f} is acted on"
    if found.intent is None:
        yield "would have been", found.best or "none"
    yield "known words", f"{found.known:.0%} by rarity"
    yield "likeliest", tuple(f"{name or 'none'} {share:.0%}" for name, share in found.ranked)


def measure_lines(measures: IntentMeasures) -> Iterator[Line]:
    """The measures as a page."""
    yield line(Span(f"{measures.sentences:,} unseen sentences, kind {measures.kind}", "strong"))
    yield line(f"best guess right {percent(measures.accuracy)}, answered rightly {percent(measures.answered)}")
    outside = "" if measures.outside_refused is None else f", of those out of scope {percent(measures.outside_refused)}"
    yield line(f"refused {percent(measures.refused)} of those in scope{outside}")
    yield BLANK
    width = max((len(one.intent) for one in measures.intents), default=0)
    yield line(Span(f"{'intent':<{width}}  sentences  precision  recall", "faint"))
    for one in measures.intents:
        yield line(f"{one.intent:<{width}}  {one.sentences:>9,}  {one.precision:>9.1%}  {one.recall:>6.1%}")
    if measures.confused:
        yield BLANK
        yield line(Span("taken for another", "faint"))
    for wrong in measures.confused:
        yield line(f"{wrong.times:>4,}  {wrong.intent} for {wrong.taken_for}")
