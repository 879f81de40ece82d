"""`convo article` and `convo thread suggest` as they are typed."""

import json
from pathlib import Path

from convo.desk.desk import Desk
from tests.commands.conftest import Convo

HOSTILE = "Wheel \x1b]52;c;eA==\x07\u202e[bold]x[/bold]"


def test_articles_are_imported_searched_and_written_again(convo: Convo, tmp_path: Path) -> None:
    folder = tmp_path / "help"
    folder.mkdir()
    (folder / "truing.md").write_text("---\nlanguage: en\n---\n# How long does truing take?\n\nHalf an hour.\n")
    (folder / "photo.png").write_bytes(b"\x89")
    ran = convo("article", "import", str(folder))
    assert ran.code == 0
    assert ran.err.splitlines()[-1] == "1 added, 0 changed, 0 unchanged, 1 refused"
    assert "photo.png\t\trefused\tit is not a .md, .txt, .html or .jsonl file" in ran.out
    found = convo("article", "search", "how", "long", "is", "truing", "--json")
    hit = json.loads(found.out)
    assert (hit["name"], hit["matched"], hit["snippet"]) == ("truing", ["long", "truing"], "Half an hour.")
    assert "truing" in convo("article", "search", "truing", columns=80).out
    assert convo("article", "export", str(tmp_path / "out")).err == f"1 articles are in {tmp_path / 'out'}\n"
    assert "unchanged" in convo("article", "import", str(tmp_path / "out")).out
    again = convo("article", "export", str(tmp_path / "out"))
    assert (again.code, "is not empty" in again.err) == (1, True)
    lines = tmp_path / "all.jsonl"
    lines.write_text(convo("article", "export").out)
    assert convo("article", "import", str(lines), "--json", "outcome").out == '{"outcome": "unchanged"}\n'
    assert convo("article", "import", str(tmp_path / "none")).code == 1


def test_an_article_is_added_and_edited_with_questions_and_keywords(convo: Convo) -> None:
    added = ("article", "add", "returns", "-m", "30 days", "--keyword", "refund", "--question", "Can I return it?")
    assert convo(*added).code == 0
    view = json.loads(convo("article", "edit", "returns", "--question", "May I send it back?", "--json").out)
    assert (view["questions"], view["keywords"], view["body"]) == (["May I send it back?"], ["refund"], "30 days")
    shown = convo("article", "show", "returns").out
    assert "keywords: refund\n" in shown
    assert "asked as: May I send it back?\n" in shown


def test_what_to_answer_is_suggested_and_sent(convo: Convo, desk_on: Desk) -> None:
    thread = desk_on.threads.list().items[-1].id
    desk_on.articles.add("truing", "Truing a wheel", "Half an hour.")
    desk_on.snippets.add("wheel", "Bring the wheel, {customer.first_name|please}.")
    view = json.loads(convo("thread", "suggest", str(thread), "--json").out)
    assert view["thread_id"] == thread
    assert {"articles", "replies", "snippets", "question", "language", "intent"} <= view.keys()
    shown = convo("thread", "suggest", str(thread), columns=80)
    assert shown.code == 0
    assert all(part in shown.out for part in ("articles", "past replies", "snippets"))
    sent = json.loads(convo("thread", "reply", str(thread), "--article", "truing", "--json").out)
    assert sent["body"] == "Truing a wheel\n\nHalf an hour."
    told = json.loads(convo("article", "stats", "--json").out)
    assert told["sent"] == 1
    assert convo("article", "stats", "--since", "30d", columns=80).code == 0


def test_gaps_say_what_was_counted(convo: Convo, desk_on: Desk) -> None:
    shown = convo("article", "gaps", "--since", "2020-01-01", columns=80)
    assert shown.code == 0
    assert "no article answers" in shown.out
    view = json.loads(convo("article", "gaps", "--json").out)
    assert {"topics", "rising", "statistic", "topics_tried", "threshold"} <= view.keys()
    assert convo("article", "gaps", "--limit", "1000").code == 1


def test_nothing_hostile_reaches_the_terminal(convo: Convo, desk_on: Desk, tmp_path: Path) -> None:
    desk_on.articles.add("evil", HOSTILE, HOSTILE, questions=[HOSTILE], keywords=[HOSTILE])
    (tmp_path / "\x1b]0;x\x07.md").write_text("# \x1b[2J wheel\n\nx")
    thread = desk_on.threads.list().items[-1].id
    for words in (
        ("article", "search", "wheel"),
        ("article", "show", "evil"),
        ("article", "stats"),
        ("article", "gaps"),
        ("article", "export"),
        ("article", "import", str(tmp_path)),
        ("thread", "suggest", str(thread)),
    ):
        for columns in (0, 80):
            ran = convo(*words, columns=columns)
            for bad in ("\x1b]", "\x07", "\u202e", "\x1b[2J"):
                assert bad not in ran.out + ran.err, words
