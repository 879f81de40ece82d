"""A search reads the index from its newest end and stops early; it sorts nothing and scans nothing that it need not."""

import pytest
from sqlalchemy import Select, literal, select

from convo.query.parse import parse
from convo.query.plan import FEW, find_keys, positive_terms, search_keys, text_plan
from convo.query.sql import CUSTOMERS, MESSAGES, THREADS, customer_condition, message_condition, thread_condition
from convo.query.tree import EVERYTHING, render
from convo.store.search_index import TextTerm
from convo.store.store import Store
from tests.query.nasty import build, context, fill


def steps(store: Store, statement: Select[tuple[int, int]]) -> list[str]:
    with store.read() as connection:
        sql = statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]


@pytest.mark.parametrize(
    ("query", "match", "rest"),
    [
        ("gain", '"gain"', ""),
        ('gain "sample rate"', '("gain" AND "sample rate")', ""),
        ("gain -spam", '("gain" NOT "spam")', ""),
        ("gain -(spam OR noise)", '("gain" NOT ("spam" OR "noise"))', ""),
        ("gain OR rate*", '("gain" OR "rate"*)', ""),
        ("subject:gain is:open", 'subject : "gain"', "is:open"),
        ("(gain OR rate) tag:vip -spam", '(("gain" OR "rate") NOT "spam")', "tag:vip"),
        ("-spam", None, "-spam"),
        ("gain OR tag:vip", None, "gain OR tag:vip"),
        ("-(gain spam) rate", '"rate"', "-gain OR -spam"),
        ("", None, ""),
    ],
)
def test_the_text_of_a_query_becomes_one_question_to_the_index(query: str, match: str | None, rest: str) -> None:
    plan = text_plan(parse(query))
    assert plan.match == match
    assert render(plan.rest) == rest
    assert plan.rest == EVERYTHING or rest


@pytest.mark.parametrize(
    "query", ["gain", '"sample rate" gain', "gain -spam", "(gain OR rate) subject:a*", "gain is:open"]
)
def test_a_search_for_words_reads_the_index_newest_first_without_a_sort(sqlite_store: Store, query: str) -> None:
    plan = steps(sqlite_store, search_keys(parse(query), context(sqlite_store), before_key=10**17))
    assert plan[0].startswith("SCAN message_fts VIRTUAL TABLE")
    assert plan[0].endswith("M2<")
    assert "sort_key=?" in plan[1]
    assert not any("TEMP B-TREE" in step or step.startswith("SCAN message ") for step in plan)


@pytest.mark.parametrize("query", ["gain after:2010 before:2011", "gain newer:3d older:1d", "gain sent:2010-01"])
def test_dates_bound_the_part_of_the_index_that_is_read(sqlite_store: Store, query: str) -> None:
    plan = steps(sqlite_store, search_keys(parse(query), context(sqlite_store)))
    assert set(plan[0].rpartition("M2")[2]) == {"<", ">"}


@pytest.mark.parametrize(
    "query", ["", "is:open", "is:resolved tag:vip", "channel:mail", "newer:3d", "-gain", "customer:ruiz"]
)
def test_a_search_without_words_reads_the_messages_newest_first_without_a_sort(sqlite_store: Store, query: str) -> None:
    plan = steps(sqlite_store, search_keys(parse(query), context(sqlite_store), before_key=10**17))
    assert plan[0].startswith("SEARCH message USING")
    assert "sort_key" in plan[0]
    assert not any("TEMP B-TREE" in step for step in plan)


@pytest.mark.parametrize(("query", "index"), [("the customer:3", "customer_id"), ("the thread:3 -spam", "thread_id")])
def test_a_search_about_one_customer_reads_only_their_messages(sqlite_store: Store, query: str, index: str) -> None:
    plan = steps(sqlite_store, search_keys(parse(query), context(sqlite_store)))
    assert plan[0].startswith("SEARCH message USING")
    assert f"{index}=?" in plan[0]
    assert not any("TEMP B-TREE" in step for step in plan)


@pytest.mark.parametrize("threads", [10, 4 * FEW])
@pytest.mark.parametrize(
    "query",
    ["a is:open", "sample assignee:me", "a* -tag:vip", "is:unread", "a -is:blocked -team:none", "status:open a"],
)
def test_a_search_gives_the_same_whether_few_threads_are_in_question_or_many(
    store: Store, query: str, threads: int
) -> None:
    fill(store, build(3, threads=threads, messages=threads + 60))
    with store.read() as connection:
        node, asked = parse(query), context(store)
        keys = [(row.id, row.sort_key) for row in connection.execute(search_keys(node, asked, limit=1000))]
        assert find_keys(connection, node, asked, limit=1000) == keys
        assert keys
        middle = keys[len(keys) // 2][1]
        assert find_keys(connection, node, asked, before_key=middle, limit=3) == [k for k in keys if k[1] < middle][:3]


def test_a_thread_that_nobody_has_ends_the_search_at_once(store: Store) -> None:
    fill(store, build())
    with store.read() as connection:
        assert find_keys(connection, parse("a tag:nosuch"), context(store)) == []


def test_the_terms_to_mark_are_those_that_are_wanted() -> None:
    node = parse('gain -spam (is:open OR "sample rat"*) -(-noise)')
    assert positive_terms(node) == [TextTerm(("gain",)), TextTerm(("sample", "rat"), prefix=True), TextTerm(("noise",))]


_LEAVES = ("tag:a", "attr.x:>3", "spent:>5", "from:ana", "has:html", "foo", "language:de", '"sample rate"', "-spent:<5")


def _nested(levels: int) -> str:
    query = "tag:z"
    for level in range(levels):
        query = f"({_LEAVES[level % len(_LEAVES)]} {'OR ' if level % 2 else ''}{query})"
    return query


@pytest.mark.parametrize(
    "query",
    [
        *(_nested(50), f"-{_nested(49)}", " OR ".join(f"({leaf} {leaf})" for leaf in _LEAVES * 5)),
        " ".join(f"-{leaf}" for leaf in _LEAVES[:8] * 12),
        "id:" + ",".join(map(str, range(1, 100))),
    ],
)
def test_the_deepest_and_the_widest_query_can_be_asked_of_either_engine(store: Store, query: str) -> None:
    node, asked = parse(query), context(store)
    with store.read() as connection:
        assert find_keys(connection, node, asked) == []
        for source, condition in (
            (MESSAGES, message_condition),
            (THREADS, thread_condition),
            (CUSTOMERS, customer_condition),
        ):
            statement = select(literal(1)).select_from(source).where(condition(node, asked))
            assert connection.execute(statement).all() == []
