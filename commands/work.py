"""`convo work`: do what is due, once for cron or again and again until stopped."""

import asyncio
import signal
from typing import TYPE_CHECKING, Annotated

import typer

from convo.errors import UsageError
from convo.model.work_views import ChannelRound, WorkReport

from . import output
from .command import gives, single_app
from .session import Session, session_of

if TYPE_CHECKING:
    from convo.worker.worker import Worker

app = single_app()


@app.command(cls=gives(WorkReport))
def work(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Do what is due and stop, as cron wants it.")] = False,
    every: Annotated[
        float, typer.Option("--every", metavar="SECONDS", help="How long to rest between two rounds.", min=0.1)
    ] = 10.0,
    log: Annotated[bool, typer.Option("--log", help="Log what happens on standard error, as JSON lines.")] = False,
    print_systemd: Annotated[
        bool, typer.Option("--print-systemd", help="Print a systemd unit that keeps it running, and stop.")
    ] = False,
    print_cron: Annotated[bool, typer.Option("--print-cron", help="Print a line for a crontab, and stop.")] = False,
) -> None:
    """Do what is due: fetch, send, route, wake, hand out.

    Channels are fetched from and sent by, what came is routed, what was snoozed wakes, promised times are watched, and
    the queue is handed out. Without --once it goes on until it is stopped (Ctrl-C or SIGTERM), and tells only the
    rounds that did something. Several may run on one store at the same time: one of them has the channels.
    """
    from convo.worker.log import Log, to_stderr
    from convo.worker.worker import Worker

    session = session_of(context)
    if print_systemd or print_cron:
        _print(session, systemd=print_systemd, cron=print_cron)
        return
    written = to_stderr() if log else Log()
    with session.desk() as desk:
        if once:
            report = asyncio.run(Worker(desk, written).once())
            output.done(session, report, _told(report))
            return
        asyncio.run(_go_on(Worker(desk, written, every=every, told=lambda report: _tell(session, report))))


def _print(session: Session, *, systemd: bool, cron: bool) -> None:
    """Print what runs the worker on the session's store; the store itself is not looked at."""
    from convo.channels.secrets import secrets_folder
    from convo.store.location import locate

    from .work_units import cron_line, holds_password, systemd_unit

    if systemd and cron:
        raise UsageError("--print-systemd and --print-cron cannot be used together")
    place = locate(session.settings.store)
    if holds_password(place.url):
        raise UsageError(
            "the store's URL holds a password, which must not stand in a unit or crontab",
            hint="put it into ~/.pgpass, and leave it out of the URL",
        )
    store = place.url if place.path is None else str(place.path)
    folder = None if place.path is None else place.path.parent
    output.text(systemd_unit(store, folder, secrets_folder().parent) if systemd else cron_line(store))


async def _go_on(worker: "Worker") -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await worker.run(stop)


def _tell(session: Session, report: WorkReport) -> None:
    output.done(session, report, _told(report))


def _told(report: WorkReport) -> str:
    parts = (
        (report.routed, "routed"),
        (report.enriched, "enriched"),
        (report.woken, "woken"),
        (report.breached, "promises breached"),
        (report.fired, "timed rules fired"),
        (report.handed_out, "handed out"),
    )
    told = [f"{count} {word}" for count, word in parts if count]
    told += [f"{each.channel}: {_told_of(each)}" for each in report.channels if not each.idle]
    return ", ".join(told) or "nothing was due"


def _told_of(channel: ChannelRound) -> str:
    parts = (
        (channel.fetched, "fetched"),
        (channel.quarantined, "quarantined"),
        (channel.sent, "sent"),
        (channel.put_off, "put off"),
        (channel.failed, "failed"),
    )
    counts = [f"{count} {word}" for count, word in parts if count]
    return ", ".join([*counts, channel.trouble] if channel.trouble else counts)
