"""Shell completion: verbs, options, names from the store, and nothing that a shell would run."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from convo.desk.desk import Desk
from tests.commands.conftest import Convo
from tests.commands.terminal import run

Completed = Callable[..., list[str]]


@pytest.fixture
def completed(convo: Convo, monkeypatch: pytest.MonkeyPatch) -> Completed:
    """What a shell offers after some words, the last of which is being typed."""

    def complete(*words: str, shell: str = "bash") -> list[str]:
        monkeypatch.setenv("_CONVO_COMPLETE", f"complete_{shell}")
        monkeypatch.setenv("COMP_WORDS", " ".join(["convo", *words]))
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", " ".join(["convo", *words]))
        monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
        ran = convo()
        assert (ran.code, ran.err) == (0, "")
        return [line for line in ran.out.split("\n") if line]

    return complete


def test_verbs_and_options_complete(completed: Completed) -> None:
    assert completed("thr") == ["thread"]
    assert "snooze" in completed("thread", "s")
    assert "--limit" in completed("thread", "list", "--l")


def test_threads_complete_by_number_with_what_they_are_about(completed: Completed) -> None:
    assert "3\tBen Okafor Invoice for April" in completed("thread", "reply", "", shell="fish")


def test_names_complete_from_the_store_named_on_the_command_line(
    completed: Completed, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONVO_STORE")
    assert completed("thread", "reply", "1", "--channel", "") == []
    assert set(completed("--store", str(shop), "thread", "reply", "1", "--channel", "")) >= {"shop-mail", "whatsapp"}


def test_customers_complete_by_identity(completed: Completed) -> None:
    assert completed("customer", "show", "an") == ["ana@example.org"]


def test_a_querys_fields_complete(completed: Completed) -> None:
    assert "is:open" in completed("thread", "list", "is:o", shell="fish")


def test_formats_and_verbs_of_import_complete(completed: Completed) -> None:
    assert completed("import", "--format", "wha") == ["whatsapp"]
    assert completed("import", "quar") == ["quarantine"]


@pytest.mark.parametrize("words", [["thread", "show", ""], ["customer", "show", ""], ["thread", "assign", "1", ""]])
def test_without_a_store_completion_is_silent_and_makes_none(
    words: list[str], completed: Completed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONVO_STORE", str(tmp_path / "none.convo"))
    assert completed(*words) in ([], ["me"])
    assert not (tmp_path / "none.convo").exists()


HOSTILE = '\\$(touch pwned)`touch pwned`";touch pwned;"\' [/] [bold] \x1b]52;c;eA==\x07 \u202e'


@pytest.fixture
def hostile(shop: Path, desk_on: Desk) -> None:
    """A thread whose subject wants to be run by a shell."""
    record = {"from": "eve@example.org", "date": "2026-05-05T10:00:00Z", "subject": HOSTILE, "text": "x"}
    desk_on.imports.run_lines([json.dumps(record).encode()])


@pytest.mark.parametrize("shell", ["zsh", "fish", "pwsh"])
@pytest.mark.usefixtures("hostile")
def test_a_hostile_subject_offers_a_shell_nothing_to_run(shell: str, completed: Completed) -> None:
    offered = next(line for line in completed("thread", "show", "", shell=shell) if "touch pwned" in line)
    assert not set("\\$`;()[]\x1b\x07\u202e") & set(offered.removeprefix("_arguments '*: :((").removesuffix("))'"))


@pytest.mark.usefixtures("hostile")
def test_evaluating_what_zsh_is_offered_runs_nothing(completed: Completed, tmp_path: Path) -> None:
    listed = "\n".join(completed("thread", "show", "", shell="zsh"))
    listed = listed.removeprefix("_arguments '*: :((").removesuffix("))'")
    assert "touch pwned" in listed
    # Zsh's own _arguments evaluates the list as the words of an array; bash quotes alike here.
    subprocess.run(["bash", "-c", f"eval 'ws=('{_quoted(listed)}')'"], cwd=tmp_path, timeout=60, check=True)
    assert not (tmp_path / "pwned").exists()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def test_a_shell_gets_completions_from_a_process(shop: Path) -> None:
    ran = run(store=shop, env={"_CONVO_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "convo th"})
    assert (ran.code, ran.err) == (0, "")
    assert '"thread":"Topics' in ran.out
