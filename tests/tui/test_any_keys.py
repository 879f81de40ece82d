"""Whatever keys come: nothing crashes, no draft is lost, the store stays whole, and Escape leads back."""

import random

import pytest
from textual.screen import ModalScreen

from convo.desk.desk import Desk, open_desk
from convo.tui.keymap import KEYS
from convo.tui.screens.desk import DeskScreen

from .piloting import MEDIUM, NARROW, WIDE, Screen, on_screen

LEAVE = frozenset({"ctrl+q"})
DRAFTED = 12
ALL_KEYS = [*sorted({name for key in KEYS for name in key.keys.split(",")} - LEAVE), *"bhq;@ .,"]
ROUNDS, BURST = 25, 27


@pytest.mark.parametrize(("size", "seed"), [(WIDE, 1), (MEDIUM, 2), (NARROW, 3)])
def test_whatever_keys_come_nothing_breaks_and_escape_leads_back(demo: Desk, size: tuple[int, int], seed: int) -> None:
    """Some 2,000 keys over the three sizes, in bursts."""
    demo.drafts.keep(DRAFTED, "not yet said", note=True)
    keys = random.Random(seed)

    async def script(screen: Screen) -> None:
        for _ in range(ROUNDS):
            await screen.burst(*keys.choices(ALL_KEYS, k=BURST))
        for _ in range(9):
            if isinstance(screen.app.screen, DeskScreen) and screen.app.screen.inbox.rows.has_focus:
                break
            await screen.press("escape")
        assert not isinstance(screen.app.screen, ModalScreen)
        assert isinstance(screen.app.screen, DeskScreen)
        assert screen.app.screen.inbox.rows.has_focus

    on_screen(demo, script, size)
    path = demo.store.location.path
    assert path is not None
    with open_desk(path) as owner:
        assert [finding for finding in owner.stores.check() if not finding.ok] == []
    kept = [one.body for one in demo.drafts.kept(DRAFTED) if one.note]
    noted = [one.body for one in demo.threads.show(DRAFTED).messages if one.direction == "note"]
    assert any("not yet said" in body for body in (*kept, *noted))
