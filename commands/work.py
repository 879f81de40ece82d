"""`convo work`: do what is due, once for cron or again and again until stopped."""

import signal
import threading
from types import FrameType
from typing import Annotated

import typer

from convo.model.work_views import WorkReport

from . import output
from .command import gives, single_app
from .session import session_of

app = single_app()


@app.command(cls=gives(WorkReport))
def work(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Do what is due and stop, as cron wants it.")] = False,
    every: Annotated[
        float, typer.Option("--every", metavar="SECONDS", help="How long to rest between two rounds.", min=0.1)
    ] = 10.0,
) -> None:
    """Do what is due: routing, waking, clocks, the queue.

    What came is routed, what was snoozed wakes, promised times are watched, and the queue is handed out. Without --once
    it goes on until it is stopped (Ctrl-C or SIGTERM), and tells only the rounds that did something. Several may run
    on one store at the same time.
    """
    session = session_of(context)
    stop = threading.Event()

    def stopped(number: int, frame: FrameType | None) -> None:
        stop.set()

    if not once:
        signal.signal(signal.SIGTERM, stopped)
        signal.signal(signal.SIGINT, stopped)
    with session.desk() as desk:
        while True:
            report = desk.work.tick()
            if once or not report.idle:
                output.done(session, report, _told(report))
            if once or stop.wait(every):
                return


def _told(report: WorkReport) -> str:
    parts = (
        (report.routed, "routed"),
        (report.enriched, "enriched"),
        (report.woken, "woken"),
        (report.breached, "promises breached"),
        (report.fired, "timed rules fired"),
        (report.handed_out, "handed out"),
    )
    return ", ".join(f"{count} {word}" for count, word in parts if count) or "nothing was due"
