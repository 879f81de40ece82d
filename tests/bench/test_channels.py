"""Channels at work: how soon mail is there, how fast a full mailbox is read, and what a waiting worker costs."""

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from imaplib import IMAP4
from pathlib import Path

import pytest
from sqlalchemy import func, select

from convo.channels.settings import Secret
from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.model import tables
from convo.model.words import Role
from convo.store.location import locate
from convo.store.opening import open_store
from convo.store.store import Store
from tests.bench.list_mails import fill_maildir, list_mails
from tests.bench.timing import p95, say, seconds
from tests.channels.email.accounts import KEY, mail
from tests.servers.bot_api import TOKEN, BotApi
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.far_end import FarEnd
from tests.servers.process import Process, free_port, port_greets, wait_until
from tests.shared_data import shared
from tests.store.processes import finish, spawn
from tests.worker.shop import Shop
from tests.worker.working import command, working

WAITING = 10_000
_TICK = os.sysconf("SC_CLK_TCK")
_GETMAIL = """
[retriever]
type = SimpleIMAPRetriever
server = 127.0.0.1
port = {port}
username = {user}
password = {password}
[destination]
type = Maildir
path = {folder}/mail/
{user_line}
[options]
read_all = true
delete = false
delivered_to = false
received = false
verbose = 0
"""
_NOTMUCH = "[database]\npath={folder}/mail\n[user]\nname=Bench\nprimary_email=desk@example.org\n[new]\ntags=new\n"
_MEMORY = """
    import asyncio, re, sys
    from collections.abc import Sequence
    from pathlib import Path
    from convo.config import Settings
    from convo.desk.desk import Desk, Actor
    from convo.model.words import Role
    from convo.store.location import locate
    from convo.store.opening import open_store
    from convo.worker.log import Log
    from convo.worker.worker import Worker
    from tests.worker.scripted import envelope, scripted

    class Many(Sequence):
        size = 0
        def __len__(self):
            return self.size
        def __getitem__(self, place):
            return [envelope(n, f"message {n} of many", f"c{n % 5000}@x.example") for n in range(self.size)[place]]

    def resident():
        return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1000

    path = sys.argv[1]
    desk = Desk(open_store(locate(path)), Settings(store=path), Actor("bench", Role.ADMIN))
    with scripted("a") as (provider,):
        desk.channels.add("scripted", "shop", {"provider": "a"})
        provider.items, provider.most = Many(), 100
        for size in map(int, sys.argv[2:]):
            provider.items.size = size
            asyncio.run(Worker(desk, Log()).once())
            print(resident(), flush=True)
    """


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVO_SHOP_PASSWORD", PASSWORD)
    monkeypatch.setenv("CONVO_SHOP_REPLY_KEY", KEY)
    monkeypatch.setenv("CONVO_SECOND_PASSWORD", PASSWORD)
    monkeypatch.setenv("CONVO_SECOND_REPLY_KEY", KEY)


def count(store: Store) -> int:
    """How many messages the store has."""
    with store.read() as connection:
        return int(connection.execute(select(func.count()).select_from(tables.message)).scalar_one())


