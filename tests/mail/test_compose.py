"""A letter as bytes: it reads back as it was written, in our decoder and in the standard library's."""

import email
import email.policy
import time
from datetime import datetime
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.mail.address import Address, one_line
from convo.mail.compose import compose, whole_text
from convo.mail.letter import Attachment
from convo.model.words import AttachmentRole, Direction
from convo.text import clean
from tests.mail.letters import WHEN, letter, raw, read, shown, standard, text_of

LINES = "\r\nBcc: evil@x.example\r\n\r\n<b>"


def test_a_letter_comes_back_as_it_was_written():
    found = read(raw())
    assert found.direction is Direction.OUTBOUND
    assert (found.subject, found.text, found.external_id) == ("My chain", "Put it back on.", "two@bikes.example")
    assert (found.author, found.customer[0].value, found.customer[0].name) == (
        "Bike shop",
        "ana@lima.example",
        "Ana Lima",
    )
    assert found.sent_at == WHEN
    assert [(part.name, part.role) for part in found.parts] == [("message.html", AttachmentRole.HTML)]
    assert not found.automatic
    assert found.references == ()


def test_the_same_letter_gives_the_same_bytes():
    assert raw() == raw()


@given(text=st.text(max_size=400), subject=st.text(max_size=200), signature=st.text(max_size=40))
@example(text="From the start\n.\n..\n trailing  \n\ttab\t\n=\n", subject="=?utf-8?q?x?=", signature="")
@example(text="x" * 3000 + "\n" + "ü" * 3000, subject="a" * 2000, signature="Bö")
@example(text="a\x85b\u2028c\x0cd", subject="a\u2028b", signature="\n\n")
@example(text="\ufeffx", subject="Re:Re: x", signature="")
def test_any_text_and_subject_come_back_in_both_readers(text, subject, signature):
    written = letter(text=text, subject=subject, signature=signature)
    data = compose(written).raw
    assert data.isascii()
    found, theirs = read(data), standard(data)
    assert found.text == text_of(theirs) == whole_text(written)
    expected = one_line(clean(subject))[:1000].strip()
    assert found.subject == " ".join(shown(theirs, "Subject").split()) == expected
    assert theirs.defects == []
    assert found.external_id == "two@bikes.example"


