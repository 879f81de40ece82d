"""How an import run is told: as a row of a table, and as one sentence."""

from pathlib import Path

from convo.model.views import ImportReport

from .lines import Column, Span

COLUMNS = (
    Column("run", lambda row: row.run_id, right=True, style="accent"),
    Column("file", lambda row: log_name(row), elastic=True),
    Column("format", lambda row: row.format),
    Column("channel", lambda row: row.channel),
    Column("read", lambda row: row.fetched, right=True),
    Column("stored", lambda row: row.stored, right=True),
    Column("skipped", lambda row: row.skipped, right=True),
    Column("quarantined", lambda row: Span(str(row.quarantined), "warning" if row.quarantined else ""), right=True),
    Column("state", lambda row: row.state),
    Column("at", lambda row: row.started_at, style="faint"),
)


def log_name(report: ImportReport) -> str:
    """What a run read, without the folders above it."""
    return "standard input" if report.path == "-" else Path(report.path).name or report.path


def summary(report: ImportReport) -> str:
    """One run in one sentence, whose sum is right: read = stored + skipped + quarantined."""
    name = log_name(report)
    if not report.format:
        return f"{name}: {report.state}"
    run = f"run {report.run_id}" if report.run_id is not None else report.state
    return (
        f"{name}: {report.fetched} read = {report.stored} stored + {report.skipped} skipped"
        f" + {report.quarantined} quarantined ({run})"
    )
