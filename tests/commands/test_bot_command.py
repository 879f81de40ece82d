"""Bots, drafts and the assistant's settings on the command line."""

import json
from pathlib import Path

import pytest

from convo.config import user_file
from convo.desk.desk import Desk
from tests.bot.answering_server import endpoint
from tests.commands.conftest import Convo


def test_a_bot_is_added_shown_switched_and_removed(convo: Convo) -> None:
    assert convo("bot", "add", "ines").code == 0
    assert "turns = 3" in convo("bot", "show", "ines").out
    row = json.loads(convo("bot", "list", "--json").out)
    assert (row["name"], row["enabled"], row["sessions"]) == ("ines", True, 0)
    assert convo("bot", "disable", "ines").code == 0
    assert "disabled" in convo("bot", "list", columns=120).out
    assert json.loads(convo("bot", "enable", "ines", "--json").out)["enabled"] is True
    assert convo("bot", "sessions").out == ""
    assert convo("bot", "remove", "ines").code == 2
    assert convo("bot", "remove", "ines", "--yes").code == 0
    assert convo("bot", "list").out == ""


def test_a_bot_travels_as_a_file_with_its_comments(convo: Convo, tmp_path: Path) -> None:
    convo("bot", "add", "ines")
    text = convo("bot", "export", "ines").out
    file = tmp_path / "otto.toml"
    file.write_text(text.replace('"ines"', '"otto"').replace("turns = 3", "turns = 5  # patient"))
    assert convo("bot", "import", str(file)).code == 0
    assert "turns = 5  # patient" in convo("bot", "export", "otto").out
    file.write_text('name = "otto"\nturns = "many"\n')
    ran = convo("bot", "import", str(file))
    assert ran.code == 1
    assert "turns takes a whole number from 1 to 20, not 'many'" in ran.err


def test_editing_takes_a_text_a_file_or_the_editor(
    convo: Convo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    convo("bot", "add", "ines")
    assert convo("bot", "edit", "ines", "-m", "turns = 4").code == 0
    assert convo("bot", "export", "ines").out == 'name = "ines"\nturns = 4'
    assert convo("bot", "edit", "ines", "-F", "-", stdin=b"turns = 6").code == 0
    assert "turns = 6" in convo("bot", "show", "ines").out
    assert convo("bot", "edit", "ines", "-m", "turns = 99").code == 1


def test_a_trial_says_what_and_why(convo: Convo) -> None:
    convo("bot", "add", "ines")
    words = ("bot", "try", "--text", "where is my order?", "--intent", "order_status", "--language", "en")
    shown = convo(*words).out
    assert shown.startswith("ines asks: order number\n")
    assert "order number is missing" in shown
    assert "please send us your order number" in shown
    found = json.loads(convo(*words, "--json", "move,asked").out)
    assert found == {"move": "ask", "asked": ["order_number"]}
    assert convo("bot", "try", "--text", " ").code == 2
    assert "hands over: asked for a person" in convo("bot", "try", "ines", "--text", "human please").out


def test_sessions_show_how_far_each_came(convo: Convo, desk_on: Desk) -> None:
    convo("bot", "add", "ines")
    desk_on.bots.take(3)
    row = json.loads(convo("bot", "sessions", "--json").out)
    assert (row["bot"], row["thread_id"]) == ("ines", 3)
    assert convo("bot", "sessions", "ines", "--state", "gone").code == 1
    assert convo("bot", "sessions", "nobody").code == 1


def test_a_draft_and_a_summary_are_printed_and_nothing_is_sent(convo: Convo, desk_on: Desk) -> None:
    desk_on.articles.add("noise", "Rear wheel noise", "Tighten the spokes.", "en")
    before = len(desk_on.deliveries.list().items)
    thread = desk_on.threads.list('"rear wheel"').items[0].id
    ran = convo("thread", "draft", str(thread))
    assert ran.out == "Tighten the spokes.\n"
    assert "nothing is sent" in ran.err
    assert "Who: " in convo("thread", "summary", str(thread)).out
    assert len(desk_on.deliveries.list().items) == before
    assert convo("thread", "draft", "4711").code == 1


def test_a_dead_assistant_costs_one_sentence_on_standard_error(convo: Convo, desk_on: Desk) -> None:
    desk_on.articles.add("noise", "Rear wheel noise", "Tighten the spokes.", "en")
    thread = desk_on.threads.list('"rear wheel"').items[0].id
    with endpoint() as gone:
        url = gone.url
    assert convo("config", "set", "assistant.url", url).code == 0
    ran = convo("thread", "draft", str(thread), "--quiet")
    assert (ran.code, ran.out) == (0, "Tighten the spokes.\n")
    assert ran.err.count("\n") == 1
    assert "cannot be reached" in ran.err


def test_the_assistants_settings_stand_in_a_section_of_their_own(convo: Convo) -> None:
    assert convo("config", "set", "assistant.url", "https://api.example.org/v1").code == 0
    assert convo("config", "set", "assistant.timeout", "5").code == 0
    assert "[assistant]\n" in user_file().read_text()
    rows = [json.loads(line) for line in convo("config", "list", "--json").out.splitlines()]
    found = {row["name"]: (row["value"], row["origin"]) for row in rows}
    assert found["assistant.url"] == ("https://api.example.org/v1", str(user_file()))
    assert found["assistant.timeout"] == (5.0, str(user_file()))
    assert found["assistant.key_env"] == ("", "default")
    assert convo("config", "set", "assistant.url", "").code == 0
    assert convo("config", "get", "assistant.url").out == "\n"
    ran = convo("config", "set", "assistant.key_env", "sk-live-4711")
    assert ran.code == 1
    assert "sk-live" not in ran.err
