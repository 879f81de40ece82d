"""WhatsApp exports as phones really write them: every language's dates, marks and markers, and no message lost."""

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convo.errors import BadInput
from convo.importers.base import HEAD_BYTES, ReadOptions, Source
from convo.importers.whatsapp import IMPORTER
from convo.importers.whatsapp_lines import parse_header
from convo.model.envelope import Envelope, Handle, Item, Part, Skipped, Unreadable
from tests.shared_data import shared

LRM, RLM, NNBSP, NBSP = "\u200e", "\u200f", "\u202f", "\u00a0"


def source_of(path: Path) -> Source:
    return Source(path, path.read_bytes()[:HEAD_BYTES])


def read(folder: Path, log: str | bytes, name: str = "_chat.txt", **options: object) -> list[Item]:
    path = folder / name
    path.write_bytes(log if isinstance(log, bytes) else log.encode())
    own = frozenset(str(one).casefold() for one in options.pop("own", ()))  # type: ignore[attr-defined]
    return list(IMPORTER.read(source_of(path), ReadOptions(own=own, **options)))  # type: ignore[arg-type]


def messages(items: list[Item]) -> list[Envelope]:
    return [item for item in items if isinstance(item, Envelope)]


def brief(items: list[Item]) -> list[tuple[str, str, str]]:
    return [(one.sent_at.strftime("%Y-%m-%d %H:%M:%S"), one.author, one.text) for one in messages(items)]


def reasons(items: list[Item]) -> list[str]:
    return [item.reason for item in items if isinstance(item, Skipped | Unreadable)]


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "name",
    ["mmddyy_24hrs", "ddmmyy_24hrs", "[mmddyy]_24hrs", "yyyymmdd_24hrs", "mmddyyyy_12hrs"],
)
def test_another_parsers_logs_give_its_expected_messages(name: str) -> None:
    folder = shared("chats/chat-miner/test/whatsapp")
    path = folder / f"test_{name}.txt"
    assert IMPORTER.recognises(source_of(path))
    found = messages(list(IMPORTER.read(source_of(path), ReadOptions())))
    expected = json.loads((folder / "target.json").read_text())
    assert [
        {
            "timestamp": one.sent_at.strftime("%Y-%m-%dT%H:%M:%S"),
            "author": one.author,
            "message": one.text.replace("\n", " "),
        }
        for one in found
    ] == list(reversed(expected))


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        (f"12/31/23, 10:05{NNBSP}PM - Ann: hi", "2023-12-31 22:05:00"),
        (f"{LRM}[31.12.23, 22:05:11] Ann: hi", "2023-12-31 22:05:11"),
        (f"[31/12/2023, 10:05:11{NNBSP}p.{NBSP}m.] Ann: hi", "2023-12-31 22:05:11"),
        (f"31/12/23, 10:05{NBSP}p.{NBSP}m. - Ann: hi", "2023-12-31 22:05:00"),
        ("31/12/23, 12:05 a. m. - Ann: hi", "2023-12-31 00:05:00"),
        ("31/12/23, 10:05 μ.μ. - Ann: hi", "2023-12-31 22:05:00"),
        ("31/12/23, 10:05 π.μ. - Ann: hi", "2023-12-31 10:05:00"),
        ("2023/12/31 晚上10:05 - Ann: hi", "2023-12-31 22:05:00"),
        ("2023/12/31 凌晨12:05 - Ann: hi", "2023-12-31 00:05:00"),
        ("2023/12/31 中午12:05 - Ann: hi", "2023-12-31 12:05:00"),
        ("[2023/12/31 下午10:05:11] Ann: hi", "2023-12-31 22:05:11"),
        ("2023. 12. 31. 오후 10:05 - Ann: hi", "2023-12-31 22:05:00"),
        ("[2023. 12. 31. 오전 10:05:11] Ann: hi", "2023-12-31 10:05:11"),
        ("2023/12/31 午後10:05 - Ann: hi", "2023-12-31 22:05:00"),
        (f"٣١{RLM}/١٢{RLM}/٢٠٢٣، ١٠:٠٥ م - Ann: hi", "2023-12-31 22:05:00"),
        (f"۲۰۲۳/۱۲/۳۱،{RLM} ۲۲:۰۵ - Ann: hi", "2023-12-31 22:05:00"),
        ("31.12.2023 klo 22.05 - Ann: hi", "2023-12-31 22:05:00"),
        ("31.12.23 г., 22:05 ч. - Ann: hi", "2023-12-31 22:05:00"),
        ("31-12-2023 22:05 - Ann: hi", "2023-12-31 22:05:00"),
        ("23-12-31 22 h 05 - Ann: hi", "2023-12-31 22:05:00"),
        ("31/12/2023 à 22:05 - Ann: hi", "2023-12-31 22:05:00"),
        ("[22:05, 31/12/2023] Ann: hi", "2023-12-31 22:05:00"),
        ("[10:05 PM, 12/31/2023] Ann: hi", "2023-12-31 22:05:00"),
        ("31/12/15, 22:05:11: Ann: hi", "2015-12-31 22:05:11"),
        ("31/12/2566 22:05 - Ann: hi", "2023-12-31 22:05:00"),
        ("31/12/23, 10:05 pm - Ann: hi", "2023-12-31 22:05:00"),
        ("31/12/23, 12:05 PM - Ann: hi", "2023-12-31 12:05:00"),
    ],
)
def test_a_header_is_read_as_its_phone_meant_it(tmp_path: Path, line: str, moment: str) -> None:
    assert IMPORTER.recognises(Source(tmp_path / "x", line.encode()))
    assert brief(read(tmp_path, f"{line}\n")) == [(moment, "Ann", "hi")]


