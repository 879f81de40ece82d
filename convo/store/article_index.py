"""The index of articles: which stems stand in which article, how often, kept in the store as articles change."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, cast

from sqlalchemy import Connection, delete, func, select

from convo.model import tables
from convo.model.knowledge_views import TITLE_WEIGHT, Posting
from convo.store.bulk import among, insert_rows, update_rows
from convo.text.stems import stems

_BATCH = 200
_COLUMNS = ("term", "article_id", "title_count", "body_count", "length")


class Indexed(NamedTuple):
    """An article as it is indexed: its head (title, name, questions and keywords) and its text."""

    id: int
    head: str
    body: str


def head(name: str, title: str, questions: str, keywords: str, language: str | None) -> str:
    """The text that counts as an article's title; its name without the language that ends it."""
    return "\n".join((title, group_of(name, language), questions, keywords))


def group_of(name: str, language: str | None) -> str:
    """The name that an article shares with its translations: without the dot and language (`returns.de`) at its end."""
    stem, dot, ending = name.rpartition(".")
    own = (language or "").partition("-")[0]
    if stem and dot and ending.casefold() in {own, (language or "").casefold()} - {""}:
        return stem.casefold()
    return name.casefold()


def put(connection: Connection, articles: Sequence[Indexed]) -> None:
    """Index articles, in the place of what was indexed of them; inside a write."""
    remove(connection, [article.id for article in articles])
    rows, lengths = [], []
    for article in articles:
        above, below = Counter(stems(article.head)), Counter(stems(article.body))
        length = TITLE_WEIGHT * above.total() + below.total()
        rows += [(stem, article.id, above[stem], below[stem], length) for stem in sorted(above.keys() | below.keys())]
        lengths.append((length, article.id))
    insert_rows(connection, tables.article_term, _COLUMNS, rows)
    update_rows(connection, tables.article, ("words",), lengths)


def remove(connection: Connection, articles: Collection[int]) -> None:
    """Take articles out of the index."""
    term = tables.article_term
    connection.execute(delete(term).where(among(connection, term.c.article_id, articles)))


def size(connection: Connection) -> tuple[int, float]:
    """How many articles there are, and how many words they count on average."""
    article = tables.article
    count, words = connection.execute(select(func.count(article.c.words), func.sum(article.c.words))).one()
    return count, float(words or 0) / max(count, 1)


def holders(connection: Connection, stems: Iterable[str], *, most: int) -> dict[str, int]:
    """In how many articles each stem stands, counted up to `most`; those that stand in none are left out."""
    wanted = list(stems)
    if not wanted:
        return {}
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    counted = f"(SELECT count(*) FROM (SELECT 1 FROM article_term WHERE term = {mark} LIMIT {most:d}) AS held)"  # noqa: S608
    found = connection.exec_driver_sql("SELECT " + ", ".join([counted] * len(wanted)), tuple(wanted)).one()
    return {each: held for each, held in zip(wanted, found, strict=True) if held}


def postings(
    connection: Connection, stems: Sequence[str], articles: Collection[int] | None = None
) -> Sequence[Posting]:
    """All places of these stems, or those in these articles."""
    if not stems or (articles is not None and not articles):
        return []
    term = tables.article_term
    wanted = select(*(term.c[name] for name in _COLUMNS)).where(term.c.term.in_(list(stems)))
    if articles is not None:
        wanted = wanted.where(among(connection, term.c.article_id, articles))
    return cast("Sequence[Posting]", connection.execute(wanted).all())


def rebuild(connection: Connection) -> int:
    """Make the index anew from the articles themselves, inside the open write; how many articles it holds."""
    article = tables.article
    connection.execute(delete(tables.article_term))
    page = select(*(article.c[name] for name in ("id", "name", "title", "questions", "keywords", "language", "body")))
    page = page.order_by(article.c.id).limit(_BATCH)
    done = 0
    rows = connection.execute(page).all()
    while rows:
        put(connection, [Indexed(number, head(*rest), body) for number, *rest, body in rows])
        done += len(rows)
        rows = connection.execute(page.where(article.c.id > rows[-1].id)).all()
    return done
