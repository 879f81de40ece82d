"""The help, the completion and the errors speak of the same fields as the parser."""

import subprocess
import sys

import pytest

from convo.query.context import QueryContext
from convo.query.fields import BY_NAME, FIELDS, Takes
from convo.query.help import complete, help_rows, help_text
from convo.query.inflight import InFlight
from convo.query.parse import parse
from convo.query.predicate import matches
from convo.query.sql import message_condition
from tests.query.nasty import ME, NOW, ZONE


def test_the_help_names_every_field_and_shows_its_examples() -> None:
    page = help_text()
    assert len(help_rows()) == len(FIELDS)
    for field in FIELDS:
        assert field.help in " ".join(page.split())
        assert all(example in page for example in field.examples)
    assert max(map(len, page.splitlines())) <= 100


def test_every_example_can_be_asked_of_a_store_and_of_a_message() -> None:
    for context in (QueryContext("sqlite", NOW, ZONE, ME), QueryContext("postgresql", NOW, ZONE, ME)):
        for field in FIELDS:
            for example in field.examples:
                assert str(message_condition(parse(example), context))
                assert matches(parse(example), InFlight(sent_at=NOW), context) in {True, False}


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("as", ["assignee:"]),
        ("is:open -s", ["-status:", "-spent:", "-sentiment:", "-subject:", "-sent:", "-sla:"]),
        ("(is:op", ["is:open"]),
        ("IS:un", ["IS:unread", "IS:unassigned", "IS:unverified"]),
        ("status:open,p", ["status:open,pending"]),
        ("assignee:m", ["assignee:me"]),
        ("att", ["attr."]),
        ("nothing:x", []),
        ("is:open ", ["attr." if field == "attr" else f"{field}:" for field in BY_NAME]),
    ],
)
def test_the_last_word_is_completed(typed: str, offered: list[str]) -> None:
    assert complete(typed) == offered


def test_whatever_is_completed_for_a_choice_parses() -> None:
    for field in FIELDS:
        if field.takes is Takes.CHOICE:
            assert complete(f"{field.name}:")
            for query in complete(f"{field.name}:"):
                parse(query)


def test_the_help_loads_neither_the_parser_nor_the_database() -> None:
    code = "import sys, convo.query.help as h; h.help_text(); print(sorted({'lark', 'sqlalchemy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
