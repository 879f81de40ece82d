"""Settings: flag over environment over project file over user file over default, each with where it came from."""

from pathlib import Path

import pytest

from convo.config import (
    check_setting,
    default_store,
    load_settings,
    project_file,
    setting_names,
    setting_value,
    user_file,
)
from convo.errors import BadInput


def write(path: Path, text: str | bytes) -> Path:
    """A settings file with this in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_with_nothing_said_everything_is_a_default(tmp_path: Path) -> None:
    settings = load_settings(environ={}, start=tmp_path)
    assert settings.store == default_store()
    assert (settings.home_region, settings.currency, settings.time_zone, settings.own) == ("US", "EUR", "UTC", ())
    assert settings.provenance == dict.fromkeys(setting_names(), "default")


def test_each_layer_wins_over_those_below_it_and_is_named(tmp_path: Path) -> None:
    project = tmp_path / "convo.toml"
    for path, value in ((user_file(), "SEK"), (project, "CHF")):
        write(path, f'currency = "{value}"')
        settings = load_settings(environ={}, start=tmp_path)
        assert (settings.currency, settings.provenance["currency"]) == (value, str(path))
        assert settings.provenance["time_zone"] == "default"
    environ = {"CONVO_CURRENCY": "nok"}
    settings = load_settings(environ=environ, start=tmp_path)
    assert (settings.currency, settings.provenance["currency"]) == ("NOK", "environment CONVO_CURRENCY")
    settings = load_settings({"currency": "GBP", "store": None}, environ=environ, start=tmp_path)
    assert (settings.currency, settings.provenance["currency"]) == ("GBP", "flag")
    assert settings.provenance["store"] == "default"


def test_an_empty_variable_says_nothing(tmp_path: Path) -> None:
    assert load_settings(environ={"CONVO_CURRENCY": ""}, start=tmp_path).currency == "EUR"


def test_the_nearest_project_file_is_read_and_no_other(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert project_file(inner) is None
    outer = write(tmp_path / "convo.toml", 'operator = "outer"\ncurrency = "CHF"')
    assert project_file(inner) == outer
    nearer = write(tmp_path / "a" / "convo.toml", 'operator = "nearer"')
    assert project_file(inner) == nearer
    settings = load_settings(environ={}, start=inner)
    assert (settings.operator, settings.currency) == ("nearer", "EUR")
    (inner / "convo.toml").mkdir()
    assert project_file(inner) == nearer


def test_a_working_folder_that_is_gone_has_no_project_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert load_settings(environ={}).provenance["store"] == "default"


def test_a_store_is_sought_beside_the_file_that_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "convo.toml", 'store = "data/shop.convo"')
    inner = tmp_path / "somewhere" / "else"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert load_settings(environ={}).store == str(tmp_path / "data" / "shop.convo")
    assert load_settings({"store": "x.convo"}, environ={}).store == str(inner / "x.convo")
    assert load_settings(environ={"CONVO_STORE": "x.convo"}).store == str(inner / "x.convo")


@pytest.mark.parametrize(
    "store", ["postgresql://shop@db.example/desk", "sqlite:///x.convo", "~/x.convo", "/x.convo", ""]
)
def test_a_store_that_says_where_it_is_stays_as_it_is_said(tmp_path: Path, store: str) -> None:
    write(tmp_path / "convo.toml", f'store = "{store}"')
    assert load_settings(environ={}, start=tmp_path).store == store


def test_our_own_addresses_are_a_list_or_a_line_with_commas(tmp_path: Path) -> None:
    write(tmp_path / "convo.toml", 'own = ["shop@example.org", " Marta ", ""]')
    assert load_settings(environ={}, start=tmp_path).own == ("shop@example.org", "Marta")
    assert load_settings(environ={"CONVO_OWN": "a@example.org, b,,"}, start=tmp_path).own == ("a@example.org", "b")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("currency = = 3", "cannot be read"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        ("own = " + "[" * 50_000, "cannot be read"),
        ('colour = "red"', "'colour', which is no setting"),
        ("[store]\npath = 1", "store takes a text"),
        ("currency = 3", "currency takes a text, not 3"),
        ('currency = "EURO"', "3 letters"),
        ('currency = "12€"', "3 letters"),
        ('home_region = "Spain"', "2 letters"),
        ('time_zone = "Mars/Olympus"', "no time zone"),
        ('time_zone = "../../etc/passwd"', "no time zone"),
        ('time_zone = ""', "no time zone"),
        ('time_zone = "Europe"', "no time zone"),
        ("own = 3", "takes a list"),
        ("own = [3]", "takes a list"),
        ('provenance = "mine"', "no setting"),
    ],
)
def test_a_bad_file_or_value_is_told_in_one_sentence_that_names_it(
    tmp_path: Path, text: str | bytes, said: str
) -> None:
    path = write(tmp_path / "convo.toml", text)
    with pytest.raises(BadInput) as caught:
        load_settings(environ={}, start=tmp_path)
    assert said in caught.value.message
    assert str(path) in caught.value.message
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 300
    assert caught.value.hint


def test_a_bad_variable_or_flag_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="CONVO_TIME_ZONE: 'Mars'"):
        load_settings(environ={"CONVO_TIME_ZONE": "Mars"}, start=tmp_path)
    with pytest.raises(BadInput, match="flag: "):
        load_settings({"currency": "x"}, environ={}, start=tmp_path)
    with pytest.raises(BadInput, match="flag sets 'colour'"):
        load_settings({"colour": "red"}, environ={}, start=tmp_path)


def test_a_user_file_that_is_bad_is_refused_even_where_it_would_not_count(tmp_path: Path) -> None:
    write(user_file(), "currency = 3")
    with pytest.raises(BadInput):
        load_settings({"currency": "EUR"}, environ={}, start=tmp_path)


def test_a_single_value_is_checked_as_it_would_be_in_a_file() -> None:
    assert check_setting("home_region", "es", "the command line") == "ES"
    with pytest.raises(BadInput, match="the command line: "):
        check_setting("home_region", "Spain", "the command line")


def test_a_section_comes_from_the_same_layers_setting_by_setting(tmp_path: Path) -> None:
    write(user_file(), '[assistant]\nurl = "https://a.example/v1"\nmodel = "small"\n')
    write(tmp_path / "convo.toml", '[assistant]\nmodel = "large"\ntimeout = 5\n')
    settings = load_settings(environ={"CONVO_ASSISTANT_KEY_ENV": "SHOP_KEY"}, start=tmp_path)
    told = settings.assistant
    assert (told.url, told.model, told.key_env, told.timeout) == ("https://a.example/v1", "large", "SHOP_KEY", 5.0)
    assert settings.provenance["assistant.url"] == str(user_file())
    assert settings.provenance["assistant.model"] == str(tmp_path / "convo.toml")
    assert settings.provenance["assistant.key_env"] == "environment CONVO_ASSISTANT_KEY_ENV"
    assert load_settings(environ={"CONVO_ASSISTANT_TIMEOUT": "2.5"}, start=tmp_path).assistant.timeout == 2.5


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('key = "sk-live-4711"', "'assistant.key', which is no setting"),
        ('key_env = "sk-live-4711"', "never the key itself"),
        ('key_env = "sk_live_4711"', "never the key itself"),
        ('url = "https://shop:sk-live-4711@api.example/v1"', "without a password"),
        ('url = "https://api.example/v1?key=sk-live-4711"', "without a password"),
        ('url = "ftp://api.example/sk-live-4711"', "http or https address"),
        ('url = "api.example"', "http or https address"),
        ("url = 3", "takes a text"),
        ("timeout = 0", "seconds from 0.1 to 600"),
        ('timeout = "long"', "seconds from 0.1 to 600"),
        ("timeout = true", "seconds from 0.1 to 600"),
    ],
)
def test_a_bad_line_of_a_section_is_refused_without_repeating_what_may_be_a_key(
    tmp_path: Path, line: str, said: str
) -> None:
    write(tmp_path / "convo.toml", f"[assistant]\n{line}\n")
    with pytest.raises(BadInput) as caught:
        load_settings(environ={}, start=tmp_path)
    assert said in caught.value.message
    assert "4711" not in caught.value.message + caught.value.hint


def test_a_section_is_no_value(tmp_path: Path) -> None:
    write(tmp_path / "convo.toml", 'assistant = "on"')
    with pytest.raises(BadInput, match="assistant is a section"):
        load_settings(environ={}, start=tmp_path)


def test_the_keys_of_the_screen_are_told_by_ids_in_quotes_or_as_tables(tmp_path: Path) -> None:
    write(user_file(), '[keys]\n"desk.close" = "x"\n[keys.desk]\nsnooze = " S,ctrl+y "\n')
    settings = load_settings(environ={}, start=tmp_path)
    assert settings.keys == {"desk.close": "x", "desk.snooze": "S,ctrl+y"}
    assert settings.provenance["keys.desk.close"] == str(user_file())
    assert setting_value(settings, "keys.desk.close") == "x"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[keys]\nclose = 'x'", "'keys.close', which is no setting"),
        ("[keys]\n'desk.close' = 3", "keys.desk.close takes a text"),
        ("keys = 'x'", "keys is a section"),
        ("screen = 'x'", "screen is a section"),
        ("[screen]\ntheme = 'pink'", "screen.theme is none of auto, dark, light, contrast, mono: 'pink'"),
        ("[screen]\nnotify = 'mail'", "screen.notify is none of auto, osc9, osc777, off"),
        ("[screen]\nbell = 'loud'", "screen.bell is on or off"),
        ("[screen]\nundo_seconds = 61", "screen.undo_seconds takes seconds from 0 to 60"),
        ("[screen]\ncolour = 'red'", "'screen.colour', which is no setting"),
        ("[channels]\ntyping = 'always'", "channels.typing is none of auto, on, off: 'always'"),
        ("[channels]\ntyping = 3", "channels.typing takes a text"),
        ("channels = 'on'", "channels is a section"),
    ],
)
def test_a_wrong_line_in_a_section_is_refused_in_one_sentence(tmp_path: Path, line: str, said: str) -> None:
    write(tmp_path / "convo.toml", line)
    with pytest.raises(BadInput) as caught:
        load_settings(environ={}, start=tmp_path)
    assert said in caught.value.message


@pytest.mark.parametrize(("written", "read"), [("'On'", "on"), ("true", "on"), ("false", "off"), ("'auto'", "auto")])
def test_what_customers_see_of_writing_is_told_by_a_word_or_a_switch(tmp_path: Path, written: str, read: str) -> None:
    assert load_settings(environ={}, start=tmp_path).channels.typing == "auto"
    write(tmp_path / "convo.toml", f"[channels]\ntyping = {written}\n")
    assert load_settings(environ={}, start=tmp_path).channels.typing == read
    assert load_settings(environ={"CONVO_CHANNELS_TYPING": "off"}, start=tmp_path).channels.typing == "off"


def test_the_screen_is_told_by_words_and_switches(tmp_path: Path) -> None:
    write(tmp_path / "convo.toml", "[screen]\ntheme = 'Light'\nbell = 'off'\nmouse = false\nundo_seconds = 0\n")
    screen = load_settings(environ={"CONVO_SCREEN_NOTIFY": "osc9"}, start=tmp_path).screen
    assert (screen.theme, screen.bell, screen.mouse, screen.undo_seconds) == ("light", False, False, 0.0)
    assert screen.notify == "osc9"