@pytest.mark.parametrize(
    "line",
    [
        "12/10/2021 meeting at 10:30 - bring: lunch",
        "31/12/23 10:05 hi",
        "[31/12/23, 10:05 hi",
        "1234567",
        "31/12/23, 99:05 - Ann: hi",
        "[1] 31/12/23, 10:05 - Ann: hi",
    ],
)
def test_a_line_that_only_resembles_a_header_is_none(line: str) -> None:
    assert parse_header(line) is None


def test_byte_order_mark_and_crlf_lose_no_message(tmp_path: Path) -> None:
    log = "\ufeff31/12/23, 22:05 - Ann: one\r\ntwo\r\n\r\nthree\r\n31/12/23, 22:06 - Bob: four\r\n"
    assert [text for _, _, text in brief(read(tmp_path, log))] == ["one\ntwo\n\nthree", "four"]
    assert IMPORTER.recognises(source_of(tmp_path / "_chat.txt"))


def test_blank_lines_before_the_first_message_are_nothing(tmp_path: Path) -> None:
    items = read(tmp_path, "\ufeff\r\n \n31/12/23, 22:05 - Ann: one\n")
    assert [(type(item), item.place) for item in items] == [(Envelope, "line 3")]


def test_places_are_line_numbers_of_the_file(tmp_path: Path) -> None:
    log = "31/12/23, 22:05 - Ann: one\nmore\n31/12/23, 22:06 - Bob: two\n"
    assert [item.place for item in read(tmp_path, log)] == ["line 1", "line 3"]


def days(items: list[Item]) -> list[str]:
    return [one.sent_at.strftime("%m-%d") for one in messages(items)]


def test_one_day_over_twelve_decides_the_whole_file(tmp_path: Path) -> None:
    assert days(read(tmp_path, "1/2/23, 10:05 - A: x\n3/2/23, 10:05 - A: x\n13/2/23, 10:05 - A: x\n")) == [
        "02-01",
        "02-03",
        "02-13",
    ]
    assert days(read(tmp_path, "1/2/23, 10:05 - A: x\n1/3/23, 10:05 - A: x\n1/13/23, 10:05 - A: x\n")) == [
        "01-02",
        "01-03",
        "01-13",
    ]


def test_time_that_would_run_backwards_decides_where_no_day_does(tmp_path: Path) -> None:
    month_first = "1/11/23, 10:05 - A: x\n1/12/23, 10:05 - A: x\n2/1/23, 10:05 - A: x\n"
    assert days(read(tmp_path, month_first, date_order="dmy")) == ["01-11", "01-12", "02-01"]
    day_first = "11/1/23, 10:05 PM - A: x\n12/1/23, 10:05 PM - A: x\n1/2/23, 10:05 PM - A: x\n"
    assert days(read(tmp_path, day_first, date_order="mdy")) == ["01-11", "01-12", "02-01"]


