"""Brings a file in by the front door and checks that everything in it is accounted for."""

import json
from pathlib import Path

from convo.desk.desk import Desk
from convo.errors import BadInput
from convo.model.views import ImportReport
from tests.intake.saying import rows


def bring_in(desk: Desk, path: Path, **options: object) -> ImportReport | BadInput:
    """Import one file: the account of it, checked against the ledger, or the refusal, checked to be one sentence."""
    refusal: BadInput | None = None
    try:
        (report,) = desk.imports.run([path], **options)  # type: ignore[arg-type]
    except BadInput as problem:
        refusal = problem
    if refusal is not None:
        assert refusal.message
        assert "\n" not in refusal.message
        refusal.message.encode()
        assert len(refusal.message) < 1000
        assert all(row[0] == "done" for row in rows(desk.store, "import_run", "state"))
        return refusal
    assert report.fetched == report.stored + report.skipped + report.quarantined
    assert report.fetched == [row[0] for row in rows(desk.store, "ledger", "import_run_id")].count(report.run_id)
    assert report.state == "done"
    json.dumps(report.quarantined_because, ensure_ascii=False).encode()
    return report


def stored(desk: Desk, path: Path, **options: object) -> int:
    """How many items of a file were stored; none when it was refused."""
    report = bring_in(desk, path, **options)
    return report.stored if isinstance(report, ImportReport) else 0


def account(desk: Desk, path: Path, **options: object) -> ImportReport:
    """The account of a file that must not be refused."""
    report = bring_in(desk, path, **options)
    assert isinstance(report, ImportReport), report.message
    return report
