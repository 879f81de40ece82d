"""Whole conversations between customers and a bot, as the store and the operators see them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from convo import clock
from convo.desk.desk import Desk
from convo.errors import BadInput, Conflict, NotFound
from convo.model.envelope import Part
from tests.desk.acting import operator
from tests.desk.chatting import NOW, PICTURE, Customer
from tests.intake.saying import rows
from tests.store.processes import finish, spawn

CONFIG = """
signs_as = "Wheelhouse's assistant"
[ask]
"order status" = ["order_number"]
"warranty claim" = ["order_number", "photo"]
"callback" = ["phone", "email"]
[fields.order_number]
patterns = ["9999"]
"""

INVOICE = Part("invoice.pdf", "application/pdf", b"%PDF")


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """A desk with a bot and articles in two languages."""
    desk.bots.add("ines", CONFIG)
    desk.articles.add("opening", "Opening hours of the workshop", "The workshop is open from nine to six.", "en")
    desk.articles.add("horario", "Horario del taller", "El taller abre de nueve a seis.", "es")
    return desk


def test_a_spanish_customer_who_asks_for_an_order_is_asked_for_its_number_once_and_then_a_person_knows_it(
    shop: Desk,
) -> None:
    ana = Customer(shop, "+34612345678")
    (asked,) = ana.writes("Hola, ¿dónde está mi pedido?", takes=True, language="es", intent="order status")
    assert "número de pedido" in asked
    assert "respuesta automática de Wheelhouse's assistant" in asked
    row = shop.threads.show(ana.thread).row
    assert (row.status, row.unread, row.waiting_since) == ("pending", False, None)
    (passed,) = ana.writes("es el 1041", language="es")
    assert "te responderá aquí" in passed
    assert ana.ended() == ("handed_over", "has what was missing; a person does the rest")
    (note,) = ana.notes()
    for fact in ("Ana Ruiz", "whatsapp +34612345678", "order status", "¿dónde está mi pedido?", "order number 1041"):
        assert fact in note
    row = shop.threads.show(ana.thread).row
    assert (row.status, row.unread, row.waiting_since) == ("open", True, ana.at)
    view = ana.told()[0]
    assert (view.author, view.delivery, view.automatic) == ("ines", "queued", True)
    assert rows(shop.store, "episode", "first_response_at") == [(None,)], "a machine's word is no first response"


def test_who_only_says_hello_is_asked_what_it_is_about_and_then_helped(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    (said,) = ana.writes("¡Hola, buenas!", takes=True, language="es", intent="greeting")
    assert "¿En qué podemos ayudarte?" in said
    assert "respuesta automática" in said
    (asked,) = ana.writes("¿dónde está mi pedido?", language="es", intent="order status")
    assert "número de pedido" in asked
    ana.writes("no lo tengo", language="es")
    assert "About: order status\nAsked: “¿dónde está mi pedido?”" in ana.notes()[0]


def test_hello_after_a_question_that_waits_is_not_asked_what_it_is_about(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    ana.writes("the rim is bent", language="en")
    (said,) = ana.writes("hello hello", takes=True, language="en")
    assert "What can we do for you?" not in said


def test_the_one_order_that_fits_is_taken_for_granted_and_the_customer_can_object(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    ana.buys("1041", "R7 rear wheel")
    ana.buys("1002", "commuter bike", days_ago=600)
    (said,) = ana.writes("where is my order?", takes=True, language="en", intent="order_status")
    assert "I take it this is about order 1041; tell me if it is another." in said
    assert "order number" not in said
    assert "order number 1041 (assumed)" in ana.notes()[0]


def test_the_order_that_our_own_mail_names_is_not_asked_for(shop: Desk) -> None:
    ana = Customer(shop, "ana@correo.example", channel="email")
    ana.hears("Your order 1041 has been shipped.")
    (said,) = ana.writes("it has not come yet", takes=True, language="en", intent="order status")
    assert "I take it this is about order 1041; tell me if it is another." in said


def test_the_order_in_the_subject_that_is_answered_is_not_asked_for(shop: Desk) -> None:
    ana = Customer(shop, "ana@correo.example", channel="email")
    text = "it has not come yet"
    (said,) = ana.writes(text, subject="Re: Your order 1041", takes=True, language="en", intent="order status")
    assert "about order 1041" in said


def test_of_several_orders_in_our_message_none_is_taken_for_granted(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    ana.hears("Is it order 1041 or order 1044?")
    (said,) = ana.writes("it has not come yet", takes=True, language="en", intent="order status")
    assert "your order number" in said


def test_of_several_recent_orders_the_customer_chooses_without_knowing_a_number(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    ana.buys("1041", "R7 rear wheel")
    ana.buys("1044", "helmet, size M", days_ago=3)
    (said,) = ana.writes("where is my order?", takes=True, language="en", intent="order status")
    assert "1041: R7 rear wheel, 2026-11-07" in said
    assert "send us" not in said
    ana.writes("1044 please", language="en")
    assert "order number 1044" in ana.notes()[0]
    ben = Customer(shop, "+34699999999")
    ben.buys("1051", "R7 rear wheel")
    ben.buys("1054", "helmet, size M", days_ago=3)
    (said,) = ben.writes("the helmet has not come yet", takes=True, language="en", intent="order status")
    assert "about order 1054" in said


def test_a_warranty_claim_without_a_photo_is_asked_for_it_and_one_that_came_by_mail_counts(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    first = "the rim of order 1041 has a crack"
    (asked,) = ana.writes(first, takes=True, language="en", intent="warranty claim")
    assert "a photo that shows the problem" in asked
    assert "order number" not in asked, "it said so itself"
    (again,) = ana.writes("here it comes", language="en")
    assert "I did not find it in your message." in again
    ana.writes("", parts=(PICTURE,))
    assert ana.ended()[1].startswith("has what was missing")
    assert "photo 2026-11-17" in ana.notes()[0]

    ben = Customer(shop, "ben@example.org", channel="email", name="Ben")
    ben.writes("a crack, see the picture", parts=(PICTURE,), subject="Rim")
    chat = Customer(shop, "bennie", channel="telegram", name="Bennie")
    chat.writes("hello")
    mailed, chatted = (shop.threads.show(one.thread).row.customer_id for one in (ben, chat))
    shop.customers.merge(mailed, chatted)
    chat.at += timedelta(days=8)
    (said,) = chat.writes(
        "I want to claim the warranty for order 1044", takes=True, language="en", intent="warranty claim"
    )
    assert "I use the photo that you sent on 2026-11-17" in said


def test_two_sessions_of_one_customer_at_once_know_what_was_said_in_either(shop: Desk) -> None:
    chat, mail = Customer(shop, "+34612345678"), Customer(shop, "ana@example.org", channel="email")
    (by_chat,) = chat.writes("where is my order?", takes=True, language="en", intent="order status")
    (by_mail,) = mail.writes("the rim is cracked", takes=True, language="en", intent="warranty claim", subject="Rim")
    assert "order number" in by_chat
    assert "order number" in by_mail
    kept, merged = (shop.threads.show(one.thread).row.customer_id for one in (mail, chat))
    shop.customers.merge(kept, merged)
    chat.writes("it is 1041", language="en")
    (again,) = mail.writes("here is the picture", language="en", parts=(PICTURE,), subject="Re: Rim")
    assert "order 1041; tell me if it is another" in again
    assert "order number" not in again
    assert [view.state for view in shop.bots.sessions().items] == ["handed_over", "handed_over"]


def test_what_is_wrong_is_said_once_and_then_a_person_comes(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    ana.writes("where is my order?", takes=True, language="en", intent="order status")
    (again,) = ana.writes("it is 77-1", language="en")
    assert "“77-1” cannot be right." in again
    ana.writes("then 12345678", language="en")
    assert ana.ended() == ("handed_over", "what was asked for was not given")
    ben = Customer(shop, "+34699999999")
    ben.writes("where is my order?", takes=True, language="en", intent="order status")
    ben.writes("I don't have it", language="en")
    assert ben.ended()[1] == "the customer does not have what was asked for"


def test_handles_are_never_asked_for_again_and_given_ones_are_offered_but_make_nobody_somebody_else(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    (asked,) = ana.writes("I need an appointment", takes=True, language="en", intent="callback")
    assert "phone" not in asked.split("\n\n")[0]
    assert "e-mail address" in asked
    ana.writes("It is <Ana.Ruiz@Correo.example>.", language="en")
    (note,) = ana.notes()
    customer = shop.threads.show(ana.thread).row.customer_id
    assert f"convo customer identity add {customer} email ana.ruiz@correo.example" in note
    assert [view.kind for view in shop.customers.show(customer).identities] == ["whatsapp"]


def test_an_article_answers_in_the_customers_language_and_a_yes_resolves_the_thread(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    (answer,) = ana.writes("¿Qué horario tiene el taller?", takes=True, language="es")
    assert "El taller abre de nueve a seis." in answer
    assert "De nuestra ayuda: Horario del taller (horario)." in answer
    assert "¿Te ha servido?" in answer
    (glad,) = ana.writes("sí, gracias", language="es")
    assert "Nos alegramos" in glad
    assert ana.ended() == ("answered", "the answer helped")
    assert shop.threads.show(ana.thread).row.status == "resolved"
    assert ana.notes() == []
    assert [(use.name, use.sent) for use in shop.articles.stats() if use.sent] == [("horario", 1)]
    assert rows(shop.store, "article_use", "message_id", "by") == [(ana.told()[0].id, "ines")]
    (view,) = shop.bots.list()
    assert (view.sessions, view.answered, view.active, view.handed_over, view.turns) == (1, 1, 0, {}, 1.0)


def test_thanks_and_a_wish_after_an_answer_resolve_nothing(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    ana.writes("opening hours of the workshop?", takes=True, language="en")
    ana.writes("Ok, then please cancel my order", language="en", intent="cancel order")
    assert ana.ended()[0] == "handed_over"
    assert shop.threads.show(ana.thread).row.status == "open"


def test_an_answer_that_did_not_help_and_one_only_in_another_language_go_to_a_person(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    ana.writes("¿Qué horario tiene el taller?", takes=True, language="es")
    ana.writes("no, eso no me sirve", language="es")
    assert ana.ended() == ("handed_over", "the answer did not help")
    assert "Answered with: horario" in ana.notes()[0]
    ben = Customer(shop, "+49151234567")
    ben.writes("Opening hours workshop, bitte?", takes=True, language="de")
    assert ben.ended() == ("handed_over", "has the answer only in another language")
    shop.bots.edit("ines", CONFIG.replace("[ask]", "other_languages = true\n[ask]", 1))
    cleo = Customer(shop, "+49151234568")
    (answer,) = cleo.writes("Opening hours of workshop, bitte?", takes=True, language="de")
    assert answer.startswith("Die Antwort habe ich nur in einer anderen Sprache:")
    assert "open from nine to six" in answer


@pytest.mark.parametrize(
    ("text", "understood", "reason"),
    [
        ("quiero hablar con una persona", {"language": "es"}, "asked for a person"),
        ("whatever", {"language": "en", "intent": "talk_to_a_person"}, "asked for a person"),
        ("this is a disgrace", {"language": "en", "sentiment": -0.8}, "the mood falls"),
        ("blorp", {"language": "en"}, "unsure what this is about"),
        (
            "see the invoice",
            {"language": "en", "parts": (INVOICE,)},
            "an attachment that it cannot read",
        ),
        ("waar is mijn bestelling", {"language": "nl"}, "does not speak the language"),
    ],
)
def test_a_person_gets_at_once_what_is_not_for_a_bot(
    shop: Desk, text: str, understood: dict[str, object], reason: str
) -> None:
    ana = Customer(shop, "+34612345678")
    ana.writes(text, takes=True, **understood)
    assert ana.ended() == ("handed_over", reason)
    assert ana.notes()[0].startswith(f"Handed over: {reason}")
    row = shop.threads.show(ana.thread).row
    assert (row.status, row.unread) == ("open", True)
    assert ana.writes("hello again, anybody there?") == [], "a person has it now"


def test_a_mood_that_falls_over_a_session_brings_a_person(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    ana.writes("hi! where is my order?", takes=True, language="en", intent="order status", sentiment=0.5)
    ana.writes("why do you want to know that", language="en", sentiment=-0.4)
    assert ana.ended() == ("handed_over", "the mood falls")
    assert "from +0.50 at first" in ana.notes()[0]


def test_after_as_many_turns_as_it_may_take_a_person_comes(desk: Desk) -> None:
    desk.bots.add("ines", 'turns = 1\n[ask]\n"order status" = ["order_number"]')
    ana = Customer(desk, "+34612345678")
    ana.writes("where is my order?", takes=True, language="en", intent="order status")
    ana.writes("what number", language="en")
    assert ana.ended() == ("handed_over", "too many turns")


def test_a_robot_on_the_other_side_hears_nothing_or_little(shop: Desk) -> None:
    robot = Customer(shop, "+34612345678")
    assert robot.writes("I am out of office", takes=True, language="en", automatic=True) == []
    assert shop.bots.sessions().items == (), "the thread stays with people"
    liar = Customer(shop, "liar@example.org", channel="email")
    assert liar.writes("where is my order?", takes=True, intent="order status", unverified=True) == []
    forged = Customer(shop, "forged@example.org", channel="email")
    why = "our server does not vouch for its sender"
    assert forged.writes("where is my order?", takes=True, intent="order status", unanswerable=why) == []
    unmarked = Customer(shop, "+34699999999")
    (asked,) = unmarked.writes("where is my order?", takes=True, language="en", intent="order status")
    assert unmarked.writes("I am away until Monday.", automatic=True) == []
    assert unmarked.ended()[0] == "active"
    assert unmarked.writes(asked) == []
    assert unmarked.ended() == ("handed_over", "hears its own words")


def test_a_robot_that_says_the_same_again_in_new_threads_is_left_to_people(shop: Desk) -> None:
    robot = Customer(shop, "robot@example.org", channel="email")
    text = "Your request has been received under the number 4711 and will be dealt with"
    assert robot.writes(text, takes=True, language="en", subject="Ticket 1") != []
    assert robot.writes(text.replace("4711", "4712"), takes=True, language="en", subject="Ticket 2") == []
    assert robot.ended() == ("handed_over", "the customer repeats themselves")


def test_one_customer_hears_no_more_a_day_than_is_allowed_over_all_threads(desk: Desk) -> None:
    desk.bots.add("ines", 'daily = 2\n[ask]\n"*" = ["order_number"]')
    ana = Customer(desk, "ana@example.org", channel="email")
    for number, text in enumerate(["where is it", "my wheel squeaks badly", "do you sell lamps at all"]):
        ana.writes(text, takes=True, language="en", subject=f"Topic {number}")
    assert [view.automatic for view in ana.told()] == []
    assert ana.ended() == ("handed_over", "said enough to this customer today")
    ana.at += timedelta(days=2)
    assert ana.writes("and what about saddles?", takes=True, language="en", subject="Topic 9") != []


def test_a_blocked_customer_hears_nothing(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    ana.writes("hello", language="en")
    shop.customers.block(shop.threads.show(ana.thread).row.customer_id)
    shop.bots.take(ana.thread)
    assert ana.told() == []


def test_an_episode_has_one_session_and_a_new_one_may_have_another(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    assert len(ana.writes("where is my order?", takes=True, language="en", intent="order status")) == 1
    assert len(ana.writes("ah yes", takes=True, language="en")) == 1, "the worker's way answers it, the rule does not"
    shop.bots.take(ana.thread)
    assert shop.bots.go_on(ana.thread, 2) is True
    assert len(ana.told()) == 2
    assert len(shop.bots.sessions().items) == 1
    shop.threads.close(ana.thread)
    assert ana.ended() == ("handed_over", "a person has taken over")
    ana.writes("it is back: the wheel squeaks", takes=True, language="en", intent="order status")
    assert len(shop.bots.sessions().items) == 2


@pytest.mark.parametrize("way", ["reply", "assign", "note"])
def test_a_person_who_takes_over_silences_the_bot(shop: Desk, way: str) -> None:
    marta = operator(shop)
    ana = Customer(shop, "+34612345678")
    ana.writes("where is my order?", takes=True, language="en", intent="order status")
    shop.threads.note(ana.thread, "she is a good customer")
    assert ana.ended()[0] == "active"
    if way == "reply":
        with clock.fixed(ana.at + timedelta(seconds=30)):
            marta.threads.reply(ana.thread, "I look into it")
    elif way == "assign":
        marta.threads.assign(ana.thread, "me")
    else:
        marta.threads.note(ana.thread, "I take over here")
    assert ana.ended() == ("handed_over", "a person has taken over")
    assert ana.writes("it is 1041", language="en") == []


def test_a_conversation_in_which_a_person_answered_is_no_first_contact(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    ana.writes("where is my order?", language="en")
    with clock.fixed(ana.at + timedelta(seconds=30)):
        shop.threads.reply(ana.thread, "It comes tomorrow.")
    assert ana.writes("thanks Marta, it was late", takes=True, language="en") == []
    assert shop.bots.sessions().items == ()


def test_a_person_who_answers_from_their_telephone_silences_the_bot_too(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    ana.writes("where is my order?", takes=True, language="en", intent="order status")
    ana.hears("I look into it, Ana")
    assert ana.writes("it is 1041", language="en") == []
    assert ana.ended() == ("handed_over", "a person has taken over")
    assert ana.notes() == []


def test_what_goes_on_in_the_background_is_no_persons_hand(shop: Desk) -> None:
    operator(shop, "marta")
    ana = Customer(shop, "+34612345678")
    ana.writes("where is my order?", takes=True, language="en", intent="order status")
    with shop.as_running("arrivals.route"):
        shop.threads.note(ana.thread, "a rule says: take over soon")
        shop.threads.assign(ana.thread, "marta")
    assert ana.ended()[0] == "active"


def test_our_own_address_and_number_are_nobody_elses(shop: Desk) -> None:
    ours = Desk(shop.store, replace(shop.settings, own=("hello@wheelhouse.example",)), shop.actor)
    ana = Customer(ours, "+34612345678")
    ana.writes("you wrote from hello@wheelhouse.example", takes=True, language="en", intent="callback")
    assert ana.ended()[0] == "active"
    assert ours.bots.sessions().items[0].missing == ("email",)


def test_a_customer_who_cannot_be_reached_is_handed_over_with_nothing_lost(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    ana.writes("where is my order?", language="en", intent="order status")
    shop.channels.remove("whatsapp")
    shop.bots.take(ana.thread)
    assert ana.ended() == ("handed_over", "cannot reach the customer by this channel")
    assert ana.told() == []
    assert len(ana.notes()) == 1


def test_a_thread_that_is_handed_over_goes_to_whom_the_bot_wants_and_is_nobodys_when_they_are_gone(shop: Desk) -> None:
    shop.teams.add("support")
    operator(shop, "marta")
    shop.teams.join("support", "marta")
    shop.bots.edit("ines", f'wanted = "least-busy support"\n{CONFIG}')
    ana = Customer(shop, "+34612345678")
    ana.writes("quiero hablar con una persona", takes=True, language="es")
    assert shop.threads.show(ana.thread).row.assignee == "marta"
    shop.bots.edit("ines", f'wanted = "nobody-here"\n{CONFIG}')
    ben = Customer(shop, "+34699999999")
    ben.writes("quiero hablar con una persona", takes=True, language="es")
    row = shop.threads.show(ben.thread).row
    assert (row.assignee, row.status, row.unread) == (None, "open", True)
    assert "could not be assigned as the bot ines wants it" in ben.notes()[-1]


def test_a_bot_that_is_switched_off_takes_nothing_and_gives_back_what_it_has(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    ana.writes("where is my order?", takes=True, language="en", intent="order status")
    shop.bots.disable("ines")
    assert ana.writes("1041", language="en") == []
    assert ana.ended() == ("handed_over", "the bot is switched off")
    ben = Customer(shop, "+34699999999")
    assert ben.writes("hello", takes=True, language="en") == []
    assert len(shop.bots.sessions().items) == 1


def everything(desk: Desk) -> list[object]:
    """The rows that a bot could change."""
    return [rows(desk.store, table) for table in ("message", "thread", "bot_session", "delivery", "audit")]


def test_a_trial_says_what_a_bot_would_do_and_changes_nothing(shop: Desk) -> None:
    ana = Customer(shop, "+34612345678")
    ana.buys("1041", "R7 rear wheel")
    ana.writes("hello", language="en")
    customer = shop.threads.show(ana.thread).row.customer_id
    before = everything(shop)
    with clock.fixed(NOW):
        stranger = shop.bots.try_out("where is my order", intent="order status", language="en")
        known = shop.bots.try_out("where is my order", customer=customer, intent="order status", language="en")
        here = shop.bots.try_out("¿horario del taller?", thread=ana.thread, language="es")
    assert (stranger.move, stranger.asked) == ("ask", ("order_number",))
    assert (known.move, known.known) == ("hand over", {"order_number": "1041"})
    assert any("the one recent purchase" in why for why in known.because)
    assert (here.move, here.article) == ("answer", "horario")
    assert everything(shop) == before
    with pytest.raises(NotFound):
        shop.bots.try_out("x", thread=4711)
    with pytest.raises(NotFound):
        shop.bots.try_out("x", customer=4711)


def test_a_trial_understands_what_is_tried_as_the_desk_would(desk: Desk) -> None:
    desk.bots.add("ines")
    found = desk.bots.try_out("¿dónde está mi pedido? todavía no ha llegado")
    assert (found.language, found.intent, found.move, found.asked) == ("es", "order_status", "ask", ("order_number",))


def test_bots_are_kept_named_exported_and_brought_in_with_their_comments(desk: Desk) -> None:
    with pytest.raises(NotFound, match="no bot"):
        desk.bots.take(1)
    desk.bots.add("ines")
    with pytest.raises(Conflict):
        desk.bots.add("INES")
    text = desk.bots.export("ines")
    assert text.startswith('name = "ines"\n')
    assert "# What to ask for, by intent" in text
    changed = desk.bots.bring_in(text.replace("turns = 3", "turns = 2"))
    assert changed.name == "ines"
    assert "turns = 2" in changed.config
    assert desk.bots.export("ines") == text.replace("turns = 3", "turns = 2")
    other = desk.bots.bring_in(text.replace('"ines"', '"otto"'))
    assert [view.name for view in desk.bots.list()] == ["ines", "otto"]
    with pytest.raises(Conflict, match="several"):
        desk.bots.try_out("x")
    with pytest.raises(BadInput, match="which bot"):
        desk.bots.bring_in("turns = 1")
    desk.bots.remove(other.name)
    desk.rules.add("first", "is:open", ["bot ines"])
    with pytest.raises(Conflict, match="'first'"):
        desk.bots.remove("ines")


_TAKE = """
    import sys
    from convo.desk.desk import open_desk
    with open_desk(sys.argv[1], create=False) as desk:
        print("ready", flush=True)
        sys.stdin.readline()
        for thread in range(1, 13):
            desk.bots.take(thread)
    """


def test_two_workers_who_hand_over_the_same_threads_at_once_begin_one_session_in_each(shop: Desk) -> None:
    for number in range(12):
        Customer(shop, f"+346123456{number:02}").writes("where is it?", language="en", intent="order status")
    url = str(shop.store.location.path or shop.store.location.url)
    processes = [spawn(_TAKE, url) for _ in range(2)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n", process.communicate()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        finish(process)
    assert sorted(thread for _, thread in rows(shop.store, "bot_session", "id", "thread_id")) == [*range(1, 13)]
    assert len(rows(shop.store, "delivery", "id")) == 12
