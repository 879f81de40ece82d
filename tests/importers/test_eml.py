"""Single mails in files of their own."""

import pytest

from convo.errors import BadInput
from convo.importers import eml, mbox
from convo.importers.base import HEAD_BYTES, Source
from convo.model.envelope import Envelope, Unreadable
from tests.importers.mail_options import OPTIONS
from tests.mail.mails import mail
from tests.shared_data import shared


def test_a_mail_in_a_file_is_read(tmp_path):
    path = tmp_path / "one.eml"
    path.write_bytes(mail())
    found = Source(path, mail())
    assert eml.IMPORTER.recognises(found)
    (item,) = eml.IMPORTER.read(found, OPTIONS)
    assert isinstance(item, Envelope)
    assert (item.source, item.place, item.text) == ("one.eml", "message 1", "It fell off.")


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\x00\xff\x80 garbage",
        b'{"from": "x", "to": "y"}',
        b"name,date,subject\n1,2,3\n",
        b"12/31/23, 10:05 PM - Ana: hello\n",
        b"[31.12.23, 22:05:11] Ana: hello\n",
        b"Note: this is a text\nwith a colon\n",
        b"From ana@lima.example Mon Apr 29 00:01:27 2019\n" + mail(),
        b"a" * HEAD_BYTES,
        b"Subject: x\nTo\0: y\nFrom: z\n\n",
    ],
)
def test_what_is_no_single_mail_is_not_recognised(tmp_path, head):
    assert not eml.IMPORTER.recognises(Source(tmp_path / "x", head))


def test_a_head_that_ends_within_the_header_is_recognised(tmp_path):
    head = mail(extra="X-Long: " + "y" * HEAD_BYTES + "\n")[:HEAD_BYTES]
    assert eml.IMPORTER.recognises(Source(tmp_path / "x", head))


def test_a_broken_mail_is_unreadable_and_a_missing_file_bad_input(tmp_path):
    path = tmp_path / "one.eml"
    path.write_bytes(b"\x00")
    (item,) = eml.IMPORTER.read(Source(path), OPTIONS)
    assert isinstance(item, Unreadable)
    with pytest.raises(BadInput, match="cannot be read"):
        list(eml.IMPORTER.read(Source(tmp_path / "gone"), OPTIONS))


def test_every_real_mail_with_a_sender_is_recognised_as_a_mail_or_as_an_mbox_of_one():
    missed = set()
    for path in sorted(shared("mail/mime/emails").rglob("*.eml")):
        found = Source(path, path.read_bytes()[:HEAD_BYTES])
        if eml.IMPORTER.recognises(found) == mbox.IMPORTER.recognises(found):
            missed.add(path.name)
    assert missed == {"bad_encoded_subject.eml"}
