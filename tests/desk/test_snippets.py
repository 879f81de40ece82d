"""Snippets: canned replies whose variables are filled with text and never evaluated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.desk.desk import Desk
from convo.desk.snippet_variables import fill
from convo.errors import BadInput, Conflict, NotFound
from tests.desk.acting import audited, operator
from tests.intake.saying import mail, take


def test_variables_are_filled_from_the_thread_the_customer_and_who_answers(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, subject="Truing", name="Ana Ruiz"))
    desk.customers.edit(1, language="es")
    desk.customers.set_attributes(1, {"bike": "R7"})
    marta = operator(desk, "marta", shown="Marta R.")
    marta.snippets.add(
        "all",
        "{customer.name}|{customer.first_name}|{customer.language}|{customer.attr.Bike}|{thread.id}|{thread.subject}|"
        "{channel.name}|{operator.name}",
    )
    assert marta.snippets.render("ALL", 1) == "Ana Ruiz|Ana|es|R7|1|Truing|email|Marta R."


def test_what_is_empty_is_said_otherwise_and_braces_can_be_written(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.snippets.add("hi", "Hello {customer.name|there}, {customer.attr.none}{{x}} {not closed")
    assert desk.snippets.render("hi", 1) == "Hello there, {x} {not closed"


@pytest.mark.parametrize(
    "body",
    [
        "{customer.__class__}",
        "{customer.name.__init__.__globals__}",
        "{customer.attr.}",
        "{}",
        "{0}",
        "{customer.name!r}",
        "{customer.name:>100000000}",
        "{thread}",
        "{os.environ|x}",
    ],
)
def test_a_variable_that_there_is_none_of_is_refused(desk: Desk, body: str) -> None:
    with pytest.raises(BadInput, match="there is no variable") as caught:
        desk.snippets.add("hostile", body)
    assert "{customer.name}" in caught.value.hint
    desk.snippets.add("fine", "x")
    with pytest.raises(BadInput):
        desk.snippets.edit("fine", body=body)
    assert [view.body for view in desk.snippets.list()] == ["x"]


@given(st.text("{}|.customernam ", max_size=60))
def test_filling_never_evaluates_and_fails_in_one_way_only(body: str) -> None:
    try:
        filled = fill(body, {"customer.name": "{thread.id}{{"})
    except BadInput:
        return
    assert filled.count("{thread.id}") <= body.count("{customer.name")


def test_a_variable_that_there_is_none_of_is_not_passed_over_in_silence() -> None:
    with pytest.raises(BadInput, match="there is no variable"):
        fill("It costs {order.total}", {"order.total": "7"})


def test_what_a_customer_is_called_is_not_filled_in_turn(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, name="{operator.name} {customer.__class__}"))
    desk.snippets.add("hi", "Hello {customer.name}")
    assert desk.snippets.render("hi", 1) == "Hello {operator.name} {customer.__class__}"


def test_a_snippet_is_edited_and_removed_and_both_are_written_down(desk: Desk) -> None:
    desk.snippets.add("hi", "Hello\r\n", "EN")
    view = desk.snippets.edit("HI", body="Hi", language="")
    assert (view.name, view.body, view.language) == ("hi", "Hi", None)
    row = audited(desk)[-1]
    assert (row.before, row.after) == ({"body": "Hello", "language": "en"}, {"body": "Hi", "language": None})
    desk.snippets.remove("hi")
    assert desk.snippets.list() == ()
    assert audited(desk)[-1].before == {"name": "hi", "body": "Hi"}


def test_what_cannot_be_kept_is_refused(desk: Desk) -> None:
    desk.snippets.add("hi", "Hello")
    with pytest.raises(Conflict):
        desk.snippets.add("HI", "Hello")
    for name, body, language in (("x", " ", None), ("x", "y" * 100_001, None), ("", "y", None), ("x", "y", "no lang")):
        with pytest.raises(BadInput):
            desk.snippets.add(name, body, language)
    assert len(desk.snippets.list()) == 1


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0))
    desk.snippets.add("hi", "Hello")
    for ask in (
        lambda: desk.snippets.show("x"),
        lambda: desk.snippets.edit("x", body="y"),
        lambda: desk.snippets.remove("x"),
        lambda: desk.snippets.render("x", 1),
        lambda: desk.snippets.render("hi", 99),
    ):
        with pytest.raises(NotFound):
            ask()
