"""`convo demo`: a small store to play with, one conversation from it, and what to try next."""

import os
import shlex
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import output, timeline
from .arguments import zone
from .command import gives, single_app
from .lines import BLANK, Line, Span, line
from .session import session_of

if TYPE_CHECKING:
    from convo.desk.demo import DemoReport

app = single_app()


@app.command(cls=gives(()))
def demo(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Where to make it.")] = Path("demo.convo"),
    again: Annotated[bool, typer.Option("--again", help="Make it afresh when it is there already.")] = False,
) -> None:
    """Make a small store to play with.

    It holds a bicycle shop's customers, who change channels in mid-topic and write in three languages.
    """
    from convo.desk.demo import make_demo
    from convo.desk.desk import open_desk

    session = session_of(context)
    report = make_demo(path, again=again)
    if session.json:
        output.record(session, asdict(report))
        return
    with open_desk(path, operator="", settings=session.settings, create=False) as desk:
        view = desk.conversations.show(report.customer_id)
    lines = [*timeline.conversation(view, zone(session)), BLANK, *_told(report)]
    output.page(session, lines, paged=False)


def _told(report: "DemoReport") -> Iterator[Line]:
    """What the demo did, and what to try next, in ten lines."""
    yield line(
        Span(f"{report.path} ", "strong"),
        f"holds {report.customers} customers, {report.messages} messages and {report.events} events,",
    )
    yield line(f"read from {report.files} files of {len(report.channels)} channels: {', '.join(report.channels)}.")
    yield line("Above is one customer's conversation, on every channel she used. To try next:")
    place = shlex.quote(str(report.path))
    yield line(f"  {'set' if os.name == 'nt' else 'export'} CONVO_STORE={place}")
    yield line("  convo --as kim                        the desk on screen; ? shows the keys, ctrl+q leaves")
    yield line("  convo thread list is:open")
    yield line("  convo search wheel OR rueda")
    yield line(f"  convo thread show {report.thread_id}")
    yield line(f"  convo thread reply {report.thread_id} -m 'It is ready, come by.'")
    yield line("  convo customer duplicates")
    yield line("  convo help")
