"""`convo customer` and `convo thread`: what each verb changes, and what it says."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Convo


def view(convo: Convo, noun: str, name: str) -> dict[str, Any]:
    found = json.loads(convo(noun, "show", name, "--json").out)
    assert isinstance(found, dict)
    return found


def test_a_customer_is_found_by_number_identity_and_name(convo: Convo) -> None:
    for name in ("1", "ana@example.org", "+34600111222", "Ana Ruiz", "ana"):
        assert view(convo, "customer", name)["id"] == 1


def test_a_customer_is_added_changed_and_tagged(convo: Convo) -> None:
    ran = convo("customer", "add", "Cleo", "-i", "email=Cleo@Example.org", "--language", "de", "--json")
    added = json.loads(ran.out)
    assert [identity["value"] for identity in added["identities"]] == ["cleo@example.org"]
    number = str(added["id"])
    assert convo("customer", "edit", number, "--name", "Cleo Klein").code == 0
    assert convo("customer", "tag", number, "vip", "new").code == 0
    assert convo("customer", "tag", number, "--remove", "new").code == 0
    assert convo("customer", "set", number, "city=Bonn", "size=54").code == 0
    assert convo("customer", "set", number, "size=").code == 0
    found = view(convo, "customer", number)
    assert (found["name"], found["language"], found["tags"]) == ("Cleo Klein", "de", ["vip"])
    assert found["attributes"] == {"city": "Bonn"}


def test_identities_come_and_go_and_are_shared(convo: Convo) -> None:
    assert convo("customer", "identity", "add", "2", "telegram", "@benok").code == 0
    assert convo("customer", "show", "@benok").code == 0
    assert convo("customer", "identity", "share", "telegram", "@benok").code == 0
    shared = {identity["kind"]: identity["shared"] for identity in view(convo, "customer", "2")["identities"]}
    assert shared == {"email": False, "telegram": True}
    assert convo("customer", "identity", "remove", "2", "telegram", "@benok").code == 0
    assert len(view(convo, "customer", "2")["identities"]) == 1
    assert convo("customer", "identity", "add", "2", "pigeon", "x").code == 2


def test_two_customers_become_one_and_two_again(convo: Convo) -> None:
    before = convo("customer", "list").out
    rehearsed = convo("customer", "merge", "1", "2", "--dry-run")
    assert "would be merged" in rehearsed.err
    assert convo("customer", "list").out == before
    ran = convo("customer", "merge", "ana@example.org", "ben@example.com")
    assert "customer 2 is merged into 1" in ran.err
    assert "convo customer unmerge 2" in ran.err
    assert len(convo("customer", "list").out.splitlines()) == 1
    assert "Invoice for April" in convo("conversation", "show", "1").out
    assert convo("customer", "unmerge", "2").code == 0
    assert "Invoice for April" not in convo("conversation", "show", "1").out
    assert "1\t1\t2\t" in convo("customer", "merges", "1").out


def test_consent_says_what_was_chosen_and_how_we_know(convo: Convo) -> None:
    assert convo("customer", "consent", "1", "marketing", "--grant", "--source", "form at the till").code == 0
    assert convo("customer", "consent", "1", "marketing", "--refuse", "--source", "mail of 3 May").code == 0
    (consent,) = view(convo, "customer", "1")["consents"]
    assert (consent["granted"], consent["source"]) == (False, "mail of 3 May")
    assert convo("customer", "consent", "1", "marketing").code == 2


def test_a_customer_is_blocked_and_unblocked(convo: Convo) -> None:
    assert "is blocked" in convo("customer", "block", "1").err
    assert view(convo, "customer", "1")["blocked"] is True
    assert convo("customer", "unblock", "1").code == 0
    assert view(convo, "customer", "1")["blocked"] is False


def test_everything_about_a_person_is_written_out(convo: Convo, tmp_path: Path) -> None:
    ran = convo("customer", "export", "1", "--to", str(tmp_path / "ana"), "--json")
    assert ran.code == 0, ran.err
    written = Path(json.loads(ran.out)["path"])
    assert "grinding noise" in written.read_text()


def test_duplicates_are_suggested_with_reasons(convo: Convo) -> None:
    convo("customer", "add", "Ana Ruiz", "-i", "email=ana.ruiz@example.net")
    (row,) = convo("customer", "duplicates", "--json").out.splitlines()
    found = json.loads(row)
    assert {found["first_id"], found["second_id"]} == {1, 3}
    assert found["reasons"]


@pytest.mark.parametrize(
    "words",
    [
        ["customer", "edit", "1"],
        ["customer", "tag", "1"],
        ["customer", "set", "1", "city"],
        ["thread", "tag", "1"],
        ["thread", "assign", "1"],
        ["thread", "assign", "1", "marta", "--nobody"],
        ["thread", "priority", "1", "extreme"],
        ["thread", "snooze", "1", "whenever"],
    ],
)
def test_a_verb_without_what_it_needs_is_a_usage_error(words: list[str], convo: Convo) -> None:
    assert convo(*words).code == 2


def test_a_thread_is_handed_on_and_put_away(convo: Convo) -> None:
    assert convo("operator", "add", "marta").code == 0
    assert convo("team", "add", "workshop").code == 0
    assert "assigned to marta" in convo("thread", "assign", "3", "marta").err
    assert "marta and team workshop" in convo("thread", "assign", "3", "--team", "workshop").err
    assert "assigned to nobody" in convo("thread", "assign", "3", "--nobody").err
    assert "snoozed until 2999-01-02 09:00" in convo("thread", "snooze", "3", "2999-01-02").err
    assert view(convo, "thread", "3")["status"] == "snoozed"
    assert convo("thread", "reopen", "3").code == 0
    assert convo("thread", "rename", "3", "April's invoice").code == 0
    assert convo("thread", "read", "3").code == 0
    found = view(convo, "thread", "3")
    assert (found["status"], found["subject"], found["unread"]) == ("open", "April's invoice", False)


def test_an_answer_puts_the_thread_in_waiting(convo: Convo) -> None:
    assert convo("thread", "reply", "3", "-m", "Here it is.").code == 0
    assert view(convo, "thread", "3")["status"] == "pending"
    assert "3" not in [line.split("\t")[0] for line in convo("thread", "list", "is:open").out.splitlines()]


def test_the_time_of_a_snooze_is_the_desks(convo: Convo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVO_TIME_ZONE", "Europe/Madrid")
    ran = convo("thread", "snooze", "3", "2999-07-01", "9:30", "--json", "snoozed_until")
    assert json.loads(ran.out) == {"snoozed_until": "2999-07-01T07:30:00Z"}


def test_words_of_a_query_join_and_keep_their_phrases(convo: Convo) -> None:
    assert "Invoice" in convo("thread", "list", "is:open", "subject:invoice").out
    assert convo("search", "april", "the invoice").out != ""
    assert convo("search", "april", "invoice the").out == ""


def test_a_search_shows_the_words_in_their_place(convo: Convo) -> None:
    ran = convo("search", "freewheel", columns=80)
    assert "\x1b[36mfreewheel\x1b[0m" in ran.out
    rows = [line.split("\t") for line in convo("search", "freewheel").out.splitlines()]
    assert {row[0] for row in rows} == {"1"}
