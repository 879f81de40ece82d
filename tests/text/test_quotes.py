"""What is new in a mail stays in the body; the quoted mail and the signature are folded, and nothing is lost."""

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.text import Folded, split_quote
from tests.shared_data import shared

ATTRIBUTIONS = [
    "On Thu, Mar 3, 2016 at 5:21 PM, Jane Doe <jane@example.org> wrote:",
    "On Thu, Mar 3, 2016 at 5:21\u202fPM Jane Doe <\njane@example.org> wrote:",
    "On 3 Mar 2016, at 17:21, Jane Doe <jane@example.org>\nwrote:",
    "On Thursday, March 3, 2016 5:21 PM, Jane Doe\n<jane.with.a.long.name@example.org>\nwrote:",
    "Am 03.03.2016 um 17:21 schrieb Jane Doe:",
    "Am Do., 3. März 2016 um 17:21 Uhr schrieb Jane Doe <jane@example.org>:",
    "Jane Doe <jane@example.org> schrieb am Do., 3. März 2016, 17:21:",
    "El jue, 3 mar 2016 a las 17:21, Jane Doe (<jane@example.org>) escribió:",
    "Le jeu. 3 mars 2016 à 17:21, Jane Doe <jane@example.org> a\u00a0écrit\u00a0:",
    "Le 3 mars 2016 à 17:21, Jane Doe\n<jane@example.org> a écrit :",
    "Il giorno gio 3 mar 2016 alle ore 17:21 Jane Doe <jane@example.org> ha scritto:",
    "Em qui., 3 de mar. de 2016 às 17:21, Jane Doe <jane@example.org> escreveu:",
    "Op do 3 mrt. 2016 om 17:21 schreef Jane Doe <jane@example.org>:",
    "Op 3 mrt. 2016 om 17:21 heeft Jane Doe <jane@example.org> het volgende geschreven:",
    "czw., 3 mar 2016 o 17:21 Jane Doe <jane@example.org> napisał(a):",
    "W dniu 03.03.2016 o 17:21, Jane Doe pisze:",
    "Den tors 3 mars 2016 kl 17:21 skrev Jane Doe <jane@example.org>:",
    "чт, 3 мар. 2016 г. в 17:21, Jane Doe <jane@example.org>:",
    "3 марта 2016 г., 17:21 пользователь Jane Doe <jane@example.org> написал:",
    "03.03.2016 17:21, Jane Doe пишет:",
    "Den tor. 3. mar. 2016 kl. 17.21 skrev Jane Doe <jane@example.org>:",
    "tor. 3. mar. 2016 kl. 17:21 skrev Jane Doe <jane@example.org>:",
    "to 3. maalisk. 2016 klo 17.21 Jane Doe (jane@example.org) kirjoitti:",
    "čt 3. 3. 2016 v 17:21 odesílatel Jane Doe <jane@example.org> napsal:",
    "2016年3月3日(木) 17:21 Jane Doe <jane@example.org>:",
    "Jane Doe <jane@example.org> 于2016年3月3日周四 下午5:21写道：",
    "2016년 3월 3일 (목) 오후 5:21, Jane Doe <jane@example.org>님이 작성:",
    "Jane Doe <jane@example.org>, 3 Mar 2016 Per, 17:21 tarihinde şunu yazdı:",
]

BLOCKS = [
    "From: Jane Doe <jane@example.org>\nSent: Thursday, March 3, 2016 5:21 PM\nTo: Support\nSubject: RE: your order",
    "*From:* Jane Doe\n*Sent:* Thursday, March 3, 2016 5:21 PM\n*To:* Support\n*Cc:* Bob\n*Subject:* RE: your order",
    "________________________________\nFrom: Jane Doe\nSent: Thursday, March 3\nTo: Support\nSubject: RE: your order",
    "-----Original Message-----\nFrom: Jane Doe\nTo: Support",
    "Von: Jane Doe <jane@example.org>\nGesendet: Donnerstag, 3. März 2016\nAn: Support\nBetreff: AW: Bestellung",
    "-----Ursprüngliche Nachricht-----\nVon: Jane Doe",
    "De : Jane Doe <jane@example.org>\nEnvoyé : jeudi 3 mars 2016\nÀ : Support\nObjet : RE: commande",
    "De: Jane Doe <jane@example.org>\nEnviado: jueves, 3 de marzo\nPara: Support\nAsunto: RE: pedido",
    "De: Jane Doe\nEnviada em: quinta-feira\nPara: Support\nAssunto: RES: pedido",
    "Da: Jane Doe\nInviato: giovedì 3 marzo\nA: Support\nOggetto: R: ordine",
    "Van: Jane Doe\nVerzonden: donderdag 3 maart\nAan: Support\nOnderwerp: RE: bestelling",
    "Od: Jane Doe\nWysłano: czwartek, 3 marca\nDo: Support\nTemat: RE: zamówienie",
    "Från: Jane Doe\nSkickat: den 3 mars\nTill: Support\nÄmne: SV: order",
    "Fra: Jane Doe\nSendt: 3. marts\nTil: Support\nEmne: SV: ordre",
    "От: Jane Doe\nОтправлено: 3 марта\nКому: Support\nТема: RE: заказ",
    "---------- Forwarded message ---------\nFrom: Jane Doe <jane@example.org>\nDate: Thu, Mar 3\nSubject: x\nTo: Bob",
    "Begin forwarded message:\n\nFrom: Jane Doe <jane@example.org>\nSubject: x\nDate: 3 March\nTo: Bob",
    "------- Original Message -------\nOn Thursday, March 3rd, 2016 at 5:21 PM, Jane <jane@example.org> wrote:",
]

