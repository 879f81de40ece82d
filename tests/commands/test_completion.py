"""Shell completion: verbs, options, names from the store, and nothing that a shell would run."""

import json
import subprocess
from pathlib import Path

import pytest

from convo.desk.desk import Desk
from convo.store.store import Store
from tests.commands.conftest import Convo
from tests.commands.terminal import run


def completed(*words: str, store: Path, shell: str = "bash") -> list[str]:
    """What a shell offers after these words, the last of which is being typed."""
    if shell == "bash":
        env = {"COMP_WORDS": " ".join(["convo", *words]), "COMP_CWORD": str(len(words))}
    else:
        env = {"_TYPER_COMPLETE_ARGS": " ".join(["convo", *words]), "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    ran = run(store=store, env=env | {"_CONVO_COMPLETE": f"complete_{shell}"})
    assert ran.err == ""
    return ran.out.splitlines()


def test_verbs_and_options_complete(shop: Path) -> None:
    assert completed("thr", store=shop) == ["thread"]
    assert "snooze" in completed("thread", "s", store=shop)
    assert "--limit" in completed("thread", "list", "--l", store=shop)


def test_threads_complete_by_number_with_what_they_are_about(shop: Path) -> None:
    offered = completed("thread", "reply", "", store=shop, shell="fish")
    assert "3\tBen Okafor Invoice for April" in offered


def test_names_complete_from_the_store_named_on_the_command_line(shop: Path, tmp_path: Path) -> None:
    words = ["--store", str(shop), "thread", "reply", "1", "--channel", ""]
    assert set(completed(*words, store=tmp_path / "none")) >= {"shop-mail", "whatsapp"}


def test_customers_complete_by_identity(shop: Path) -> None:
    assert completed("customer", "show", "an", store=shop) == ["ana@example.org"]


def test_a_querys_fields_complete(shop: Path) -> None:
    assert "is:open" in completed("thread", "list", "is:o", store=shop, shell="fish")


def test_formats_and_verbs_of_import_complete(shop: Path) -> None:
    assert completed("import", "--format", "wha", store=shop) == ["whatsapp"]
    assert completed("import", "quar", store=shop) == ["quarantine"]


@pytest.mark.parametrize("words", [["thread", "show", ""], ["customer", "show", ""], ["thread", "assign", "1", ""]])
def test_without_a_store_completion_is_silent_and_makes_none(words: list[str], tmp_path: Path) -> None:
    assert completed(*words, store=tmp_path / "none.convo") in ([], ["me"])
    assert not (tmp_path / "none.convo").exists()


HOSTILE = '\\$(touch pwned)`touch pwned`";touch pwned;"\' [/] [bold] \x1b]52;c;eA==\x07 \u202e'


@pytest.mark.parametrize("shell", ["zsh", "fish", "pwsh"])
def test_a_hostile_subject_offers_a_shell_nothing_to_run(shell: str, sqlite_store: Store, desk_on: Desk) -> None:
    record = {"from": "eve@example.org", "date": "2026-05-01T10:00:00Z", "subject": HOSTILE, "text": "x"}
    desk_on.imports.run_lines([json.dumps(record).encode()])
    assert sqlite_store.location.path is not None
    env = {"_CONVO_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": "convo thread show "}
    ran = run(store=sqlite_store.location.path, env=env | {"_TYPER_COMPLETE_FISH_ACTION": "get-args"})
    assert ran.code == 0
    assert "touch pwned" in ran.out
    for character in "\\$`;\x1b\x07\u202e()[]" if shell != "zsh" else "\\$`\x1b\x07\u202e[]":
        assert character not in ran.out.removeprefix("_arguments '*: :((").removesuffix("))'\n")


def test_zsh_runs_nothing_of_a_hostile_subject(sqlite_store: Store, desk_on: Desk, tmp_path: Path) -> None:
    record = {"from": "eve@example.org", "date": "2026-05-01T10:00:00Z", "subject": HOSTILE, "text": "x"}
    desk_on.imports.run_lines([json.dumps(record).encode()])
    env = {"_CONVO_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "convo thread show "}
    ran = run(store=sqlite_store.location.path, env=env)
    # What zsh's _arguments does with the list it is given, in a shell that has the same quotes.
    listed = ran.out.removeprefix("_arguments '*: :((").rstrip().removesuffix("))'")
    subprocess.run(["bash", "-c", f"eval 'ws=( '{_quoted(listed)}' )'"], cwd=tmp_path, timeout=60, check=False)
    assert not (tmp_path / "pwned").exists()


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def test_help_texts_of_commands_complete_in_zsh(convo: Convo, shop: Path) -> None:
    ran = run(store=shop, env={"_CONVO_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "convo th"})
    assert '"thread":"Topics' in ran.out
