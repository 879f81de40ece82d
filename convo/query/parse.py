"""Reads a query's text into its tree, or says at which column it stops making sense and what was expected there."""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from convo.errors import QueryError
from convo.query.complaint import complain, unknown_field
from convo.query.fields import BY_NAME, Field, Takes, brief
from convo.query.op import Op
from convo.query.scripts import in_pairs
from convo.query.tree import EVERYTHING, Condition, Node, Not, Text, both, either
from convo.query.values import BadValue, read_value
from convo.store.search_index import TextTerm
from convo.text.words import query_words

if TYPE_CHECKING:
    from lark import Lark, Token, Tree

    Branch: TypeAlias = Tree[Token]

LONGEST = 4_096
DEEPEST = 50
MOST_TERMS = 100

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_FIELD_LIKE = re.compile(r"[^\W\d][\w.\-]*:\Z")
_UNSTORABLE = dict.fromkeys([0, *range(0xD800, 0xE000)], "\N{REPLACEMENT CHARACTER}")


@lru_cache(maxsize=256)
def parse(text: str) -> Node:
    """The tree of a query; an empty one matches everything. Raises QueryError, and nothing else, for any other text."""
    text = text.translate(_UNSTORABLE)
    if len(text) > LONGEST:
        raise QueryError(
            f"the query is {len(text):,} characters long",
            query=text[:LONGEST],
            column=LONGEST + 1,
            expected=f"at most {LONGEST:,} characters",
        )
    if not text.strip():
        return EVERYTHING
    return _Reader(text).node(_tree(text), 0)


