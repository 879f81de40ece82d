"""What `convo channel test` says of an account for mail, and how it logs in with access tokens."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from convo.channels.base import Check
from convo.channels.email.kind import EmailConfig
from convo.channels.settings import Secret
from convo.channels.trouble import ChannelDown, ChannelRefused
from tests.channels.email.accounts import all_waiting, config_of, mail, new_user, outgoing, with_channel
from tests.servers.certificate import make_certificate
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.far_end import FarEnd, far_end
from tests.servers.fault_proxy import fault_proxy
from tests.servers.http_thread import Answer, Call, HttpThread


def problems(config: EmailConfig) -> list[str]:
    """What is wrong, said in words and without secrets."""

    async def work(channel: Any) -> tuple[Check, ...]:
        return await channel.check()

    said = with_channel(config, work)
    assert not any(secret in str(said) for secret in (PASSWORD, "wrong-horse"))
    return [check.problem for check in said if check.problem]


def test_an_account_that_works_is_tried_without_a_trace(dovecot_server: Dovecot, far_end_server: FarEnd) -> None:
    user = new_user()
    dovecot_server.deliver(user, mail(1))
    config = config_of(user, dovecot_server.imap_port, far_end_server.port)

    async def work(channel: Any) -> tuple[Check, ...]:
        return await channel.check()

    said = with_channel(config, work)
    assert [check.problem for check in said] == [""] * len(said)
    assert "at once (IDLE)" in [check.detail for check in said]
    assert said[-1].detail == "never, as authserv_id is not set"
    assert "\\Seen" not in dovecot_server.mailbox(user)[0].flags
    assert far_end_server.received == []


def test_each_thing_that_is_wrong_is_said_with_what_to_do(dovecot_server: Dovecot, far_end_server: FarEnd) -> None:
    user, imap, smtp = new_user(), dovecot_server.imap_port, far_end_server.port
    with dovecot_server.client(user) as imap_client:
        imap_client.create("Papierkorb")
    [wrong] = problems(config_of(user, imap, smtp, password=Secret("wrong-horse")))
    assert "app password" in wrong
    [unset] = problems(config_of("shop@gmail.com", imap, smtp, imap_host="", password=Secret("x")))
    assert "imap_host=imap.gmail.com" in unset
    nowhere = problems(config_of(user, imap, smtp, folders=("INBOX", "Nowhere")))
    assert "no folder Nowhere" in nowhere[0]
    [missing] = problems(config_of(user, imap, smtp, move_to="Done"))
    assert "no folder Done" in missing
    [down] = problems(config_of(user, imap, 1))
    assert "nothing listens at the SMTP server 127.0.0.1 (port 1)" in down
    [tls] = problems(config_of(user, imap, smtp, smtp_security="starttls"))
    assert "smtp_security=tls" in tls
    [since] = problems(config_of(user, imap, smtp, since="soon"))
    assert "since" in since


def test_a_server_without_idle_is_asked_again_and_again(dovecot_server: Dovecot, monkeypatch: Any) -> None:
    monkeypatch.setattr("convo.channels.email.mailbox.Mailbox.has", lambda self, capability: False)
    user = new_user()

    async def work(channel: Any) -> int:
        _, cursor, _ = await all_waiting(channel)
        waiting = asyncio.create_task(channel.fetch(cursor, wait=20))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(dovecot_server.deliver, user, mail(1))
        return len((await waiting).items)

    assert with_channel(config_of(user, dovecot_server.imap_port, poll_seconds=1), work) == 1


def test_access_tokens_are_asked_for_and_used_for_both_ways(dovecot_server: Dovecot, tmp_path: Any) -> None:
    user = new_user()
    dovecot_server.deliver(user, mail(1))
    asked: list[Any] = []

    def answer(call: Call) -> Answer:
        asked.append(call.fields)
        if call.fields["refresh_token"] != "granted-once":
            return Answer({"error": "invalid_grant"}, status=400)
        return Answer({"access_token": dovecot_server.token(user), "expires_in": 3600})

    tokens = HttpThread(answer)
    certificate = make_certificate(tmp_path)
    with far_end(certificate=certificate, login=(user, "unused")) as server:
        config = config_of(
            user,
            dovecot_server.imap_port,
            server.port,
            login="xoauth2",
            token_url=f"{tokens.url}/token",
            client_id="the-app",
            client_secret=Secret("app-horse"),
            refresh_token=Secret("granted-once"),
            smtp_user="",
            smtp_security="starttls",
            certificates=str(certificate.certificate),
        )

        async def work(channel: Any) -> int:
            items, _, _ = await all_waiting(channel)
            server.tokens[user] = channel._tokens.get()
            await channel.send(outgoing(1))
            return len(items)

        assert with_channel(config, work) == 1
        assert (server.received[0].login, server.received[0].encrypted) == (user, True)
        assert len(asked) == 1
        assert asked[0] == {
            "grant_type": "refresh_token",
            "refresh_token": "granted-once",
            "client_id": "the-app",
            "client_secret": "app-horse",
        }
        for secret, said in (("taken-back", "has to give it anew"), ("", "takes token_url")):
            with pytest.raises(ChannelRefused, match=said) as refused:
                with_channel(replace(config, refresh_token=Secret(secret)), all_waiting)
            assert "horse" not in refused.value.reason
        with pytest.raises(ChannelRefused, match="https"):
            with_channel(replace(config, token_url="http://login.example.org/"), all_waiting)
        tokens.stop()
        with pytest.raises(ChannelDown, match="no access token"):
            with_channel(config, all_waiting)


def test_a_token_that_the_server_does_not_take_is_not_used_again(dovecot_server: Dovecot) -> None:
    user = new_user()
    given = [dovecot_server.token(user, seconds=-60), dovecot_server.token(user)]
    tokens = HttpThread(lambda call: Answer({"access_token": given.pop(0), "expires_in": 3600}))
    config = config_of(
        user,
        dovecot_server.imap_port,
        login="xoauth2",
        token_url=tokens.url,
        client_id="app",
        refresh_token=Secret("granted"),
    )

    async def work(channel: Any) -> int:
        with pytest.raises(ChannelRefused):
            await channel.fetch({}, wait=0)
        return len((await channel.fetch({}, wait=0)).items)

    assert with_channel(config, work) == 0
    tokens.stop()


def test_a_line_that_says_nothing_is_given_up_in_time(dovecot_server: Dovecot) -> None:
    with fault_proxy(dovecot_server.imap_port) as proxy:
        proxy.set(stall_after=0)
        with pytest.raises(ChannelDown):
            with_channel(config_of(new_user(), proxy.port, timeout=0.3), all_waiting)
