"""The memory that an import takes does not depend on how large the file is."""

import sys
from pathlib import Path

import pytest

from tests.bench.mailboxes import write_mbox
from tests.store.processes import spawn

MEGABYTE = 1_000_000
_IMPORT = r"""
    import re, resource, sys
    from pathlib import Path
    from convo.config import Settings
    from convo.desk.desk import open_desk
    with open_desk(sys.argv[1], settings=Settings(store=sys.argv[1])) as desk:
        (report,) = desk.imports.run([Path(sys.argv[2])])
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if sys.platform == "linux":  # where that figure counts the memory of the process that started this one, too
        most = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]
    print(most, report.stored, report.fetched)
    """


def peak(log: Path, store: Path) -> tuple[float, int]:
    """The most memory in MB that importing a mailbox into a new store took, and how many mails it stored."""
    process = spawn(_IMPORT, store, log)
    printed, complaints = process.communicate()
    assert process.returncode == 0, complaints
    most, stored, fetched = map(int, printed.split())
    assert stored == fetched > 0
    return most / (MEGABYTE if sys.platform == "darwin" else 1_000), stored


def test_eight_times_the_mailbox_takes_hardly_more_memory(tmp_path: Path) -> None:
    small, _ = peak(write_mbox(tmp_path / "small.mbox", 8 * MEGABYTE), tmp_path / "small.convo")
    large, _ = peak(write_mbox(tmp_path / "large.mbox", 64 * MEGABYTE), tmp_path / "large.convo")
    assert large < small + 25
    assert large < 300


@pytest.mark.bench
def test_memory_of_an_import_of_a_mailbox_of_1_gb(tmp_path: Path) -> None:
    log = write_mbox(tmp_path / "log.mbox", 1_000 * MEGABYTE)
    most, stored = peak(log, tmp_path / "shop.convo")
    size = log.stat().st_size / MEGABYTE
    print(f"peak memory of an import of {size:,.0f} MB, {stored:,} mails: {most:.0f} MB (aim: under 300)")
    log.unlink()
    assert most < 300