def test_the_users_word_decides_an_open_file(tmp_path: Path) -> None:
    log = "1/2/23, 10:05 - A: x\n"
    assert days(read(tmp_path, log, date_order="mdy")) == ["01-02"]
    assert days(read(tmp_path, log, date_order="dmy")) == ["02-01"]


def test_the_language_of_the_notices_decides_before_the_clock_does(tmp_path: Path) -> None:
    notice = "1/2/23, 10:05 PM - Los mensajes están cifrados de extremo a extremo.\n"
    assert days(read(tmp_path, notice + "1/2/23, 10:05 PM - A: x\n")) == ["02-01"]


def test_american_times_alone_mean_month_first(tmp_path: Path) -> None:
    assert days(read(tmp_path, "1/2/23, 10:05 PM - A: x\n")) == ["01-02"]
    assert days(read(tmp_path, "1/2/23, 10:05 pm - A: x\n")) == ["02-01"]
    assert days(read(tmp_path, "1.2.23, 22:05 - A: x\n")) == ["02-01"]


def test_a_year_before_whatsapp_is_no_year(tmp_path: Path) -> None:
    assert days(read(tmp_path, "05/06/23, 10:05 - A: x\n", date_order="ymd")) == ["06-05"]
    assert days(read(tmp_path, "23/06/05, 10:05 - A: x\n")) == ["06-05"]


def test_local_times_are_those_of_the_zone_asked_for(tmp_path: Path) -> None:
    zone = ZoneInfo("Europe/Madrid")
    [winter, summer] = messages(read(tmp_path, "13/1/23, 12:00 - A: x\n13/7/23, 12:00 - A: x\n", time_zone=zone))
    assert winter.sent_at == datetime(2023, 1, 13, 11, tzinfo=UTC)
    assert summer.sent_at == datetime(2023, 7, 13, 10, tzinfo=UTC)


def test_a_date_that_does_not_exist_is_unreadable_and_the_rest_is_read(tmp_path: Path) -> None:
    items = read(tmp_path, "13/1/23, 12:00 - A: x\n14/1/23, 12:00 - A: y\n1/14/23, 12:00 - A: z\nmore\n")
    assert [text for _, _, text in brief(items)] == ["x", "y"]
    broken = items[2]
    assert isinstance(broken, Unreadable)
    assert (broken.reason, broken.place) == ("its date is none: 1/14/23, read as d/m/y", "line 3")
    assert broken.raw == b"1/14/23, 12:00 - A: z\nmore\n"


def test_text_before_the_first_message_is_not_lost(tmp_path: Path) -> None:
    items = read(tmp_path, "Forwarded by mail\n13/1/23, 12:00 - A: x\n")
    assert reasons(items) == ["it stands before the first message"]
    assert items[0].raw == b"Forwarded by mail\n"  # type: ignore[union-attr]


def test_a_pasted_line_of_another_shape_begins_no_message(tmp_path: Path) -> None:
    log = (
        "13/1/23, 12:00 - A: look:\n[12.01.23, 09:00:00] Bob: quoted\n2023-01-11 10:00 - x: y\n14/1/23, 12:00 - A: z\n"
    )
    assert [text for _, _, text in brief(read(tmp_path, log))] == [
        "look:\n[12.01.23, 09:00:00] Bob: quoted\n2023-01-11 10:00 - x: y",
        "z",
    ]


NOTICES = [
    "Messages and calls are end-to-end encrypted. No one outside of this chat can read them. Tap to learn more.",
    "+12 345 578 created group “Bikes”",
    'Ann changed the subject from "Bikes: old" to "Bikes: new"',
    "Ann changed the group name from “Bikes: old” to “Bikes: new”",
    "Your security code with Ann changed. Tap to learn more.",
    "Missed voice call",
    "Bob Miller changed their phone number to a new number. Tap to message or add the new number.",
]


@pytest.mark.parametrize("notice", NOTICES)
def test_notices_without_a_sender_are_skipped(tmp_path: Path, notice: str) -> None:
    items = read(tmp_path, f"13/1/23, 12:00 - {notice}\n13/1/23, 12:01 - Ann: hi\n")
    assert reasons(items) == ["a notice of WhatsApp's, no message"]
    assert [text for _, _, text in brief(items)] == ["hi"]


