"""Rules on the command line: written, kept as a file, checked, explained and replayed."""

import json
from pathlib import Path

import pytest

from convo.desk.desk import Desk
from tests.commands.conftest import Convo
from tests.commands.terminal import run_on_terminal
from tests.commands.test_composing import editor

RULES = """\
# Kept by Ana.

# Firmware goes first.
[[rule]]
name = "firmware"
on = "message received"
when = "gain OR firmware"
do = ["tag firmware", "priority high"]

[[rule]]
name = "rest"
on = "message received"
when = "-tag:firmware language:de"
do = ["tag rest"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of rules."""
    path = tmp_path / "rules.toml"
    path.write_text(RULES)
    return path


def test_rules_come_from_a_file_and_go_to_one(convo: Convo, file: Path, tmp_path: Path) -> None:
    dry = convo("rule", "import", str(file), "--dry-run")
    assert (dry.code, dry.err) == (0, "2 rules would change\n")
    assert convo("rule", "list").out == ""
    assert convo("rule", "import", str(file)).out == dry.out
    assert convo("rule", "export").out == RULES
    assert convo("rule", "export", "-o", str(tmp_path / "out.toml")).err.startswith("the rules are written to")
    assert (tmp_path / "out.toml").read_text() == RULES
    again = convo("rule", "import", "-", "--json", stdin=RULES.replace("priority high", "priority low").encode())
    assert [json.loads(line)["kind"] for line in again.out.splitlines()] == ["changed"]


def test_a_file_that_is_wrong_changes_nothing_and_says_where(convo: Convo, file: Path) -> None:
    convo("rule", "import", str(file))
    file.write_text(RULES.replace("priority high", "priority hgih"))
    ran = convo("rule", "import", str(file))
    assert ran.code == 1
    assert "line 4, rule 'firmware': action 2: 'hgih' is no priority" in ran.err
    assert convo("rule", "export").out == RULES


def test_a_rule_is_edited_in_the_editor(shop: Path, convo: Convo, file: Path, tmp_path: Path) -> None:
    convo("rule", "import", str(file))
    code = "path.write_text(path.read_text().replace('gain OR', 'gain OR sample OR'))"
    ran = run_on_terminal("rule", "edit", "firmware", store=shop, env=editor(tmp_path, code))
    assert ran.code == 0, ran.out
    assert "rule firmware is changed" in ran.out
    assert json.loads(convo("rule", "show", "firmware", "--json").out)["query"] == "gain OR sample OR firmware"
    assert "# Firmware goes first." in convo("rule", "export").out
    wrong = "path.write_text(path.read_text().replace('priority high', 'asign ben'))"
    ran = run_on_terminal("rule", "edit", "firmware", store=shop, env=editor(tmp_path, wrong))
    assert ran.code == 1
    assert "your text is kept in" in ran.out
    assert convo("rule", "edit", "firmware").code == 2
    assert convo("rule", "edit", "firmware", "--on", "waiting 2h").code == 0
    assert convo("rule", "delete", "firmware", "--yes").err == "rule firmware is deleted\n"


def test_check_says_what_is_wrong_and_ends_with_one(convo: Convo, file: Path) -> None:
    file.write_text(RULES.replace("language:de", "is:open"))
    convo("rule", "import", str(file))
    ran = convo("rule", "check", "--json")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert (ran.code, found) == (0, [])
    convo("rule", "add", "all", "--when", "", "--do", "stop", "--position", "1")
    ran = convo("rule", "check", "--json")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 1
    assert [(one["rule"], one["kind"], one["other"]) for one in found] == [
        ("firmware", "unreachable", "all"),
        ("rest", "unreachable", "all"),
    ]
    assert "something is wrong with 2 rules" in ran.err


def test_explain_tells_every_rule_at_eighty_columns(convo: Convo, file: Path, desk_on: Desk) -> None:
    convo("rule", "import", str(file))
    desk_on.routing.route(1, "message received")
    for words in (("1",), ("thread:1",), ("message:1",), ("#1", "--all")):
        ran = convo("rule", "explain", *words, columns=80)
        assert ran.code == 0
        assert max(len(line) for line in ran.out.splitlines()) <= 110, "styles take no room on a screen"
        assert "firmware" in ran.out
        assert "language:de failed: the message's language is" in ran.out
    (told,) = [json.loads(line) for line in convo("rule", "explain", "1", "--json").out.splitlines()]
    assert told["trigger"] == "message received"
    assert {rule["rule"] for rule in told["rules"]} == {"firmware", "rest"}
    assert convo("rule", "explain", "nonsense").code == 2
    assert convo("rule", "explain", "99").code == 1


def test_replay_compares_a_file_with_the_rules_of_now(convo: Convo, file: Path) -> None:
    convo("rule", "import", str(file))
    file.write_text(RULES.replace("gain OR firmware", "the OR a OR gain").replace("priority high", "priority urgent"))
    ran = convo("rule", "replay", "--rule", str(file), "--examples", "2")
    assert ran.code == 0
    assert "would have gone elsewhere" in ran.out
    assert "~ firmware  changed" in ran.out
    view = json.loads(convo("rule", "replay", "--rule", str(file), "--since", "2000-01-01", "--json").out)
    assert view["messages"] >= view["changed_messages"] > 0
    assert view["examples"]
    assert json.loads(convo("rule", "replay", "-is:automatic", "--json").out)["messages"] == view["messages"]
    assert convo("rule", "replay", "--since", "whenever").code == 2
    assert json.loads(convo("rule", "replay", "--since", "1d", "--json").out)["messages"] == 0
