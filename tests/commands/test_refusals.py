"""What goes wrong: one sentence on standard error, in words or in JSON, and the exit code that was promised."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from convo.commands import notices, running
from convo.commands.session import Session
from convo.errors import Busy, ConvoError, ExitCode, QueryError
from convo.store import store as store_module
from convo.store.store import lock_path
from tests.commands.conftest import Convo
from tests.commands.terminal import COMMAND, run, run_on_terminal


def test_success_is_zero(shop: Path) -> None:
    assert run("thread", "list", store=shop).code == ExitCode.OK


def test_what_is_not_there_is_refused_with_a_hint(shop: Path) -> None:
    ran = run("thread", "show", "99", store=shop)
    assert ran.code == ExitCode.REFUSED
    assert ran.out == ""
    assert ran.err == "convo: there is no thread 99\nhint: convo thread list shows them\n"


def test_a_store_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    ran = run("thread", "list", store=tmp_path / "none.convo")
    assert ran.code == ExitCode.REFUSED
    assert "convo import" in ran.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words", [["thread", "list", "--wrong"], ["thread", "show", "seven"], ["thread", "list", "is:opne"], ["nothing"]]
)
def test_a_command_line_that_is_not_understood_is_two(words: list[str], convo: Convo) -> None:
    ran = convo(*words)
    assert ran.code == ExitCode.USAGE
    assert ran.out == ""
    assert ran.err.startswith("convo: ")


def test_usage_is_two_in_a_process_too(shop: Path) -> None:
    assert run("thread", "list", "--wrong", store=shop).code == ExitCode.USAGE


_HOLD = "import filelock, sys; l = filelock.FileLock(sys.argv[1]); l.acquire(); print(1, flush=True); sys.stdin.read()"


def test_a_busy_store_is_three(shop: Path, monkeypatch: pytest.MonkeyPatch, convo: Convo) -> None:
    monkeypatch.setattr(store_module, "LOCK_SECONDS", 0.05)
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(lock_path(shop))], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        ran = convo("thread", "close", "1", "--json")
    finally:
        holder.communicate()
    assert ran.code == ExitCode.TRY_AGAIN
    assert json.loads(ran.err)["error"] == "try_again"


def test_a_server_that_does_not_answer_is_three() -> None:
    ran = run("--store", "postgresql://nobody@127.0.0.1:1/none", "thread", "list")
    assert ran.code == ExitCode.TRY_AGAIN


def test_a_role_that_is_not_enough_is_four(convo: Convo, shop: Path) -> None:
    assert convo("operator", "add", "vera", "--role", "viewer").code == 0
    ran = run("--as", "vera", "thread", "close", "1", store=shop)
    assert ran.code == ExitCode.NOT_ALLOWED
    assert "vera is viewer" in ran.err
    assert run("--as", "vera", "thread", "list", store=shop).code == ExitCode.OK


def test_ctrl_c_is_130_and_says_how_to_go_on(shop: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "--store", str(shop), "import", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Whoever runs the tests in the background has them ignore it, and what they start, too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdin is not None
    process.stdin.write(b'{"from": "eve@example.org", "date": "2026-05-09T10:00:00Z", "text": "one"}\n')
    process.stdin.flush()
    while not lock_path(shop).exists() or not _reading(process.pid):
        assert process.poll() is None
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED, err
    assert b"Traceback" not in err
    assert b"the same command goes on" in err


def _reading(pid: int) -> bool:
    """Whether a process waits for its standard input."""
    try:
        return "pipe_read" in Path(f"/proc/{pid}/wchan").read_text() or _in_read(pid)
    except OSError:
        return False


def _in_read(pid: int) -> bool:
    return Path(f"/proc/{pid}/syscall").read_text().startswith("0 0x0 ")


def test_errors_are_json_where_json_was_asked_for(convo: Convo) -> None:
    for words, kind in (
        (["thread", "show", "99", "--json"], "not_found"),
        (["thread", "lst", "--json"], "usage"),
        (["thread", "list", "is:opne", "--json=id"], "query"),
        (["thread", "list", "--json", "--wrong"], "usage"),
    ):
        ran = convo(*words)
        assert ran.out == ""
        (line,) = ran.err.splitlines()
        assert json.loads(line)["error"] == kind
        assert json.loads(line)["message"]


def test_a_message_that_says_json_does_not_ask_for_it(convo: Convo) -> None:
    assert convo("thread", "show", "99", "--", "--json").err.startswith("convo: ")


def test_a_query_error_points_at_its_column(convo: Convo) -> None:
    ran = convo("thread", "list", "invoice is:opne")
    error, query, caret, *_ = ran.err.splitlines()
    assert query == "  invoice is:opne"
    assert caret.index("^") == query.index("opne") or caret.index("^") == query.index("is:opne")
    assert error.startswith("convo: ")


def test_the_caret_stands_under_wide_characters(capsys: pytest.CaptureFixture[str]) -> None:
    notices.refuse(Session(), QueryError("no", query="修理 is:opne", column=4, expected="a state"))
    lines = capsys.readouterr().err.splitlines()
    assert lines[2] == "  " + " " * 5 + "^"
    assert lines[3] == "hint: expected a state"


def test_a_long_query_is_shown_around_its_error(capsys: pytest.CaptureFixture[str]) -> None:
    notices.refuse(Session(), QueryError("no", query="a" * 5000 + "!" + "b" * 5000, column=5001))
    _, query, caret = capsys.readouterr().err.splitlines()
    assert len(query) < 80
    assert query[caret.index("^")] == "!"


def test_a_fault_is_one_sentence_and_a_traceback_only_when_asked(convo: Convo, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError("in the works")

    monkeypatch.setattr(running, "root_command", fail)
    ran = convo("thread", "list")
    assert ran.code == ExitCode.REFUSED
    assert ran.err.splitlines()[0] == "convo: this is a fault in convo: ZeroDivisionError: in the works"
    assert "--debug" in ran.err
    assert "Traceback" not in ran.err


def test_debug_shows_where_an_error_comes_from(convo: Convo, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Traceback" not in convo("thread", "show", "99").err
    assert "Traceback" in convo("--debug", "thread", "show", "99").err
    monkeypatch.setenv("CONVO_DEBUG", "1")
    assert "Traceback" in convo("thread", "show", "99").err


def test_a_hint_is_printed_below(capsys: pytest.CaptureFixture[str]) -> None:
    notices.refuse(Session(), ConvoError("it broke", hint="mend it"))
    assert capsys.readouterr().err == "convo: it broke\nhint: mend it\n"


def test_an_error_in_json_keeps_its_details(capsys: pytest.CaptureFixture[str]) -> None:
    notices.refuse(Session(json=True), Busy("wait", path=Path("/x")))
    assert json.loads(capsys.readouterr().err) == {"error": "try_again", "message": "wait", "path": "/x"}


def test_the_terminal_sees_errors_without_colour_codes(shop: Path) -> None:
    assert run_on_terminal("thread", "show", "99", store=shop).out.startswith("convo: there is no thread 99\n")
