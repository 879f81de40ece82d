"""`convo thread macro`: a rule that is run by hand."""

import json

from tests.commands.conftest import Convo


def test_a_macro_is_run_explained_and_taken_back(convo: Convo) -> None:
    assert convo("rule", "add", "vip", "--when", "", "--do", "tag vip", "--do", "close", "--on", "by hand").code == 0
    ran = convo("thread", "macro", "1", "VIP")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "macro vip on thread 1: tag vip, close\n"
    (explained,) = [json.loads(line) for line in convo("rule", "explain", "1", "--json").out.splitlines()]
    assert (explained["trigger"], explained["rules"][0]["outcome"]) == ("by hand", "fired")
    assert "took back: macro VIP (thread 1)" in convo("undo").err
    told = json.loads(convo("thread", "macro", "1", "vip", "--json").out)
    assert (told["thread_id"], told["trigger"]) == (1, "by hand")
    assert convo("thread", "macro", "1", "nowhere").code == 1
