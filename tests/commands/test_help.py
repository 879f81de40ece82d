"""Help: every command has it, placeholders say what the commands behind them say, and nothing is cut off."""

import pytest
from typer._click.core import Command as CoreCommand
from typer.core import TyperGroup

from convo.commands.app import real_command, root_command
from convo.commands.main import main
from convo.commands.nouns import NOUNS, Noun
from convo.errors import ExitCode
from tests.commands.conftest import Convo


def every_command() -> list[tuple[str, CoreCommand]]:
    """All commands with the words that name them."""
    found: list[tuple[str, CoreCommand]] = []

    def walk(path: str, command: CoreCommand) -> None:
        if isinstance(command, TyperGroup):
            for name, below in command.commands.items():
                walk(f"{path} {name}", below)
        else:
            found.append((path, command))

    for noun in NOUNS:
        walk(noun.name, real_command(noun))
    return found


COMMANDS = every_command()


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.name)
def test_a_placeholder_says_what_the_command_behind_it_says(noun: Noun) -> None:
    assert real_command(noun).get_short_help_str(200) == noun.help
    assert isinstance(real_command(noun), TyperGroup) == noun.verbs
    assert root_command().commands[noun.name].get_short_help_str(200) == noun.help


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[path for path, _ in COMMANDS])
def test_every_command_explains_itself_and_its_options(path: str, command: CoreCommand) -> None:
    assert (command.help or "").strip()
    for param in command.params:
        assert getattr(param, "help", None) or param.metavar, f"{path} does not explain {param.name}"


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[path for path, _ in COMMANDS])
def test_no_two_parameters_of_a_command_share_a_name(path: str, command: CoreCommand) -> None:
    names = [param.name for param in command.params]
    spellings = [spelling for param in command.params for spelling in (*param.opts, *param.secondary_opts)]
    assert len(set(names)) == len(names), path
    assert len(set(spellings)) == len(spellings), path


def test_every_command_is_in_the_overview(convo: Convo) -> None:
    overview = convo("help").out
    for path, command in COMMANDS:
        shown = "import PATH..." if path == "import files" else path
        assert f"convo {shown}" in overview or f"\n{path}: " in overview, path
        assert command.get_short_help_str(90) in overview


@pytest.mark.parametrize(
    "words",
    [
        [],
        *([noun.name] for noun in NOUNS if noun.verbs),
        ["import", "quarantine"],
        ["customer", "identity"],
        ["sla", "calendar"],
    ],
)
def test_no_one_line_help_is_cut_off_at_eighty_columns(words: list[str], convo: Convo) -> None:
    shown = convo(*words, "--help").out
    assert "Commands:" in shown
    assert "..." not in shown.split("Commands:")[1]
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize(
    "words", [[], ["thread"], ["thread", "list"], ["search"], ["import"], ["import", "quarantine"]]
)
def test_both_help_flags_work_everywhere(words: list[str], flag: str, convo: Convo) -> None:
    ran = convo(*words, flag)
    assert ran.code == 0
    assert ran.out.startswith("Usage: convo " + " ".join(words))
    assert ran.err == ""


def test_convo_alone_says_what_to_do_first(convo: Convo) -> None:
    ran = convo()
    assert ran.code == 0
    assert "convo demo" in ran.out
    assert "convo --help" in ran.out


def test_a_noun_alone_shows_its_verbs(convo: Convo) -> None:
    ran = convo("thread")
    assert ran.code == 0
    assert ran.out == convo("thread", "--help").out


def test_import_shows_paths_and_verbs(convo: Convo) -> None:
    shown = convo("import", "--help").out
    assert "convo import [OPTIONS] PATH..." in shown
    assert "--date-order" in shown
    assert "quarantine" in shown


def test_the_exit_codes_are_all_explained(convo: Convo) -> None:
    shown = convo("help", "exit-codes").out
    for code in ExitCode:
        assert f"{code.value}  {code.meaning}" in shown


def test_the_query_language_is_explained_from_its_own_table(convo: Convo) -> None:
    shown = convo("help", "query").out
    assert "waiting:" in shown
    assert "sentiment:" in shown


def test_every_setting_is_explained(convo: Convo) -> None:
    from convo.config import setting_names

    shown = convo("help", "config").out
    for name in setting_names():
        line = next(line for line in shown.splitlines() if line.startswith(f"  {name} "))
        assert line.rstrip().endswith(".")


def test_help_explains_any_command_as_its_flag_does(convo: Convo) -> None:
    assert convo("help", "thread", "list").out == convo("thread", "list", "--help").out
    assert convo("help", "import").out == convo("import", "--help").out


def test_help_on_nothing_known_is_refused(convo: Convo) -> None:
    ran = convo("help", "thread", "dance")
    assert ran.code == 1
    assert "thread dance" in ran.err


def test_a_typo_gets_a_suggestion(convo: Convo) -> None:
    assert "'thread'" in convo("thraed").err
    assert "'list'" in convo("thread", "lst").err


def test_the_version_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    fast = capsys.readouterr().out
    assert fast.startswith("convo ")
    assert main(["--no-color", "--version"]) == 0
    assert capsys.readouterr().out == fast
