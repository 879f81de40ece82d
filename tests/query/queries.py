"""Random queries, made by the language's own grammar."""

from hypothesis import strategies as st

from convo.query.fields import FLAGS
from convo.query.tree import quoted
from tests.query.nasty import NAMES, TAGS, VALUES, WORDS


def _quoted(values: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from([value for value in values if value.strip()]).map(quoted)


_words = st.sampled_from([word for word in WORDS if any(c.isalnum() for c in word)])
_piece = st.builds(
    lambda word, start, size: word[start : start + size], _words, st.integers(0, 3), st.integers(1, 70)
).filter(lambda piece: any(c.isalnum() for c in piece))
_phrase = st.lists(st.one_of(_words, _piece), min_size=1, max_size=3).map(" ".join)
_text = st.builds(
    lambda field, words, star: field + quoted(words) + star,
    st.sampled_from(["", "", "subject:"]),
    st.one_of(_phrase, _words, _piece),
    st.sampled_from(["", "", "*"]),
)
_compare = st.sampled_from(["", "<", "<=", ">", ">=", "="])
_number = st.sampled_from(["-1", "-0.3", "0", "0.1", "0.3", "1", ".5"])
_amount = st.sampled_from(["0", "80", "99.99", "100", "500", "500EUR", "100usd", "0JPY", "999999999999", "-20"])
_age = st.sampled_from(["0min", "30min", "2h", "3d", "1w", "1m", "6m", "1y", "999999y", "999999d"])
_day = st.sampled_from(["today", "yesterday", "2026-03-30", "2026-03", "2026", "2010", "2010-01-01", "0001", "9999"])
_size = st.sampled_from(["42", "42.5", "-3", "0", "43", "999999999999999"])
_name = st.builds(
    lambda name, recased: quoted(recased(name)),
    st.sampled_from([name for name in (*NAMES, "ben", "Özlem", "repairs", "größe", "mail", "Ölkanal", "ruiz") if name]),
    st.sampled_from([str, str.lower, str.upper, str.title, str.casefold]),
)
_person = st.one_of(
    _name,
    st.sampled_from(["@example.org", "@EXAMPLE.org", "ana1@Example.org", '"+34 600 111 222"', "u02abc", "3", "#5"]),
)


def _of(prefix: str, *values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.just(prefix), *values).map("".join)


_conditions = st.one_of(
    _of("is:", st.sampled_from(FLAGS)),
    st.sampled_from(["unread:yes", "unread:no", "has:attachment", "has:reply", "has:note", "has:html"]),
    _of("status:", st.sampled_from(["open", "pending,snoozed", "(resolved OR open)"])),
    _of("priority:", _compare, st.sampled_from(["low", "normal", "high", "urgent"])),
    _of("assignee:", st.one_of(_name, st.sampled_from(["me", "none", "*", "ANA", "(ana OR -ben)", "ana,me"]))),
    _of("team:", st.one_of(_name, st.sampled_from(["none", "*"]))),
    _of("channel:", _name),
    _of("kind:", st.sampled_from(["email", "WhatsApp", "fax", "email,telegram"])),
    _of("from:", _person),
    _of("customer:", _person),
    _of("tag:", st.one_of(_quoted(TAGS), st.sampled_from(["none", "*", "VIP", "STRASSE"]))),
    _of(
        "attr.",
        st.sampled_from(["size", '"Shoe Size"', "GRÖSSE"]),
        st.just(":"),
        st.one_of(_quoted(VALUES), st.just("*")),
    ),
    _of("attr.size:", _compare.filter(bool), _size),
    _of("attr.größe:", _size, st.just(".."), _size),
    _of("spent:", _compare, _amount),
    _of("spent:", st.sampled_from(["-20", "0", "99.99"]), st.just(".."), st.sampled_from(["100", "500USD"])),
    _of("language:", st.sampled_from(["de", "pt", "PT-br", "unknown", "*", "en,de"])),
    _of("sentiment:", _compare, _number),
    _of("sentiment:", st.sampled_from(["unknown", "*", "-0.3..0.1", "0.1..0.3"])),
    _of("intent:", st.sampled_from(["refund", "SPAM", "GRÖSSE", "unknown", "*"])),
    _of("", st.sampled_from(["before:", "after:", "sent:"]), _day),
    _of("sent:", _day, st.just(".."), _day),
    _of("", st.sampled_from(["newer:", "older:"]), _age),
    _of("waiting:", _compare, _age),
    _of("waiting:1h..", _age),
    _of("due:", _compare, _age),
    _of("due:0min..", _age),
    st.sampled_from(["due:none", "due:*", "-due:none", "sla:none", "sla:*", "sla:GOLD", "sla:gold,größe"]),
    _of("", st.sampled_from(["id:", "thread:", "message:"]), st.sampled_from(["3", "7,9", "#12", str(2**63 - 1)])),
)
_term = st.one_of(_text, _conditions)

queries = st.recursive(
    _term,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(" ".join),
        st.tuples(inner, inner).map(" OR ".join),
        inner.map(lambda query: f"-({query})"),
        inner.map(lambda query: f"({query})"),
        st.tuples(inner, _term).map(lambda pair: f"({pair[0]}) NOT {pair[1]}"),
    ),
    max_leaves=6,
)