def test_notices_under_a_name_in_ios_exports_are_skipped(tmp_path: Path) -> None:
    log = (
        f"[13.01.23, 12:00:00] Bikes: {LRM}Messages and calls are end-to-end encrypted.\n"
        f"[13.01.23, 12:00:01] Bikes: {LRM}Ann created this group\n"
        f"[13.01.23, 12:00:02] Bikes: {LRM}You were added\n"
        "[13.01.23, 12:01:00] Ann: hello\n"
        "[13.01.23, 12:02:00] Bob: hi\n"
        f"{LRM}[13.01.23, 12:03:00] Ann: {LRM}Voice call, {LRM}No answer\n"
    )
    items = read(tmp_path, log)
    assert [text for _, _, text in brief(items)] == ["hello", "hi"]
    assert reasons(items) == ["a notice of WhatsApp's, no message"] * 3 + ["a call, no message"]


def test_an_unknown_languages_first_marked_line_is_its_encryption_notice(tmp_path: Path) -> None:
    log = f"[13.01.23, 12:00:00] Ann: {LRM}Viestit on salattu.\n[13.01.23, 12:00:00] Ann: {LRM}Moi!\n"
    assert [text for _, _, text in brief(read(tmp_path, log))] == ["Moi!"]


@pytest.mark.parametrize(
    "text",
    [
        "This message was deleted",
        f"{LRM}This message was deleted.",
        "You deleted this message",
        "Diese Nachricht wurde gelöscht.",
        "Se eliminó este mensaje.",
        f"{LRM}Ce message a été supprimé",
        "Данное сообщение удалено",
        "此訊息已刪除",
    ],
)
def test_deleted_messages_are_skipped(tmp_path: Path, text: str) -> None:
    items = read(tmp_path, f"13/1/23, 12:00 - Ann: hi\n13/1/23, 12:00 - Ann: {text}\n")
    assert reasons(items) == ["the message was deleted before the export"]


@pytest.mark.parametrize(
    "text",
    [
        "This message was deleted by mistake, sorry",
        "Missed voice call",
        "Waiting for this message!",
        "<br>",
        "5 < 7: yes >",
    ],
)
def test_what_a_person_may_have_written_stays_a_message(tmp_path: Path, text: str) -> None:
    assert brief(read(tmp_path, f"13/1/23, 12:00 - Ann: {text}\n"))[0][2] == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Six o'clock <This message was edited>", "Six o'clock"),
        (f"Um sechs {LRM}<Diese Nachricht wurde bearbeitet.>", "Um sechs"),
        (f"Kuudelta {LRM}<Viestiä muokattiin>", "Kuudelta"),
        ("I said <this message was funny>", "I said <this message was funny>"),
    ],
)
def test_the_marker_of_an_edit_is_no_part_of_the_text(tmp_path: Path, text: str, left: str) -> None:
    assert brief(read(tmp_path, f"13/1/23, 12:00 - Ann: {text}\n"))[0][2] == left


@pytest.mark.parametrize(
    ("text", "left", "name", "media_type"),
    [
        ("<Media omitted>", "", "media", "application/octet-stream"),
        ("<Medien ausgeschlossen>", "", "media", "application/octet-stream"),
        ("<Archivo omitido>", "", "media", "application/octet-stream"),
        ("<Без медиафайлов>", "", "media", "application/octet-stream"),
        ("<省略多媒體檔案>", "", "media", "application/octet-stream"),
        ("<Média bolo vynechané>", "<Média bolo vynechané>", "media", "application/octet-stream"),
        (f"{LRM}image omitted", "", "image", "application/octet-stream"),
        (f"{LRM}Bild weggelassen", "", "Bild", "application/octet-stream"),
        (f"invoice.pdf • {LRM}12 pages {LRM}document omitted", "", "invoice.pdf", "application/pdf"),
        ("IMG-20230113-WA0001.jpg (file attached)", "", "IMG-20230113-WA0001.jpg", "image/jpeg"),
        (f"{LRM}PTT-20230113-WA0002.opus (Datei angehängt)", "", "PTT-20230113-WA0002.opus", "audio/ogg"),
        (
            "IMG-20230113-WA0001.jpg (soubor byl přiložen)\nthe frame",
            "the frame",
            "IMG-20230113-WA0001.jpg",
            "image/jpeg",
        ),
        ("bill (1).pdf (archivo adjunto)", "", "bill (1).pdf", "application/pdf"),
        (f"{LRM}<attached: 00000012-PHOTO-2023-01-13.jpg>", "", "00000012-PHOTO-2023-01-13.jpg", "image/jpeg"),
        (f"{LRM}<Anhang: 00000013-AUDIO.opus>", "", "00000013-AUDIO.opus", "audio/ogg"),
        (f"see this {LRM}<přiloženo: 0001-VIDEO.mp4>", "see this", "0001-VIDEO.mp4", "video/mp4"),
    ],
)
def test_media_lines_become_parts(tmp_path: Path, text: str, left: str, name: str, media_type: str) -> None:
    log = f"13/1/23, 11:00 - Ann: look\n13/1/23, 12:00 - Ann: {text}\n13/1/23, 12:00 - Bob: ok\n"
    found = messages(read(tmp_path, log))[1]
    assert (found.text, found.parts) == (left, (Part(name, media_type),))


