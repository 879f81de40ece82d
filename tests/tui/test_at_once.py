"""Two screens and a command line on one store, one of the screens killed again and again while it sends."""

import os
import random
import signal
import subprocess
import time

import pytest

from convo.desk.desk import Actor, Desk
from convo.model.words import Role
from convo.tui.compose.spare import SpareDrafts
from tests.tui.process import STILL, ScreenProcess
from tests.tui.talking import mail, maras, take

KILLS = 8
"""On each engine."""


@pytest.fixture
def shop(desk: Desk, frozen_now: object) -> Desk:
    """A desk of kim's with one thread, on either engine."""
    for name in ("kim", "alex"):
        desk.operators.add(name)
    take(desk, mail(-5, "does it fit?"))
    thread, _ = maras(desk)
    desk.threads.assign(thread, "kim")
    return Desk(desk.store, desk.settings, Actor("kim", Role.ADMIN))


def place(desk: Desk) -> str:
    return str(desk.store.location.path or desk.store.location.url)


def replies(desk: Desk, thread: int) -> list[str]:
    return [one.body for one in desk.threads.show(thread, messages=200).messages if one.direction == "outbound"]


def kept(desk: Desk) -> list[str]:
    spares = SpareDrafts(str(desk.store.location), "kim").all()
    return [one.body for one in (*desk.drafts.mine(), *spares)]


def by_command(desk: Desk, thread: int) -> None:
    """Alex answers on the command line, at the screens' noon."""
    words = [*STILL[:-1], "thread", "reply", str(thread), "-m", "by command"]
    env = os.environ | {"CONVO_OPERATOR": "alex", "CONVO_STORE": place(desk)}
    subprocess.run(words, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=60)


def test_whoever_is_killed_while_sending_loses_nothing_and_doubles_nothing(shop: Desk) -> None:
    thread, _ = maras(shop)
    chance = random.Random(4)
    env = {"CONVO_OPERATOR": "kim"}
    said, seen = [], []
    with ScreenProcess(place(shop), command=STILL, env=env | {"CONVO_OPERATOR": "alex"}, lines=30) as other:
        other.until_said("press v")
        other.type("]]")
        other.until_said("does it fit?")
        for number in range(KILLS):
            with ScreenProcess(place(shop), command=STILL, env=env) as screen:
                screen.until_said("reply to ")
                screen.type("r")
                screen.until_said("ctrl+s")
                word = f"answer {number}."
                screen.type(word)
                screen.until(lambda word=word: any(word in one for one in kept(shop)))  # type: ignore[misc]
                screen.type(b"\x13")
                end = time.perf_counter() + chance.uniform(0.05, 0.3)
                while time.perf_counter() < end:
                    screen.read(0.005)
                screen.kill()
            said.append(word)
            sent, drafts = replies(shop, thread), kept(shop)
            for one in said:
                assert sum(one in body for body in sent) + any(one in body for body in drafts) == 1, (sent, drafts)
            if number == KILLS // 2:
                by_command(shop, thread)
            began, since, news = time.perf_counter(), len(other.sent), f"news {number}!"
            take(shop, mail(number + 1, news))
            other.until_said(news, since=since)
            seen.append(time.perf_counter() - began)
    assert replies(shop, thread).count("by command") == 1
    print(
        f"\nthe other screen showed news after {max(seen):.2f} s at most, {sorted(seen)[len(seen) // 2]:.2f} s mostly"
    )
    print(f"of {KILLS} killed while sending {sum(word in ' '.join(replies(shop, thread)) for word in said)} had sent")


def test_a_reply_that_was_overtaken_is_not_sent_unseen(shop: Desk) -> None:
    thread, _ = maras(shop)
    env = {"CONVO_OPERATOR": "kim"}
    with ScreenProcess(place(shop), command=STILL, env=env) as screen:
        screen.until_said("reply to ")
        screen.type("r")
        screen.until_said("ctrl+s")
        screen.type("mine")
        screen.until(lambda: kept(shop) == ["mine"])
        os.kill(screen.process.pid, signal.SIGSTOP)
        by_command(shop, thread)
        screen.type(b"\x13")
        os.kill(screen.process.pid, signal.SIGCONT)
        screen.until_said("somebody was faster")
        assert replies(shop, thread) == ["by command"]
        assert kept(shop) == ["mine"]
        screen.type("a")
        screen.until(lambda: sorted(replies(shop, thread)) == ["by command", "mine"] and not kept(shop))
