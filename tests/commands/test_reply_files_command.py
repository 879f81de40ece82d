"""`convo thread reply -a FILE`: files go with an answer, and what is no file is named."""

import json
from pathlib import Path

from convo.desk.desk import Desk
from tests.commands.conftest import Convo


def test_files_go_with_an_answer_under_their_names(convo: Convo, desk_on: Desk, tmp_path: Path) -> None:
    bill, list_ = tmp_path / "bill.pdf", tmp_path / "prices.tar.gz"
    bill.write_bytes(b"%PDF")
    list_.write_bytes(b"\x1f\x8b")
    desk_on.channels.add("email", "post", {"address": "shop@example.org"})
    words = ("-m", "here", "--channel", "post", "-a", str(bill), "--attach", str(list_))
    ran = convo("thread", "reply", "1", *words, "--json", "attachments")
    assert ran.code == 0, ran.err
    told = [(each["name"], each["media_type"], each["size"]) for each in json.loads(ran.out)["attachments"]]
    assert told == [("bill.pdf", "application/pdf", 4), ("prices.tar.gz", "application/octet-stream", 2)]


def test_what_is_no_file_is_named_and_nothing_is_sent(convo: Convo, tmp_path: Path) -> None:
    missing = convo("thread", "reply", "1", "-m", "here", "-a", str(tmp_path / "gone.pdf"))
    assert (missing.code, missing.err.splitlines()[0]) == (1, f"convo: there is no file {tmp_path}/gone.pdf")
    folder = convo("thread", "reply", "1", "-m", "here", "-a", str(tmp_path))
    assert folder.err.splitlines()[0] == f"convo: {tmp_path} is no file"
    large = tmp_path / "film.mp4"
    with large.open("wb") as opened:
        opened.truncate(25_000_001)
    refused = convo("thread", "reply", "1", "-m", "here", "-a", str(large))
    assert "a file that goes with an answer has at most 25 MB" in refused.err
