"""Lists and pages: for people on a terminal, for programs in a pipe."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from convo.desk.desk import Desk
from tests.commands.conftest import Convo
from tests.commands.terminal import COMMAND, run_on_terminal

SGR = re.compile(r"\x1b\[[0-9;]*m")


def test_a_list_in_a_pipe_is_fields_between_tabs_without_a_heading(convo: Convo) -> None:
    rows = [line.split("\t") for line in convo("customer", "list").out.splitlines()]
    assert rows == [
        ["2", "Ben Okafor", "ben@example.com", "1", "", "2026-05-04T12:00:00Z"],
        ["1", "Ana Ruiz", "ana@example.org", rows[1][3], "", "2026-05-03T18:31:00Z"],
    ]


def test_a_list_on_a_terminal_is_a_table_with_headings_and_dates(convo: Convo) -> None:
    ran = convo("customer", "list", columns=100)
    heading, *rows = SGR.sub("", ran.out).splitlines()
    assert heading.split() == ["id", "name", "identity", "open", "last", "seen"]
    assert rows[0].split()[0] == "2"
    assert "2026-05-04" in rows[0]
    assert "T12:00" not in ran.out


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_no_line_is_wider_than_the_terminal(columns: int, convo: Convo) -> None:
    for words in (["thread", "list"], ["conversation", "show", "1"], ["search", "wheel"], ["thread", "show", "1"]):
        ran = convo(*words, columns=columns)
        assert ran.code == 0
        assert max(len(line) for line in SGR.sub("", ran.out).splitlines()) <= columns, words


def test_a_narrow_list_gives_up_its_last_columns_before_its_words(convo: Convo) -> None:
    heading, first, *_ = SGR.sub("", convo("thread", "list", columns=42).out).splitlines()
    assert heading.split() == ["id", "customer", "subject", "channel"]
    assert "Ben Okafor" in first
    assert "Invoice for" in first


def test_a_page_is_not_wider_than_people_read(convo: Convo) -> None:
    ran = convo("conversation", "show", "1", columns=200)
    assert max(len(line) for line in SGR.sub("", ran.out).splitlines()) <= 100


def test_an_empty_list_says_so_to_people_and_nothing_to_programs(convo: Convo) -> None:
    ran = convo("thread", "list", "id:99")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert convo("thread", "list", "id:99", columns=80).err == "no thread matches\n"
    assert convo("--quiet", "thread", "list", "id:99", columns=80).err == ""


@pytest.mark.parametrize(("flags", "env"), [(["--no-color"], {}), ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"})])
def test_colours_can_be_turned_off(
    flags: list[str], env: dict[str, str], convo: Convo, monkeypatch: pytest.MonkeyPatch
) -> None:
    coloured = convo("thread", "list", columns=100).out
    assert "\x1b[36m" in coloured
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    plain = convo(*flags, "thread", "list", columns=100).out
    assert "\x1b" not in plain
    assert [line.split() for line in SGR.sub("", coloured).splitlines()] == [
        line.split() for line in plain.splitlines()
    ]


def test_a_real_terminal_gets_colours_and_a_table(shop: Path) -> None:
    ran = run_on_terminal("customer", "list", store=shop)
    assert ran.code == 0
    assert "\x1b[36m" in ran.out
    assert "last seen" in ran.out


def test_a_pipe_has_no_colours(convo: Convo) -> None:
    assert "\x1b" not in convo("conversation", "show", "1").out


def test_long_output_goes_through_the_pager_and_short_output_does_not(shop: Path, tmp_path: Path) -> None:
    pager = f"{sys.executable} -c \"import sys; print('PAGED', len(sys.stdin.read().splitlines()))\""
    long = run_on_terminal("help", store=shop, env={"CONVO_PAGER": pager})
    assert "PAGED" not in long.out, "help is convo's own and is not paged"
    ran = run_on_terminal("thread", "show", "1", store=shop, env={"CONVO_PAGER": pager}, lines=8)
    assert ran.out.startswith("PAGED")
    assert "PAGED" not in run_on_terminal("thread", "list", store=shop, env={"CONVO_PAGER": pager}).out


def test_a_pager_that_is_not_there_loses_nothing(shop: Path) -> None:
    ran = run_on_terminal("thread", "show", "1", store=shop, env={"CONVO_PAGER": "no-such-pager"}, lines=8)
    assert "grinding noise" in ran.out


def test_a_reader_who_goes_away_is_no_error(shop: Path, desk_on: Desk) -> None:
    record = {"from": "eve@example.org", "date": "2026-05-09T10:00:00Z", "text": "bicycle " * 500}
    desk_on.imports.run_lines([json.dumps(record | {"id": str(number)}).encode() for number in range(100)])
    command = f"{shlex.join([*COMMAND, 'export', 'messages'])} | head -n 1 | wc -l; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command],
        env=os.environ | {"CONVO_STORE": str(shop)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "1", "")


def test_output_that_an_old_terminal_cannot_encode_is_escaped(shop: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "--store", str(shop), "conversation", "show", "1"],
        env={"PYTHONIOENCODING": "latin-1", "PATH": "/usr/bin:/bin", "HOME": str(shop.parent)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert b"\\u2502" in done.stdout


def test_facts_are_names_and_values(convo: Convo) -> None:
    facts = dict(line.split("\t", 1) for line in convo("customer", "show", "ana@example.org").out.splitlines())
    assert facts["name"] == "Ana Ruiz"
    assert facts["spent"] == "129.00 EUR"
    assert facts["city"] == "Sevilla"
    assert facts["last seen"] == "2026-05-03T18:31:00Z"


def test_remarks_go_to_standard_error_and_quiet_stops_them(convo: Convo) -> None:
    loud = convo("thread", "close", "1")
    assert (loud.out, loud.err) == ("", "thread 1 is resolved\n")
    quiet = convo("--quiet", "thread", "reopen", "1")
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