def test_a_file_that_a_person_merely_mentions_is_no_part(tmp_path: Path) -> None:
    [found] = messages(read(tmp_path, "13/1/23, 12:00 - Ann: see report.pdf (final version)\n"))
    assert (found.text, found.parts) == ("see report.pdf (final version)", ())


def test_an_archive_brings_the_bytes_of_its_media(tmp_path: Path) -> None:
    log = (
        f"[13.01.23, 12:00:00] Ann: {LRM}<attached: 0001-PHOTO.jpg>\n"
        f"[13.01.23, 12:00:01] Ann: {LRM}<attached: 0002-GONE.jpg>\n"
    )
    data = zipped({"_chat.txt": log.encode(), "0001-PHOTO.jpg": b"\xff\xd8photo", "0003-EXTRA.pdf": b"%PDF"})
    items = read(tmp_path, data, "WhatsApp Chat - Ann.zip", own=["The Shop"])
    assert IMPORTER.recognises(source_of(tmp_path / "WhatsApp Chat - Ann.zip"))
    first, second = messages(items)
    assert first.parts == (Part("0001-PHOTO.jpg", "image/jpeg", b"\xff\xd8photo"),)
    assert second.parts == (Part("0002-GONE.jpg", "image/jpeg"),)
    assert items[-1] == Skipped(
        "a file in the archive that no message names", "WhatsApp Chat - Ann.zip", "file 0003-EXTRA.pdf"
    )


def test_a_damaged_file_in_the_archive_is_told_of_and_the_message_kept(tmp_path: Path) -> None:
    log = f"[13.01.23, 12:00:00] Ann: {LRM}<attached: a.jpg>\n[13.01.23, 12:00:01] Ann: hi\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("_chat.txt", log)
        archive.writestr("a.jpg", b"photograph")
    data = buffer.getvalue().replace(b"photograph", b"photogravf", 1)
    items = read(tmp_path, data, "chat.zip")
    assert [type(item) for item in items] == [Envelope, Unreadable, Envelope]
    assert reasons(items) == ["a.jpg in chat.zip is damaged or incomplete"]


def test_a_truncated_archive_is_recognised_and_refused(tmp_path: Path) -> None:
    path = tmp_path / "WhatsApp Chat - Ann.zip"
    path.write_bytes(zipped({"_chat.txt": b"13/1/23, 12:00 - Ann: hi\n" * 50})[:-30])
    assert IMPORTER.recognises(source_of(path))
    with pytest.raises(BadInput, match="damaged or incomplete"):
        list(IMPORTER.read(source_of(path), ReadOptions()))


def test_a_log_that_breaks_off_inside_its_archive_gives_what_came_before(tmp_path: Path) -> None:
    log = "".join(f"13/1/23, 12:00 - Ann: message {n} {n * 7919 % 1000003}\n" for n in range(40_000)).encode()
    data = bytearray(zipped({"_chat.txt": log}))
    middle = len(data) // 2
    data[middle : middle + 40] = bytes(40)
    items = read(tmp_path, bytes(data), "chat.zip")
    assert len(messages(items)) > 1000
    assert isinstance(items[-1], Unreadable)
    assert items[-1].reason == "_chat.txt in chat.zip is damaged or incomplete"


def test_a_chat_that_is_encrypted_in_its_archive_is_refused_with_that_reason(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.jpg": b"photo", "_chat.txt": b"13/1/23, 12:00 - Ann: hi\n"}))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(BadInput, match=r"_chat\.txt in a\.zip is encrypted"):
        read(tmp_path, bytes(data), "a.zip")


def test_an_archive_without_a_chat_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="holds no WhatsApp chat"):
        read(tmp_path, zipped({"notes.txt": b"nothing", "inner.zip": zipped({"_chat.txt": b""})}), "a.zip")


