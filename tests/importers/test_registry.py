"""Which format a file is: each is recognised as itself, and by name."""

import subprocess
import sys
from pathlib import Path

import pytest

from convo.errors import BadInput
from convo.importers import registry
from convo.importers.base import HEAD_BYTES
from tests.importers.mutations import DATA

OURS = {
    "zendesk_tickets.json": "zendesk", "intercom_conversations.json": "intercom",
    "chatwoot_conversations.json": "chatwoot",
    "chatwoot_messages.json": "chatwoot", "cdr.csv": "cdr", "calls_de.csv": "calls", "orders_shopify.csv": "orders",
    "orders_woo.csv": "orders", "orders_de.csv": "orders", "messages.csv": "csv", "script.jsonl": "jsonl",
}  # fmt: skip
GENERAL = {"csv", "jsonl"}


@pytest.mark.parametrize(("fixture", "name"), OURS.items())
def test_each_fixture_is_detected_as_itself(fixture: str, name: str):
    found = registry.detect(registry.open_source(DATA / fixture))
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(("fixture", "name"), OURS.items())
def test_no_other_particular_format_recognises_it(fixture: str, name: str):
    source = registry.open_source(DATA / fixture)
    others = [
        other for other, _ in registry.IMPORTERS if other not in GENERAL and registry.by_name(other).recognises(source)
    ]
    assert others == ([] if name in GENERAL else [name])


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\n", b"Dear all,\nplease find attached, as discussed, the list.\n\nYours\n",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"{", b"[]", b"[[[[", b"<html><body>a,b</body></html>", b"12/31/23, 10:05 PM - nobody", b"a,b\n",
        b"SQLite format 3\0" + bytes(200),
    ],
)  # fmt: skip
def test_what_is_no_log_is_none_of_the_structured_formats(tmp_path: Path, content: bytes):
    path = tmp_path / "file"
    path.write_bytes(content)
    source = registry.open_source(path)
    assert [name for name in {*OURS.values()} if registry.by_name(name).recognises(source)] == []


def test_every_format_is_found_by_its_name_and_has_a_title():
    for name, title in registry.names():
        assert registry.by_name(name.upper()).name == name
        assert title
    assert [name for name, _ in registry.names()][-2:] == ["jsonl", "csv"]


def test_a_wrong_name_is_refused_with_the_nearest_and_the_list():
    with pytest.raises(BadInput) as caught:
        registry.by_name("zendsek")
    assert caught.value.hint.startswith("did you mean zendesk? The formats are maildir, mbox,")


def test_a_source_is_a_file_with_its_head_or_a_folder(tmp_path: Path):
    (tmp_path / "long").write_bytes(b"x" * (HEAD_BYTES + 1))
    assert len(registry.open_source(tmp_path / "long").head) == HEAD_BYTES
    assert registry.open_source(tmp_path).head == b""
    with pytest.raises(BadInput, match="there is no file 'none'"):
        registry.open_source(tmp_path / "none")


def test_importing_the_registry_loads_no_importer():
    code = "import sys, convo.importers.registry; print([m for m in sys.modules if m.startswith('convo.importers.')])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "['convo.importers.base', 'convo.importers.registry']"
