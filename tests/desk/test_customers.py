"""Customers: who they are, how channels know them, what they agreed to."""

from datetime import timedelta

import pytest

from convo import clock
from convo.config import Settings
from convo.desk import cursor
from convo.desk.desk import Actor, Desk
from convo.errors import BadInput, Conflict, NotAllowed, NotFound, QueryError
from convo.model.views import CustomerRow, Money
from convo.model.words import Role
from tests.desk.said import START, buy, say


def test_a_new_customer_has_what_it_was_given_in_its_one_form(desk: Desk) -> None:
    with clock.fixed(START):
        view = desk.customers.add(
            "  Ann \n Lee ",
            identities=[("email", "Ann@Example.ORG"), ("phone", "(650) 253-0000")],
            language="pt-BR",
            time_zone="Europe/Madrid",
        )
    assert (view.name, view.language, view.time_zone) == ("Ann Lee", "pt-br", "Europe/Madrid")
    assert [(i.kind, i.value, i.shown, i.shared) for i in view.identities] == [
        ("email", "ann@example.org", "Ann@Example.ORG", False),
        ("phone", "+16502530000", "(650) 253-0000", False),
    ]
    assert (view.created_at, view.last_seen_at, view.blocked) == (START, None, False)
    assert (view.threads, view.messages, view.purchases, view.spent) == (0, 0, 0, ())
    assert desk.customers.show(view.id) == view


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"name": "x" * 201},
        {"name": "Ann", "language": "very english"},
        {"name": "Ann", "time_zone": "Mars/Olympus"},
        {"name": "Ann", "time_zone": "../../etc/passwd"},
        {"identities": [("email", "nobody")]},
        {"identities": [("fax", "123")]},
    ],
)
def test_a_customer_that_cannot_be_is_refused_and_nothing_is_kept(desk: Desk, values: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        desk.customers.add(**values)  # type: ignore[arg-type]
    assert desk.customers.list().items == ()


def test_a_handle_is_one_customers_at_a_time(desk: Desk) -> None:
    ann = desk.customers.add("Ann", identities=[("email", "ann@example.org")]).id
    bob = desk.customers.add("Bob").id
    with pytest.raises(Conflict, match=f"ann@example.org is customer {ann}'s"):
        desk.customers.add_identity(bob, "email", "ANN@example.org")
    with pytest.raises(Conflict):
        desk.customers.add("Eve", identities=[("email", "Ann@example.org")])
    assert [row.name for row in desk.customers.list().items] == ["Ann", "Bob"]
    desk.customers.remove_identity(ann, "email", "<ann@example.org>")
    assert [i.value for i in desk.customers.add_identity(bob, "email", "ann@example.org").identities] == [
        "ann@example.org"
    ]
    with pytest.raises(NotFound):
        desk.customers.remove_identity(ann, "email", "ann@example.org")


def test_a_handle_that_is_taken_away_leaves_what_came_by_it(desk: Desk) -> None:
    said = say(desk, "ann@example.org", "hello", at=START)
    buy(desk, "ann@example.org", at=START)
    assert said.customer_id is not None
    view = desk.customers.remove_identity(said.customer_id, "email", "ann@example.org")
    assert (view.identities, view.messages, view.purchases) == ((), 1, 1)
    again = say(desk, "ann@example.org", "hello again", at=START + timedelta(hours=1))
    assert again.customer_id != said.customer_id


def test_a_handle_can_be_shared_and_one_persons_again(desk: Desk) -> None:
    ann = desk.customers.add("Ann", identities=[("phone", "+34600111222")]).id
    assert desk.customers.share_identity("phone", "+34 600 111 222", True).identities[0].shared
    assert not desk.customers.share_identity("phone", "+34600111222", False).identities[0].shared
    assert desk.customers.add_identity(ann, "phone", "+34600111222", shared=True).identities[0].shared
    with pytest.raises(NotFound):
        desk.customers.share_identity("phone", "+34600999999", True)


def test_an_edit_changes_what_is_given_and_takes_away_what_is_empty(desk: Desk) -> None:
    ann = desk.customers.add("Ann", language="en", time_zone="Europe/Madrid").id
    view = desk.customers.edit(ann, name="Ann Lee", language="")
    assert (view.name, view.language, view.time_zone) == ("Ann Lee", None, "Europe/Madrid")
    row = desk.audit.list(entity="customer", entity_id=ann).items[0]
    assert (row.operation, row.before, row.after) == (
        "customers.edit",
        {"language": "en", "name": "Ann"},
        {"name": "Ann Lee"},
    )
    with pytest.raises(NotFound):
        desk.customers.edit(99, name="x")


def test_tags_are_folded_and_attributes_are_set_and_removed(desk: Desk) -> None:
    ann = desk.customers.add("Ann").id
    assert desk.customers.tag(ann, add=["VIP", "vip", " Early  Bird "]).tags == ("early bird", "vip")
    assert desk.customers.tag(ann, remove=["Vip"], add=["new"]).tags == ("early bird", "new")
    assert desk.customers.set_attributes(ann, {"Shoe Size": "42", "plan": "gold"}).attributes == {
        "plan": "gold",
        "shoe_size": "42",
    }
    assert desk.customers.set_attributes(ann, {"plan": None, "shoe size": ""}).attributes == {}
    for bad in ({"": "x"}, {"a:b": "x"}, {"a": "x" * 5000}, {"a\x1bb": "x"}):
        with pytest.raises(BadInput):
            desk.customers.set_attributes(ann, bad)
    for tag in ("", "a,b", "x" * 65):
        with pytest.raises(BadInput):
            desk.customers.tag(ann, add=[tag])


def test_the_newest_word_on_consent_is_in_force(desk: Desk) -> None:
    ann = desk.customers.add("Ann").id
    for hours, kind, granted, source in (
        (1, "marketing", True, "web form"),
        (2, "transactional", True, "order 7"),
        (3, "marketing", False, "said so on the phone"),
    ):
        with clock.fixed(START + timedelta(hours=hours)):
            view = desk.customers.consent(ann, kind, granted, source=source)
    assert [(c.kind, c.granted, c.source) for c in view.consents] == [
        ("marketing", False, "said so on the phone"),
        ("transactional", True, "order 7"),
    ]
    assert view.consents[0].at == START + timedelta(hours=3)
    with pytest.raises(BadInput):
        desk.customers.consent(ann, "everything", True, source="x")
    with pytest.raises(BadInput):
        desk.customers.consent(ann, "marketing", True, source=" ")


def test_a_customer_is_blocked_and_unblocked(desk: Desk) -> None:
    ann = desk.customers.add("Ann").id
    assert desk.customers.block(ann).blocked
    assert desk.customers.list().items[0].blocked
    assert not desk.customers.unblock(ann).blocked


def test_a_view_counts_what_was_said_and_spent(desk: Desk) -> None:
    said = say(desk, "ann@example.org", "hello", at=START, name="Ann")
    buy(desk, "ann@example.org", at=START + timedelta(hours=1), amount=12_500)
    buy(desk, "ann@example.org", at=START + timedelta(hours=2), amount=500)
    assert said.customer_id is not None
    view = desk.customers.show(said.customer_id)
    assert (view.threads, view.open_threads, view.messages, view.purchases) == (1, 1, 1, 2)
    assert view.spent == (Money(13_000, "EUR"),)
    assert view.last_seen_at == START + timedelta(hours=2)
    row = desk.customers.list().items[0]
    assert row == CustomerRow(said.customer_id, "Ann", "ann@example.org", 1, START + timedelta(hours=2), False)


def test_pages_give_everybody_once_the_last_heard_of_first(desk: Desk) -> None:
    silent = [desk.customers.add(f"Silent {number}").id for number in range(4)]
    heard = [
        say(desk, f"p{number}@example.org", f"hello {number}", at=START + timedelta(hours=number // 2)).customer_id
        for number in range(7)
    ]
    whole = [row.id for row in desk.customers.list().items]
    assert whole == [*reversed(heard), *silent]
    for limit in (1, 2, 3, 7, 11):
        seen: list[int] = []
        after = None
        while True:
            page = desk.customers.list(after=after, limit=limit)
            assert 0 < len(page.items) <= limit
            seen += [row.id for row in page.items]
            after = page.next
            if after is None:
                break
        assert seen == whole


def test_a_query_chooses_customers(desk: Desk) -> None:
    ann, bob = desk.customers.add("Ann Lee").id, desk.customers.add("Bob Ray").id
    desk.customers.tag(bob, add=["vip"])
    assert [row.id for row in desk.customers.list("tag:vip").items] == [bob]
    assert [row.id for row in desk.customers.list("-tag:vip").items] == [ann]
    with pytest.raises(QueryError):
        desk.customers.list("tag:(")
    for wrong in ({"limit": 0}, {"limit": 1001}, {"after": "nonsense"}):
        with pytest.raises(BadInput):
            desk.customers.list(**wrong)


def test_find_takes_a_number_a_handle_or_a_name(desk: Desk) -> None:
    ann = desk.customers.add("Ann Lee", identities=[("email", "ann@example.org"), ("telegram", "@annlee")]).id
    bob = desk.customers.add("Bób Lee", identities=[("phone", "+34600111222"), ("external", "zendesk:7")]).id
    for text in (
        str(ann),
        "ANN@example.org",
        "@AnnLee",
        "telegram:@annlee",
        "email:ann@example.org",
        "ann",
        "Lee, Ann",
    ):
        assert desk.customers.find(text) == ann, text
    for text in (str(bob), "+34 600 111 222", "34600111222", "zendesk:7", "external:zendesk:7", "bob lee", "BOB"):
        assert desk.customers.find(text) == bob, text
    with pytest.raises(NotFound):
        desk.customers.find("Nobody")
    for empty in ("", "99", "?!", "9" * 30):
        with pytest.raises(NotFound):
            desk.customers.find(empty)
    with pytest.raises(Conflict) as caught:
        desk.customers.find("lee")
    assert caught.value.details["candidates"] == [ann, bob]
    assert f"{ann} Ann Lee ann@example.org" in caught.value.message


def test_a_whole_name_goes_before_a_part_of_one(desk: Desk) -> None:
    desk.customers.add("Ann Lee Jones")
    ann = desk.customers.add("Ann Lee").id
    assert desk.customers.find("ann lee") == ann


def test_a_number_finds_a_merged_customer_and_a_handle_the_one_kept(desk: Desk) -> None:
    kept = desk.customers.add("Ann").id
    merged = desk.customers.add("Anna", identities=[("email", "anna@example.org")]).id
    desk.customers.merge(kept, merged)
    assert desk.customers.find(str(merged)) == merged
    assert desk.customers.find("anna@example.org") == kept
    with pytest.raises(NotFound):
        desk.customers.find("Anna")


@pytest.mark.parametrize(("role", "allowed"), [(Role.VIEWER, False), (Role.AGENT, True)])
def test_changing_a_customer_takes_an_agent_and_erasing_one_an_admin(desk: Desk, role: Role, allowed: bool) -> None:
    ann = desk.customers.add("Ann").id
    other = Desk(desk.store, Settings(), Actor("x", role))
    assert other.customers.show(ann).name == "Ann"
    if allowed:
        other.customers.edit(ann, name="Anna")
    else:
        with pytest.raises(NotAllowed):
            other.customers.edit(ann, name="Anna")
    with pytest.raises(NotAllowed):
        other.customers.erase(ann)


def test_a_number_that_no_store_can_hold_is_nobodys(desk: Desk) -> None:
    for number in (2**63, -(2**63) - 1, 10**30):
        with pytest.raises(NotFound, match="as large as"):
            desk.customers.show(number)


def test_a_forged_cursor_of_customers_is_refused(desk: Desk) -> None:
    for forged in (cursor.encode(2**62, 1), cursor.encode("x", 1), cursor.encode(1)):
        with pytest.raises(BadInput, match="cursor"):
            desk.customers.list(after=forged)
