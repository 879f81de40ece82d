"""Articles come in from files and go out to them, the same, and no file stops another."""

import os
from pathlib import Path

import pytest

from convo.desk.article_files import file_names, write_markdown
from convo.desk.desk import Desk
from convo.errors import BadInput
from convo.model.views import ArticleView
from tests.desk.acting import audited

MARKDOWN = """---
title: "Returns and exchanges"
language: en
keywords: refund_request, money back
date: 2026-01-01
questions:
  - How do I send something back?
  - Can I exchange it?
---

Unused things come back within **30 days**.
"""


def outcomes(desk: Desk, *paths: Path, dry_run: bool = False) -> dict[str, str]:
    """What became of each file, by the last part of its place."""
    done = desk.articles.bring_in(paths, dry_run=dry_run)
    return {Path(one.path).name: one.reason or one.outcome for one in done}


def write(folder: Path, name: str, text: str | bytes) -> Path:
    """A file in the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_folder_of_files_becomes_articles_that_are_found(desk: Desk, tmp_path: Path) -> None:
    top = tmp_path / "help"
    write(top, "returns.md", MARKDOWN)
    write(top, "deep/shipping.de.md", "# Wohin versendet ihr?\n\nIn die ganze EU.\n")
    write(
        top,
        "hours.html",
        "<html lang='en'><head><title>Opening &amp; closing</title></head><p>From 9 to 18.<script>x</script></html>",
    )
    write(top, "plain-notes.txt", "Just words.")
    write(top, ".hidden.md", "# no")
    write(top, "more.jsonl", '{"name": "sizes", "title": "Sizes", "body": "S to XL", "keywords": ["fit"]}\n\n')
    assert outcomes(desk, top) == {
        "shipping.de.md": "added",
        "hours.html": "added",
        "more.jsonl:1": "added",
        "plain-notes.txt": "added",
        "returns.md": "added",
    }
    held = {view.name: view for view in desk.articles.list()}
    returns = held["returns"]
    assert (returns.title, returns.language) == ("Returns and exchanges", "en")
    assert returns.keywords == ("refund_request", "money back")
    assert returns.questions == ("How do I send something back?", "Can I exchange it?")
    assert returns.body == "Unused things come back within **30 days**."
    german = held["shipping.de"]
    assert (german.title, german.language, german.body) == ("Wohin versendet ihr?", "de", "In die ganze EU.")
    assert (held["hours"].title, held["hours"].body) == ("Opening & closing", "From 9 to 18.")
    assert held["plain-notes"].title == "plain notes"
    assert desk.articles.search("can I exchange it")[0].name == "returns"
    assert [hit.name for hit in desk.articles.search("which size will fit")][:1] == ["sizes"]


def test_what_is_unchanged_stays_and_what_differs_is_changed(desk: Desk, tmp_path: Path) -> None:
    file = write(tmp_path, "returns.md", MARKDOWN)
    assert outcomes(desk, file, dry_run=True) == {"returns.md": "added"}
    assert desk.articles.list() == ()
    assert outcomes(desk, file) == {"returns.md": "added"}
    before = audited(desk)
    assert outcomes(desk, file) == {"returns.md": "unchanged"}
    assert audited(desk) == before
    write(tmp_path, "returns.md", MARKDOWN.replace("30 days", "60 days"))
    assert outcomes(desk, file, dry_run=True) == {"returns.md": "changed"}
    assert outcomes(desk, file) == {"returns.md": "changed"}
    row = audited(desk)[-1]
    assert row.after == {"body": "Unused things come back within **60 days**."}
    assert desk.articles.search("60 days")[0].matched == ("60", "days")


def test_a_file_that_is_no_article_is_refused_by_itself(desk: Desk, tmp_path: Path) -> None:
    top = tmp_path / "help"
    write(top, "a.md", "fine")
    write(top, "binary.md", b"\xff\xfe\x00")
    write(top, "blank.md", " \n")
    write(top, "huge.md", b"x" * 4_000_001)
    write(top, "long.md", "x" * 1_000_001)
    write(top, "only-head.md", "---\ntitle: T\n---\n")
    write(top, "photo.png", b"\x89PNG")
    write(top, "tongue.md", "---\nlanguage: ../../etc\n---\nx")
    write(top, "twice.md", "---\nname: A\n---\nx")
    write(top, ("n" * 70) + ".md", "x")
    write(top, "z.jsonl", b'{"name": "ok", "body": "x"}\n[1]\n{"name": 5}\n' + b"{" * 5000 + b'\n{"body": "x"}\n\xff\n')
    os.mkfifo(top / "pipe.md")
    (top / "link.md").symlink_to(top / "a.md")
    (top / "loop").symlink_to(top)
    found = outcomes(desk, top)
    assert found == {
        "a.md": "added",
        "binary.md": "it is not UTF-8 text",
        "blank.md": "it is empty",
        "huge.md": "it is larger than 4 MB",
        "long.md": "an article's text has 1 to 1,000,000 characters, not 1,000,001",
        "only-head.md": "an article's text has 1 to 1,000,000 characters, not 0",
        "photo.png": "it is not a .md, .txt, .html or .jsonl file",
        "tongue.md": "'../../etc' is no language",
        "twice.md": f"the name is that of {top / 'a.md'}, too",
        f"{'n' * 70}.md": "the name of an article has 1 to 64 characters, not 70",
        "link.md": "it is a link",
        "loop": "it is a link",
        "pipe.md": "it is no regular file",
        "z.jsonl:1": "added",
        "z.jsonl:2": "it is no JSON object",
        "z.jsonl:3": "its name is no text",
        "z.jsonl:4": "it is no JSON object",
        "z.jsonl:5": "it has no name",
        "z.jsonl:6": "it is not UTF-8 text",
    }
    assert [view.name for view in desk.articles.list()] == ["a", "ok"]
    with pytest.raises(BadInput):
        desk.articles.bring_in([top, tmp_path / "missing"])


def test_hostile_files_take_no_more_than_their_length(desk: Desk, tmp_path: Path) -> None:
    top = tmp_path / "help"
    write(top, "a.html", "<title " * 200_000)
    write(top, "b.html", "<html " * 200_000 + "lang=de>x")
    write(top, "c.md", "---\n" * 300_000)
    write(top, "d.md", "---\n" + "questions:\n- x\n" * 100_000)
    write(top, "e.md", "# " + "#" * 900_000)
    write(top, "f.md", "." * 900_000)
    assert set(outcomes(desk, top)) == {f"{name}" for name in ("a.html", "b.html", "c.md", "d.md", "e.md", "f.md")}


def test_what_goes_out_comes_in_again_the_same(desk: Desk, tmp_path: Path) -> None:
    body = "---\nname: evil\n---\n# body"
    desk.articles.add("a/b", "T: x # y", body, "de", keywords=["- k", "'q'"], questions=["a, b"])
    desk.articles.add("left.to", '"quoted"', "x")
    desk.articles.add("CON", 'quoted "title"', "text\n\n- list")
    desk.articles.add("..", "dots", "x")
    views = desk.articles.list()
    names = file_names(views)
    assert len(set(names)) == 4
    for name, view in zip(names, views, strict=True):
        assert not name.startswith(".")
        assert "/" not in name
        write(tmp_path / "out", name, write_markdown(view))
    assert set(outcomes(desk, tmp_path / "out").values()) == {"unchanged"}


def test_names_become_file_names_that_any_system_takes() -> None:
    def named(*names: str) -> list[str]:
        return file_names([ArticleView(1, name, "t", "b", None, None) for name in names])  # type: ignore[arg-type]

    assert named("a", "A", "a?", "nul.txt", "../../etc/passwd", "\u202ex") == [
        "a.md",
        "A_2.md",
        "a_.md",
        "_nul.txt.md",
        "_.._etc_passwd.md",
        "_x.md",
    ]
