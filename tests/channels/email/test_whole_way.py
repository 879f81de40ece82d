"""The whole way: a customer's mail client, a mail server, the mailbox, the worker, the desk, and back again."""

import asyncio
import email
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model.words import Role
from convo.store.store import Store
from convo.worker.log import Log
from convo.worker.worker import Worker
from tests.channels.email.accounts import KEY, mail, new_user
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.far_end import FarEnd
from tests.servers.fault_proxy import FaultProxy, fault_proxy
from tests.servers.opensmtpd import OpenSMTPD
from tests.servers.process import wait_until


@pytest.fixture
def desk(sqlite_store: Store, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk on an empty store, with the secrets of its channel in the environment."""
    monkeypatch.setenv("CONVO_SHOP_PASSWORD", PASSWORD)
    monkeypatch.setenv("CONVO_SHOP_REPLY_KEY", KEY)
    place = str(sqlite_store.location.path)
    return Desk(sqlite_store, Settings(store=place), Actor("tester", Role.ADMIN))


def add_channel(desk: Desk, user: str, imap_port: int, smtp_port: int, **changes: Any) -> None:
    """The shop's mailbox as a channel."""
    settings = {
        "address": user,
        "imap_host": "127.0.0.1",
        "imap_port": imap_port,
        "imap_security": "plain",
        "smtp_host": "127.0.0.1",
        "smtp_port": smtp_port,
        "smtp_security": "plain",
        "smtp_user": "none",
        "timeout": 5,
    }
    desk.channels.add("email", "shop", settings | changes)


def work_until(desk: Desk, *steps: Callable[[], bool | None]) -> None:
    """Run a worker while each step in turn comes true (or does something once, giving None)."""

    async def run() -> None:
        stop = asyncio.Event()
        worker = asyncio.create_task(Worker(desk, Log(), every=0.2).run(stop))
        try:
            async with asyncio.timeout(30):
                for step in steps:
                    while (await asyncio.to_thread(step)) is False and not worker.done():
                        await asyncio.sleep(0.01)
        finally:
            stop.set()
            await worker

    asyncio.run(run())


def meets(proxy: FaultProxy, fault: dict[str, Any] | None) -> bool:
    """Let the worker meet a fault on a line, twice where it tries so often; whether there are no more faults."""
    proxy.heal()
    if fault is None:
        return True
    proxy.set(**fault)
    proxy.cut_all()
    before = proxy.connections
    with suppress(TimeoutError):
        wait_until(lambda: proxy.connections >= before + 2, 0.6)
    return False


def swaks(port: int, to: str, subject: str, body: str, *headers: str) -> None:
    """A customer writes with a real mail client."""
    extra = [word for header in headers for word in ("--header", header)]
    command = ["swaks", "--server", f"127.0.0.1:{port}", "--to", to, "--from", "ana@lima.example"]
    command += ["--header", f"Subject: {subject}", "--body", body, *extra]
    subprocess.run(command, check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("swaks") is None, reason="swaks is not installed")
def test_a_customer_with_a_mail_client_gets_the_answer_in_the_same_thread_and_answers_there(
    desk: Desk, dovecot_server: Dovecot, opensmtpd_server: OpenSMTPD, far_end_server: FarEnd
) -> None:
    user = new_user()
    add_channel(desk, user, dovecot_server.imap_port, opensmtpd_server.port, plus_addresses=True)
    swaks(opensmtpd_server.port, user, "My wheel", "Where is it?", "Message-Id: <first@lima.example>")

    def answer() -> None:
        desk.threads.reply(desk.threads.list().items[0].id, "On its way.")

    def answered_again() -> None:
        head = email.message_from_bytes(far_end_server.received[0].raw)
        swaks(opensmtpd_server.port, head["Reply-To"].strip("<>"), "Something else", "Thanks!")

    work_until(
        desk,
        lambda: len(desk.threads.list().items) == 1,
        answer,
        lambda: len(far_end_server.received) == 1,
        answered_again,
        lambda: len(desk.threads.show(1).messages) == 3,
    )
    [got] = far_end_server.received
    head = email.message_from_bytes(got.raw)
    assert head["In-Reply-To"] == "<first@lima.example>"
    assert head["References"] == "<first@lima.example>"
    assert head["Subject"] == "Re: My wheel"
    assert head["Message-ID"].endswith("@example.org>")
    [thread] = desk.threads.list().items
    said = desk.threads.show(thread.id).messages
    assert [message.body.strip() for message in said] == ["Where is it?", "On its way.", "Thanks!"]
    assert desk.deliveries.list().items[0].status == "sent"


def test_a_genuine_bounce_marks_the_delivery_as_failed_and_is_no_message(
    desk: Desk, dovecot_server: Dovecot, opensmtpd_server: OpenSMTPD, far_end_server: FarEnd
) -> None:
    far_end_server.answers("ana@lima.example", "550 5.1.1 No such user here")
    user = new_user()
    add_channel(desk, user, dovecot_server.imap_port, opensmtpd_server.port)
    dovecot_server.deliver(user, mail(1), "ana@lima.example")
    work_until(
        desk,
        lambda: len(desk.threads.list().items) == 1,
        lambda: desk.threads.reply(1, "Yes.") and None,
        lambda: desk.deliveries.list().items[0].status == "failed",
    )
    [delivery] = desk.deliveries.list().items
    assert "there is no such mailbox" in delivery.error or "No such user here" in delivery.error
    assert len(desk.threads.list().items) == 1
    assert len(desk.threads.show(1).messages) == 2


def test_new_mail_is_in_the_inbox_as_soon_as_the_server_tells(desk: Desk, dovecot_server: Dovecot) -> None:
    user = new_user()
    add_channel(desk, user, dovecot_server.imap_port, 1)
    took: list[float] = []
    dovecot_server.deliver(user, mail(0), "ana@lima.example")

    def deliver() -> None:
        dovecot_server.deliver(user, mail(1), "bo@lima.example")
        took.append(-time.monotonic())

    def came() -> bool:
        done = len(desk.threads.show(1).messages) + len(desk.threads.list().items) == 3
        if done:
            took[0] += time.monotonic()
        return done

    work_until(desk, lambda: len(desk.threads.list().items) == 1, deliver, came)
    assert took[0] < 3, "asking again and again would take half a minute"


def test_a_bad_line_loses_nothing_and_sends_nothing_under_another_id(
    desk: Desk, dovecot_server: Dovecot, far_end_server: FarEnd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convo.delivery.backoff._FIRST", 0.05)
    user = new_user()
    with dovecot_server.client(user) as imap:
        for number in range(40):
            imap.append("INBOX", None, None, mail(number, sender=f"c{number}@lima.example"))
    far_end_server.drops("c3@lima.example", times=1)
    with fault_proxy(dovecot_server.imap_port) as incoming, fault_proxy(far_end_server.port) as outgoing:
        add_channel(desk, user, incoming.port, outgoing.port, timeout=0.5)
        faults = iter(
            [{"cut_after": 5_000}, {"garble_after": 9_000}, {"stall_after": 7_000}, {"cut_after": 300}, {"delay": 0.01}]
        )

        def trouble_in() -> bool:
            return meets(incoming, next(faults, None))

        def answer_all() -> None:
            for row in desk.threads.list(limit=100).items:
                desk.threads.reply(row.id, f"to {row.id}")

        troubles = iter([{"cut_after": 150}, {"garble_after": 160}, {"cut_upward_after": 300}, {"cut_after": 60}])

        def trouble_out() -> bool:
            return meets(outgoing, next(troubles, None))

        work_until(
            desk,
            trouble_in,
            lambda: len(desk.threads.list(limit=100).items) == 40,
            answer_all,
            trouble_out,
            lambda: {each.status for each in desk.deliveries.list(limit=100).items} == {"sent"},
        )
    ids: dict[str, set[str]] = {}
    for got in far_end_server.received:
        ids.setdefault(got.recipients[0], set()).add(email.message_from_bytes(got.raw)["Message-ID"])
    assert len(ids) == 40
    assert all(len(each) == 1 for each in ids.values())
    assert len({one for each in ids.values() for one in each}) == 40
    assert {len(desk.threads.show(row.id).messages) for row in desk.threads.list(limit=100).items} == {2}
