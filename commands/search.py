"""`convo search`: messages that a query matches, with the words found in their place."""

from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from convo.model.views import SearchHit
from convo.text import times

from . import live_names, output
from .arguments import After, Limit, query_text, zone
from .command import gives, single_app
from .lines import BLANK, Column, Line, Span, line
from .pages import Pages
from .session import Session, session_of
from .timeline import customer_name

app = single_app()

COLUMNS = (
    Column("thread", lambda hit: hit.thread_id),
    Column("message", lambda hit: hit.message_id),
    Column("sent", lambda hit: hit.sent_at),
    Column("customer", lambda hit: customer_name(hit.customer, hit.customer_id)),
    Column("channel", lambda hit: hit.channel),
    Column("direction", lambda hit: hit.direction),
    Column("subject", lambda hit: hit.subject),
    Column("text", lambda hit: hit.snippet),
)


@app.command(cls=gives(SearchHit, query=True))
def search(
    context: typer.Context,
    query: Annotated[
        list[str],
        typer.Argument(
            metavar="QUERY",
            help='Such as subject:gain after:2010 "sample rate" -language:de.',
            autocompletion=live_names.query,
        ),
    ],
    limit: Limit = 20,
    after: After = None,
) -> None:
    """Find messages by their words and by what is known of them."""
    session = session_of(context)
    words = query_text(query)
    with session.desk() as desk:
        hits = Pages(
            lambda cursor, size: desk.search.messages(words, after=cursor, limit=size),
            after=after,
            limit=limit,
        )
        if session.json or not output.on_terminal():
            output.rows(session, hits, COLUMNS)
            return
        found = list(hits)
    if found:
        output.page(session, _laid_out(session, found))
    else:
        output.rows(session, found, COLUMNS, none="no message matches")


def _laid_out(session: Session, hits: Iterable[SearchHit]) -> Iterator[Line]:
    here = zone(session)
    for number, hit in enumerate(hits):
        if number:
            yield BLANK
        yield line(
            Span(customer_name(hit.customer, hit.customer_id), "strong"),
            Span(f"  {hit.subject}"),
            right=(Span(f"thread {hit.thread_id}  {hit.channel}  {times.minute(hit.sent_at, here)}", "faint"),),
        )
        yield Line(tuple(_marked(hit)), gutter=Span("  "), wraps=True)


def _marked(hit: SearchHit) -> Iterator[Span]:
    """The snippet on one line with the words found standing out."""
    text = "".join(" " if character.isspace() else character for character in hit.snippet)
    done = 0
    for start, end in hit.marks:
        yield Span(text[done:start])
        yield Span(text[start:end], "accent")
        done = end
    yield Span(text[done:])
