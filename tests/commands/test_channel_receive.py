"""`convo channel receive`: a request on standard input is stored, and one that is not genuine is refused in words."""

import json

import pytest

from tests.channels.whatsapp.number import SECRETS
from tests.channels.whatsapp.payloads import change, message, pushed, said, status, statuses
from tests.commands.conftest import Convo
from tests.servers.graph import APP_SECRET, NUMBER, VERIFY_TOKEN, Graph, raw_of, signature

QUESTION = f"https://desk.example/wa?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={VERIFY_TOKEN}"


@pytest.fixture
def wa(convo: Convo, graph_server: Graph, monkeypatch: pytest.MonkeyPatch) -> Convo:
    """The command line on a shop with a WhatsApp number."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(f"CONVO_WA_{name.upper()}", value)
    settings = ("--set", f"phone_number_id={NUMBER}", "--set", f"graph={graph_server.url}")
    ran = convo("channel", "add", "whatsapp", "wa", *settings)
    assert ran.code == 0, ran.err
    return convo


def signed(raw: bytes) -> tuple[str, str]:
    return "--header", f"X-Hub-Signature-256: {signature(raw)}"


def test_what_is_pushed_is_stored_and_counted(wa: Convo) -> None:
    raw = raw_of(said(message(), message(place=2)))
    ran = wa("channel", "receive", "wa", *signed(raw), stdin=raw)
    assert (ran.code, ran.err) == (0, "wa: 2 stored, 0 skipped, 0 quarantined\n")
    ran = wa("channel", "receive", "wa", *signed(raw), stdin=raw)
    assert ran.err == "wa: 0 stored, 2 skipped, 0 quarantined (already stored)\n"
    assert "Is it in stock?" in wa("search", "stock").out


def test_what_came_of_it_is_json_for_programs(wa: Convo) -> None:
    raw = raw_of(statuses(status("read", "wamid.OUT1")))
    told = json.loads(wa("channel", "receive", "wa", "--json", *signed(raw), stdin=raw).out)
    assert (told["fetched"], told["reports"], told["answer"]) == (0, 1, "")


def test_a_bad_signature_is_refused_with_its_own_exit_code_and_one_sentence(wa: Convo) -> None:
    raw = raw_of(said(message()))
    ran = wa("channel", "receive", "wa", *signed(raw), stdin=raw + b" ")
    assert (ran.code, ran.out) == (4, "")
    assert "the signature is wrong" in ran.err
    assert APP_SECRET not in ran.err
    assert "is not signed" in wa("channel", "receive", "wa", stdin=raw).err
    assert wa("thread", "list", "channel:wa").out == ""


def test_the_answer_to_the_verifying_question_is_all_that_is_printed(wa: Convo) -> None:
    ran = wa("channel", "receive", "wa", "--method", "GET", "--url", QUESTION)
    assert (ran.code, ran.out, ran.err) == (0, "1158201444\n", "")
    ran = wa("channel", "receive", "wa", "--method", "GET", "--url", QUESTION + "x")
    assert (ran.code, ran.out) == (4, "")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--header", "no colon here"), "is no header"),
        (("--method", "GET", "--url", "https://[x?hub.mode=subscribe"), "is no URL"),
    ],
)
def test_what_is_no_request_is_a_matter_of_usage(wa: Convo, words: tuple[str, ...], says: str) -> None:
    ran = wa("channel", "receive", "wa", *words)
    assert ran.code == 2
    assert says in ran.err


def test_a_template_goes_where_free_text_cannot(wa: Convo) -> None:
    raw = raw_of(pushed(change(contacts=[], messages=[message()])))  # of 2026-11-17, a day that is long over or to come
    wa("channel", "receive", "wa", *signed(raw), stdin=raw)
    thread = json.loads(wa("thread", "list", "channel:wa", "--json").out.splitlines()[0])["id"]
    words = ("--template", "order_update", "--language", "de", "--value", "Ana", "--value", "12")
    ran = wa("thread", "reply", str(thread), "--channel", "wa", *words)
    assert ran.code == 0, ran.err
    assert "queued for wa" in ran.err
    assert "template order_update (de)" in wa("thread", "show", str(thread)).out
