"""A query is understood, or refused at the column where it stops making sense."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convo.errors import QueryError
from convo.query.fields import FIELDS
from convo.query.op import Op
from convo.query.parse import DEEPEST, LONGEST, MOST_TERMS, parse
from convo.query.tree import EVERYTHING, Age, Amount, And, Condition, Day, Node, Not, Or, Span, Text, render
from convo.store.search_index import TextTerm
from tests.query.queries import queries


def text(*words: str, prefix: bool = False, subject: bool = False, written: str | None = None) -> Text:
    return Text(TextTerm(words, prefix, subject), " ".join(words) if written is None else written)


def where(field: str, value: object, op: Op = Op.IS, name: str = "") -> Condition:
    return Condition(field, op, value, name)  # type: ignore[arg-type]


@pytest.mark.parametrize("empty", ["", "   ", "\n\t"])
def test_an_empty_query_matches_everything(empty: str) -> None:
    assert parse(empty) == EVERYTHING


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("gain", text("gain")),
        ("Gäin", text("gain", written="Gäin")),
        ("warr*", text("warr", prefix=True)),
        ('"sample rate"', text("sample", "rate")),
        ('"sample rat"*', text("sample", "rat", prefix=True)),
        ("don't", text("don", "t", written="don't")),
        ("one two", And((text("one"), text("two")))),
        ("one AND two", And((text("one"), text("two")))),
        ("one OR two three", Or((text("one"), And((text("two"), text("three")))))),
        ("(one OR two) three", And((Or((text("one"), text("two"))), text("three")))),
        ("one (two (three))", And((text("one"), text("two"), text("three")))),
        ("-one", Not(text("one"))),
        ("NOT one", Not(text("one"))),
        ("--one", Not(Not(text("one")))),
        ("-(one two)", Not(And((text("one"), text("two"))))),
        (r'"a\"b\\c"', text("a", "b", "c", written='a"b\\c')),
        (r'tag:"a\"b\\"', where("tag", 'a"b\\')),
        ("one-two", text("one", "two", written="one-two")),
        (
            "ORDER NOTE or and",
            And((text("order", written="ORDER"), text("note", written="NOTE"), text("or"), text("and"))),
        ),
        ("東京", text("東京")),
        ("日", text("日", prefix=True)),
        ("日*", text("日", prefix=True)),
        ("subject:gain", text("gain", subject=True)),
        ('subject:"sample rat"*', text("sample", "rat", prefix=True, subject=True)),
        ("subject:(one OR two*)", Or((text("one", subject=True), text("two", prefix=True, subject=True)))),
        ("is:open", where("is", "open")),
        ("IS:Open", where("is", "open")),
        ("unread:no", Not(where("is", "unread"))),
        ("assignee:me", where("assignee", None, Op.ME)),
        ('assignee:"me"', where("assignee", "me")),
        ("assignee:ana,none", Or((where("assignee", "ana"), where("assignee", None, Op.NONE)))),
        ("assignee:(ana OR ben)", Or((where("assignee", "ana"), where("assignee", "ben")))),
        ("tag:(a -b)", And((where("tag", "a"), Not(where("tag", "b"))))),
        ("tag:STRASSE", where("tag", "strasse")),
        ("-tag:a,b", Not(Or((where("tag", "a"), where("tag", "b"))))),
        ("from:<Ana@example.org>", where("from", "Ana@example.org")),
        ("customer:12", where("customer", 12)),
        ('customer:"12"', where("customer", "12")),
        ("lang:de", where("language", "de")),
        ("language:unknown", where("language", None, Op.NONE)),
        ("priority:>=high", where("priority", "high", Op.AT_LEAST)),
        ("sentiment:<-0.3", where("sentiment", Decimal("-0.3"), Op.LESS)),
        ("sentiment:-0.5..0.3", where("sentiment", Span(Decimal("-0.5"), Decimal("0.3")), Op.BETWEEN)),
        ("sentiment:(-0.5 OR >0)", Or((where("sentiment", Decimal("-0.5")), where("sentiment", Decimal(0), Op.MORE)))),
        ("spent:>500", where("spent", Amount(500_000), Op.MORE)),
        ("spent:>=99.50eur", where("spent", Amount(99_500, "EUR"), Op.AT_LEAST)),
        ("spent:1..2USD", where("spent", Span(Amount(1000, "USD"), Amount(2000, "USD")), Op.BETWEEN)),
        ("before:2010-1-5", where("before", Day("2010-01-05"))),
        ("after:TODAY", where("after", Day("today"))),
        ("sent:2010..2011-06", where("sent", Span(Day("2010"), Day("2011-06")), Op.BETWEEN)),
        ("newer:3d", where("newer", Age(3, "d"))),
        ("waiting:2h", where("waiting", Age(2, "h"), Op.AT_LEAST)),
        ("waiting:=2h", where("waiting", Age(2, "h"), Op.AT_LEAST)),
        ("waiting:<30min", where("waiting", Age(30, "min"), Op.LESS)),
        ("attr.Plan:Gold", where("attr", "Gold", name="plan")),
        ('attr."Shoe size":>42', where("attr", Decimal(42), Op.MORE, "shoe size")),
        ("attr.plan:*", where("attr", None, Op.ANY, "plan")),
        ('attr.plan:"*"', where("attr", "*", name="plan")),
        ("id:#7", where("id", 7)),
        (
            "http://shop.example/a?b=1",
            text("http", "shop", "example", "a", "b", "1", written="http://shop.example/a?b=1"),
        ),
        ("mailto:ana@example.org", text("mailto", "ana", "example", "org", written="mailto:ana@example.org")),
        ("10:30", text("10", "30", written="10:30")),
    ],
)
def test_a_query_means(query: str, tree: Node) -> None:
    assert parse(query) == tree
    assert parse(render(tree)) == tree


@pytest.mark.parametrize(
    ("query", "column", "said", "expected"),
    [
        ("is:open asignee:ana", 9, "did you mean assignee:?", "quotation marks"),
        ("Re: gain", 1, "no field Re:", '"Re:"'),
        ("is:opne", 4, "did you mean open?", "one of open, pending"),
        ("tag:", 1, "no value right after its colon", "tag:VALUE"),
        ("foo tag: vip", 5, "no value right after its colon", "tag:VALUE"),
        ("tag:a,", 6, "no value right after it", "another value"),
        ("tag:a, b", 6, "no value right after it", "another value"),
        ('tag:""', 5, "empty value", "a tag"),
        ("attr.:5", 1, "attribute's name", "attr.NAME:VALUE"),
        ('one "two', 5, "never closed", 'another "'),
        ('tag:"two', 5, "never closed", 'another "'),
        ("one (two", 5, "never closed", "a ) after it"),
        ("tag:(two", 5, "never closed", "a ) after it"),
        ("one) two", 4, "closes nothing", "a ( before it"),
        ("one ()", 5, "nothing between", "a term"),
        ("one OR", 5, "OR has nothing on its right", "a term"),
        ("(one OR) two", 6, "OR has nothing on its right", "a term"),
        ("OR one", 1, "OR has nothing on its left", "a term"),
        ("one OR OR two", 5, "OR has nothing on its right", "a term"),
        ("one AND", 5, "AND has nothing on its right", "a term"),
        ("one NOT", 5, "NOT has nothing on its right", "a term"),
        ("one - two", 5, "nothing to negate", "right after the minus"),
        ("one -", 5, "nothing to negate", "right after the minus"),
        ("one !!!", 5, "'!!!' has no letter and no digit", "a word"),
        ('subject:"?"', 9, "no letter and no digit", "a word"),
        ("o*e", 1, "only at the end", "then *"),
        ("sentiment:2", 11, "does not reach '2'", "from -1 to 1"),
        ("sentiment:bad", 11, "does not take 'bad'", "a number"),
        ("spent:1,000", 9, "takes one value", "no comma"),
        ("spent:>1EUR..2USD", 7, "does not take", "an amount"),
        ("spent:1EUR..2USD", 7, "two currencies", "one currency"),
        ("before:2010-02-30", 8, "no such date", "2010-01-31"),
        ("before:30.1.2010", 8, "does not take '30.1.2010'", "2010-01-31"),
        ("before:>2010", 8, "does not compare", "a date"),
        ("tag:>a", 5, "does not compare", "a tag"),
        ("newer:3x", 7, "does not take '3x'", "3d"),
        ("id:99999999999999999999", 4, "does not take", "an id"),
        ("waiting:1h..", 9, "one end", "low..high"),
    ],
)
def test_a_wrong_query_is_refused_where_it_is_wrong(query: str, column: int, said: str, expected: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert caught.value.column == column
    assert said in caught.value.message
    assert expected in caught.value.expected
    assert caught.value.query == query


@pytest.mark.parametrize("query", ["\\" * 3000, "x" * 3000 + ":y", "sentiment:" + "9" * 3000, "is:" + "x" * 3000])
def test_what_is_wrong_is_said_briefly(query: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert len(caught.value.message) < 150
    assert len(caught.value.expected) < 300


def test_a_query_too_long_is_refused_at_the_first_character_too_many() -> None:
    parse("a" * LONGEST)
    with pytest.raises(QueryError, match="4,097 characters") as caught:
        parse("a" * (LONGEST + 1))
    assert caught.value.column == LONGEST + 1


@pytest.mark.parametrize(("opening", "closing"), [("(", ")"), ("-", ""), ("NOT ", ""), ("-(", ")"), ("tag:((", "))")])
def test_a_query_nested_too_deeply_is_refused(opening: str, closing: str) -> None:
    levels = 1 if opening in {"(", "-", "NOT "} else 2
    if not opening.startswith("tag"):
        parse(opening * (DEEPEST // levels) + "a" + closing * (DEEPEST // levels))
        with pytest.raises(QueryError, match="nested too deeply"):
            parse(opening * (DEEPEST // levels + 1) + "a" + closing * (DEEPEST // levels + 1))
    else:
        with pytest.raises(QueryError, match="nested too deeply"):
            parse("tag:" + "(" * 51 + "a" + ")" * 51)


def test_a_query_of_nothing_but_parentheses_is_refused_without_running_out_of_stack() -> None:
    with pytest.raises(QueryError, match="nested too deeply"):
        parse("(" * 2000 + "a" + ")" * 2000)
    with pytest.raises(QueryError, match="never closed"):
        parse("(" * LONGEST)
    with pytest.raises(QueryError, match="nested too deeply"):
        parse("-" * (LONGEST - 1) + "a")


def test_a_query_of_too_many_terms_is_refused() -> None:
    parse(" ".join(["a"] * MOST_TERMS))
    with pytest.raises(QueryError, match="too many terms"):
        parse(" ".join(["a"] * (MOST_TERMS + 1)))
    with pytest.raises(QueryError, match="too many terms"):
        parse("id:" + ",".join(["1"] * (MOST_TERMS + 1)))


_pieces = st.sampled_from(
    [
        *(
            "(",
            ")",
            '"',
            "-",
            "*",
            ",",
            ":",
            " ",
            "OR",
            " OR ",
            " AND ",
            "NOT ",
            "..",
            ">",
            "<=",
            "\\",
            "\x00",
            "\ud800",
        ),
        *("is:", "tag:(", "attr.", 'attr."', "spent:", "subject:", "sent:", "open", "2010", "3d", "a", "日", "’", "\n"),
    ]
)


@given(st.one_of(st.text(max_size=60), st.lists(_pieces, max_size=25).map("".join)))
def test_any_text_is_understood_or_refused_with_a_column_in_it(query: str) -> None:
    refused = _refusal(query)
    if refused is None:
        tree = parse(query)
        assert parse(render(tree)) == tree
    else:
        assert 1 <= refused.column <= len(query) + 1
        assert refused.expected


def _refusal(query: str) -> QueryError | None:
    try:
        parse(query)
    except QueryError as refused:
        return refused
    return None


@given(queries)
def test_a_tree_rendered_and_parsed_again_is_the_same_tree(query: str) -> None:
    tree = parse(query)
    assert parse(render(tree)) == tree
    assert render(parse(render(tree))) == render(tree)


@pytest.mark.parametrize("example", [example for field in FIELDS for example in field.examples])
def test_every_example_of_the_help_is_understood(example: str) -> None:
    assert parse(render(parse(example))) == parse(example)
