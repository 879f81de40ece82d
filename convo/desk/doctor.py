"""The operation that looks the desk over: settings, store, channels, quarantine, waiting deliveries."""

import shutil
import sqlite3
import sys
from datetime import timedelta

from sqlalchemy import func, select

from convo import clock
from convo.desk.channel_health import dead_letter
from convo.desk.doctor_channels import channel_findings
from convo.desk.operation import Operations, operation
from convo.model import tables
from convo.model.views import Finding
from convo.model.words import ChannelState, DeliveryStatus, LedgerOutcome, Role, RunState, ThreadStatus

_LITTLE_SPACE = 500_000_000
_HOUR = timedelta(hours=1)
_LONG_WAIT = timedelta(days=1)


class Doctor(Operations):
    """What is not as it should be, and what to do about it."""

    @operation(Role.VIEWER)
    def run(self) -> tuple[Finding, ...]:
        """Everything looked at, each found well or not, with a hint where it is not; cheap, and changes nothing."""
        channels = channel_findings(self.desk.fetching.health(), clock.now())
        return (self._versions(), self._settings(), *self._store(), *self._work(), *channels, self._intents())

    def _versions(self) -> Finding:
        python = ".".join(map(str, sys.version_info[:3]))
        return Finding("versions", True, f"Python {python}, SQLite {sqlite3.sqlite_version}")

    def _settings(self) -> Finding:
        origins = sorted({origin for origin in self.desk.settings.provenance.values() if origin != "default"})
        who = "an operator" if self.desk.actor.operator_id is not None else "whoever can open the store"
        detail = f"acting as {self.desk.actor.name} ({self.desk.actor.role}), {who}; set by " + (
            ", ".join(origins) or "defaults alone"
        )
        return Finding("settings", True, detail)

    def _intents(self) -> Finding:
        from convo.desk.intent_health import intent_health

        return intent_health(self.connection)

    def _store(self) -> list[Finding]:
        location = self.store.location
        findings = [Finding("store", True, f"{location} ({location.engine})")]
        path = location.path
        if path is None:
            return findings
        mode = path.stat().st_mode & 0o777
        findings.append(
            Finding("permissions", not mode & 0o077, f"{mode:04o}", "" if not mode & 0o077 else f"chmod 600 {path}")
        )
        free = shutil.disk_usage(path.parent).free
        enough = free > _LITTLE_SPACE
        findings.append(
            Finding(
                "disk", enough, f"{free // 1_000_000:,} MB free", "" if enough else "free some space, or move the store"
            )
        )
        return findings

    def _work(self) -> list[Finding]:
        delivery, ledger, channel = tables.delivery, tables.ledger, tables.channel
        thread, run = tables.thread, tables.import_run

        def count(table: object, *conditions: object) -> int:
            counted = select(func.count()).select_from(table).where(*conditions)  # type: ignore[arg-type]
            return int(self.connection.execute(counted).scalar_one())

        channels = count(channel, channel.c.state == ChannelState.ACTIVE.value)
        waiting = count(delivery, delivery.c.status == DeliveryStatus.QUEUED.value)
        failed = count(delivery, dead_letter())
        quarantined = count(ledger, ledger.c.outcome == LedgerOutcome.QUARANTINED.value)
        cut_off = count(run, run.c.state == RunState.RUNNING.value)
        nobody = count(
            thread,
            thread.c.status == ThreadStatus.OPEN.value,
            thread.c.assignee_id.is_(None),
            thread.c.team_id.is_(None),
        )
        return [
            Finding(
                "channels", channels > 0, f"{channels} active", "" if channels else "convo import brings in a first log"
            ),
            Finding(
                "deliveries",
                failed == 0,
                f"{waiting} queued, {failed} failed",
                "" if not failed else "convo delivery list --dead says why",
            ),
            Finding(
                "quarantine",
                quarantined == 0,
                f"{quarantined} things could not be stored",
                "" if not quarantined else "convo import quarantine",
            ),
            Finding(
                "imports",
                cut_off == 0,
                f"{cut_off} runs were cut off",
                "" if not cut_off else "import the same files again: they go on where they were",
            ),
            Finding("inbox", True, f"{nobody} open threads are nobody's"),
            self._queue(),
        ]

    def _queue(self) -> Finding:
        thread = tables.thread
        waiting = (thread.c.queued_since.is_not(None), thread.c.status == ThreadStatus.OPEN.value)
        number, oldest = self.connection.execute(
            select(func.count(), func.min(thread.c.queued_since)).where(*waiting)
        ).one()
        if oldest is None:
            return Finding("queue", True, "no open threads wait for somebody who can take them")
        waited = clock.now() - oldest
        soon = waited < _LONG_WAIT
        detail = f"{number} open threads wait for somebody to take them, the longest for {waited // _HOUR} h"
        return Finding("queue", soon, detail, "" if soon else "convo queue says why nobody can")
