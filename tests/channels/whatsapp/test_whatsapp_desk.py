"""A WhatsApp number at a desk: what is pushed is in the inbox, the answer arrives, and its states come back."""

from datetime import timedelta

import pytest

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput, Busy, Conflict, NotAllowed
from convo.model.words import DeliveryStatus
from tests.channels.using import states, work
from tests.channels.whatsapp import payloads
from tests.channels.whatsapp.number import add, push, request
from tests.channels.whatsapp.payloads import AT, CHANGED, change, message, pushed, said, status, statuses
from tests.intake.saying import mail, rows, take
from tests.servers.graph import NUMBER, Graph

NEXT_DAY = AT + timedelta(hours=25)


@pytest.fixture
def shop(desk: Desk, graph_server: Graph, monkeypatch: pytest.MonkeyPatch, frozen_now: object) -> Desk:
    """A desk with a WhatsApp number."""
    add(desk, graph_server, monkeypatch)
    return desk


def test_a_customer_writes_and_has_the_answer_in_the_same_chat(shop: Desk, graph_server: Graph) -> None:
    picture = graph_server.has(b"a picture", "image/jpeg")
    came = push(shop, said(message(), message("image", {**payloads.IMAGE, "id": picture}, place=2)))
    assert (came.fetched, came.stored) == (2, 2)
    (row,) = shop.threads.list().items
    assert (row.customer, row.channel, len(shop.threads.show(row.id).messages)) == ("Ana Ruiz", "shop", 2)
    shop.threads.reply(row.id, "Yes, two are left.")
    work(shop)
    (body,) = graph_server.sent
    assert (body["recipient"], body["text"]["body"]) == ("ES.13491208655302741918", "Yes, two are left.")
    assert body["context"] == {"message_id": "wamid.IN2"}
    push(shop, said(message(place=3, context={"id": "wamid.OUT2"})))
    assert [each.id for each in shop.threads.list().items] == [row.id]


def test_what_is_pushed_again_is_stored_once(shop: Desk) -> None:
    push(shop, said(message()))
    again = push(shop, said(message(), message(place=2)))
    assert (again.stored, again.skipped, again.reasons) == (1, 1, ("already stored",))


def test_states_come_in_any_order_and_none_is_taken_back(shop: Desk, graph_server: Graph) -> None:
    push(shop, said(message()))
    shop.threads.reply(1, "Yes.")
    work(shop)
    key = graph_server.sent[0]["biz_opaque_callback_data"]
    assert push(shop, statuses(status("read", "wamid.OUT1"))).reports == 1
    assert states(shop) == ["read"]
    push(shop, statuses(status("sent", "wamid.OUT1", key=key), status("delivered", "wamid.OUT1")))
    assert states(shop) == ["read"]


def test_a_state_settles_a_message_of_which_nobody_knew_whether_it_went(shop: Desk, graph_server: Graph) -> None:
    push(shop, said(message()))
    shop.threads.reply(1, "Yes.")
    graph_server.drops()
    work(shop)
    assert states(shop) == ["unknown"]
    key = graph_server.sent[0]["biz_opaque_callback_data"]
    push(shop, statuses(status("delivered", "wamid.OUT1", key=key)))
    assert states(shop) == ["delivered"]


def test_a_failure_that_is_told_later_stands_at_the_message_in_words(shop: Desk) -> None:
    push(shop, said(message()))
    shop.threads.reply(1, "Yes.")
    work(shop)
    push(shop, statuses(status("failed", "wamid.OUT1", code=131026)))
    (delivery,) = shop.deliveries.list().items
    assert delivery.status == DeliveryStatus.FAILED
    assert "may not be on WhatsApp" in delivery.error


def test_after_a_day_free_text_is_refused_with_the_choice_and_a_template_goes(shop: Desk, graph_server: Graph) -> None:
    push(shop, said(message()))
    with clock.fixed(NEXT_DAY), pytest.raises(Conflict) as alone:
        shop.threads.reply(1, "Yes.", channel="shop")
    assert alone.value.hint == "send an approved template with --template NAME"
    shop.customers.add_identity(1, "email", "ana@x.example")
    take(shop.store, mail("ana@x.example", 0), channel="email")
    with clock.fixed(NEXT_DAY):
        with pytest.raises(Conflict) as caught:
            shop.threads.reply(1, "Yes.", channel="shop")
        assert caught.value.message.endswith("only templates can go")
        assert caught.value.hint == (
            "send an approved template with --template NAME, or answer by another with --channel: email"
        )
        told = shop.threads.reply(1, "", channel="shop", template="order_update", language="de", values=("Ana", "12"))
        assert told.body == "template order_update (de)\nAna\n12"
        work(shop)
    (body,) = graph_server.sent
    assert (body["type"], body["template"]["name"]) == ("template", "order_update")
    assert states(shop) == ["sent"]


