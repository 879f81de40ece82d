"""The doctor: what is well, what is not, and what to do about it."""

from sqlalchemy import insert, update

from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model import tables
from convo.model.views import Finding
from convo.model.words import Role
from convo.store.store import Store
from tests.intake.saying import START, mail, rows, take


def findings(desk: Desk) -> dict[str, Finding]:
    """What the doctor says, by name."""
    return {finding.name: finding for finding in desk.doctor.run()}


def test_an_empty_desk_is_told_how_to_begin(desk: Desk) -> None:
    found = findings(desk)
    assert not found["channels"].ok
    assert "convo import" in found["channels"].hint
    assert all(finding.ok for name, finding in found.items() if name not in {"channels", "disk"})
    assert desk.store.location.engine in found["store"].detail
    assert "acting as tester (admin)" in found["settings"].detail


def test_a_desk_at_work_is_well_and_is_not_changed(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.threads.reply(1, "hello")
    found = findings(desk)
    assert found["channels"].detail == "1 active"
    assert found["deliveries"].detail == "1 queued, 0 failed"
    assert all(finding.ok for name, finding in found.items() if name != "disk")
    assert [row[0] for row in rows(desk.store, "audit", "operation")] == ["threads.reply"]


def test_everything_that_is_not_well_says_what_to_do(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.threads.reply(1, "hello")
    with desk.store.write() as connection:
        connection.execute(update(tables.delivery).values(status="unknown"))
        connection.execute(
            insert(tables.import_run),
            {"path": "x.mbox", "fingerprint": "f", "format": "mbox", "options": {}, "channel_id": 1, "state": "running"}
            | {"fetched": 0, "stored": 0, "skipped": 0, "quarantined": 0, "started_at": START},
        )
        connection.execute(
            insert(tables.ledger),
            {"channel_id": 1, "ordinal": 0, "key": "", "outcome": "quarantined", "reason": "garbage", "place": ""}
            | {"at": START, "import_run_id": 1},
        )
    found = findings(desk)
    for name in ("deliveries", "quarantine", "imports"):
        assert not found[name].ok
        assert found[name].hint
    assert found["deliveries"].detail == "0 queued, 1 failed"
    assert found["quarantine"].detail.startswith("1 ")


def test_open_threads_of_nobody_are_counted(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0), mail("ben@x.example", 1))
    desk.operators.add("marta")
    desk.threads.assign(2, "marta")
    assert findings(desk)["inbox"].detail.startswith("1 ")


def test_a_store_that_others_can_read_is_not_well(sqlite_store: Store) -> None:
    path = sqlite_store.location.path
    assert path is not None
    desk = Desk(sqlite_store, Settings(provenance={"store": "flag"}), Actor("tester", Role.ADMIN))
    path.chmod(0o644)
    found = findings(desk)
    assert (found["permissions"].ok, found["permissions"].detail) == (False, "0644")
    assert found["permissions"].hint == f"chmod 600 {path}"
    path.chmod(0o600)
    assert findings(desk)["permissions"].ok
    assert "set by flag" in findings(desk)["settings"].detail
