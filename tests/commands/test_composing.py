"""Where the text of an answer comes from, and that nothing written is lost."""

import json
import stat
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import Convo
from tests.commands.terminal import run_on_terminal


def last_body(convo: Convo, thread: str = "1") -> str:
    view = json.loads(convo("thread", "show", thread, "--json").out)
    return str(view["messages"][-1]["body"])


def editor(folder: Path, code: str) -> dict[str, str]:
    """An environment whose editor is a small program with the draft's path in `path`."""
    script = folder / "editor.py"
    script.write_text(f"import sys, pathlib\npath = pathlib.Path(sys.argv[1])\n{code}\n")
    return {"VISUAL": f"{sys.executable} {script}", "TMPDIR": str(folder)}


def test_an_option_holds_the_answer(convo: Convo) -> None:
    ran = convo("thread", "reply", "1", "-m", "Try the 4.2 firmware.")
    assert ran.code == 0
    assert ran.err == "message 6 in thread 1: queued for shop-mail\n"
    assert last_body(convo) == "Try the 4.2 firmware."


def test_a_pipe_holds_the_answer(convo: Convo) -> None:
    assert convo("thread", "reply", "1", stdin="¡Claro!\nHasta mañana.\n".encode()).code == 0
    assert last_body(convo) == "¡Claro!\nHasta mañana."


@pytest.mark.parametrize("name", ["answer.txt", "-"])
def test_a_file_holds_the_answer(name: str, convo: Convo, tmp_path: Path) -> None:
    (tmp_path / "answer.txt").write_bytes(b"\xef\xbb\xbfFrom a file.")
    place = name if name == "-" else str(tmp_path / name)
    assert convo("thread", "note", "1", "-F", place, stdin=b"From a file.").code == 0
    assert last_body(convo) == "From a file."


def test_an_answer_in_json_is_the_message(convo: Convo) -> None:
    sent = json.loads(convo("thread", "reply", "1", "-m", "Yes.", "--json").out)
    assert (sent["body"], sent["direction"], sent["delivery"]) == ("Yes.", "outbound", "queued")


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (["-m", "one", "-F", "two"], b"", "cannot be used together"),
        (["-m", "  "], b"", "nothing to say"),
        ([], b"", "nothing to say"),
        ([], b"caf\xe9", "not UTF-8"),
        (["-F", "/nowhere/answer.txt"], b"", "cannot be read"),
    ],
)
def test_what_is_no_answer_is_refused(words: list[str], stdin: bytes, said: str, convo: Convo) -> None:
    ran = convo("thread", "reply", "1", *words, stdin=stdin)
    assert ran.code in {1, 2}
    assert said in ran.err


def test_the_editor_shows_the_thread_and_only_what_is_above_the_line_is_sent(
    shop: Path, convo: Convo, tmp_path: Path
) -> None:
    code = f"pathlib.Path({str(tmp_path / 'seen')!r}).write_text(path.read_text())\n"
    code += "path.write_text('Come by tomorrow.\\n' + path.read_text())"
    ran = run_on_terminal("thread", "reply", "1", store=shop, env=editor(tmp_path, code))
    assert ran.code == 0, ran.out
    assert last_body(convo) == "Come by tomorrow."
    assert "grinding noise" in (tmp_path / "seen").read_text()
    assert not list(tmp_path.glob("convo-*")), "a draft that was sent is gone"


@pytest.mark.parametrize("code", ["pass", "path.write_text('')", "path.write_text('x'); sys.exit(1)"])
def test_an_editor_left_without_an_answer_sends_nothing(code: str, shop: Path, convo: Convo, tmp_path: Path) -> None:
    ran = run_on_terminal("thread", "reply", "1", store=shop, env=editor(tmp_path, code))
    assert ran.code == 1
    assert "nothing was written" in ran.out
    assert "freewheel, it goes" in last_body(convo)


def test_a_draft_outlives_a_refusal(shop: Path, tmp_path: Path) -> None:
    env = editor(tmp_path, "path.write_text('Long thoughts')")
    ran = run_on_terminal("thread", "reply", "1", "--channel", "pigeon", store=shop, env=env)
    assert ran.code == 1
    (draft,) = tmp_path.glob("convo-*")
    assert str(draft) in ran.out
    assert draft.read_text() == "Long thoughts"
    assert stat.S_IMODE(draft.stat().st_mode) == 0o600


def test_an_editor_that_does_not_start_is_named(shop: Path) -> None:
    ran = run_on_terminal("thread", "reply", "1", store=shop, env={"VISUAL": "no-such-editor"})
    assert ran.code == 1
    assert "no-such-editor" in ran.out
