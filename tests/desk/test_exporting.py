"""Exporting everything about one person."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from convo import clock
from convo.desk.desk import Desk
from convo.desk.exporting import safe_name
from convo.errors import BadInput, Conflict, NotFound
from convo.model.envelope import Part
from tests.desk.said import START, buy, say

HOSTILE = "../../../etc/passwd\x1b[2J"


def live_through(desk: Desk) -> int:
    parts = (
        Part(HOSTILE, "text/plain", b"root"),
        Part("photo.jpg", "image/jpeg", b"jpg"),
        Part("gone.pdf", "x/y", None),
    )
    said = say(desk, "ann@example.org", "höllo \x1b]52;c;x\x07", at=START, name="Ann", subject="a bike", parts=parts)
    say(desk, "other@example.org", "not hers", at=START, name="Other")
    buy(desk, "ann@example.org", at=START + timedelta(hours=1))
    assert said.customer_id is not None
    assert said.thread_id is not None
    with clock.fixed(START + timedelta(hours=2)):
        desk.threads.reply(said.thread_id, "an answer")
        desk.customers.consent(said.customer_id, "marketing", True, source="form")
        desk.customers.tag(said.customer_id, add=["vip"])
        desk.customers.set_attributes(said.customer_id, {"plan": "gold"})
        merged = desk.customers.add("Anna", identities=[("phone", "+34600111222")]).id
        desk.customers.merge(said.customer_id, merged)
    return said.customer_id


def test_one_json_holds_everything_about_one_person_and_nothing_of_others(desk: Desk, tmp_path: Path) -> None:
    customer = live_through(desk)
    path = desk.customers.export(customer, tmp_path / "deep" / "ann")
    assert path == tmp_path / "deep" / "ann" / "person.json"
    person = json.loads(path.read_text("utf-8"))
    assert {name: len(rows) for name, rows in person.items() if isinstance(rows, list)} == {
        "customers": 2,
        "identities": 2,
        "customer_tags": 1,
        "customer_attributes": 1,
        "consents": 1,
        "threads": 1,
        "episodes": 1,
        "messages": 2,
        "attachments": 3,
        "events": 1,
        "deliveries": 1,
        "drafts": 0,
        "thread_tags": 0,
        "merges": 1,
        "ledger": 2,
        "audit": 6,
    }
    assert [message["body"] for message in person["messages"]] == ["höllo \x1b]52;c;x\x07", "an answer"]
    assert person["messages"][0]["sent_at"] == START.isoformat()
    assert person["messages"][0]["channel"] == "email"
    assert "not hers" not in path.read_text("utf-8")
    assert desk.audit.list(entity="customer").items[0].operation == "customers.export"


def test_attachments_are_files_with_harmless_names_that_only_the_owner_reads(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "ann"
    desk.customers.export(live_through(desk), folder)
    person = json.loads((folder / "person.json").read_text("utf-8"))
    assert [row["file"] for row in person["attachments"]] == [
        "attachments/001-passwd__2J",
        "attachments/002-photo.jpg",
        None,
    ]
    assert (folder / "attachments/001-passwd__2J").read_bytes() == b"root"
    found = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*") if not path.name.startswith("shop.convo"))
    assert len([path for path in found if path.parts[0] == "ann"]) == 5
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("photo.jpg", "photo.jpg"),
        ("C:\\temp\\..\\x y.txt", "x_y.txt"),
        ("", "file"),
        ("...", "file"),
        (".bashrc", "bashrc"),
        ("a/b/", "file"),
        ("ü\u202egpj.exe", "__gpj.exe"),
        ("x" * 500 + ".pdf", "x" * 76 + ".pdf"),
        ("NUL\0.txt", "NUL_.txt"),
    ],
)
def test_a_strangers_name_is_made_harmless(name: str, form: str) -> None:
    assert safe_name(name) == form


def test_a_folder_that_holds_something_is_refused_and_left_alone(desk: Desk, tmp_path: Path) -> None:
    customer = live_through(desk)
    folder = tmp_path / "full"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    file = tmp_path / "file"
    file.write_text("x")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    for target in (folder, file, link, file / "below"):
        with pytest.raises(BadInput):
            desk.customers.export(customer, target)
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert desk.customers.export(customer, empty).is_file()
    assert stat.S_IMODE(empty.stat().st_mode) == 0o700


def test_only_a_customer_who_stands_for_themselves_is_exported(desk: Desk, tmp_path: Path) -> None:
    customer = live_through(desk)
    with pytest.raises(NotFound):
        desk.customers.export(99, tmp_path / "x")
    with pytest.raises(Conflict):
        desk.customers.export(desk.customers.show(customer).merged[0], tmp_path / "x")
    assert not (tmp_path / "x").exists()
