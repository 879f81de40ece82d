"""The smaller nouns: channels, operators, teams, rules, snippets, articles, the store, exports, the demo."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Convo


def rows(convo: Convo, *words: str) -> list[dict[str, Any]]:
    ran = convo(*words, "--json")
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


def test_channels_are_kept(convo: Convo) -> None:
    assert {row["name"] for row in rows(convo, "channel", "list")} >= {"shop-mail", "whatsapp"}
    assert convo("channel", "add", "email", "office", "--set", "address=office@example.org", "--no-check").code == 0
    assert "office@example.org" in convo("channel", "show", "office").out
    assert "is paused" in convo("channel", "pause", "office").err
    assert "is active" in convo("channel", "resume", "office").err
    assert convo("channel", "rename", "office", "front").code == 0
    assert convo("channel", "show", "office").code == 1
    assert convo("channel", "remove", "front", "--yes").code == 0


def test_operators_are_kept(convo: Convo) -> None:
    ran = convo("operator", "add", "marta", "--shown", "Marta M.", "--role", "agent", "--skills", "hubs, gears")
    assert ran.code == 0, ran.err
    assert convo("operator", "edit", "marta", "--capacity", "5", "--languages", "es,en").code == 0
    assert "is away" in convo("operator", "availability", "marta", "away").err
    (row,) = rows(convo, "operator", "list")
    assert (row["shown"], row["role"], row["skills"]) == ("Marta M.", "agent", ["gears", "hubs"])
    assert (row["capacity"], row["languages"], row["availability"]) == (5, ["en", "es"], "away")
    assert convo("operator", "edit", "marta").code == 2
    assert convo("operator", "remove", "marta", "--yes").code == 0
    assert rows(convo, "operator", "list") == []


def test_teams_are_kept(convo: Convo) -> None:
    convo("operator", "add", "marta")
    assert convo("team", "add", "workshop").code == 0
    assert "is now marta" in convo("team", "join", "workshop", "marta").err
    assert rows(convo, "team", "list")[0]["members"] == ["marta"]
    assert "is now empty" in convo("team", "leave", "workshop", "marta").err
    assert convo("team", "remove", "workshop", "--yes").code == 0


def test_rules_are_kept_in_order(convo: Convo) -> None:
    assert convo("rule", "add", "wheels", "--when", "wheel", "--do", "tag wheels").code == 0
    assert (
        convo("rule", "add", "bills", "--when", "subject:invoice", "--do", "tag bills", "--do", "priority high").code
        == 0
    )
    assert [row["name"] for row in rows(convo, "rule", "list")] == ["wheels", "bills"]
    assert convo("rule", "move", "bills", "1").code == 0
    assert [row["name"] for row in rows(convo, "rule", "list")] == ["bills", "wheels"]
    assert rows(convo, "rule", "show", "bills")[0]["actions"] == ["tag bills", "priority high"]
    assert "is disabled" in convo("rule", "disable", "bills").err
    assert "is enabled" in convo("rule", "enable", "bills").err
    assert convo("rule", "edit", "bills", "--when", "subject:bill").code == 0
    assert convo("rule", "edit", "bills", "--when", "is:opne").code == 2
    assert convo("rule", "add", "half").code == 2
    assert convo("rule", "delete", "bills", "--yes").code == 0
    assert len(rows(convo, "rule", "list")) == 1


def test_snippets_are_kept_and_filled_in(convo: Convo) -> None:
    assert convo("snippet", "add", "hello", "-m", "Hello {customer.name},").code == 0
    assert convo("snippet", "render", "hello", "1").out == "Hello Ana Ruiz,\n"
    assert convo("snippet", "edit", "hello", "--language", "en").code == 0
    assert convo("snippet", "edit", "hello", stdin=b"Dear {customer.name},").code == 0
    (row,) = rows(convo, "snippet", "list")
    assert (row["body"], row["language"]) == ("Dear {customer.name},", "en")
    assert convo("thread", "reply", "1", "--snippet", "hello").code == 0
    assert "Dear Ana Ruiz," in convo("thread", "show", "1").out
    assert convo("snippet", "remove", "hello", "--yes").code == 0


def test_articles_are_kept_and_found(convo: Convo) -> None:
    assert convo("article", "add", "returns", "--title", "Returns", "-m", "Within thirty days.").code == 0
    assert convo("article", "edit", "returns", "--title", "Returns and exchanges").code == 0
    assert "Within thirty days." in convo("article", "show", "returns").out
    assert rows(convo, "article", "list", "thirty")[0]["title"] == "Returns and exchanges"
    assert rows(convo, "article", "list", "unicorns") == []
    assert convo("article", "remove", "returns", "--yes").code == 0


def test_the_store_tells_about_itself(convo: Convo, shop: Path) -> None:
    facts = dict(line.split("\t", 1) for line in convo("store", "info").out.splitlines())
    assert facts["place"] == str(shop)
    assert facts["engine"] == "sqlite"
    assert facts["message"] == "5"
    assert all(row["ok"] for row in rows(convo, "store", "check"))
    assert convo("store", "upgrade").code == 0
    assert "the store took" in convo("store", "compact").err
    assert "of 5 messages" in convo("store", "reindex").err


def test_a_store_is_copied(convo: Convo, tmp_path: Path) -> None:
    ran = convo("store", "copy", str(tmp_path / "copy.convo"))
    assert ran.code == 0, ran.err
    assert "copied and compared" in ran.err
    assert convo("--store", str(tmp_path / "copy.convo"), "customer", "list").out == convo("customer", "list").out


def test_a_damaged_store_is_found_and_refused(convo: Convo, shop: Path) -> None:
    (blob,) = [path for path in shop.with_name(shop.name + ".files").rglob("*") if path.is_file()]
    blob.chmod(0o600)
    blob.write_bytes(b"other")
    ran = convo("store", "check")
    assert ran.code == 1
    assert any(line.startswith("WRONG") for line in ran.out.splitlines())


def test_the_doctor_looks_at_everything(convo: Convo) -> None:
    ran = convo("doctor", "--json")
    findings = [json.loads(line) for line in ran.out.splitlines()]
    assert {"versions"} < {finding["name"] for finding in findings}
    assert ran.code == (0 if all(finding["ok"] for finding in findings) else 1)


@pytest.mark.parametrize(("noun", "count"), [("messages", 5), ("threads", 3), ("customers", 2), ("events", 2)])
def test_records_are_exported_as_lines_of_json(noun: str, count: int, convo: Convo, tmp_path: Path) -> None:
    ran = convo("export", noun)
    assert len([json.loads(line) for line in ran.out.splitlines()]) == count
    path = tmp_path / "out.jsonl"
    written = convo("export", noun, "-o", str(path))
    assert written.out == ""
    assert path.read_text() == ran.out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_export_takes_a_query_and_a_limit(convo: Convo) -> None:
    assert len(convo("export", "messages", "freewheel", "-is:note").out.splitlines()) == 2
    assert len(convo("export", "messages", "--limit", "1").out.splitlines()) == 1


def test_an_export_that_cannot_be_written_is_refused(convo: Convo) -> None:
    ran = convo("export", "threads", "-o", "/nowhere/out.jsonl")
    assert ran.code == 1
    assert "/nowhere/out.jsonl" in ran.err


def test_the_demo_makes_a_store_and_says_what_to_try(convo: Convo, tmp_path: Path) -> None:
    path = tmp_path / "demo.convo"
    ran = convo("demo", str(path))
    assert ran.code == 0, ran.err
    story, told = ran.out.rsplit("\n\n", 1)
    assert len(told.splitlines()) == 11
    assert "── " in story
    assert told.splitlines()[4].split()[:3] == ["convo", "--as", "kim"]
    for line in told.splitlines()[5:]:
        words = line.split()[1:]
        assert words[0] in {"thread", "search", "customer", "help"}
    assert convo("--store", str(path), "thread", "list", "is:open").out
    assert convo("demo", str(path)).code == 1
    assert convo("demo", str(path), "--again").code == 0
