"""Hostile text in every field, through every command, on a real terminal, in a pipe and as JSON."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from convo.desk.desk import Desk
from convo.errors import ConvoError
from convo.text import safe
from tests.commands.terminal import on_terminal
from tests.commands.test_help import COMMANDS

WORD = "W" * 10_000
SHORT = "\x1b]52;c;aGk=\x07\x1b[2J\x9b31m\x85\u202e[/][bold]x[/bold][@click=app.quit]y\x7f\u2028\ufeff\r\b"
HOSTILE = f"{SHORT} {WORD} \x1b]0;pwned\x1b\\ \x1b[?1049h \x90+q\x9c \ud800 𝔥 日本語 🚲\tend"

_SEQUENCES = re.compile(r"\x1b\[(?:[0-9;]*m|\?25[lh]|2K|1A)")
"""What Rich itself writes: styles; and for progress the cursor's visibility, erased lines and one line up."""

_DRIVER = """
import json, sys
from convo.commands.main import main
for words in json.load(open(sys.argv[1])):
    sys.stdout.write("\\n== " + ascii(" ".join(words))[:60] + "\\n")
    sys.stdout.flush()
    main(words)
"""


def command_lines(folder: Path) -> list[list[str]]:
    """At least one command line of every command, with hostile text wherever text is taken."""
    text = HOSTILE.replace("\ud800", "")
    name = text[:200]
    (folder / "backup").mkdir()
    (folder / f"log\x1b]0;x\x07{SHORT[:8]}.jsonl").write_text('{"from": "x@example.org"\n{"from": 3}\n')
    rules = folder / "rules.toml"
    rules.write_text(
        f"# \u202e{SHORT[-20:].strip()}\n".replace("\x1b", "").replace("\x07", "")
        + f"[[rule]]\nname = 'a \u202e b'\nwhen = {json.dumps(f'bicycle OR {chr(34)}bi[/]cycle{chr(34)}')}\n"
        + f"do = [{json.dumps('note ' + text[:300], ensure_ascii=True)}]\n"
    )
    hostile_log = next(str(path) for path in folder.glob("log*"))
    return [
        ["thread", "list"],
        ["queue"],
        ["sla", "calendar", "add", "shop", "--hours", "daily 9-17"],
        ["sla", "calendar", "add", name, "--hours", "daily 9-17"],
        ["sla", "calendar", "add", "x", "--hours", text, "--holiday", text, "--time-zone", name],
        ["sla", "calendar", "edit", "shop", "--holiday", text],
        ["sla", "calendar", "edit", "shop", "--holidays", hostile_log],
        ["sla", "calendar", "show", "shop"],
        ["sla", "calendar", "list"],
        ["sla", "calendar", "remove", name, "--yes"],
        ["sla", "add", name, "--first", "1h"],
        ["sla", "add", "gold", "--first", "1h", "--calendar", name],
        ["sla", "add", "gold", "--first", text],
        ["sla", "edit", "promised", "--next", text],
        ["sla", "list"],
        ["sla", "show", "promised"],
        ["sla", "put", "1", name],
        ["sla", "status"],
        ["sla", "status", text],
        ["sla", "breaches"],
        ["sla", "breaches", "--since", name],
        ["thread", "list", text],
        ["thread", "list", f"is:{name}"],
        ["thread", "show", "1"],
        ["thread", "show", "1", "--plain"],
        ["inbox"],
        ["inbox", name],
        ["inbox", "all", "--plain"],
        ["thread", "show", name],
        ["thread", "reply", "1", "-m", text],
        ["thread", "note", "1", "-m", text],
        ["thread", "assign", "1", name],
        ["thread", "assign", "1", "--team", name],
        ["thread", "tag", "1", name[:40]],
        ["thread", "priority", "1", name],
        ["thread", "rename", "1", text],
        ["thread", "snooze", "1", name],
        ["thread", "close", "1"],
        ["thread", "reopen", "1"],
        ["thread", "read", "1"],
        ["thread", "macro", "1", name],
        ["conversation", "show", "1"],
        ["conversation", "show", name],
        ["search", "bicycle"],
        ["search", f'"{name}'],
        ["customer", "list"],
        ["customer", "show", "1"],
        ["customer", "add", text, "-i", f"external={name}"],
        ["customer", "edit", "1", "--name", text],
        ["customer", "edit", "1", "--language", name],
        ["customer", "tag", "1", name[:40]],
        ["customer", "set", "1", f"{name[:20]}={text}"],
        ["customer", "duplicates", "--minimum", "0"],
        ["customer", "consent", "1", "marketing", "--grant", "--source", text],
        ["customer", "block", "1"],
        ["customer", "unblock", "1"],
        ["customer", "identity", "add", "1", "external", name],
        ["customer", "identity", "share", "external", name],
        ["customer", "identity", "remove", "1", "external", name],
        ["customer", "merge", "1", "2"],
        ["customer", "merges", "1"],
        ["customer", "unmerge", "2"],
        ["customer", "export", "1", "--to", str(folder / "person")],
        ["channel", "list"],
        ["channel", "show", "import"],
        ["channel", "add", "phone", name],
        ["channel", "add", "phone", "second", "--set", f"address={name}"],
        ["channel", "add", "telegram", "bot", "--set", f"token_env={name}"],
        ["channel", "add", name, name, "--secret-from", f"{name}={hostile_log}"],
        ["channel", "add", "telegram", "bot2", "--secret-from", f"{name}={hostile_log}", "--no-check"],
        ["channel", "set", "second", f"{name[:20]}={name}"],
        ["channel", "set", "bot", f"{name}={name}"],
        ["channel", "secret", "bot", name],
        ["channel", "test", "bot"],
        ["channel", "receive", "bot", "--header", text, "--url", text],
        ["channel", "kinds", name],
        ["channel", "backfill", "second", "--since", name],
        ["channel", "list"],
        ["channel", "show", "second"],
        ["log", "call", f"external={name}", "-m", text, "--at", name],
        ["log", "call", name, "-m", text],
        ["log", "visit", "1", "-m", text, "--code", name],
        ["code", "make", text, "--channel", "bot", "--text", text, "--context", f"a={text}", "--word", name],
        ["code", "list"],
        ["code", "show", name],
        ["code", "remove", name],
        ["channel", "rename", "second", "third"],
        ["channel", "pause", "third"],
        ["channel", "resume", "third"],
        ["channel", "remove", "third", "--yes"],
        ["operator", "list"],
        ["operator", "show", "marta"],
        ["operator", "add", name],
        ["operator", "edit", "marta", "--shown", text[:300], "--skills", name],
        ["operator", "edit", "marta", "--shift", text],
        ["operator", "availability", "marta", "away"],
        ["operator", "show", "marta"],
        ["team", "add", name],
        ["team", "add", "workshop"],
        ["team", "join", "workshop", "marta"],
        ["team", "list"],
        ["team", "leave", "workshop", "marta"],
        ["team", "remove", "workshop", "--yes"],
        ["operator", "remove", "marta", "--yes"],
        ["rule", "add", "first", "--when", f'"{name}"', "--do", f"tag {name[:30]}"],
        ["rule", "add", "second", "--when", "bicycle", "--do", "tag wheels"],
        ["rule", "list"],
        ["rule", "show", "second"],
        ["rule", "edit", "second", "--when", name],
        ["rule", "move", "second", "1"],
        ["rule", "disable", "second"],
        ["rule", "enable", "second"],
        ["rule", "export"],
        ["rule", "import", name],
        ["rule", "import", str(rules), "--dry-run"],
        ["rule", "import", str(rules)],
        ["rule", "export"],
        ["rule", "check"],
        ["rule", "check", "--since", "90d"],
        ["rule", "explain", "1"],
        ["rule", "explain", "message:1"],
        ["rule", "explain", name],
        ["rule", "replay"],
        ["rule", "replay", "--rule", str(rules)],
        ["rule", "delete", "second", "--yes"],
        ["snippet", "add", "greeting", "-m", text],
        ["snippet", "list"],
        ["snippet", "show", "greeting"],
        ["snippet", "edit", "greeting", "-m", text, "--language", name[:10]],
        ["snippet", "render", "greeting", "1"],
        ["snippet", "remove", "greeting", "--yes"],
        ["article", "add", "opening", "--title", text[:300], "-m", text],
        ["article", "list"],
        ["article", "show", "opening"],
        ["article", "edit", "opening", "-m", text, "--keyword", name[:30], "--question", text[:300]],
        ["article", "search", name],
        ["article", "import", str(folder / name[:50])],
        ["article", "export"],
        ["article", "stats"],
        ["article", "gaps"],
        ["thread", "suggest", "1"],
        ["article", "remove", "opening", "--yes"],
        ["import", hostile_log],
        ["import", str(folder / name[:50])],
        ["import", "runs"],
        ["import", "formats"],
        ["import", "quarantine", "list"],
        ["import", "quarantine", "show", "5"],
        ["import", "quarantine", "retry"],
        ["import", "profile", "save", name, f"text={text}"],
        ["import", "profile", "list"],
        ["import", "profile", "remove", name, "--yes"],
        ["export", "messages"],
        ["export", "threads"],
        ["export", "customers"],
        ["export", "events"],
        ["store", "info"],
        ["store", "check"],
        ["store", "backup", str(folder / "backup" / name[:20].replace("/", "_"))],
        ["store", "compact"],
        ["store", "reindex"],
        ["store", "upgrade"],
        ["store", "copy", f"postgresql://{SHORT}@127.0.0.1:1/x"],
        ["--store", str(folder / "restored.convo"), "store", "restore", name, "--yes"],
        ["config", "list"],
        ["config", "get", name],
        ["config", "set", "operator", ""],
        ["config", "path"],
        ["doctor"],
        ["demo", str(folder / "demo.convo")],
        ["help"],
        ["help", name],
        ["bot", "add", name],
        ["bot", "add", "ines"],
        ["bot", "list"],
        ["bot", "show", "ines"],
        ["bot", "edit", "ines", "-m", f"signs_as = '{name[:30]}'"],
        ["bot", "edit", "ines", "-m", "turns = 2"],
        ["bot", "try", "--text", text, "--thread", "1"],
        ["bot", "try", name, "--text", text, "--customer", "1", "--intent", name, "--language", name],
        ["bot", "disable", "ines"],
        ["bot", "enable", "ines"],
        ["bot", "export", "ines"],
        ["bot", "import", str(folder / name[:50])],
        ["bot", "sessions", name],
        ["bot", "sessions", "--state", name],
        ["bot", "remove", "ines", "--yes"],
        ["thread", "draft", "1"],
        ["thread", "summary", "1"],
        ["enrich", "--again"],
        ["intent", "list"],
        ["intent", "label", "1", name],
        ["intent", "label", "--file", str(folder / name[:50])],
        ["intent", "train", "--from", str(folder / name[:50])],
        ["intent", "eval", str(folder / name[:50])],
        ["intent", "models"],
        ["intent", "use", "7"],
        ["intent", "guess", text],
        ["intent", "apply", f'"{name}'],
        ["delivery", "list"],
        ["delivery", "list", "--status", name],
        ["delivery", "list", "--channel", name],
        ["delivery", "show", "1"],
        ["delivery", "retry", "1"],
        ["delivery", "cancel", "1"],
        ["work", "--once"],
        ["notification", "list"],
        ["notification", "seen"],
        ["import", "undo", "1", "--yes"],
        ["sla", "remove", "promised", "--yes"],
        ["customer", "erase", "1", "--yes"],
        [name],
        ["--as", name, "thread", "list"],
        ["thread", "list", "--json", name],
        ["thread", f"--{name}"],
    ]


