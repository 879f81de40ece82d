"""`convo work`: one round for cron, or round after round until it is told to stop."""

import json
import signal
import subprocess

from convo.desk.desk import Desk
from tests.commands.conftest import Convo
from tests.commands.terminal import COMMAND
from tests.intake.saying import mail, take


def test_one_round_says_what_it_did_and_the_next_finds_nothing_due(desk_on: Desk, convo: Convo) -> None:
    take(desk_on.store, mail("ana@example.org", 0))
    assert "1 routed" in convo("work", "--once").err
    assert json.loads(convo("work", "--once", "--json").out) == {
        "routed": 0,
        "enriched": 0,
        "woken": 0,
        "breached": 0,
        "fired": 0,
        "handed_out": 0,
        "channels": [],
    }
    assert "nothing was due" in convo("work", "--once").err


def test_it_goes_on_until_it_is_terminated_and_then_ends_well(desk_on: Desk) -> None:
    worker = subprocess.Popen(
        [*COMMAND, "work", "--every", "0.1", "--store", str(desk_on.store.location.path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert worker.stderr is not None
        for number in (1, 2):
            take(desk_on.store, mail(f"c{number}@example.org", number))
            assert "1 routed" in worker.stderr.readline()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=60) == 0
    finally:
        worker.kill()
        worker.communicate()