def cpu(pid: int) -> float:
    """The seconds of processor time that a process has used, all its threads together."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


@pytest.mark.bench
def test_from_delivery_into_the_mailbox_to_the_store(
    sqlite_store: Store, dovecot_server: Dovecot, far_end_server: FarEnd, tmp_path: Path
) -> None:
    shop = Shop(sqlite_store, dovecot_server, far_end_server)
    with working(sqlite_store.location, tmp_path / "work.log") as process, dovecot_server.client(shop.user) as bare:
        process.start(every=10.0)
        dovecot_server.deliver(shop.user, mail(0), "ana@lima.example")
        wait_until(lambda: count(sqlite_store) == 1, 60)
        bare.select("INBOX", readonly=True)
        bare.send(b"A1 IDLE\r\n")
        heard, stored = [], []
        for number in range(1, 101):
            subprocess.run(["sleep", "0.7"], check=True)  # all of ours is over, and it listens again
            began = time.perf_counter()
            dovecot_server.deliver(shop.user, mail(number, sender=f"c{number}@lima.example"), "ana@lima.example")
            while b"EXISTS" not in bare.readline():
                pass
            heard.append(time.perf_counter() - began)
            wait_until(lambda number=number: count(sqlite_store) == number + 1, 30)  # type: ignore[misc]
            stored.append(time.perf_counter() - began)
    print("\ndelivered by LMTP, heard of by IDLE, in the store (aim: p95 under 300 ms; Dovecot holds notices for 500)")
    after = [max(0.0, of_ours - of_bare) for of_ours, of_bare in zip(stored, heard, strict=True)]
    for name, times in (("a bare client hears", heard), ("we have it", stored), ("after the bare client", after)):
        print(f"{name:>22}: median {statistics.median(times) * 1000:.0f} ms, p95 {p95(times) * 1000:.0f} ms")


@pytest.mark.bench
def test_from_a_server_that_tells_at_once_to_the_store(
    sqlite_store: Store, far_end_server: FarEnd, tmp_path: Path
) -> None:
    if (program := shutil.which("pymap")) is None:
        pytest.skip("pymap is to be on the PATH")
    port, account = free_port(), {"address": "desk@example.org", "user": "desk", "imap_host": "127.0.0.1"}
    served = Process("pymap", (program, "--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict"))
    served.command = (*served.command, "--demo-data", "--demo-user", "desk", "--demo-password", PASSWORD)
    served.start(lambda: port_greets(port))
    account |= {"imap_port": port, "imap_security": "plain", "smtp_host": "127.0.0.1", "smtp_user": "none"}
    account |= {"smtp_port": far_end_server.port, "smtp_security": "plain"}
    desk = Desk(sqlite_store, Settings(store=str(sqlite_store.location.path)), Actor("bench", Role.ADMIN))
    desk.channels.add("email", "shop", account)
    try:
        with working(sqlite_store.location, tmp_path / "work.log") as process, IMAP4("127.0.0.1", port) as other:
            process.start(every=10.0)
            process.wait_for("channel opened")
            other.login("desk", PASSWORD)
            taken = []
            for number in range(101):
                subprocess.run(["sleep", "0.3"], check=True)
                before, began = count(sqlite_store), time.perf_counter()
                other.append("INBOX", "", "", mail(number, sender=f"c{number}@lima.example"))
                wait_until(lambda before=before: count(sqlite_store) > before, 60)  # type: ignore[misc]
                taken.append(time.perf_counter() - began)
    finally:
        served.close()
    middle, most = statistics.median(taken[1:]) * 1000, p95(taken[1:]) * 1000
    print(f"\nput into a mailbox whose server tells at once, in the store: median {middle:.0f} ms, p95 {most:.0f}")


@pytest.mark.bench
def test_ten_thousand_waiting_mails_against_getmail_and_notmuch(
    dovecot_server: Dovecot, far_end_server: FarEnd, tmp_path: Path
) -> None:
    programs = [shutil.which("getmail"), shutil.which("notmuch")]
    if None in programs:
        pytest.skip("getmail6 and notmuch are to be on the PATH")
    path = tmp_path / "shop.convo"
    store = open_store(locate(path))
    shop = Shop(store, dovecot_server, far_end_server, since="all", mark_read=False)
    dovecot_server.deliver(shop.user, mail(0), "ana@lima.example")
    maildir = dovecot_server.folder / "mail" / shop.user
    size = fill_maildir(maildir, list_mails(shared("mail/lists/usrp-users.mbox"), WAITING - 1))
    with dovecot_server.client(shop.user) as imap:  # Dovecot numbers and measures them for whoever comes first
        imap.select("INBOX", readonly=True)
        imap.uid("FETCH", "1:*", "(RFC822.SIZE)")
    with tempfile.TemporaryDirectory() as place:  # which others may look into, unlike those of pytest
        folder = Path(place)
        theirs = seconds(lambda: _getmail_and_notmuch(programs, dovecot_server, shop.user, folder))
        fetched = sum(each.is_file() for each in (folder / "mail").glob("*/*"))
    ours = seconds(lambda: subprocess.run([*command(store.location), "--once"], check=True, capture_output=True))
    outcomes = shop.outcomes()
    print(f"\n{WAITING:,} mails, {size / 1e6:.0f} MB: {dict(outcomes)}; getmail: {fetched}")
    print(f"ours {WAITING / ours:.0f} mails/s, theirs {WAITING / theirs:.0f} mails/s (aim: 4 times as many)")
    say("fetch and store / getmail6 and notmuch new", ours, theirs, 0.25)
    assert sum(outcomes.values()) == fetched == WAITING
    store.close()


def _getmail_and_notmuch(programs: Sequence[str | None], dovecot: Dovecot, user: str, folder: Path) -> None:
    getmail, notmuch = map(str, programs)
    as_root = os.geteuid() == 0  # as root getmail delivers only for somebody else
    for name in ("cur", "new", "tmp"):
        (folder / "mail" / name).mkdir(parents=True)
        if as_root:
            shutil.chown(folder / "mail" / name, "nobody")
    if as_root:
        shutil.chown(folder / "mail", "nobody")
        folder.chmod(0o755)
    places = {"port": dovecot.imap_port, "user": user, "password": PASSWORD, "folder": folder}
    (folder / "getmailrc").write_text(_GETMAIL.format(**places, user_line="user = nobody" if as_root else ""))
    (folder / "notmuchrc").write_text(_NOTMUCH.format(folder=folder))
    subprocess.run([getmail, f"--getmaildir={folder}", "--rcfile=getmailrc"], check=True, capture_output=True)
    subprocess.run([notmuch, f"--config={folder / 'notmuchrc'}", "new"], check=True, capture_output=True)


@pytest.mark.bench
def test_own_cost_of_sending(
    sqlite_store: Store, dovecot_server: Dovecot, far_end_server: FarEnd, tmp_path: Path
) -> None:
    shop, mails = Shop(sqlite_store, dovecot_server, far_end_server), 1_000
    shop.append(*(mail(number, sender=f"c{number}@lima.example") for number in range(mails)))
    with working(sqlite_store.location, tmp_path / "work.log") as process:
        process.start()
        wait_until(lambda: count(sqlite_store) == mails, 120)
        process.stop()
        shop.answer(shop.unanswered(mails))
        process.start(every=10.0)
        process.wait_for("channel opened")
        far_end_server.wait_for(20, seconds=60)
        before, first = cpu(process.pid), len(far_end_server.received)
        took = seconds(lambda: wait_until(lambda: shop.statuses() == {"sent"}, 120))
        used, sent = cpu(process.pid) - before, mails - first
    print(f"\nown processor time of a sent mail: {used / sent * 1000:.2f} ms (aim: under 2), {sent / took:.0f} mails/s")


@pytest.mark.bench
def test_a_worker_that_waits_takes_no_time(
    sqlite_store: Store, dovecot_server: Dovecot, far_end_server: FarEnd, bot_api_server: BotApi, tmp_path: Path
) -> None:
    shop = Shop(sqlite_store, dovecot_server, far_end_server)
    second = dict(shop.desk.channels.show("shop").config) | {"address": "second@example.org"}
    second.pop("secrets", None)
    shop.desk.channels.add("email", "second", {k: v for k, v in second.items() if k != "reference"})
    shop.desk.channels.add("telegram", "bot", {"server": bot_api_server.url})
    shop.desk.channels.keep_secret("bot", "token", Secret(TOKEN))
    with working(sqlite_store.location, tmp_path / "work.log") as process:
        process.start(every=10.0)
        wait_until(lambda: [line["event"] for line in process.said()].count("channel opened") == 3, 60)
        wait_until(lambda: bot_api_server.polling, 20)
        settled = cpu(process.pid)
        subprocess.run(["sleep", "5"], check=True)
        before = cpu(process.pid)
        subprocess.run(["sleep", "30"], check=True)
        used = cpu(process.pid) - before
    print(f"\nthree waiting channels: {used / 30:.2%} of a processor over 30 s (aim: under 1 %)")
    print(f"in the 5 s before that: {(before - settled) / 5:.2%}")


@pytest.mark.bench
def test_memory_stays_as_it_is_over_a_hundred_thousand_messages(tmp_path: Path) -> None:
    sizes = 10_000, 25_000, 50_000, 75_000, 100_000
    held = finish(spawn(_MEMORY, tmp_path / "shop.convo", *sizes), 3_000).split()
    shown = ", ".join(f"{size:,}: {megabytes} MB" for size, megabytes in zip(sizes, held, strict=True))
    print(f"\nmemory after so many messages (aim: as much): {shown}")