@given(
    files=st.lists(
        st.tuples(
            st.text(max_size=200),
            st.sampled_from(["application/pdf", "text/plain", "message/rfc822", "multipart/mixed", "x", "a/b\r\nX: y"]),
            st.binary(max_size=200),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_files_come_back_in_both_readers(files):
    data = raw(attachments=tuple(Attachment(*each) for each in files))
    found, theirs = read(data), standard(data)
    parts = [part for part in found.parts if part.role is AttachmentRole.FILE]
    assert [part.data for part in parts] == [content for _, _, content in files]
    attached = [part for part in theirs.walk() if part.get_content_disposition() == "attachment"]
    assert [(part.get_filename(), part.get_content_type()) for part in attached] == [
        (part.name, part.media_type) for part in parts
    ]
    assert [part.get_payload(decode=True) for part in attached] == [part.data for part in parts]
    assert found.text == "Put it back on."


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("März 2026.pdf", "März 2026.pdf"),
        ("../../etc/passwd", "passwd"),
        ('a"; filename="b.exe', "a_; filename=_b.exe"),
        ("漢字" * 60 + ".pdf", "漢字" * 60 + ".pdf"),
        ("=?utf-8?q?a?=.pdf", "=_utf-8_q_a_=.pdf"),
        ("", "part-1.pdf"),
        (f"a{LINES}.pdf", "a Bcc_ evil@x.example _b_.pdf"),
    ],
)
def test_a_file_keeps_its_name_and_nothing_more(name, kept):
    data = raw(attachments=(Attachment(name, "application/pdf", b"x"),))
    part = read(data).parts[-1]
    assert part.name == kept
    assert standard(data).get_payload()[-1].get_filename() == kept


@pytest.mark.parametrize(
    "changed",
    [
        {"subject": f"Hi{LINES}"},
        {"sender": Address("support@bikes.example", f"Shop{LINES}")},
        {"recipient": Address("ana@lima.example", f'Ana"{LINES}')},
        {"reply_to": Address("support@bikes.example", f"Shop{LINES}")},
        {"references": (f"one@x{LINES}", "two@x\r\nBcc: evil@x.example")},
        {"in_reply_to": f"one@x{LINES}"},
        {"extra": (("X-Order", f"1{LINES}"),)},
        {"attachments": (Attachment(f"a{LINES}", f"a/b{LINES}", b""),)},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_no_line_can_be_slipped_into_a_header(changed):
    data = raw(**changed)
    read(data)
    for line in data.partition(b"\r\n\r\n")[0].split(b"\r\n"):
        assert not line.lower().startswith((b"bcc", b"<b>"))
    for part in standard(data).walk():
        assert part["Bcc"] is None
    assert b"\r\nBcc:" not in data


@pytest.mark.parametrize(
    "changed",
    [
        {"message_id": f"one@x{LINES}"},
        {"message_id": "one two@x"},
        {"message_id": ""},
        {"message_id": "x" * 2000 + "@y"},
        {"sender": Address(f"support@bikes.example{LINES}")},
        {"recipient": Address("ana@lima.example, evil@x.example")},
        {"recipient": Address("ana@lima.example> <evil@x.example")},
        {"recipient": Address("ana")},
        {"recipient": Address("@lima.example")},
        {"recipient": Address("ana@")},
        {"recipient": Address("ana@lima..example")},
        {"recipient": Address("a" * 400 + "@lima.example")},
        {"recipient": Address("ana\u202e@lima.example")},
        {"reply_to": Address("nobody")},
        {"extra": (("Bcc", "evil@x.example"),)},
        {"extra": (("X-A: b\r\nBcc", "evil@x.example"),)},
        {"extra": (("Content-Type", "text/html"),)},
        {"date": datetime(2026, 3, 2)},  # noqa: DTZ001 - what must be refused
    ],
    ids=lambda changed: f"{next(iter(changed))} {str(next(iter(changed.values())))[:40]!r}",
)
def test_what_no_mail_can_carry_is_refused_in_a_sentence(changed):
    with pytest.raises(BadInput) as refused:
        raw(**changed)
    assert "\n" not in refused.value.message
    assert len(refused.value.message) < 200


@pytest.mark.parametrize("length", [200, 300, 400, 950])
def test_long_ids_are_never_encoded_and_every_reader_finds_them(length):
    ids = tuple(f"{'x' * length}{number}@prod.exchange.example" for number in range(4))[: 4 if length < 900 else 1]
    data = raw(message_id=ids[0].replace("exchange", "ses")[-400:], references=ids, in_reply_to=ids[-1])
    assert b"=?" not in data
    assert read(data).references == ids
    for policy in (email.policy.compat32, email.policy.default):
        theirs = email.message_from_bytes(data, policy=policy)
        assert theirs["References"].split() == [f"<{found}>" for found in ids]
        assert theirs["In-Reply-To"].strip() == f"<{ids[-1]}>"
        assert theirs["Message-ID"].strip() == f"<{ids[0].replace('exchange', 'ses')[-400:]}>"


def test_of_many_references_the_first_and_the_last_ones_stay():
    ids = tuple(f"{number}@x" for number in range(300))
    kept = read(raw(references=ids)).references
    assert (kept[0], kept[1], kept[-1], len(kept)) == ("0@x", "261@x", "299@x", 40)
    long = tuple(f"{'y' * 900}{number}@x" for number in range(30))
    kept = read(raw(references=long)).references
    assert (kept[0], kept[-1], len(kept)) == (long[0], long[-1], 8)


def test_the_mail_that_is_answered_is_the_last_reference():
    theirs = standard(raw(references=("1@x", "2@x", "3@x"), in_reply_to="2@x"))
    assert theirs["In-Reply-To"] == "<2@x>"
    assert theirs["References"] == "<1@x> <3@x> <2@x>"
    assert standard(raw(in_reply_to="9@x"))["References"] == "<9@x>"


def test_a_letter_does_not_refer_to_itself():
    assert standard(raw(references=("1@x", "two@bikes.example", "2@x")))["References"] == "<1@x> <2@x>"


def test_a_text_takes_the_shorter_of_the_two_encodings():
    assert len(raw(text="漢字" * 5_000)) < len("漢字" * 5_000 * 2) * 3 * 1.5
    assert b"\r\nPlain words" in raw(text="Plain words and a ü\n" * 5_000)


@pytest.mark.parametrize("reference", ["é@x", "a b@x", "", "<a@x>", "x" * 990 + "@y"])
def test_a_reference_that_no_header_can_carry_is_left_out(reference):
    assert read(raw(references=("1@x", reference))).references == ("1@x",)


def test_only_an_answer_gets_re_before_its_subject():
    assert read(raw(subject="Chain")).subject == "Chain"
    assert read(raw(subject="AW: Chain", references=("1@x",))).subject == "Re: Chain"


def test_an_automatic_letter_says_so_and_an_own_one_does_not():
    assert read(raw(automatic=True)).automatic
    assert standard(raw(automatic=True))["Auto-Submitted"] == "auto-replied"
    assert standard(raw())["Auto-Submitted"] is None


@pytest.mark.parametrize(
    "name",
    ["Ana Lima", "Lima, Ana", 'Ana "the" Lima', "Ána 李", "=?utf-8?q?x?=", "a\\b", "x" * 180, "A <a@b>", "ü" * 199],
)
def test_any_name_reads_back_beside_its_own_address(name):
    data = raw(recipient=Address("ana@lima.example", name), reply_to=Address("s+t@bikes.example", name))
    (recipient,) = read(data).recipients
    assert recipient.value == "ana@lima.example"
    written, address = parseaddr("".join(standard(data)["Reply-To"].splitlines()))
    assert (str(make_header(decode_header(written))), address) == ("s+t@bikes.example", name)[::-1]


def test_domains_of_other_letters_travel_as_ascii():
    found = compose(letter(sender=Address("support@Bücher.example"), recipient=Address("ana@例え.jp")))
    assert (found.mail_from, found.rcpt_to) == ("support@xn--bcher-kva.example", "ana@xn--r8jz45g.jp")
    assert found.raw.isascii()
    assert not found.needs_smtputf8


@pytest.mark.parametrize("field", ["sender", "recipient", "reply_to"])
def test_a_local_part_of_other_letters_is_flagged_and_kept(field):
    found = compose(letter(**{field: Address("jö@Bücher.example")}))
    assert found.needs_smtputf8
    assert "jö@xn--bcher-kva.example" in found.raw.decode()


@pytest.mark.parametrize("address", ["a..b@docomo.example", '"a b"@x.example', "a@[192.0.2.1]", "o'b+c@x_y.example"])
def test_odd_addresses_that_exist_can_be_written_to(address):
    assert compose(letter(recipient=Address(address))).rcpt_to == address


def test_further_fields_are_written():
    assert shown(standard(raw(extra=(("X-Order", "Grüße 1"),))), "X-Order") == "Grüße 1"


def test_a_letter_of_many_megabytes_is_composed_in_linear_time():
    started = time.process_time()
    text = "\n".join(["> " * 40 + "http://" * 20, ")" * 300 + "http://x" + ")" * 900, "  " * 200] * 2_000)
    data = compose(letter(text=text, attachments=(Attachment("a", "a/b", b"x" * (8 << 20)),))).raw
    assert time.process_time() - started < 8
    assert len(data) < 40 << 20


@pytest.mark.parametrize("sign", ["Re: ", "Re:", "<", "\ud800", "ü", "=?", '"', "a@", " \t"])
def test_a_hostile_header_of_a_megabyte_is_composed_in_linear_time(sign):
    started = time.process_time()
    name = Address("ana@lima.example", sign * 300_000)
    references = (sign * 300_000,) + ("a@b",) * 100_000
    raw(subject=sign * 300_000, recipient=name, references=references)
    with pytest.raises(BadInput):
        raw(recipient=Address(sign * 300_000))
    assert time.process_time() - started < 8
