"""Brings articles in from files and folders: what is new is added, what differs is changed, the rest stays."""

import os
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select, update

from convo import clock
from convo.desk.article_files import READERS, ArticleFile, read_json
from convo.desk.article_values import article_values
from convo.desk.names import check_name
from convo.errors import BadInput
from convo.intake.paths import shown
from convo.model import tables
from convo.model.knowledge_views import ArticleImport
from convo.store import article_index
from convo.store.bulk import among
from convo.text import clean

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_LARGEST = 4_000_000
_BATCH = 200
_LINES = frozenset({".jsonl", ".ndjson"})
_COLUMNS = ("title", "body", "language", "keywords", "questions")
_READ = "a .md, .txt, .html or .jsonl file"

_Item = tuple[str, "ArticleFile | str"]
"""A place, and the article there or the sentence that says why there is none."""


def bring_in(desk: "Desk", paths: Sequence[Path], *, dry_run: bool) -> Iterator[ArticleImport]:
    """What became of each article, in order; raises BadInput for a path that is missing."""
    for path in paths:
        if not path.exists():
            raise BadInput(f"there is no file or folder {shown(path)}", hint="check the path")
    items = (item for path in paths for item in _at(path, named=True))
    taken: dict[str, str] = {}
    while batch := list(islice(items, _BATCH)):
        if dry_run:
            with desk.store.read():
                done = _batch(desk, batch, taken, dry_run=True)
        else:
            with desk.store.write():
                done = _batch(desk, batch, taken, dry_run=False)
        yield from done


def _at(top: Path, *, named: bool) -> Iterator[_Item]:
    """The articles of a file, or of a folder in the order of its names; links in it and hidden files are not read."""
    waiting = [(top, named)]
    while waiting:
        path, given = waiting.pop()
        place = shown(path)
        try:
            if path.is_symlink() and not given:
                yield place, "it is a link"
            elif path.is_dir():
                with os.scandir(path) as entries:
                    inside = sorted(
                        (path / entry.name for entry in entries if not entry.name.startswith(".")), reverse=True
                    )
                waiting += [(each, False) for each in inside]
            elif not path.is_file():
                yield place, "it is no regular file"
            elif path.suffix.lower() in _LINES:
                yield from _lines(path, place)
            elif path.suffix.lower() in READERS:
                yield place, _whole(path)
            else:
                yield place, f"it is not {_READ}"
        except (OSError, ValueError) as error:
            yield place, f"it cannot be read: {getattr(error, 'strerror', None) or 'its name is no path'}"


def _whole(path: Path) -> "ArticleFile | str":
    with path.open("rb") as file:
        data = file.read(_LARGEST + 1)
    text = _decoded(data)
    if text is None:
        return _too_large(data)
    if not text.strip():
        return "it is empty"
    return READERS[path.suffix.lower()](clean(text), clean(shown(Path(path.stem))))


def _lines(path: Path, place: str) -> Iterator[_Item]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(_LARGEST + 1):
            number += 1
            here = f"{place}:{number}"
            text = _decoded(line)
            if text is None:
                yield here, _too_large(line)
                while len(line) > _LARGEST and not line.endswith(b"\n"):
                    line = file.readline(_LARGEST + 1)
            elif text.strip():
                try:
                    yield here, read_json(text)
                except BadInput as error:
                    yield here, error.message


def _decoded(data: bytes) -> str | None:
    if len(data) > _LARGEST:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _too_large(data: bytes) -> str:
    return f"it is larger than {_LARGEST // 1_000_000} MB" if len(data) > _LARGEST else "it is not UTF-8 text"


def _batch(desk: "Desk", batch: Sequence[_Item], taken: dict[str, str], *, dry_run: bool) -> list[ArticleImport]:
    connection, article = desk.store.current(), tables.article
    borne = {name.casefold(): number for number, name in connection.execute(select(article.c.id, article.c.name))}
    done: list[ArticleImport] = []
    new: list[dict[str, Any]] = []
    changed: list[tuple[int, dict[str, Any]]] = []
    ready: list[tuple[int, str, dict[str, Any]]] = []
    for place, found in batch:
        if isinstance(found, str):
            done.append(ArticleImport(place, "", "refused", found))
            continue
        try:
            name = check_name(found.name, "article")
            values = article_values(found.title, found.body, found.language or "", found.keywords, found.questions)
        except BadInput as error:
            done.append(ArticleImport(place, unicodedata.normalize("NFC", found.name)[:64], "refused", error.message))
            continue
        form = name.casefold()
        if form in taken:
            done.append(ArticleImport(place, name, "refused", f"the name is that of {taken[form]}, too"))
            continue
        taken[form] = place
        if form in borne:
            ready.append((len(done), form, values))
            done.append(ArticleImport(place, name, "unchanged"))
        else:
            new.append(values | {"name": name})
            done.append(ArticleImport(place, name, "added"))
    held = _held(desk, [borne[form] for _, form, _ in ready])
    for at, form, values in ready:
        row = held[borne[form]]
        if any(getattr(row, key) != values[key] for key in _COLUMNS):
            changed.append((row.id, values))
            done[at] = ArticleImport(done[at].path, row.name, "changed")
    if not dry_run:
        _write(desk, new, changed, held)
    return done


def _held(desk: "Desk", numbers: Sequence[int]) -> dict[int, Row[*tuple[Any, ...]]]:
    connection, article = desk.store.current(), tables.article
    rows = connection.execute(select(article).where(among(connection, article.c.id, numbers)))
    return {row.id: row for row in rows}


def _write(
    desk: "Desk",
    new: Sequence[dict[str, Any]],
    changed: Sequence[tuple[int, dict[str, Any]]],
    held: dict[int, Row[*tuple[Any, ...]]],
) -> None:
    connection, article, now = desk.store.current(), tables.article, clock.now()
    numbers = desk.store.allocate(connection, "article", len(new))
    to_index = []
    for number, values in zip(numbers, new, strict=True):
        connection.execute(article.insert(), values | {"id": number, "created_at": now, "updated_at": now})
        desk.articles.record("article", number, after=values)
        to_index.append(_indexed(number, values["name"], values))
    for number, values in changed:
        row = held[number]._mapping
        different = {key: value for key, value in values.items() if row[key] != value}
        connection.execute(update(article).where(article.c.id == number).values(**different, updated_at=now))
        desk.articles.record("article", number, {key: row[key] for key in different}, different)
        to_index.append(_indexed(number, row["name"], values))
    article_index.put(connection, to_index)


def _indexed(number: int, name: str, values: dict[str, Any]) -> article_index.Indexed:
    head = article_index.head(name, values["title"], values["questions"], values["keywords"], values["language"])
    return article_index.Indexed(number, head, values["body"])