def test_a_template_finds_its_channel_and_no_other_takes_it(shop: Desk) -> None:
    take(shop.store, mail("ana@x.example", 0), channel="email")
    with pytest.raises(Conflict, match="no channel that reaches the customer sends templates"):
        shop.threads.reply(1, "", template="order_update")
    shop.customers.add_identity(1, "phone", "+34600111222")
    assert shop.threads.reply(1, "Your order came.", template="order_update").channel == "shop"
    with pytest.raises(Conflict, match="email sends no templates"):
        shop.threads.reply(1, "", template="order_update", channel="email")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"template": "no such name"}, "is no template"),
        ({"template": ""}, "a template has a name"),
        ({"template": "a", "language": "de/../x"}, "is no language"),
        ({"template": "a", "values": ("", "b")}, "value of a template is empty"),
        ({"template": "a", "values": ("b",) * 31}, "at most 30 values"),
        ({"language": "de"}, "belong to a template"),
    ],
)
def test_what_is_no_template_is_refused(shop: Desk, given: dict[str, str], words: str) -> None:
    push(shop, said(message()))
    with pytest.raises(BadInput, match=words):
        shop.threads.reply(1, "text", **given)  # type: ignore[arg-type]


def test_who_changed_the_number_is_the_same_customer_and_is_answered_there(shop: Desk, graph_server: Graph) -> None:
    push(shop, said(message()))
    push(shop, pushed(change(messages=[message("system", CHANGED, place=2)])))
    shop.threads.reply(1, "Noted.")
    work(shop)
    assert graph_server.sent[0]["recipient"] == "ES.99999999999999999999"
    new = {"profile": {"name": "Ana"}, "wa_id": "34600999888", "user_id": "ES.99999999999999999999"}
    push(shop, said(message(who=new, place=3), who=new))
    (row,) = shop.threads.list().items
    assert len(shop.threads.show(row.id).messages) == 4


def test_a_request_that_cannot_be_taken_now_stores_nothing(shop: Desk, graph_server: Graph) -> None:
    picture = graph_server.has(b"a picture", "image/jpeg")
    payload = said(message(), message("image", {**payloads.IMAGE, "id": picture}, place=2))
    graph_server.answers("file", 503)
    with pytest.raises(Busy, match="does not give a file out now"):
        push(shop, payload)
    assert shop.threads.list().items == ()
    assert push(shop, payload).stored == 2


def test_a_forged_request_and_a_paused_channel_store_nothing(shop: Desk) -> None:
    forged = request(said(message()), **{"x-hub-signature-256": "sha256=00"})
    with pytest.raises(NotAllowed, match="signature is wrong"):
        shop.channels.receive("shop", forged)
    shop.channels.pause("shop")
    with pytest.raises(Conflict, match="paused"):
        push(shop, said(message()))
    assert shop.threads.list().items == ()


def test_nothing_is_pushed_to_a_channel_that_fetches(shop: Desk) -> None:
    shop.channels.add("telegram", "bot")
    with pytest.raises(BadInput, match="convo work asks telegram"):
        shop.channels.receive("bot", request(said(message())))


def test_who_stops_marketing_is_written_down(shop: Desk) -> None:
    push(shop, said(message()))
    wish = {"wa_id": "34600111222", "category": "marketing_messages", "value": "stop", "timestamp": "1794916801"}
    push(shop, pushed(change(field="user_preferences", user_preferences=[wish])))
    assert [
        (each[3], each[4]) for each in rows(shop.store, "consent", "id", "customer_id", "kind", "granted", "source")
    ] == [(False, "WhatsApp: chose Stop")]
    again = push(shop, pushed(change(field="user_preferences", user_preferences=[{**wish, "value": "maybe"}])))
    assert again.reasons == ("a wish about something else than marketing",)


def test_the_account_of_another_number_gets_nothing_of_ours(shop: Desk) -> None:
    came = push(shop, pushed(change(number=f"{NUMBER}9", contacts=[payloads.ANA], messages=[message()])))
    assert (came.stored, came.reasons) == (0, ("it is for another of our numbers",))
