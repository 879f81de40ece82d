"""Settings on the command line: where values come from, and writing them without losing a word."""

import json
import stat
from pathlib import Path

import pytest

from convo.config import user_file
from tests.commands.conftest import Convo


def test_each_setting_says_where_it_comes_from(convo: Convo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "convo.toml").write_text('currency = "CHF"\n')
    assert convo("config", "set", "time_zone", "Europe/Madrid").code == 0
    rows = [json.loads(line) for line in convo("--as", "marta", "config", "list", "--json").out.splitlines()]
    found = {row["name"]: (row["value"], row["origin"]) for row in rows}
    assert found["currency"] == ("CHF", str(tmp_path / "convo.toml"))
    assert found["time_zone"] == ("Europe/Madrid", str(user_file()))
    assert found["operator"] == ("marta", "flag")
    assert found["store"][1] == "environment CONVO_STORE"
    assert found["home_region"] == ("US", "default")


def test_one_value_is_printed_alone(convo: Convo) -> None:
    assert convo("config", "get", "home_region").out == "US\n"


def test_setting_a_value_keeps_comments_and_is_private(convo: Convo) -> None:
    user_file().parent.mkdir(parents=True, exist_ok=True)
    user_file().write_text('# ours\ncurrency = "EUR"  # for now\n')
    assert convo("config", "set", "home_region", "es").code == 0
    text = user_file().read_text()
    assert "# ours" in text
    assert "# for now" in text
    assert 'home_region = "ES"' in text
    assert stat.S_IMODE(user_file().stat().st_mode) == 0o600


def test_an_empty_value_takes_a_setting_out(convo: Convo) -> None:
    convo("config", "set", "currency", "CHF")
    assert convo("config", "get", "currency").out == "CHF\n"
    assert convo("config", "set", "currency", "").code == 0
    assert convo("config", "get", "currency").out == "EUR\n"


def test_a_list_is_written_as_one(convo: Convo) -> None:
    assert convo("config", "set", "own", "shop@example.org, Marta").code == 0
    assert convo("config", "get", "own").out == "shop@example.org, Marta\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["set", "colour", "red"], "the settings are store"),
        (["get", "colour"], "the settings are store"),
        (["set", "time_zone", "Mars/Olympus"], "no time zone"),
        (["set", "currency", "EURO"], "3 letters"),
    ],
)
def test_what_cannot_be_set_is_refused(words: list[str], said: str, convo: Convo) -> None:
    ran = convo("config", *words)
    assert ran.code == 1
    assert said in ran.err
    assert not user_file().exists()


def test_a_broken_settings_file_is_named_and_left_alone(convo: Convo) -> None:
    user_file().parent.mkdir(parents=True, exist_ok=True)
    user_file().write_text("currency = = 3\n")
    ran = convo("config", "set", "currency", "EUR")
    assert ran.code == 1
    assert str(user_file()) in ran.err
    assert user_file().read_text() == "currency = = 3\n"


def test_the_places_of_settings_are_printed(convo: Convo) -> None:
    assert str(user_file()) in convo("config", "path").out


def test_keys_and_the_screen_are_set_one_by_one_and_checked_at_once(convo: Convo) -> None:
    assert convo("config", "set", "screen.theme", "light").code == 0
    assert convo("config", "set", "screen.bell", "off").code == 0
    assert convo("config", "get", "screen.bell").out == "off\n"
    assert convo("config", "set", "keys.desk.close", "Z,ctrl+y").code == 0
    assert convo("config", "get", "keys.desk.close").out == "Z,ctrl+y\n"
    assert "keys.desk.close" in convo("config", "list").out
    assert convo("config", "get", "keys.desk.snooze").out == "\n"
    refused = convo("config", "set", "keys.desk.snooze", "Z")
    assert refused.code != 0
    assert "bind Z to two actions" in refused.err
    assert "no action has that id" in convo("config", "set", "keys.desk.dance", "Z").err
    assert "terminals send ctrl+i for Tab" in convo("config", "set", "keys.desk.tag", "ctrl+i").err
    assert convo("config", "set", "keys.desk.close", "").code == 0
    assert convo("config", "get", "keys.desk.close").out == "\n"


def test_a_key_is_changed_where_it_stands_already(convo: Convo) -> None:
    user_file().parent.mkdir(parents=True, exist_ok=True)
    user_file().write_text('[keys.desk]\nclose = "D" # done\n')
    assert convo("config", "set", "keys.desk.close", "Q").code == 0
    assert user_file().read_text() == '[keys.desk]\nclose = "Q" # done\n'
