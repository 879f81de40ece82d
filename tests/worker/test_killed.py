"""The worker killed again and again at random moments, while mail comes and goes: nothing is lost, nothing doubled."""

import random
import time
from collections import Counter
from pathlib import Path

import pytest

from convo.store.store import Store
from tests.channels.email.accounts import KEY, mail
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.far_end import FarEnd
from tests.servers.process import wait_until
from tests.worker.shop import Shop
from tests.worker.working import Working, working

SPAM, POISON, TWICE = 25, 40, 30
"""Every so many mails one is spam, one is unreadable, and one comes a second time."""


def written(number: int) -> list[bytes]:
    """What arrives of the mail of a customer of its own: once or twice."""
    times = 2 if number % TWICE == 11 else 1
    if number % POISON == 7:
        return [b"\x00\xff\xfe no header at all " + str(number).encode()] * times
    spam = "X-Spam-Flag: YES" if number % SPAM == 3 else ""
    return [mail(number, f"Is number {number} in stock?", f"c{number}@lima.example", spam)] * times


def expected(count: int) -> Counter[str]:
    """How many of so many mails (with those that come twice) are stored, skipped and quarantined."""
    kinds: Counter[str] = Counter()
    for number in range(count):
        kind = "quarantined" if number % POISON == 7 else "skipped" if number % SPAM == 3 else "stored"
        kinds[kind] += 1
        if number % TWICE == 11:
            kinds["skipped" if kind == "stored" else kind] += 1
    return kinds


def readable(count: int) -> list[int]:
    """The numbers, among so many mails, of those that become messages, and so are marked as read."""
    return [number for number in range(count) if number % POISON != 7 and number % SPAM != 3]


def go(shop: Shop, working: Working, mails: int, kills: int, *, patient: bool) -> None:
    """All these mails, while the worker is killed so often; then until everything is done.

    One time in three it is killed while the far end has a mail that it has not answered for yet, else anywhere.
    """
    dice = random.Random(5)
    each = mails // kills
    for turn in range(kills):
        working.start()
        numbers = range(turn * each, mails if turn == kills - 1 else (turn + 1) * each)
        shop.append(*(raw for number in numbers for raw in written(number)))
        if turn % 3 == 1:  # what was stored before may have been answered, too
            working.wait_for("stored")
        waiting = shop.unanswered(each)
        first = next(iter(waiting.values()), "").partition("@")[0].removeprefix("in-")
        hold = shop.far_end.holds(f"c{first}@lima.example") if first and turn % 3 == 1 else None
        shop.answer(waiting)
        if hold is not None:
            assert hold.reached.wait(60)
        elif turn % 5 != 4:  # else it is killed before it has begun
            working.wait_for("channel opened")
        until = time.monotonic() + (0.0 if hold else dice.uniform(0.0, 0.6))
        wait_until(lambda until=until: time.monotonic() >= until)
        working.kill()
        if hold is not None:
            hold.release()
        if not patient:
            shop.let_claims_run_out()
    working.start()
    wanted, seconds = expected(mails), 400 if patient else 90
    try:
        wait_until(lambda: shop.outcomes() == wanted, seconds)
    except TimeoutError:
        assert shop.outcomes() == wanted
    shop.answer(shop.unanswered(mails))
    wait_until(lambda: shop.statuses() == {"sent"}, seconds)
    wait_until(lambda: shop.read() == {f"Question {number}" for number in readable(mails)}, seconds)
    assert working.stop() == 0


def check(shop: Shop, mails: int) -> str:
    """Every mail is in the store once and was answered under one Message-ID; what that was, in words."""
    read = readable(mails)
    assert shop.stored() == Counter({f"in-{n}@lima.example": 1 for n in read})
    there, places, sent = shop.dovecot.mailbox(shop.user), shop.places(), shop.sent()
    assert places == Counter({f"UID {kept.uid} in INBOX": 1 for kept in there})
    assert len(there) == sum(shop.outcomes().values())
    assert sent.keys() == {f"c{n}@lima.example" for n in read}
    assert [len(ids) for ids in sent.values()] == [1] * len(read)
    assert {each for ids in sent.values() for each in ids} == shop.keys()
    again = sum(count - 1 for ids in sent.values() for count in ids.values())
    return f"{len(there)} mails, {len(read)} answers, {again} sent again under the same Message-ID"


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVO_SHOP_PASSWORD", PASSWORD)
    monkeypatch.setenv("CONVO_SHOP_REPLY_KEY", KEY)


@pytest.mark.parametrize(("mails", "kills"), [(60, 5), pytest.param(1000, 50, marks=pytest.mark.bench)])
def test_a_worker_that_is_killed_again_and_again_loses_nothing_and_doubles_nothing(
    mails: int, kills: int, sqlite_store: Store, dovecot_server: Dovecot, far_end_server: FarEnd, tmp_path: Path
) -> None:
    shop = Shop(sqlite_store, dovecot_server, far_end_server)
    with working(sqlite_store.location, tmp_path / "work.log") as process:
        go(shop, process, mails, kills, patient=mails == 1000)
    print(f"\n{kills} kills: {check(shop, mails)}")


def test_neither_does_one_on_postgresql(
    postgresql_store: Store, dovecot_server: Dovecot, far_end_server: FarEnd, tmp_path: Path
) -> None:
    shop = Shop(postgresql_store, dovecot_server, far_end_server)
    with working(postgresql_store.location, tmp_path / "work.log") as process:
        go(shop, process, 24, 2, patient=False)
    check(shop, 24)