DEVICE_LINES = [
    "Sent from my iPhone",
    "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Sent from Mail for Windows",
    "Von meinem iPad gesendet",
    "Gesendet von Outlook für Android",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Inviato da iPhone",
    "Enviado do meu iPhone",
    "Verstuurd vanaf mijn iPhone",
    "Wysłane z iPhone'a",
    "Skickat från min iPhone",
    "Sendt fra min iPhone",
    "Отправлено с iPhone",
    "iPhoneから送信",
]


@pytest.mark.parametrize("head", ATTRIBUTIONS + BLOCKS)
def test_everything_below_an_introduction_is_folded_whether_or_not_it_has_marks(head):
    for old in ("Dear customer,\n\nit is on its way.", "> Dear customer,\n>\n> it is on its way."):
        assert split_quote(f"Where is it?\n\nJane\n\n{head}\n\n{old}\n").body == "Where is it?\n\nJane"


@pytest.mark.parametrize("head", ATTRIBUTIONS)
def test_an_introduction_above_answered_lines_goes_and_the_lines_stay(head):
    folded = split_quote(f"{head}\n\n> Which colour?\n\nRed.\n\n> Which size?\n\nLarge.\n\n> Regards\n")
    assert folded.body == "> Which colour?\n\nRed.\n\n> Which size?\n\nLarge."
    assert folded.quoted == f"{head}\n> Regards"


@pytest.mark.parametrize("head", ATTRIBUTIONS + BLOCKS)
def test_text_below_an_introduction_that_comes_first_is_new(head):
    assert split_quote(f"{head}\n\nHere is the mail I meant.").body == "Here is the mail I meant."


@pytest.mark.parametrize("line", DEVICE_LINES)
def test_what_a_telephone_adds_is_signature(line):
    assert split_quote(f"Yes please.\n\n{line}\n") == Folded("Yes please.", "", line)
    quoted = split_quote(f"Yes please.\n\n{line}\n\nOn 3 May 2024 at 10:15, Jo <jo@example.org> wrote:\n> Now?\n")
    assert (quoted.body, quoted.signature) == ("Yes please.", line)


@pytest.mark.parametrize(
    "text",
    [
        "On page 3 of the manual you wrote:\n\npress both buttons. It does nothing.",
        "Hi,\n\nOn 3 May 2024 at 10:15 you wrote:\n\nit ships tomorrow.\n\nIt did not.",
        "The screen says:\n\n> E42 overheated",
        "I travel\nFrom: Berlin\nTo: Munich\nDate: 3 May\nplease book it",
        "Two things:\n- the bell\n- the lamp\n\nOn Monday I called: nobody answered.",
        "Sent via DHL on Monday, and the phone was broken.",
        "Von meinem Handy aus kann ich nichts bestellen.",
        "Was it sent from my iPhone?",
        "Note: see https://example.org/from:here\n\nsubject: to change",
        "--\nall of it stands below dashes",
        "a -- b\n\n> c\n\nd",
        "Le 3 mai, il a plu.\n\nVon: hier an ist alles kaputt.",
    ],
)
def test_what_only_looks_like_a_quote_stays_in_the_body(text):
    assert split_quote(text) == Folded(text)