def sides(items: list[Item]) -> list[tuple[str, str, str]]:
    return [(one.direction.value, one.customer[0].value, one.text) for one in messages(items)]


TALK = "13/1/23, 12:00 - Ann Lee: hi\n13/1/23, 12:01 - Shop: hello\n13/1/23, 12:02 - Ann Lee: bye\n"
TOLD = [
    ("inbound", "name:Ann Lee", "hi"),
    ("outbound", "name:Ann Lee", "hello"),
    ("inbound", "name:Ann Lee", "bye"),
]


def test_what_our_names_wrote_is_outbound_to_the_other_party(tmp_path: Path) -> None:
    assert sides(read(tmp_path, TALK, own=["shop"])) == TOLD


@pytest.mark.parametrize(
    "name",
    [
        "WhatsApp Chat with Ann Lee.txt",
        "WhatsApp Chat - Ann Lee.txt",
        "WhatsApp-Chat mit Ann Lee (2).txt",
        "Chat de WhatsApp con Ann Lee.txt",
        "Ann Lee ile WhatsApp Sohbeti.txt",
        "与Ann Lee的 WhatsApp 聊天.txt",
    ],
)
def test_the_file_name_tells_the_counterpart_when_no_name_is_known_as_ours(tmp_path: Path, name: str) -> None:
    assert sides(read(tmp_path, TALK, name)) == TOLD


def test_a_name_within_a_longer_name_is_not_the_counterpart(tmp_path: Path) -> None:
    log = "13/1/23, 12:00 - Al: hello\n13/1/23, 12:01 - Albert: hi\n"
    assert sides(read(tmp_path, log, "WhatsApp Chat with Albert.txt")) == [
        ("outbound", "name:Albert", "hello"),
        ("inbound", "name:Albert", "hi"),
    ]


def test_a_name_that_only_begins_the_files_name_is_not_the_counterpart(tmp_path: Path) -> None:
    log = "13/1/23, 12:00 - Al: hello\n13/1/23, 12:01 - Shop: hi\n"
    items = read(tmp_path, log, "WhatsApp Chat with Albert.txt")
    assert [side[0] for side in sides(items)] == ["inbound", "inbound"]


def test_without_any_help_everybody_is_a_customer(tmp_path: Path) -> None:
    assert [side[:2] for side in sides(read(tmp_path, TALK))] == [
        ("inbound", "name:Ann Lee"),
        ("inbound", "name:Shop"),
        ("inbound", "name:Ann Lee"),
    ]


def test_a_customer_who_never_answered_is_known_from_the_file_name(tmp_path: Path) -> None:
    log = "13/1/23, 12:00 - Shop: your bike is ready\n"
    told = [("outbound", "name:Ann Lee", "your bike is ready")]
    assert sides(read(tmp_path, log, "WhatsApp Chat with Ann Lee.txt")) == told
    assert sides(read(tmp_path, log, "WhatsApp Chat with Ann Lee.txt", own=["Shop"])) == told


def test_what_we_write_in_a_group_goes_to_the_last_who_wrote(tmp_path: Path) -> None:
    log = (
        "13/1/23, 11:59 - Shop: welcome\n13/1/23, 12:00 - Ann: hi\n13/1/23, 12:01 - Bob: me too\n"
        "13/1/23, 12:02 - Shop: sure\n13/1/23, 12:03 - Ann: thanks\n13/1/23, 12:04 - Shop: bye\n"
    )
    items = read(tmp_path, log, "WhatsApp Chat with Bikes.txt", own=["Shop"])
    assert [side[:2] for side in sides(items)] == [
        ("inbound", "name:Ann"),
        ("inbound", "name:Bob"),
        ("outbound", "name:Bob"),
        ("inbound", "name:Ann"),
        ("outbound", "name:Ann"),
    ]
    assert reasons(items) == ["we wrote it before anybody else in this chat, so whom it was for cannot be told"]


