"""Files that go with answers: they arrive whole, go with a reply that is taken back, and fit or are refused."""

import asyncio
from pathlib import Path

import pytest

from convo.channels import registry
from convo.channels.base import Capabilities
from convo.desk import fitting, ways
from convo.desk.desk import Desk
from convo.errors import BadInput, Conflict
from convo.model.envelope import Envelope, Handle, Part
from convo.model.words import AttachmentRole, Direction
from convo.worker.log import Log
from convo.worker.worker import Worker
from tests.desk.acting import audited, operator
from tests.intake.saying import START, chat, mail, rows, take
from tests.worker.scripted import KIND, scripted

BILL = Part("../../etc/bill\u202efdp.pdf", "application/pdf", b"%PDF bill")
PHOTO = Part("photo.jpg", "image/jpeg", b"\xff\xd8\xff")


@pytest.fixture
def files_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scripted kind takes files of up to 1,000 bytes."""
    can = Capabilities(("email",), per_second=1000.0, largest_file=1000)
    real = registry.capabilities_of
    monkeypatch.setattr(ways, "capabilities_of", lambda name, *rest: can if name == KIND.name else real(name, *rest))


@pytest.mark.usefixtures("files_go")
def test_files_reach_the_channel_whole_under_clean_names(desk: Desk) -> None:
    with scripted("a") as (provider,):
        desk.channels.add("scripted", "shop", {"provider": "a"})
        provider.says(1, "the bill, please")
        asyncio.run(Worker(desk, Log()).once())
        sent = desk.threads.reply(1, "here it is", attachments=[BILL, PHOTO])
        assert [(each.name, each.size, each.held) for each in sent.attachments] == [
            ("bill_fdp.pdf", 9, True),
            ("photo.jpg", 3, True),
        ]
        asyncio.run(Worker(desk, Log()).once())
        (letter,) = provider.sent
        assert [(part.media_type, part.data, part.role) for part in letter.parts] == [
            ("application/pdf", b"%PDF bill", AttachmentRole.FILE),
            ("image/jpeg", b"\xff\xd8\xff", AttachmentRole.FILE),
        ]
        assert desk.conversations.attachment(sent.attachments[0].id)[1] == b"%PDF bill"


@pytest.mark.usefixtures("files_go")
def test_a_reply_that_is_taken_back_takes_its_files_along_but_none_that_others_hold(desk: Desk) -> None:
    take(desk.store, mail("ana@x.example", 0, parts=(PHOTO,)))
    marta = operator(desk)
    marta.threads.reply(1, "here", attachments=[BILL, PHOTO])
    kept = {*desk.store.blobs.names()}
    assert len(kept) == 2
    marta.actions.undo()
    assert [name for _, name in rows(desk.store, "attachment", "message_id", "name")] == ["photo.jpg"]
    (left,) = desk.store.blobs.names()
    assert desk.store.blobs.get(left) == PHOTO.data


def test_what_a_channel_does_not_take_is_refused_before_anything_is_stored(desk: Desk) -> None:
    take(desk.store, chat("77", 0), channel="telegram")
    take(desk.store, _text_message(), channel="sms")
    before = rows(desk.store, "message"), audited(desk)
    large = Part("film.mp4", "video/mp4", b"x" * 20_000_001)
    with pytest.raises(Conflict, match=r"no file can go by sms \(sms\), so film.mp4 cannot"):
        desk.threads.reply(2, "look", attachments=[large])
    with pytest.raises(Conflict, match=r"the text has 4,097 characters; telegram \(telegram\) takes at most 4,096"):
        desk.threads.reply(1, "x" * 4097)
    with pytest.raises(BadInput, match=r"film\.mp4 is empty"):
        desk.threads.reply(1, "look", attachments=[Part("film.mp4", "video/mp4", b"")])
    assert (rows(desk.store, "message"), audited(desk)) == before
    assert [*desk.store.blobs.names()] == []
    assert desk.threads.reply(1, "x" * 4096).delivery == "queued"


def test_a_refusal_names_the_channels_that_take_it(desk: Desk) -> None:
    both = (Handle("phone", "+4930123456"), Handle("email", "ana@x.example"), Handle("telegram", "77"))
    take(desk.store, Envelope(Direction.INBOUND, both, START, "hello"), channel="sms")
    desk.channels.add("email", "post")
    desk.channels.add("telegram", "bot")
    with pytest.raises(Conflict, match="5,000 characters") as refused:
        desk.threads.reply(1, "x" * 5000, channel="sms")
    assert refused.value.hint == "answer by another with --channel: post; or make it shorter"


def test_files_together_have_a_limit_and_so_has_each(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    take(desk.store, mail("ana@x.example", 0))
    monkeypatch.setattr(fitting, "LARGEST_FILES", 10)
    with pytest.raises(BadInput, match=r"large\.bin has 11 bytes"):
        desk.threads.reply(1, "look", attachments=[Part("large.bin", data=b"x" * 11)])
    with pytest.raises(BadInput, match="the files have 12 bytes together"):
        desk.threads.reply(1, "look", attachments=[Part("a", data=b"x" * 6), Part("b", data=b"x" * 6)])
    with pytest.raises(BadInput, match="at most 50 files"):
        desk.threads.reply(1, "look", attachments=[Part("a", data=b"x")] * 51)
    with pytest.raises(BadInput, match=r"gone\.pdf is empty"):
        desk.threads.reply(1, "look", attachments=[Part("gone.pdf")])


@pytest.mark.parametrize("name", ["..", ".", "a/..", "C:\\x\\..", "", " . "])
def test_no_file_is_called_as_a_folder_is(desk: Desk, name: str) -> None:
    take(desk.store, mail("ana@x.example", 0))
    assert desk.threads.reply(1, "look", attachments=[Part(name, data=b"x")]).attachments[0].name == "file"


def test_the_answer_of_a_script_is_its_parts(desk: Desk, tmp_path: Path) -> None:
    take(desk.store, mail("ana@x.example", 0))
    first = desk.threads.reply(1, "look", attachments=[PHOTO], key="once")
    again = desk.threads.reply(1, "look", attachments=[PHOTO], key="once")
    assert (first.id, first.attachments) == (again.id, again.attachments)


def _text_message() -> Envelope:
    return Envelope(Direction.INBOUND, (Handle("phone", "+4930123456"),), START, "hi")