@pytest.fixture
def hostile_shop(desk_on: Desk, tmp_path: Path) -> Path:
    """A store with hostile text in every field that anybody can fill."""
    person = {
        "email": "eve@example.org",
        "external": HOSTILE[:300],
        "name": HOSTILE,
        "attributes": {HOSTILE[:30]: HOSTILE},
    }
    records = [
        {
            "customer": person,
            "date": "2026-05-01T10:00:00Z",
            "subject": HOSTILE,
            "text": f"bicycle {HOSTILE}\n> quoted {HOSTILE}",
            "author": HOSTILE,
            "id": "one",
            "attachments": [{"name": HOSTILE, "type": SHORT, "base64": "aGk="}],
            "tags": [HOSTILE[:40]],
        },
        {"customer": person, "date": "2026-05-02T10:00:00Z", "event": "call", "title": HOSTILE, "data": {"x": HOSTILE}},
        {"from": "ben@example.org", "date": "2026-05-03T10:00:00Z", "text": "bicycle", "id": "two"},
        {"customer": person, "date": HOSTILE, "text": "never"},
    ]
    lines = [json.dumps(record).encode() + b"\n" for record in records]
    desk_on.imports.run_lines([*lines, HOSTILE.encode("utf-8", "surrogatepass") + b"\n"])
    for furnish in (
        lambda: desk_on.operators.add("marta", shown=HOSTILE[:60], skills=[HOSTILE[:40]]),
        lambda: desk_on.sla.add("promised", first="1h"),
        lambda: desk_on.sla.put(1, "promised"),
        desk_on.sla.note_breaches,
        lambda: desk_on.assignments.place(1, f"round-robin skill:{''.join(HOSTILE[:40].split())}"),
        lambda: desk_on.threads.tag(1, add=[HOSTILE[:40]]),
        lambda: desk_on.customers.tag(1, add=[HOSTILE[:40]]),
    ):
        try:
            furnish()
        except ConvoError:
            continue  # a field that refuses such text needs no other test
    assert desk_on.store.location.path is not None
    return desk_on.store.location.path


