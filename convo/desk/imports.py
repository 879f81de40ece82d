"""Operations on imports: read logs in, list what was quarantined, try it again, take a run back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from convo import clock
from convo.desk import cursor
from convo.desk.import_jobs import DateOrder, job_again, job_for, read_options
from convo.desk.import_sources import find, in_a_sentence
from convo.desk.operation import Operations, operation
from convo.errors import BadInput, Conflict, NotFound
from convo.importers import jsonl, registry
from convo.importers.base import Source
from convo.importers.opened import bytes_read
from convo.intake import run as reading
from convo.intake.job import Job, reasons
from convo.intake.paths import shown
from convo.intake.undo import take_back
from convo.model import tables
from convo.model.views import ImportReport, Page, QuarantineRow
from convo.model.words import LedgerOutcome, Role, RunState


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import has come: items and, where that is known, bytes read of one file, and its size in bytes.

    After the last file comes the enrichment, which counts messages in the place of bytes.
    """

    path: str
    read: int
    bytes_read: int | None = None
    bytes_total: int | None = None


@dataclass(frozen=True, slots=True)
class ProfileView:
    """A mapping from a file's columns to the desk's fields under a name."""

    name: str
    mapping: dict[str, str]


class Imports(Operations):
    """Interaction logs on their way in."""

    @operation(Role.AGENT, writes=True, batches=True)
    def run(
        self,
        paths: Sequence[Path],
        *,
        format: str | None = None,
        channel: str | None = None,
        dry_run: bool = False,
        as_new: bool = False,
        enrich: bool = True,
        since: datetime | None = None,
        mapping: Mapping[str, str] | None = None,
        profile: str | None = None,
        own: Sequence[str] = (),
        date_order: DateOrder = "auto",
        time_zone: str | None = None,
        progress: Callable[[ImportProgress], None] | None = None,
    ) -> tuple[ImportReport, ...]:
        """Import files and folders, each as a run of its own; a report a run, in order.

        The format is told by the content unless it is named. A folder that is no log itself is walked, and what no
        reader recognises in it is reported with state "not recognised". A run that was cut off goes on where it was.
        What was stored is enriched afterwards, unless `enrich` is off or `desk.enriching.history` shall do it later.
        One of several files that turns out to hold nothing readable is reported with a state that says why, and stops
        no other. Raises BadInput for a path that is missing or unreadable or (named itself) not recognised, before
        anything is stored, and for the only file when it cannot be read; Busy while another import is reading.
        """
        if profile is not None:
            mapping = {**self._profile(profile), **(mapping or {})}
        options = read_options(self.desk, own, mapping, date_order, time_zone)
        found = find(paths, format)
        reports = []
        with self.store.only_one("import"):
            for each in found:
                if each.importer is None:
                    reports.append(_not_read(each.path, each.trouble))
                    continue
                try:
                    with in_a_sentence(each.path):
                        source = registry.open_source(each.path)
                        job = job_for(
                            self.desk,
                            source,
                            each.importer,
                            options,
                            channel,
                            since=since,
                            as_new=as_new,
                            dry_run=dry_run,
                        )
                        reports.append(self._carry_out(job, dry_run=dry_run, progress=progress))
                except BadInput as error:
                    if len(found) == 1:
                        raise
                    reports.append(_not_read(each.path, f"not read: {error.message}"))
            if enrich and not dry_run:
                self._enrich(progress)
        return tuple(reports)

    @operation(Role.AGENT, writes=True, batches=True)
    def run_lines(
        self,
        lines: Iterable[bytes],
        *,
        channel: str | None = None,
        dry_run: bool = False,
        as_new: bool = False,
        enrich: bool = True,
        since: datetime | None = None,
        mapping: Mapping[str, str] | None = None,
        own: Sequence[str] = (),
        time_zone: str | None = None,
        progress: Callable[[ImportProgress], None] | None = None,
    ) -> ImportReport:
        """Import JSON lines, such as standard input; as `run` does."""
        options = read_options(self.desk, own, mapping, "auto", time_zone)
        source = Source(Path("-"))
        with self.store.only_one("import"):
            job = job_for(
                self.desk, source, jsonl.IMPORTER, options, channel, since=since, as_new=as_new, dry_run=dry_run
            )
            job = replace(job, items=lambda: jsonl.read_lines(lines, options, "standard input"))
            report = self._carry_out(job, dry_run=dry_run, progress=progress)
            if enrich and not dry_run:
                self._enrich(progress)
            return report

    @operation(Role.VIEWER)
    def runs(self, *, limit: int = 50) -> tuple[ImportReport, ...]:
        """The newest import runs, newest first."""
        run = tables.import_run
        found = self.connection.execute(
            select(run.c.id).order_by(run.c.id.desc()).limit(cursor.check_limit(limit))
        ).scalars()
        return tuple(self._report(number) for number in found.all())

    @operation(Role.VIEWER)
    def report(self, run: int) -> ImportReport:
        """What a run did; raises NotFound."""
        return self._report(run)

    @operation(Role.AGENT, writes=True)
    def undo(self, run: int, *, dry_run: bool = False) -> ImportReport:
        """Take out what a run stored: messages, events, and the threads and customers that it alone made.

        What was written on them since stays, with what it needs. Raises NotFound, and Conflict when the run was taken
        back already.
        """
        before = self._report(run)
        if before.state == RunState.UNDONE:
            raise Conflict(f"run {run} was taken back already", hint="convo import runs shows what there is")
        if dry_run:
            return before
        gone = take_back(self.store, run)
        self.record("import_run", run, {"state": before.state}, {"state": RunState.UNDONE.value, **gone})
        return self._report(run)

    @operation(Role.VIEWER)
    def quarantine(self, *, run: int | None = None, after: str | None = None, limit: int = 50) -> Page[QuarantineRow]:
        """A page of what could not be stored, the oldest first."""
        ledger = tables.ledger
        rows = self._quarantined()
        if run is not None:
            rows = rows.where(ledger.c.import_run_id == run)
        if after is not None:
            rows = rows.where(ledger.c.id > cursor.decode(after, int)[0])
        found = self.connection.execute(rows.order_by(ledger.c.id).limit(cursor.check_limit(limit) + 1)).all()
        items = tuple(QuarantineRow(*row) for row in found[:limit])
        return Page(items, cursor.encode(items[-1].id) if len(found) > limit else None)

    @operation(Role.VIEWER)
    def quarantined(self, number: int) -> tuple[QuarantineRow, bytes]:
        """One quarantined thing and its bytes as they were (the first of them); raises NotFound."""
        ledger = tables.ledger
        row = self.connection.execute(self._quarantined().where(ledger.c.id == number)).first()
        if row is None:
            raise NotFound(f"nothing quarantined has the number {number}", hint="convo import quarantine lists it")
        raw = self.connection.execute(select(ledger.c.raw).where(ledger.c.id == number)).scalar()
        return QuarantineRow(*row), bytes(raw or b"")

    @operation(Role.AGENT, writes=True, batches=True)
    def retry(self, run: int | None = None) -> tuple[ImportReport, ...]:
        """Read the files of a run (or of all) again and take in what was quarantined, as far as it can be read now.

        A file that is no longer where it was stops no other: its report's state says so. Raises BadInput when that is
        the case for all of them.
        """
        ledger = tables.ledger
        wanted = select(ledger.c.import_run_id).where(
            ledger.c.outcome == LedgerOutcome.QUARANTINED.value, ledger.c.import_run_id.is_not(None)
        )
        if run is not None:
            wanted = wanted.where(ledger.c.import_run_id == run)
        with self.store.read() as connection:
            numbers = sorted(set(connection.execute(wanted).scalars()))
        reports: list[ImportReport] = []
        troubles: list[BadInput] = []
        with self.store.only_one("import"):
            for number in numbers:
                try:
                    reading.retry(self.store, job_again(self.desk, number), number)
                except BadInput as trouble:
                    troubles.append(trouble)
                    reports.append(replace(self.report(number), format="", state=f"not read: {trouble.message}"))
                    continue
                reports.append(self.report(number))
                self._audit("import_run", number, {"retried": True})
        if troubles and len(troubles) == len(numbers):
            raise troubles[0]
        return tuple(reports)

    @operation(Role.VIEWER)
    def profiles(self) -> tuple[ProfileView, ...]:
        """The saved mappings."""
        profile = tables.import_profile
        rows = self.connection.execute(select(profile.c.name, profile.c.mapping).order_by(profile.c.name))
        return tuple(ProfileView(row.name, dict(row.mapping)) for row in rows)

    @operation(Role.AGENT, writes=True)
    def save_profile(self, name: str, mapping: Mapping[str, str]) -> ProfileView:
        """Keep a mapping under a name, replacing the one that had it; raises BadInput for an empty one."""
        if not name.strip() or not mapping:
            raise BadInput(
                "a profile needs a name and a mapping", hint="--map customer.email=Email --save-profile NAME"
            )
        profile = tables.import_profile
        values = {"name": name, "mapping": dict(mapping), "created_at": clock.now()}
        insert = (sqlite.insert if self.store.is_sqlite else postgresql.insert)(profile).values(values)
        self.connection.execute(
            insert.on_conflict_do_update(index_elements=["name"], set_={"mapping": insert.excluded.mapping})
        )
        return ProfileView(name, dict(mapping))

    @operation(Role.AGENT, writes=True)
    def remove_profile(self, name: str) -> None:
        """Forget a mapping; raises NotFound."""
        profile = tables.import_profile
        if self.connection.execute(profile.delete().where(profile.c.name == name)).rowcount == 0:
            raise NotFound(f"there is no profile {name!r}", hint="convo import profile list shows them")

    def _profile(self, name: str) -> dict[str, str]:
        found = next((profile for profile in self.profiles() if profile.name == name), None)
        if found is None:
            raise NotFound(f"there is no profile {name!r}", hint="convo import profile list shows them")
        return found.mapping

    def _carry_out(self, job: Job, *, dry_run: bool, progress: Callable[[ImportProgress], None] | None) -> ImportReport:
        path = shown(job.source.path)

        whole = job.source.path.stat().st_size if job.source.path.is_file() else None

        def told(number: int) -> None:
            if progress is not None:
                progress(ImportProgress(path, number, bytes_read(job.source.path), whole))

        if dry_run:
            started = clock.now()
            tally = reading.rehearse(self.store, job, told)
            return ImportReport(
                None,
                path,
                job.importer.name,
                job.importer.channel_kind,
                tally.fetched,
                tally.stored,
                tally.skipped,
                tally.quarantined,
                "dry run",
                started,
                clock.now(),
                reasons(tally.skipped_because),
                reasons(tally.quarantined_because),
            )
        number, done = reading.start(self.store, job)
        reading.carry_out(self.store, job, number, done, told)
        if not job.policy.history:
            self.desk.arrivals.route()
        self._audit("import_run", number, {"path": path})
        return self.report(number)

    def _enrich(self, progress: Callable[[ImportProgress], None] | None) -> None:
        """Enrich the history that has come, as one more step that progress hears of."""

        def told(done: int, total: int) -> None:
            if progress is not None:
                progress(ImportProgress("understanding what they say", done, done, total))

        self.desk.enriching.history(progress=told)

    def _audit(self, entity: str, number: int, after: dict[str, Any]) -> None:
        with self.store.write():
            self.record(entity, number, after=after)

    def _report(self, number: int) -> ImportReport:
        run, channel = tables.import_run, tables.channel
        row = self.connection.execute(
            select(run, channel.c.name.label("channel"))
            .join(channel, channel.c.id == run.c.channel_id)
            .where(run.c.id == number)
        ).first()
        if row is None:
            raise NotFound(f"there is no import run {number}", hint="convo import runs lists them")
        tally = reading.count(self.store, number)
        counts = tally if row.state == RunState.RUNNING else row
        return ImportReport(
            row.id,
            row.path,
            row.format,
            row.channel,
            counts.fetched,
            counts.stored,
            counts.skipped,
            counts.quarantined,
            row.state,
            row.started_at,
            row.finished_at,
            reasons(tally.skipped_because),
            reasons(tally.quarantined_because),
        )

    @staticmethod
    def _quarantined() -> Any:
        ledger, run = tables.ledger, tables.import_run
        return (
            select(
                ledger.c.id,
                ledger.c.import_run_id,
                func.coalesce(run.c.path, ""),
                ledger.c.place,
                ledger.c.reason,
                func.coalesce(func.length(ledger.c.raw), 0),
                ledger.c.at,
            )
            .outerjoin(run, run.c.id == ledger.c.import_run_id)
            .where(ledger.c.outcome == LedgerOutcome.QUARANTINED.value)
        )


def _not_read(path: Path, why: str) -> ImportReport:
    now = clock.now()
    return ImportReport(None, shown(path), "", "", 0, 0, 0, 0, why, now, now)
