"""How found articles, suggestions and gaps are laid out on a page."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo
from pathlib import Path

from convo.errors import BadInput, Conflict
from convo.model.knowledge_views import ArticleHit, GapsView, GapTopic, RisingTopic, SuggestionsView
from convo.model.views import ArticleView
from convo.text import times

from .lines import BLANK, Column, Line, Span, line, prose

HITS = (
    Column("name", lambda row: row.name, style="strong"),
    Column("title", lambda row: row.title, elastic=True),
    Column("language", lambda row: row.language),
    Column("sure", lambda row: f"{row.confidence:.2f}", right=True),
    Column("words", lambda row: row.matched),
    Column("text", lambda row: row.snippet, elastic=True),
)

_INDENT = Span("  ")
_LONGEST_REPLY = 600
_PER_MILLE = 1e-3


def hits(found: Iterable[ArticleHit]) -> Iterator[Line]:
    """Found articles: which, how sure, what in it answers, and why it was found."""
    for number, hit in enumerate(found):
        if number:
            yield BLANK
        language = "" if not hit.language else hit.language if hit.same_language else f"only in {hit.language}"
        sure = f"{language}  {hit.confidence:.0%} sure".strip()
        yield line(Span(hit.name, "strong"), Span(f"  {_one_line(hit.title)}"), right=(Span(sure, "faint"),))
        yield prose(hit.snippet, gutter=_INDENT)
        why = ", ".join((*(["the intent"] if hit.same_intent else []), *hit.matched))
        if why:
            yield prose(f"has {why}", gutter=_INDENT, style="faint")


def suggestions(view: SuggestionsView, zone: tzinfo) -> Iterator[Line]:
    """What may be answered: articles, what was answered before, snippets."""
    told = [part for part in (view.language, view.intent and f"intent {view.intent}") if part]
    yield prose(_cut(_one_line(view.question), 300), gutter=Span("> ", "faint"))
    if told:
        yield line(Span(", ".join(told), "faint"))
    yield from _part("articles", list(hits(view.articles)))
    replies: list[Line] = []
    for reply in view.replies:
        replies += [BLANK] if replies else []
        when = f"thread {reply.thread_id}  {reply.by or 'us'}  {times.date(reply.sent_at, zone)}"
        alike = f"{min(reply.score, 1.0):.0%} alike"
        replies.append(line(Span(alike, "strong"), Span("  " + "; ".join(_why(reply.why, reply.used)), "faint"),
                            right=(Span(when, "faint"),)))  # fmt: skip
        replies.append(prose(reply.question, gutter=Span("  > ", "faint"), style="faint"))
        replies.append(prose(_cut(reply.reply, _LONGEST_REPLY), gutter=_INDENT))
    yield from _part("past replies", replies)
    snippets: list[Line] = []
    for snippet in view.snippets:
        snippets.append(line(Span(snippet.name, "strong"), Span("  has " + ", ".join(snippet.matched), "faint")))
        snippets.append(prose(_cut(snippet.text, _LONGEST_REPLY), gutter=_INDENT))
    yield from _part("snippets", snippets)


def _why(why: Sequence[str], used: int) -> list[str]:
    return [*why, *([f"answered so {used} times"] if used > 1 else [])]


def _part(heading: str, lines: Sequence[Line]) -> Iterator[Line]:
    yield Line((Span(heading),), rule=True)
    yield from lines or [line(Span("none", "faint"))]


def gaps(view: GapsView, zone: tzinfo) -> Iterator[Line]:
    """Topics without an article, and those that rise this week, with what was counted and how."""
    span = f"{times.date(view.since, zone)} to {times.date(view.until, zone)}"
    left_out = f"; the oldest {view.left_out:,} were not read" if view.left_out else ""
    yield prose(f"{view.questions:,} questions that opened threads from {span}{left_out}", style="faint")
    yield Line((Span("no article answers"),), rule=True)
    for number, topic in enumerate(view.topics):
        yield from [BLANK] if number else []
        yield from _gap(topic)
    if not view.topics:
        yield line(Span("no topic of three or more questions is without an article", "faint"))
    yield Line((Span("rising this week"),), rule=True)
    if view.baseline_weeks < 4:
        yield prose("there are not yet four weeks before this one to compare it with", style="faint")
        return
    for number, rise in enumerate(view.rising):
        yield from [BLANK] if number else []
        yield from _rise(rise)
    if not view.rising:
        yield line(Span("nothing rises beyond chance", "faint"))
    yield prose(
        f"{view.topics_tried:,} topics tried; {view.week_customers:,} customers asked this week, compared with "
        f"{view.baseline_weeks} weeks before. {view.statistic}.",
        style="faint",
    )


def _gap(topic: GapTopic) -> Iterator[Line]:
    asked = f"{topic.count:,} questions of {topic.customers:,} customers"
    yield line(Span(_named(topic.words, topic.intent), "strong"), right=(Span(asked, "faint"),))
    near = f", nearest {topic.nearest} ({topic.confidence:.0%})" if topic.nearest else ""
    yield prose(f"{topic.unanswered} of {topic.checked} looked at have no article{near}", gutter=_INDENT, style="faint")
    yield from _examples(topic.examples, topic.query)


def _rise(rise: RisingTopic) -> Iterator[Line]:
    said = f"{rise.observed} customers, {rise.expected:.1f} expected, p {_chance(rise.p)}, q {_chance(rise.q)}"
    yield line(Span(_named(rise.words, rise.intent), "warning"), right=(Span(said, "faint"),))
    yield from _examples(rise.examples, rise.query)


def _examples(examples: Iterable[str], query: str) -> Iterator[Line]:
    for example in examples:
        yield prose(example, gutter=Span("  > ", "faint"))
    yield prose(f"convo search '{query}'", gutter=_INDENT, style="accent")


def _named(words: Sequence[str], intent: str | None) -> str:
    return " ".join([*words, *([f"[{intent}]"] if intent else [])])


def _chance(value: float) -> str:
    return f"{value:.3f}" if value >= _PER_MILLE else f"{value:.0e}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def write_folder(folder: Path, views: Sequence[ArticleView]) -> None:
    """Write a Markdown file for each article; raises Conflict for a folder that holds anything, BadInput for none."""
    from convo.desk.article_files import file_names, write_markdown

    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Conflict(f"the folder {folder} is not empty", hint="name a new one")
        for name, view in zip(file_names(views), views, strict=True):
            (folder / name).write_text(write_markdown(view), encoding="utf-8", newline="\n")
    except OSError as error:
        raise BadInput(f"{folder} cannot be written to: {error.strerror}", hint="name another folder") from error