def test_a_signature_below_dashes_is_folded_wherever_the_quote_stands():
    assert split_quote("Yes.\n-- \nJane\n0123\n") == Folded("Yes.", "", "-- \nJane\n0123")
    assert split_quote("Yes.\n\n> No?\n\n--\nJane") == Folded("Yes.", "> No?", "--\nJane")
    footer = "_______________________________________________\nlist@example.org\nhttps://example.org/list"
    assert split_quote(f"> No?\nYes.\n\n{footer}\n") == Folded("> No?\nYes.", "", footer)


def test_a_quote_without_marks_keeps_its_signature_and_later_introductions():
    text = "New.\n\n" + BLOCKS[0] + "\n\nOld.\n-- \nJane\n\n" + ATTRIBUTIONS[0] + "\n\n> Older."
    assert split_quote(text) == Folded("New.", text.removeprefix("New.\n\n"))


def test_a_mail_that_only_quotes_has_no_body():
    assert split_quote("> On 3 May 2024 at 10:15, Jo wrote:\n>> Now?\n> Yes.\n").body == ""


def test_empty_and_blank_texts_fold_to_nothing():
    assert split_quote("") == Folded("")
    assert split_quote(" \n\t\n\r\n") == Folded("")


LINES = st.lists(
    st.sampled_from(
        [
            "",
            "text",
            "> quoted",
            ">> more",
            "-- ",
            "--",
            "________",
            "Jane wrote:",
            "Sent from my iPhone",
            "JD> usenet",
            "and so:",
            *ATTRIBUTIONS,
            *BLOCKS,
        ]
    )
    | st.text(max_size=30),
    max_size=30,
)


@given(LINES)
def test_every_line_that_says_something_is_in_exactly_one_part(lines):
    text = "\n".join(lines)
    folded = split_quote(text)
    parts = "\n".join((folded.body, folded.quoted, folded.signature))
    told = text.replace("\r\n", "\n").replace("\r", "\n")
    assert Counter(line for line in parts.split("\n") if line.strip()) == Counter(
        line for line in told.split("\n") if line.strip()
    )


@given(LINES)
def test_a_body_without_its_quote_does_not_shrink_to_nothing_when_folded_again(lines):
    body = split_quote("\n".join(lines)).body
    assert bool(split_quote(body).body) or not body or all(line.startswith((">", "JD>")) for line in body.split("\n"))


def test_the_real_pairs_are_folded_as_a_person_would():
    mails = sorted(shared("mail/pairs/email").iterdir())
    exact = lossless = 0
    for mail in mails:
        wanted = shared(f"mail/pairs/trimmed/{mail.name}").read_text(encoding="utf-8").strip()
        body = split_quote(mail.read_text(encoding="utf-8")).body
        exact += body.strip() == wanted
        kept = {line.strip() for line in body.split("\n")}
        lossless += all(line.strip() in kept for line in wanted.split("\n") if line.strip())
    assert (exact, lossless) == (len(mails), len(mails)) == (32, 32)


STALLING = {
    "nested marks": lambda size: ("> " * 500 + "\n") * (size // 1001),
    "one line of marks": lambda size: ">" * size,
    "On On On": lambda size: "On " * (size // 3),
    "On on every line": lambda size: "On 3 May 2024\n" * (size // 14),
    "colons": lambda size: "On 3 May 2024 at 10:15:\n" * (size // 24),
    "wrote": lambda size: "wrote:\n" * (size // 7),
    "white space": lambda size: (" " * 1000 + "\n") * (size // 1001),
    "blank lines between quotes": lambda size: "> a\n\n\n\n" * (size // 7),
    "rulers": lambda size: "--\n" * (size // 3),
    "rulers and words": lambda size: "_____\nx\n" * (size // 8),
    "header lines": lambda size: "From: a@b\n" + "Cc: x\n" * (size // 6),
    "half blocks": lambda size: "From: a\nCc: b\nReply-To: c\n" * (size // 27),
    "addresses": lambda size: ("<a@b" * 70 + " wrote:\n") * (size // 288),
    "devices": lambda size: "Sent from my iPhone\n" * (size // 20),
    "answered quotes": lambda size: "On 3 May 2024, J <j@e.org> wrote:\n> q\nanswer\n" * (size // 44),
}


@pytest.mark.parametrize("attack", STALLING)
def test_a_mail_made_to_stall_costs_time_in_proportion_to_its_length(attack):
    small, large = STALLING[attack](8_000), STALLING[attack](96_000)
    assert _seconds(lambda: split_quote(large)) < 12 * 4 * _seconds(lambda: split_quote(small)) + 0.01


def _seconds(call):
    def once():
        started = time.process_time()
        call()
        return time.process_time() - started

    return min(once() for _ in range(2))
