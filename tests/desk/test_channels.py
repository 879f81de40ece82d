"""Channels as the desk keeps them."""

import pytest

from convo.desk.desk import Desk
from convo.errors import BadInput, Conflict, NotFound
from tests.desk.said import START, say


def test_a_channel_has_settings_and_counts_its_messages(desk: Desk) -> None:
    added = desk.channels.add("email", "support", {"address": "help@example.org", "port": 993})
    assert (added.kind, added.name, added.state, added.messages, added.last_message_at) == (
        "email",
        "support",
        "active",
        0,
        None,
    )
    assert added.config == {"address": "help@example.org", "port": 993}
    say(desk, "ann@example.org", "hello", at=START)
    assert [(view.name, view.messages, view.last_message_at) for view in desk.channels.list()] == [
        ("email", 1, START),
        ("support", 0, None),
    ]
    assert desk.channels.configure("support", {"address": "new@example.org"}).config == {"address": "new@example.org"}


@pytest.mark.parametrize(
    ("kind", "name", "config"),
    [
        ("E Mail", "x", {}),
        ("", "x", {}),
        ("email", "", {}),
        ("email", "a\x1bb", {}),
        ("email", "x", {"password": "hunter2"}),
        ("email", "x", {"imap_password": "hunter2"}),
        ("telegram", "x", {"bot_token": "1:a"}),
        ("email", "x", {"a": object()}),
        ("email", "x", {"a": float("nan")}),
        ("email", "x", {"a": "x" * 20_001}),
    ],
)
def test_a_channel_that_cannot_be_or_holds_a_secret_is_refused(
    desk: Desk, kind: str, name: str, config: dict[str, object]
) -> None:
    with pytest.raises(BadInput):
        desk.channels.add(kind, name, config)
    assert desk.channels.list() == ()


def test_the_place_of_a_secret_may_stand_in_the_settings(desk: Desk) -> None:
    assert desk.channels.add("email", "x", {"password_env": "MAIL_PASSWORD"}).config == {
        "password_env": "MAIL_PASSWORD"
    }


def test_a_channel_is_paused_resumed_renamed_and_removed(desk: Desk) -> None:
    said = say(desk, "ann@example.org", "hello", at=START)
    assert desk.channels.pause("EMAIL").state == "paused"
    assert desk.channels.resume("email").state == "active"
    assert desk.channels.rename("email", "Support").name == "Support"
    gone = desk.channels.remove("support")
    assert (gone.state, gone.messages) == ("removed", 1)
    assert desk.channels.list() == ()
    assert desk.channels.show("support").state == "removed"
    assert desk.threads.show(said.thread_id or 0).row.channel == "Support"
    with pytest.raises(Conflict, match="is removed"):
        desk.channels.resume("support")
    with pytest.raises(Conflict):
        desk.channels.add("telegram", "Support")
    back = desk.channels.add("email", "SUPPORT", {"a": "b"})
    assert (back.id, back.state, back.config, back.messages) == (gone.id, "active", {"a": "b"}, 1)


def test_names_of_channels_are_taken_or_missing(desk: Desk) -> None:
    desk.channels.add("email", "one")
    desk.channels.add("email", "two")
    with pytest.raises(Conflict):
        desk.channels.add("email", "ONE")
    with pytest.raises(Conflict):
        desk.channels.rename("one", "Two")
    assert desk.channels.rename("one", "ONE").name == "ONE"
    for missing in (desk.channels.show, desk.channels.pause, desk.channels.remove):
        with pytest.raises(NotFound):
            missing("three")
