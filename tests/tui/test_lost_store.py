"""A store that goes away: the banner says so, keys work, what is written stays, and all comes back with it."""

import shutil
from datetime import timedelta
from functools import partial
from pathlib import Path

from convo import clock
from convo.config import Settings
from convo.desk.desk import Actor, Desk, open_desk
from convo.model.words import Role
from convo.store.store import Store
from tests.intake.saying import START, mail, take
from tests.postgresql_server import Server
from tests.tui.piloting import Screen, on_screen

LATER = START + timedelta(hours=1)


def _banner(screen: Screen) -> bool:
    return screen.shows("the store is out of reach")


def test_a_server_that_goes_away_and_comes_back(postgresql_store: Store, postgresql_server: Server) -> None:
    kim = Desk(postgresql_store, Settings(), Actor("tester", Role.ADMIN)).operators.add("kim", role=Role.ADMIN)
    desk = Desk(postgresql_store, Settings(), Actor("kim", Role.ADMIN, kim.id))
    take(postgresql_store, mail("ana@example.org", 0, "my wheel is bent", name="Ana Ruiz"))
    take(postgresql_store, mail("bo@example.org", 1, "and mine", name="Bo"))
    for row in desk.threads.list().items:
        desk.threads.assign(row.id, "kim")
    name = postgresql_store.engine.url.database

    async def script(screen: Screen) -> None:
        await screen.press("enter", "r")
        await screen.type("Bring it")
        await screen.until(lambda: [one.body for one in desk.drafts.mine()] == ["Bring it"])
        postgresql_server.run(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        postgresql_server.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        await screen.until(lambda: _banner(screen))
        for letter in "today":
            await screen.pilot.press(letter)
        await screen.until(lambda: screen.shows("Bring ittoday"))
        await screen.pilot.press("escape")
        await screen.pilot.press("f1")
        await screen.until(lambda: screen.shows("Esc closes"))
        await screen.pilot.press("escape")
        for place, words in (("f4", "Rules"), ("f5", "Channels"), ("f3", "Search")):
            await screen.pilot.press(place)
            await screen.until(partial(screen.shows, words, ".place--title"))
        await screen.pilot.press("f2")
        await screen.until(lambda: screen.shows("Bring ittoday") and _banner(screen))
        postgresql_server.run(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
        await screen.until(lambda: not _banner(screen))
        await screen.settled()
        await screen.until(lambda: [one.body for one in desk.drafts.mine()] == ["Bring ittoday"])
        desk.customers.edit(desk.threads.show(1).row.customer_id, name="Ana Young")
        await screen.until(lambda: screen.shows("Ana Young"))

    with clock.fixed(LATER):
        on_screen(desk, script)
    desk.close()


def test_a_file_that_is_replaced_is_shown_anew(demo: Desk, tmp_path: Path) -> None:
    path = Path(demo.store.location.path or "")
    other = tmp_path / "other.convo"

    async def script(screen: Screen) -> None:
        assert not screen.shows("Somebody Else")
        await screen.until(lambda: screen.app.live.watching)
        shutil.copy(path, other)
        with open_desk(other) as desk:
            desk.customers.edit(desk.threads.show(13).row.customer_id, name="Somebody Else")
        other.replace(path)
        for left in ("-wal", "-shm"):
            Path(f"{path}{left}").unlink(missing_ok=True)
        await screen.until(lambda: _banner(screen))
        await screen.pilot.press("f1")
        await screen.until(lambda: screen.shows("Esc closes"))
        await screen.pilot.press("escape")
        await screen.until(lambda: not _banner(screen))
        await screen.until(lambda: screen.shows("Somebody Else"))

    on_screen(demo, script)