def offences(shown: str) -> Iterator[str]:
    """Everything in what a terminal was sent that it might obey, or that hides or reorders words."""
    for number, line in enumerate(_SEQUENCES.sub("", shown.replace("\r\n", "\n")).split("\n")):
        line = line.replace("\r", "")
        if safe(line) != line:
            bad = next(character for character in line if safe(character) != character)
            place = line.index(bad)
            yield f"line {number}: {line[max(0, place - 40) : place + 20]!r}"


@pytest.fixture
def lines_file(tmp_path: Path) -> Path:
    """The command lines in a file that the driver reads."""
    path = tmp_path / "lines.json"
    path.write_text(json.dumps(command_lines(tmp_path)))
    return path


def test_every_command_is_among_those_tried(tmp_path: Path) -> None:
    tried = [" ".join(words) for words in command_lines(tmp_path)]
    for path, _ in COMMANDS:
        if path == "tui":  # the screen is looked at in tests/tui
            continue
        begin = "import /" if path == "import files" else path
        assert any(words.startswith(begin) or f" {begin} " in words for words in tried), path


@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["table", "json"])
def test_a_terminal_is_sent_nothing_foreign(flags: list[str], hostile_shop: Path, lines_file: Path) -> None:
    lines = json.loads(lines_file.read_text())
    lines_file.write_text(json.dumps([_with(words, flags) for words in lines]))
    ran = on_terminal([sys.executable, "-c", _DRIVER, str(lines_file)], store=hostile_shop)
    assert ran.code == 0, ran.out[-2000:]
    assert ran.out.count("\n== ") == len(lines)
    assert not list(offences(ran.out))
    assert "fault in convo" not in ran.out, ran.out[ran.out.index("fault in convo") - 300 :][:900]
    assert "bicycle" in ran.out


def test_a_pipe_is_sent_nothing_foreign(hostile_shop: Path, lines_file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _DRIVER, str(lines_file)],
        env=os.environ | {"CONVO_STORE": str(hostile_shop)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=True,
    )
    for shown in (done.stdout.decode(), done.stderr.decode()):
        assert "\x1b" not in shown
        assert "\r" not in shown
        assert not list(offences(shown))


def test_json_holds_the_text_exactly_all_the_same(hostile_shop: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "convo.commands", "--store", str(hostile_shop), "customer", "show", "1", "--json"],
        capture_output=True,
        timeout=60,
        check=True,
    )
    name = json.loads(done.stdout)["name"]
    assert SHORT[:4] in name
    assert "\u202e[/][bold]x[/bold]" in name


def _with(words: list[str], flags: list[str]) -> list[str]:
    takes_json = words[0] not in {"help", "export"} and not words[0].startswith("-") and len(words) > 1
    return words + flags if takes_json and "--json" not in words else words
