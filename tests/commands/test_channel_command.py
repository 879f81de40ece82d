"""`convo channel`: set up by asking or by flags, tried in words, its health told, its secrets nowhere to be read."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from convo import clock
from convo.channels import registry
from convo.channels.base import Setup
from convo.channels.registry import kind_names, kind_of
from convo.desk.desk import Desk
from tests.commands.conftest import Convo
from tests.commands.terminal import COMMAND, on_terminal, run, run_on_terminal
from tests.worker.scripted import KIND, Provider, envelope, scripted

SECRET = "hunter2-\x1b[31m-tokén"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with scripted("a") as (one,):
        yield one


def everything_written(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_script_gives_settings_and_secrets_and_is_told_what_works(
    convo: Convo, provider: Provider, desk_on: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "given" / "token"
    file.parent.mkdir()
    file.write_text(SECRET + "\n")
    ran = convo("channel", "add", "scripted", "door", "--set", "provider=a", "--secret-from", f"token={file}")
    assert ran.code == 0, ran.err
    assert "channel door is added" in ran.err
    assert [line.split("\t") for line in ran.out.splitlines()] == [
        ["credentials", "yes", "signed in"],
        ["sending", "yes", ""],
    ]
    assert provider.token == SECRET
    file.unlink()
    assert SECRET.encode() not in everything_written(tmp_path)
    assert SECRET not in ran.out + ran.err + convo("channel", "show", "door", "--json").out
    hook = desk_on.channels.setup("door").config.hook
    assert len(hook.reveal()) > 30


def test_a_script_is_never_asked_and_told_all_that_is_missing(convo: Convo) -> None:
    ran = convo("channel", "add", "twilio", "sms", "--set", "number=+49301234", stdin=b"AC123\nsecret\n")
    assert ran.code == 2
    assert "account" in ran.err
    assert "token" in ran.err
    assert "number (" not in ran.err
    assert "--secret-from token=FILE" in ran.err
    assert "CONVO_SMS_ACCOUNT" in ran.err
    assert convo("channel", "show", "sms").code == 1


def test_settings_and_secrets_come_from_the_environment(
    convo: Convo, provider: Provider, monkeypatch: pytest.MonkeyPatch, desk_on: Desk
) -> None:
    monkeypatch.setenv("CONVO_DOOR_PROVIDER", "a")
    monkeypatch.setenv("CONVO_DOOR_TOKEN", SECRET)
    assert convo("channel", "add", "scripted", "door").code == 0
    assert desk_on.channels.show("door").config["provider"] == "a"
    assert provider.token == SECRET


def test_a_person_is_asked_for_what_is_missing_and_secrets_are_not_shown(shop: Path) -> None:
    ran = run_on_terminal(
        "channel",
        "add",
        "twilio",
        "sms",
        "--no-check",
        store=shop,
        answers=[("account:", b"AC42\n"), ("number:", b"+4930123\n"), ("token (not shown):", b"hunter2\n")],
    )
    assert ran.code == 0, ran.out
    assert "The account's SID" in ran.out
    assert "hunter2" not in ran.out
    told = json.loads(run("channel", "show", "sms", "--json", store=shop).out)
    assert (told["config"]["account"], told["config"]["number"]) == ("AC42", "+4930123")
    assert told["health"]["missing"] == []


def test_a_person_who_leaves_adds_nothing(shop: Path) -> None:
    ran = run_on_terminal("channel", "add", "twilio", "sms", store=shop, answers=[("account:", b"\x04")])
    assert ran.code == 2
    assert run("channel", "show", "sms", store=shop).code == 1


def test_a_secret_is_given_later_on_standard_input(convo: Convo, provider: Provider, desk_on: Desk) -> None:
    assert convo("channel", "add", "scripted", "door", "--set", "provider=a").code == 0
    ran = convo("channel", "secret", "door", "token", "--json", stdin=f"{SECRET}\n".encode())
    assert json.loads(ran.out)["setting"] == "token"
    assert SECRET not in ran.out + ran.err
    assert desk_on.channels.setup("door").config.token.reveal() == SECRET
    assert convo("channel", "secret", "door", "token", stdin=b"").code == 2
    assert convo("channel", "secret", "door", "token", stdin=b"\xff\xfe").code == 2
    refused = convo("channel", "secret", "door", "provider", stdin=b"x")
    assert "it has token, hook" in refused.err
    before = desk_on.channels.setup("door").config.hook
    assert convo("channel", "secret", "door", "hook", "--new").code == 0
    assert desk_on.channels.setup("door").config.hook != before


def test_what_is_wrong_is_said_and_the_exit_code_tells(convo: Convo, provider: Provider) -> None:
    provider.problem = "the account may not send: ask for the right \x1b[2J"
    added = convo("channel", "add", "scripted", "door", "--set", "provider=a")
    assert added.code == 1
    assert "the channel is added, but 1 of 2 things do not work" in added.err
    ran = convo("channel", "test", "door", "--json")
    assert ran.code == 1
    checks = [json.loads(line) for line in ran.out.splitlines()]
    assert [each["ok"] for each in checks] == [True, False]
    assert "ask for the right" in checks[1]["problem"]
    provider.problem = ""
    assert convo("channel", "test", "door").code == 0


def test_a_channel_that_lacks_something_says_so_everywhere(convo: Convo, desk_on: Desk) -> None:
    desk_on.channels.add("twilio", "sms", {"account": "AC1"})
    assert "lacks number, token" in convo("channel", "list").out
    assert "number, token" in convo("channel", "show", "sms").out
    ran = convo("channel", "test", "sms")
    assert ran.code == 1
    assert "convo channel set sms number=" in ran.err
    assert "the channel sms lacks number" in ran.err


def test_settings_are_changed_and_taken_out(convo: Convo, desk_on: Desk) -> None:
    desk_on.channels.add("twilio", "sms", {"account": "AC1"})
    assert convo("channel", "set", "sms", "number=+4930", "account=").code == 0
    config = desk_on.channels.show("sms").config
    assert config["number"] == "+4930"
    assert "account" not in config
    refused = convo("channel", "set", "sms", "token=hunter2")
    assert refused.code == 1
    assert "hunter2" not in refused.err
    assert "did you mean number" in convo("channel", "set", "sms", "numbr=1").err


def test_kinds_and_their_settings_are_told(convo: Convo) -> None:
    rows = [json.loads(line) for line in convo("channel", "kinds", "--json").out.splitlines()]
    assert {"email", "telegram", "slack", "matrix"} <= {row["name"] for row in rows}
    settings = [json.loads(line) for line in convo("channel", "kinds", "twilio", "--json").out.splitlines()]
    assert [(row["name"], row["form"], row["required"]) for row in settings[:3]] == [
        ("account", "text", True),
        ("number", "text", True),
        ("token", "secret", True),
    ]
    assert convo("channel", "kinds", "fax").code == 1


def test_what_each_kind_can_is_told_in_few_words_and_in_whole_as_json(convo: Convo) -> None:
    rows = {row["name"]: row for row in map(json.loads, convo("channel", "kinds", "--json").out.splitlines())}
    lines = dict(line.rsplit("\t", 1) for line in convo("channel", "kinds").out.splitlines())
    assert list(rows) == list(kind_names()) == [line.partition("\t")[0] for line in lines]
    for name, row in rows.items():
        can = kind_of(name).can
        for word in ("threads", "subjects", "receipts", "edits", "typing", "templates", "public"):
            assert row[word] is bool(getattr(can, word))
            told = lines[f"{name}\t{row['title']}"].split(", ")
            assert (word in told) is row[word]
        assert (row["largest_file"], row["longest"]) == (can.largest_file, can.longest)
        assert row["window"] == (can.window and can.window.total_seconds())
        assert (row["answers_only"], row["typing_reads"]) == (can.answers_only, can.typing_reads)
    assert lines["whatsapp\tWhatsApp (Cloud API)"] == "receipts, edits, typing, templates, 24 h, 100 MB files"
    assert lines["telegram\tTelegram (a bot)"] == "edits, typing, answers only, 50 MB files"
    said = convo("channel", "kinds", "whatsapp").err
    assert "can: receipts, edits, typing, templates, 24 h, 100 MB files, up to 4,096 characters" in said
    assert "marks what they wrote as read" in said
    assert "marks" not in convo("channel", "kinds", "matrix").err


def test_what_each_kind_can_fits_a_narrow_terminal(tmp_path: Path) -> None:
    ran = on_terminal([*COMMAND, "channel", "kinds"], env={"HOME": str(tmp_path), "NO_COLOR": "1"}, columns=80)
    lines = ran.out.splitlines()
    assert len(lines) == len(kind_names()) + 1
    assert max(map(len, lines)) <= 80
    assert [line for line in lines if "…" in line] == [line for line in lines if line.startswith("whatsapp")]


@pytest.mark.parametrize(("kind", "meant"), [("telegramm", "telegram"), ("mail", "email"), ("phnoe", "phone")])
def test_a_kind_that_is_perhaps_only_misspelt_is_refused_unless_it_is_meant_so(
    convo: Convo, desk_on: Desk, kind: str, meant: str
) -> None:
    ran = convo("channel", "add", kind, "x")
    assert ran.code == 1
    assert f"did you mean {meant}?" in ran.err
    assert f"convo channel add {meant} x" in ran.err
    before = len(desk_on.channels.list())
    assert convo("channel", "add", kind, "x", "--any-kind").code == 0
    assert convo("channel", "add", "fax", "y").code == 0
    assert convo("channel", "add", "phone", "z").code == 0
    assert [desk_on.channels.show(name).kind for name in "xyz"] == [kind, "fax", "phone"]
    assert len(desk_on.channels.list()) == before + 3


def test_removing_a_channel_forgets_its_secrets_and_keeps_what_was_said(
    convo: Convo, provider: Provider, desk_on: Desk, home_of_its_own: Path
) -> None:
    assert convo("channel", "add", "scripted", "door", "--set", "provider=a").code == 0
    assert convo("channel", "secret", "door", "token", stdin=b"hunter2").code == 0
    assert b"hunter2" in everything_written(home_of_its_own)
    provider.says(1, "hello")
    assert convo("work", "--once").code == 0
    assert convo("channel", "remove", "door", "--yes").code == 0
    assert b"hunter2" not in everything_written(home_of_its_own)
    assert desk_on.channels.show("door").messages == 1


def test_what_came_long_ago_is_fetched_as_history_unless_it_is_to_be_news(
    convo: Convo, provider: Provider, desk_on: Desk
) -> None:
    desk_on.rules.add("all", "", ["tag seen"])

    def brought_after(*words: str) -> tuple[str, ...]:
        ran = convo("channel", "backfill", "door", "--since", "2026-11-01", *words)
        assert ran.code == 0, ran.err
        assert convo("work", "--once").code == 0
        newest = max(row.id for row in desk_on.threads.list("channel:door").items)
        return desk_on.threads.show(newest).tags

    with clock.fixed(datetime(2026, 11, 20, tzinfo=UTC)):
        assert convo("channel", "add", "scripted", "door", "--set", "provider=a").code == 0
        provider.says(5, "news")
        assert convo("work", "--once").code == 0
        provider.items.insert(0, envelope(1, "long ago", "old@x.example"))
        assert brought_after() == ()
        provider.items.insert(0, envelope(0, "longer ago", "older@x.example"))
        assert brought_after("--as-new") == ("seen",)
        assert len(desk_on.threads.list("channel:door").items) == 3
        assert convo("channel", "backfill", "door", "--since", "2027-01-01").code == 1


def test_a_kind_that_cannot_fetch_what_is_past_says_so(
    convo: Convo, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert convo("channel", "add", "scripted", "door", "--set", "provider=a").code == 0

    class Forgetful:
        def __init__(self, setup: Setup) -> None: ...

        async def close(self) -> None: ...

    monkeypatch.setattr("tests.worker.scripted.KIND", replace(KIND, open=Forgetful))
    registry.kind_of.cache_clear()
    ran = convo("channel", "backfill", "door", "--since", "30d")
    assert ran.code == 1
    assert "cannot fetch what came long ago" in ran.err
    assert "convo import" in ran.err


def test_a_taken_name_is_refused_before_anybody_is_asked(shop: Path) -> None:
    ran = run_on_terminal("channel", "add", "twilio", "shop", store=shop)
    assert ran.code == 1
    assert "there is a channel 'shop' already" in ran.out
