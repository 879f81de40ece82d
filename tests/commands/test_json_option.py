"""`--json` with and without the fields that may follow it, and what a query's words may begin with."""

import json
from typing import Any

import pytest

from tests.commands.conftest import Convo
from tests.commands.terminal import Ran


def lines(ran: Ran) -> list[Any]:
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


@pytest.mark.parametrize(
    "words",
    [
        ["is:open", "--json", "id,subject"],
        ["--json", "id,subject", "is:open"],
        ["is:open", "--json=id,subject"],
        ["--json=id,subject", "is:open"],
    ],
)
def test_the_fields_after_json_are_the_only_ones_in_their_order(words: list[str], convo: Convo) -> None:
    found = lines(convo("thread", "list", *words))
    assert found
    assert all(list(row) == ["id", "subject"] for row in found)


def test_json_alone_gives_every_field_one_object_a_line(convo: Convo) -> None:
    found = lines(convo("thread", "list", "--json"))
    assert {row["subject"] for row in found} > {"Rear wheel noise", "Invoice for April"}
    assert {"id", "customer", "waiting_since"} <= set(found[0])
    assert found[0]["created_at"] == "2026-05-04T12:00:00Z"


@pytest.mark.parametrize("words", [["--json", "is:open"], ["--json", "invoice"], ["is:open", "--json"]])
def test_a_query_after_json_is_a_query(words: list[str], convo: Convo) -> None:
    found = lines(convo("thread", "list", *words))
    assert found
    assert "subject" in found[0]


def test_a_word_that_a_command_needs_is_not_taken_for_a_field(convo: Convo) -> None:
    assert lines(convo("search", "--json", "invoice"))[0]["customer"] == "Ben Okafor"
    assert convo("search", "--json", "subject").code == 0
    assert list(lines(convo("search", "--json", "subject", "invoice"))[0]) == ["subject"]


@pytest.mark.parametrize("words", [["--json", "id,subjct"], ["--json=subjct"], ["--json=id,", "--json=colour"]])
def test_an_unknown_field_is_a_usage_error_that_names_the_fields(words: list[str], convo: Convo) -> None:
    ran = convo("thread", "list", *words)
    assert ran.code == 2
    told = json.loads(ran.err)
    assert told["error"] == "usage"
    assert "waiting_since" in told["hint"]


def test_an_unknown_field_is_named_where_nothing_else_could_follow(convo: Convo) -> None:
    ran = convo("thread", "show", "1", "--json", "colour")
    assert ran.code == 2


def test_one_thing_is_one_object(convo: Convo) -> None:
    (thread,) = lines(convo("thread", "show", "1", "--json"))
    assert thread["subject"] == "Rear wheel noise"
    assert [message["direction"] for message in thread["messages"]] == ["inbound", "outbound", "note"]
    assert lines(convo("thread", "show", "1", "--json", "status"))[0].keys() == {"status"}


def test_entries_of_a_conversation_say_what_they_are(convo: Convo) -> None:
    (conversation,) = lines(convo("conversation", "show", "1", "--json"))
    assert [entry["type"] for entry in conversation["entries"]] == [
        "message",
        "message",
        "message",
        "event",
        "message",
        "event",
    ]
    assert conversation["entries"][5]["amount"] == {"amount_milli": 129000, "currency": "EUR"}


@pytest.mark.parametrize(
    "words", [["-subject:invoice"], ["is:open", "-subject:invoice"], ["-subject:invoice", "OR", "nothing"]]
)
def test_a_query_may_begin_with_a_dash(words: list[str], convo: Convo) -> None:
    ran = convo("thread", "list", *words, "--json", "subject")
    assert "Invoice for April" not in [row["subject"] for row in lines(ran)]


def test_options_keep_their_values_beside_excluded_words(convo: Convo) -> None:
    found = lines(convo("search", "-intent:spam", "--limit", "1", "the", "-n", "2", "--json", "message_id"))
    assert len(found) == 2
    assert len(lines(convo("search", "the", "-n1", "-spam", "--json", "message_id"))) == 1


def test_what_is_neither_an_option_nor_a_query_is_a_usage_error(convo: Convo) -> None:
    ran = convo("thread", "list", "--opne")
    assert ran.code == 2
    assert "--opne" in ran.err


def test_shared_options_are_taken_after_the_command_too(convo: Convo, shop: object) -> None:
    ran = convo("thread", "list", "--store", "/nowhere/at/all.convo", "--json")
    assert ran.code == 1
    assert json.loads(ran.err)["error"] == "not_found"


def test_a_page_that_is_not_the_last_gives_its_cursor(convo: Convo) -> None:
    first = convo("thread", "list", "--limit", "2", "--json", "id")
    cursor = json.loads(first.err)["next"]
    rest = convo("thread", "list", "--after", cursor, "--json", "id")
    assert rest.err == ""
    assert [row["id"] for row in lines(first) + lines(rest)] == [3, 2, 1]
    assert f"--after {cursor}" in convo("thread", "list", "--limit", "2").err
    assert convo("thread", "list", "--limit", "2", "--quiet").err == ""