def test_a_sender_written_as_a_number_is_a_phone(tmp_path: Path) -> None:
    log = f"13/1/23, 12:00 - {LRM}+34{NBSP}612{NBSP}34‑56‑78{LRM}: hi\n13/1/23, 12:01 - ~{NNBSP}Ann: hi\n"
    phone, name = messages(read(tmp_path, log))
    assert phone.customer == (Handle("phone", "+34 612 34-56-78"),)
    assert phone.author == "+34 612 34-56-78"
    assert name.customer == (Handle("whatsapp", "name:Ann", "Ann"),)


def test_our_own_number_is_known_however_it_is_written(tmp_path: Path) -> None:
    log = f"13/1/23, 12:00 - Ann: hi\n13/1/23, 12:01 - +34{NBSP}612 34 56 78: hello\n"
    assert sides(read(tmp_path, log, own=["+34612345678"]))[1][:2] == ("outbound", "name:Ann")


def test_identical_lines_are_all_kept(tmp_path: Path) -> None:
    assert len(messages(read(tmp_path, "13/1/23, 12:00 - Ann: ok\n" * 3))) == 3


def test_a_message_without_words_is_skipped(tmp_path: Path) -> None:
    items = read(tmp_path, "13/1/23, 12:00 - Ann:\n13/1/23, 12:00 - Ann: \n13/1/23, 12:01 - Ann: hi\n")
    assert reasons(items) == ["a message without words or files"] * 2


def test_a_message_of_many_megabytes_is_told_of_and_the_next_is_read(tmp_path: Path) -> None:
    log = "13/1/23, 12:00 - Ann: " + "x" * 3_000_000 + "\n13/1/23, 12:01 - Ann: hi\n"
    items = read(tmp_path, log)
    assert reasons(items) == ["the message is longer than 1 MB"]
    assert len(items[0].raw) == 1_048_576  # type: ignore[union-attr]
    assert (items[1].place, messages(items)[0].text) == ("line 2", "hi")


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\x00\x01\x02",
        b"hello\n13/1/23, 12:00 - Ann: hi\n",
        b"2023-04-29 10:00:00 - root: started\n",
        b'{"messages": []}',
        b"From ann@example.org Thu Jan  1 00:00:00 2024\n",
        b"PK\x03\x04nonsense",
    ],
)
def test_other_files_are_not_recognised(tmp_path: Path, head: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(head)
    assert not IMPORTER.recognises(Source(path, head))


def test_a_file_without_any_message_is_refused(tmp_path: Path) -> None:
    for log in (b"", b"\x00" * 1000, b"hello\n"):
        with pytest.raises(BadInput, match="holds no WhatsApp message"):
            read(tmp_path, log)


PIECES = st.sampled_from(
    [
        "13/1/23, 12:00 - ",
        "[13.01.23, 12:00:00] ",
        "Ann: ",
        "\n",
        "\r\n",
        LRM,
        RLM,
        NNBSP,
        "<attached: ",
        "a.jpg",
        ">",
        " (file attached)",
        "<Media omitted>",
        "٣١/١٢/٢٠٢٣، ١٠:٠٥ م - ",
        "99/99/99, 99:99 - ",
        "\ud800",
        "\x00",
        ":",
        '"',
        "omitted",
        " • ",
    ]
)


@settings(max_examples=300, deadline=None)
@given(
    data=st.lists(PIECES | st.text(max_size=5), max_size=40).map(lambda p: "".join(p).encode("utf-8", "surrogatepass"))
    | st.binary(max_size=200)
)
def test_any_text_gives_items_or_a_refusal(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "whatsapp-fuzz.txt"
    path.write_bytes(data)
    IMPORTER.recognises(source_of(path))
    try:
        items = list(IMPORTER.read(source_of(path), ReadOptions(own=frozenset({"ann"}))))
    except BadInput:
        return
    for item in items:
        assert item.place.startswith("line ")
        if isinstance(item, Envelope):
            item.text.encode()
            assert item.sent_at.tzinfo is not None


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(
        st.text(
            st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zs", "Zl", "Zp"], exclude_characters="<>()"),
            min_size=1,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_every_text_comes_back_whole_and_once(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    log = "".join(f"13/1/23, 12:{n:02} - Ann: {text}\n" for n, text in enumerate(texts))
    folder = tmp_path_factory.getbasetemp()
    assert [text for _, _, text in brief(read(folder, log))] == texts


def test_reading_twice_gives_the_same_items(tmp_path: Path) -> None:
    assert read(tmp_path, TALK, own=["shop"]) == read(tmp_path, TALK, own=["shop"])
