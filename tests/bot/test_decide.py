"""What a bot does next rests on what it is shown, and it asks for nothing that it could know."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from convo.bot.decide import decide
from convo.bot.moves import Answer, Ask, Finish, HandOver, Look, Reason, Silent
from convo.bot.reading import read_config
from convo.bot.situation import Hit, Person, Progress, Situation
from tests.bot.telling import CONFIG, NORMALISE, NOW, PICTURE, bought, said, situation

OPENING = Hit("opening", "Opening hours", "en", 0.8, "From nine to six.")


def test_all_that_is_missing_is_asked_in_one_message_that_says_it_is_automatic() -> None:
    decision = decide(CONFIG, situation(said("hello there")), NORMALISE)
    assert isinstance(decision.move, Ask)
    assert decision.move.fields == ("order_number", "email", "phone", "photo")
    assert decision.move.body.count("\n- ") == 4
    assert decision.move.body.endswith("This is an automatic answer. Write “person” to reach one of us.")
    assert decision.progress.turns == 1


def test_each_source_of_knowledge_saves_its_question() -> None:
    person = Person(1, identities=(("email", "ana@correo.example"), ("whatsapp", "+34612345678")))
    told = said("this is order 1041", 1, thread=7, attached=(PICTURE,))
    decision = decide(CONFIG, situation(told, said("hello there", 2), person=person), NORMALISE)
    assert isinstance(decision.move, HandOver)
    assert decision.move.reason is Reason.COMPLETE
    known = decision.progress.known
    assert (known["email"], known["phone"], known["order_number"]) == ("ana@correo.example", "+34612345678", "1041")
    assert set(decision.progress.assumed) == {"order_number", "photo"}


_TOLD = {
    "order_number": ("my order 1041", ()),
    "email": ("write to ana@correo.example", ()),
    "phone": ("call +34 612 345 678", ()),
    "photo": ("look", (PICTURE,)),
}
_SOURCES = st.dictionaries(st.sampled_from(sorted(_TOLD)), st.sampled_from(["here", "elsewhere", "desk", "before"]))


def _knowing(sources: dict[str, str], text: str) -> Situation:
    """A customer who told each of these in this thread or another, or whom the desk or an earlier session knows."""
    messages, identities, purchases, recalled = [], [], [], {}
    for number, (name, source) in enumerate(sources.items(), 1):
        words, files = _TOLD[name]
        if source == "desk" and name == "order_number":
            purchases.append(bought("1041"))
        elif source == "desk" and name != "photo":
            identities.append((name, "ana@correo.example" if name == "email" else "+34612345678"))
        elif source == "before" and name != "photo":
            recalled[name] = "1041"
        else:
            messages.append(said(words, number, thread=1 if source == "here" else 2, attached=files))
    person = Person(1, identities=tuple(identities))
    return situation(*messages, said(text, 99), person=person, purchases=tuple(purchases), recalled=recalled)


@given(_SOURCES, st.text(max_size=80))
def test_nothing_that_is_known_is_ever_asked_for(sources: dict[str, str], text: str) -> None:
    seen = _knowing(sources, text)
    decision = decide(CONFIG, seen, NORMALISE)
    if isinstance(decision.move, Ask):
        assert not set(decision.move.fields) & sources.keys()
        assert not set(decision.move.fields) & decision.progress.known.keys()


@given(st.lists(st.sampled_from([*_TOLD, "nonsense", "hm"]), min_size=1, max_size=6))
def test_no_conversation_asks_again_for_what_it_was_given_and_each_ends(replies: list[str]) -> None:
    messages = [said("good morning", 1)]
    progress, given = Progress(), set[str]()
    for number, reply in enumerate([*replies, "and then", "what else", "well", "so"], 2):
        decision = decide(CONFIG, situation(*messages, progress=progress), NORMALISE)
        if not isinstance(decision.move, Ask):
            return
        assert not set(decision.move.fields) & given
        progress = decision.progress
        words, files = _TOLD.get(reply, (f"{reply} {number}", ()))
        given |= {reply} & _TOLD.keys()
        messages.append(said(words, number, attached=files))
    raise AssertionError("the bot never stopped asking")


def test_an_article_is_looked_for_and_given_only_when_it_is_sure_enough() -> None:
    config = read_config("confidence = 0.75")
    asked = situation(said("when are you open"), hits=None)
    look = decide(config, asked, NORMALISE)
    assert look.move == Look("when are you open", "en")
    sure = decide(config, replace(asked, hits=(OPENING,), threshold=0.5), NORMALISE)
    assert isinstance(sure.move, Answer)
    assert "From our help: Opening hours (opening)." in sure.move.body
    for threshold, hit in ((0.9, OPENING), (0.5, replace(OPENING, confidence=0.7))):
        unsure = decide(config, replace(asked, hits=(hit,), threshold=threshold), NORMALISE)
        assert isinstance(unsure.move, HandOver)
        assert unsure.move.reason is Reason.UNSURE


def test_the_same_article_is_not_given_twice() -> None:
    config = read_config("")
    first = decide(config, situation(said("when are you open", 1), hits=(OPENING,), threshold=0.5), NORMALISE)
    again = situation(
        said("when are you open", 1),
        said("which days of the week exactly do you mean", 2),
        progress=first.progress,
        hits=(OPENING,),
        threshold=0.5,
    )
    decision = decide(config, again, NORMALISE)
    assert isinstance(decision.move, HandOver)
    assert decision.move.reason is Reason.NOT_HELPED


def test_thanks_ends_a_session_and_an_unsure_intent_is_none() -> None:
    waiting = Progress(language="fr", waiting=True, given=("opening",), turns=1, first_message=1, question="horaires")
    decision = decide(CONFIG, situation(said("oui merci !", 2, language=None), progress=waiting), NORMALISE)
    assert isinstance(decision.move, Finish)
    assert decision.move.body.startswith("Tant mieux")
    config = read_config('[ask]\n"order status" = ["order_number"]')
    guess = situation(said("where", intent="order status", intent_score=0.3))
    assert isinstance(decide(config, guess, NORMALISE).move, HandOver)
    sure = situation(said("where", intent="Order_Status", intent_score=0.9))
    assert isinstance(decide(config, sure, NORMALISE).move, Ask)


def test_an_answer_names_what_was_assumed_and_a_correction_counts() -> None:
    seen = situation(
        said("when does it come", intent="order status"), purchases=(bought("1041"),), hits=(OPENING,), threshold=0.5
    )
    first = decide(CONFIG, seen, NORMALISE)
    assert isinstance(first.move, Answer)
    assert "about order 1041" in first.move.body
    objection = situation(
        *reversed(seen.said),
        said("no, it is order 1029", 2),
        progress=first.progress,
        purchases=seen.purchases,
    )
    second = decide(CONFIG, objection, NORMALISE)
    assert second.progress.known == {"order_number": "1029"}
    assert second.progress.assumed == ()


def test_an_order_that_must_be_the_customers_own_is_refused_when_it_is_not() -> None:
    config = read_config('[ask]\n"*" = ["order_number"]\n[fields.order_number]\nown = true')
    first = decide(config, situation(said("where is order 5555")), NORMALISE)
    assert isinstance(first.move, Ask)
    second = decide(
        config, situation(said("where is order 5555"), said("5555, I said", 2), progress=first.progress), NORMALISE
    )
    assert isinstance(second.move, Ask)
    assert "I do not find order 5555 among your orders." in second.move.body


def test_what_a_stranger_gives_cannot_run_in_the_shell_of_whoever_pastes_the_note() -> None:
    progress = Progress(language="en", pending=("email",), turns=1, first_message=1)
    config = read_config('[ask]\n"*" = ["email"]')
    decision = decide(
        config, situation(said("$(reboot)@evil.example `id`@evil.example", 2), progress=progress), NORMALISE
    )
    assert isinstance(decision.move, HandOver | Ask)
    odd = decide(config, situation(said("a&reboot&b@evil.example", 2), progress=progress), NORMALISE)
    assert isinstance(odd.move, HandOver)
    assert "'a&reboot&b@evil.example'" in odd.move.note


def test_a_few_words_do_not_change_the_language_and_many_do() -> None:
    def language(text: str, told: str | None, *, before: str = "", customer: str | None = None) -> str:
        seen = situation(
            said(text, language=told), progress=Progress(language=before), person=Person(1, language=customer)
        )
        return decide(CONFIG, seen, NORMALISE).progress.language

    assert language("¿y mañana?", "es") == "es"
    assert language("non va bene", "it", before="es") == "es"
    assert language("buongiorno, la ruota fa rumore", "it", before="es") == "it"
    assert language("ola bom dia", "pt", customer="es-MX") == "es"
    assert language("ola bom dia", "pt") == "en"
    assert language("waar blijft mijn bestelling toch", "nl") == "nl"
    assert language("1041", None, customer="de") == "de"


def test_what_a_machine_or_a_stranger_wrote_and_an_old_photo_tell_nothing() -> None:
    config = read_config('[ask]\n"*" = ["email", "photo"]')
    for told in ({"automatic": True}, {"unverified": True}):
        seen = situation(said("write to eve@evil.example", 1, attached=(PICTURE,), **told), said("hello there", 2))
        decision = decide(config, seen, NORMALISE)
        assert isinstance(decision.move, Ask)
        assert decision.move.fields == ("email", "photo")
    old = replace(said("look", 1, thread=2, attached=(PICTURE,)), sent_at=NOW - timedelta(days=91))
    decision = decide(config, situation(old, said("hello there", 2)), NORMALISE)
    assert isinstance(decision.move, Ask)
    assert decision.move.fields == ("email", "photo")


def test_a_calm_short_question_is_no_bad_mood_and_an_angry_one_is() -> None:
    for text in ("où est ma commande ?", "wo ist meine Bestellung"):
        calm = decide(CONFIG, situation(said(text, sentiment=-0.83)), NORMALISE)
        assert isinstance(calm.move, Ask), text
    for text in ("where is it??", "where is it!", "I have waited for three weeks, where is my order?"):
        angry = decide(CONFIG, situation(said(text, sentiment=-0.83)), NORMALISE)
        assert isinstance(angry.move, HandOver), text
        assert angry.move.reason is Reason.MOOD


def test_nothing_is_said_to_machines_strangers_and_the_blocked() -> None:
    for message, person, reason in (
        (said("x", automatic=True), Person(1), Reason.AUTOMATIC),
        (said("x", unverified=True), Person(1), Reason.UNVERIFIED),
        (said("x"), Person(1, blocked=True), Reason.BLOCKED),
    ):
        assert decide(CONFIG, situation(message, person=person), NORMALISE).move == Silent(reason)
