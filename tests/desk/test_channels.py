"""Channels: made, set up without secrets, paused, removed and taken up again."""

from typing import Any

import pytest

from convo.desk.desk import Desk
from convo.errors import BadInput, Conflict, NotFound
from tests.desk.acting import audited
from tests.intake.saying import START, mail, take


def test_a_channel_is_made_with_its_settings(desk: Desk) -> None:
    view = desk.channels.add("web", "Support", {"host": "imap.example.org", "port": 993, "password_env": "IMAP_PW"})
    assert (view.kind, view.name, view.state, view.messages, view.last_message_at) == (
        "web",
        "Support",
        "active",
        0,
        None,
    )
    assert view.config == {"host": "imap.example.org", "port": 993, "password_env": "IMAP_PW"}
    assert desk.channels.show("sUPPORT") == view
    assert audited(desk)[-1].operation == "channels.add"


@pytest.mark.parametrize(
    "config",
    [
        {"password": "hunter2"},
        {"smtp_password": "hunter2"},
        {"SMTP-Password": "hunter2"},
        {"botToken": "123:abc"},
        {"token": "123:abc"},
        {"client_secret": "x"},
        {"apikey": "x"},
        {"api-key": "x"},
        {"private_key": "x"},
        {"smtp": {"host": "h", "password": "hunter2"}},
        {"accounts": [{"token": "x"}]},
        {"url": "imaps://shop:hunter2@mail.example.org/"},
        {"servers": ["imaps://shop:hunter2@mail.example.org/"]},
    ],
)
def test_a_secret_is_refused_wherever_it_hides_and_never_repeated(desk: Desk, config: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="the store holds none") as caught:
        desk.channels.add("web", "support", config)
    assert "hunter2" not in f"{caught.value.message}{caught.value.hint}"
    assert "_env=NAME" in caught.value.hint
    desk.channels.add("web", "other")
    with pytest.raises(BadInput):
        desk.channels.configure("other", config)
    assert [(view.name, view.config) for view in desk.channels.list()] == [("other", {})]


@pytest.mark.parametrize(
    "config",
    [{"token_env": "X"}, {"tokenizer": "x"}, {"url": "https://shop@example.org/a:b"}, {"from": "a:b@example.org"}],
)
def test_what_only_looks_like_a_secret_is_kept(desk: Desk, config: dict[str, Any]) -> None:
    assert desk.channels.add("web", "support", config).config == config


def test_settings_that_no_store_can_hold_are_refused_or_replaced(desk: Desk) -> None:
    deep: object = "x"
    for _ in range(100_000):
        deep = [deep]
    for config in ({"a": float("nan")}, {"a": object()}, {"a": deep}, {"a": "x" * 30_000}, {"a": b"bytes"}):
        with pytest.raises(BadInput) as caught:
            desk.channels.add("web", "support", config)
        assert "\n" not in caught.value.message
    assert desk.channels.add("web", "support", {"a\x00": "b\x00\ud800"}).config == {"a\ufffd": "b\ufffd\ufffd"}


@pytest.mark.parametrize("kind", ["", "E-Mail", "e mail", "9x", "x" * 33, "émail", "a\n"])
def test_a_kind_that_cannot_be_is_refused(desk: Desk, kind: str) -> None:
    with pytest.raises(BadInput, match="no kind of channel"):
        desk.channels.add(kind, "support")


def test_a_name_is_taken_in_any_case_and_can_be_changed(desk: Desk) -> None:
    desk.channels.add("email", "Büro")
    desk.channels.add("email", "shop")
    with pytest.raises(Conflict):
        desk.channels.add("email", "BÜRO")
    with pytest.raises(Conflict):
        desk.channels.rename("shop", "büro")
    assert desk.channels.rename("BÜRO", "BÜRO").name == "BÜRO"
    assert audited(desk)[-1].before == {"name": "Büro"}
    with pytest.raises(BadInput):
        desk.channels.rename("shop", " ")


def test_a_channel_is_paused_and_resumed_and_counts_what_came(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0), mail("ana@x.example", 5))
    view = desk.channels.pause("email")
    assert (view.state, view.messages) == ("paused", 2)
    assert view.last_message_at is not None
    assert view.last_message_at > START
    assert desk.channels.resume("email").state == "active"


def test_a_removed_channel_keeps_what_was_said_and_can_be_taken_up_again(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.channels.configure("email", {"address": "old@example.org"})
    desk.channels.remove("email")
    assert desk.channels.list() == ()
    assert desk.channels.show("email").state == "removed"
    assert desk.threads.show(1).messages[0].channel == "email"
    for ask in (desk.channels.pause, desk.channels.resume):
        with pytest.raises(Conflict, match="is removed"):
            ask("email")
    with pytest.raises(Conflict, match="of kind email"):
        desk.channels.add("telegram", "email")
    view = desk.channels.add("email", "EMAIL")
    assert "address" not in view.config
    assert (view.name, view.state, view.messages) == ("email", "active", 1)


def test_a_channel_that_is_not_there_is_not_found(desk: Desk) -> None:
    for ask in (desk.channels.show, desk.channels.pause, desk.channels.resume, desk.channels.remove):
        with pytest.raises(NotFound):
            ask("fax")
    with pytest.raises(NotFound):
        desk.channels.rename("fax", "x")
    with pytest.raises(NotFound):
        desk.channels.configure("fax", {})
