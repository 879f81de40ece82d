"""What an import is to do: which log, read how, into which channel."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from convo import clock
from convo.desk.enriching import reader
from convo.desk.import_sources import in_a_sentence
from convo.errors import BadInput
from convo.importers import registry
from convo.importers.base import Importer, ReadOptions, Source
from convo.intake import channels
from convo.intake.job import Job
from convo.intake.paths import found_again
from convo.intake.policy import IntakePolicy, parse_span
from convo.model import tables

if TYPE_CHECKING:
    from convo.desk.desk import Desk

DateOrder = Literal["auto", "dmy", "mdy", "ymd"]


def read_options(
    desk: "Desk", own: Sequence[str], mapping: Mapping[str, str] | None, date_order: DateOrder, time_zone: str | None
) -> ReadOptions:
    """What readers need to know of this desk: who we are and where; raises BadInput for a time zone that is none."""
    settings = desk.settings
    operator, channel = tables.operator, tables.channel
    with desk.store.read() as connection:
        ours = [mail for mail in connection.execute(select(operator.c.email)).scalars() if mail]
        ours += [
            str(config["address"])
            for config in connection.execute(select(channel.c.config)).scalars()
            if "address" in config
        ]
    try:
        zone = ZoneInfo(time_zone or settings.time_zone)
    except (KeyError, ValueError, OSError) as error:
        raise BadInput(f"{time_zone!r} is no time zone", hint="such as Europe/Madrid") from error
    return ReadOptions(
        own=frozenset(name.strip().casefold() for name in (*settings.own, *ours, *own) if name.strip()),
        time_zone=zone,
        home_region=settings.home_region,
        date_order=date_order,
        mapping=dict(mapping or {}),
        authserv_id=settings.authserv_id,
    )


def job_for(
    desk: "Desk",
    source: Source,
    importer: Importer,
    options: ReadOptions,
    channel: str | None,
    *,
    since: datetime | None,
    as_new: bool,
    dry_run: bool,
) -> Job:
    """The job of reading a log into a channel, which is made when it is missing (but not for a dry run)."""
    policy = _policy(desk, options, as_new=as_new)
    name = channel or importer.channel_kind
    if dry_run:
        with desk.store.read() as connection:
            known = channels.find(connection, name)
        return Job(source, importer, options, policy, known or 0, since)
    with desk.store.write(alone="intake") as connection:
        number = channels.find_or_add(connection, name, importer.channel_kind, clock.now())
    return Job(source, importer, options, policy, number, since)


def job_again(desk: "Desk", number: int) -> Job:
    """The job of reading a run's file once more, as it was read; raises BadInput when the file is gone."""
    run = tables.import_run
    with desk.store.read() as connection:
        row = connection.execute(select(run).where(run.c.id == number)).one()
    kept = row.options
    path = found_again(row.path, kept)
    gone = BadInput(f"{row.path}, which run {number} read, is gone", hint="put it back, or import it from elsewhere")
    if not kept:  # what an erased customer's name stood in
        raise gone
    with in_a_sentence(path):
        try:
            path.stat()
        except FileNotFoundError as error:
            raise gone from error
        source = registry.open_source(path)
    options = replace(
        read_options(desk, kept["own"], kept["mapping"], kept["date_order"], kept["time_zone"]),
        own=frozenset(kept["own"]),
        home_region=kept["home_region"],
    )
    policy = _policy(desk, options, as_new=kept["as_new"])
    since = datetime.fromisoformat(kept["since"]) if kept["since"] else None
    return Job(source, registry.by_name(row.format), options, policy, row.channel_id, since)


def _policy(desk: "Desk", options: ReadOptions, *, as_new: bool) -> IntakePolicy:
    """News is understood as it comes, history in one go after it."""
    return IntakePolicy(
        options.home_region,
        parse_span(desk.settings.thread_window),
        history=not as_new,
        understand=reader(desk) if as_new else None,
    )