@cache
def _parser() -> "Lark":
    from lark import Lark

    grammar = Path(__file__).with_name("grammar.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer="contextual", maybe_placeholders=False)


def _tree(text: str) -> "Branch":
    from lark.exceptions import UnexpectedInput

    running = _parser().parse_interactive(text)
    seen: list[Token] = []
    try:
        for token in running.iter_parse():
            seen.append(token)
        tree: Branch = running.feed_eof(seen[-1] if seen else None)  # type: ignore[no-untyped-call]
    except UnexpectedInput as error:
        raise complain(text, seen, error) from None
    return tree


class _Reader:
    """Turns the parser's tree into nodes, checking each value against its field."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._terms = 0

    def node(self, tree: "Branch", depth: int) -> Node:
        """The node of a branch that stands inside so many parentheses and negations."""
        match str(tree.data):
            case "start" | "both":
                return both([self.node(child, depth) for child in _branches(tree)])
            case "either":
                return either([self.node(child, depth) for child in _branches(tree)])
            case "group":
                return self.node(_branches(tree)[0], self._deeper(tree, depth))
            case "negation":
                return Not(self.node(_branches(tree)[0], self._deeper(tree, depth)))
            case "phrase":
                token = _tokens(tree)[0]
                return self._words(token, *_unquoted(token), subject_only=False)
            case "word":
                return self._word(_tokens(tree)[0])
            case "condition":
                name, *values = _tokens(tree)
                field, attribute = self._field(name, name[:-1])
                return self._any_of(field, attribute, values)
            case _:
                name = _tokens(tree)[0]
                field, attribute = self._field(name, name[:-2])
                return self._items(_branches(tree)[0], field, attribute, self._deeper(tree, depth))

    def _items(self, tree: "Branch", field: Field, attribute: str, depth: int) -> Node:
        match str(tree.data):
            case "item_both":
                return both([self._items(child, field, attribute, depth) for child in _branches(tree)])
            case "item_either":
                return either([self._items(child, field, attribute, depth) for child in _branches(tree)])
            case "item_group":
                return self._items(_branches(tree)[0], field, attribute, self._deeper(tree, depth))
            case "item_negation":
                return Not(self._items(_branches(tree)[0], field, attribute, self._deeper(tree, depth)))
            case _:
                return self._any_of(field, attribute, _tokens(tree))

    def _any_of(self, field: Field, attribute: str, values: "list[Token]") -> Node:
        if len(values) > 1 and not field.lists:
            raise self._error(
                f"{field.name}: takes one value", values[1], f"no comma: {field.name}:1000, or {field.name}:(… OR …)"
            )
        return either([self._condition(field, attribute, token) for token in values])

    def _condition(self, field: Field, attribute: str, token: "Token") -> Node:
        quoted = token.startswith('"')
        written, prefix = _unquoted(token) if quoted else (str(token), False)
        if field.takes is Takes.WORDS:
            if not quoted:
                written, prefix = self._starred(token)
            return self._words(token, written, prefix, subject_only=True)
        if prefix:
            raise self._error(f"{field.name}: does not take a * after a quotation mark", token, field.expected)
        self._count(token)
        try:
            op, value = read_value(field, written, quoted=quoted)
        except BadValue as bad:
            raise self._error(bad.problem, token, bad.expected) from None
        column = _column(token)
        if field.name == "unread":
            unread = Condition("is", Op.IS, "unread", column=column)
            return unread if value == "yes" else Not(unread)
        return Condition(field.name, op, value, attribute, column)

    def _word(self, token: "Token") -> Node:
        if not token.strip("-"):
            raise self._error("this minus has nothing to negate", token, "a term right after the minus")
        if _FIELD_LIKE.match(token):
            self._field(token, token[:-1])
        return self._words(token, *self._starred(token), subject_only=False)

    def _starred(self, token: "Token") -> tuple[str, bool]:
        written = token.rstrip("*")
        if "*" in written and written.strip("*"):
            raise self._error("a * stands only at the end of a word", token, "the beginning of a word, then *")
        return written, len(written) < len(token)

    def _words(self, token: "Token", written: str, prefix: bool, *, subject_only: bool) -> Text:
        self._count(token)
        words = query_words(written)
        if not words:
            raise self._error(f"{brief(token)} has no letter and no digit to look for", token, "a word")
        # A character alone may begin a pair in the index, so it is looked for as a beginning.
        alone = len(words[-1]) == 1 and in_pairs(words[-1])
        return Text(TextTerm(tuple(words), prefix or alone, subject_only), written, _column(token))

    def _field(self, token: "Token", name: str) -> tuple[Field, str]:
        lowered = name.lower()
        if lowered.startswith("attr.") and len(name) > len("attr."):
            attribute = name[len("attr.") :]
            if attribute.startswith('"'):
                attribute = _unescaped(attribute[1:-1])
            attribute = attribute.strip().casefold()
            if attribute:
                return BY_NAME["attr"], attribute
        field = BY_NAME.get(lowered)
        if field is None or field.takes is Takes.ATTRIBUTE:
            if lowered.rstrip(".") == "attr" or lowered.startswith("attr."):
                raise self._error("attr lacks the attribute's name", token, "attr.NAME:VALUE such as attr.plan:gold")
            raise unknown_field(self._text, token, name)
        return field, ""

    def _deeper(self, tree: "Branch", depth: int) -> int:
        if depth >= DEEPEST:
            raise QueryError(
                "the query is nested too deeply",
                query=self._text,
                column=_column(_first_token(tree)),
                expected=f"at most {DEEPEST} parentheses and negations inside each other",
            )
        return depth + 1

    def _count(self, token: "Token") -> None:
        self._terms += 1
        if self._terms > MOST_TERMS:
            raise self._error("the query has too many terms", token, f"at most {MOST_TERMS}")

    def _error(self, problem: str, token: "Token", expected: str) -> QueryError:
        return QueryError(problem, query=self._text, column=_column(token), expected=expected)


def _branches(tree: "Branch") -> "list[Branch]":
    return [child for child in tree.children if not isinstance(child, str)]


def _tokens(tree: "Branch") -> "list[Token]":
    return [child for child in tree.children if isinstance(child, str)]


def _first_token(tree: "Branch") -> "Token":
    found: Branch | Token = tree
    while not isinstance(found, str):
        found = found.children[0]
    return found


def _column(token: "Token") -> int:
    return (token.start_pos or 0) + 1


def _unquoted(token: "Token") -> tuple[str, bool]:
    written = token.removesuffix("*") if token.endswith('"*') else str(token)
    return _unescaped(written[1:-1]), len(written) < len(token)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
