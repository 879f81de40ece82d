"""Rules go out as TOML and come back the same, comments and all; what is wrong is told with its line."""

import pytest
import tomlkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convo.config import Settings
from convo.desk.desk import Actor, Desk
from convo.desk.rule_files import read_rules
from convo.errors import BadInput, ConvoError, QueryError
from convo.model.words import Role
from convo.query.tree import quoted
from convo.routing.differences import PlainRule, differences
from convo.store.store import Store
from tests.desk.acting import audited

FILE = """\
# The rules of the shop.
# Ask Ana before you change them.

# Wheels go to the workshop,
#   all of them.
[[rule]]
name = "wheels"
on = "message received"
when = "wheel OR rueda"
do = ["tag wheels", "priority high"]

[[rule]]
name = "late \\"one\\""
on = "waiting 2h"
when = ""
do = ["note look \\\\ here"]
enabled = false

# Spam comes last.
[[rule]]
name = "spam"
on = "thread opened"
when = "\\"free casino\\" -from:@example.org"
do = ["block", "stop"]

# The end.
"""


@pytest.fixture
def sqlite_desk(sqlite_store: Store) -> Desk:
    return Desk(sqlite_store, Settings(), Actor("tester", Role.ADMIN))


def test_a_file_comes_back_as_it_was(desk: Desk) -> None:
    changes = desk.rules.import_text(FILE)
    assert [(change.kind, change.rule) for change in changes] == [
        ("added", "wheels"),
        ("added", 'late "one"'),
        ("added", "spam"),
    ]
    assert desk.rules.export() == FILE
    assert desk.rules.import_text(FILE) == ()
    assert [view.enabled for view in desk.rules.list()] == [True, False, True]
    assert desk.rules.list()[1].actions == ("note look \\ here",)
    assert audited(desk)[0].operation == "rules.import_text"


def test_comments_inside_a_rule_move_above_it_and_none_is_lost(desk: Desk) -> None:
    desk.rules.import_text(
        """\
# About this one.
[[rule]]  # a head
# inside
name = "a"
when = "x#no comment" # why
do = [
    "tag x",  # first
    # alone
    "note # neither",
]
"""
    )
    exported = desk.rules.export()
    for comment in ("About this one.", "a head", "inside", "why", "first", "alone"):
        assert f"# {comment}\n" in exported
    assert "#no comment" in desk.rules.show("a").query
    assert desk.rules.import_text(exported) == ()
    assert desk.rules.export() == exported


def test_an_import_says_what_it_adds_changes_moves_and_removes(desk: Desk) -> None:
    def file(*names: str, query: str = "x") -> str:
        return "\n".join(f'[[rule]]\nname = "{name}"\nwhen = "{query}"\ndo = "tag {name}"' for name in names)

    desk.rules.import_text(file("a", "b", "c", "d"))
    before = {view.name: view.id for view in desk.rules.list()}
    text = file("d", "a", "c") + "\n" + file("e", query="y")
    dry = desk.rules.import_text(text, dry_run=True)
    assert [(change.kind, change.rule) for change in dry] == [("removed", "b"), ("moved", "d"), ("added", "e")]
    assert [view.name for view in desk.rules.list()] == ["a", "b", "c", "d"]
    assert desk.rules.import_text(text) == dry
    assert [(view.position, view.name) for view in desk.rules.list()] == [(1, "d"), (2, "a"), (3, "c"), (4, "e")]
    assert {view.id for view in desk.rules.list()} >= {before["d"], before["a"], before["c"]}
    (change,) = desk.rules.import_text(text.replace('when = "y"', 'when = "z"'))
    assert (change.kind, change.rule) == ("changed", "e")
    assert "when y" in change.before
    assert "when z" in change.after


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[rule]]\nname = "a"\ndo = "tag x"\n\n[[rule]]\nname = "b"\ndo = "asign x"\n', "line 5, rule 'b': action 1"),
        ('[[rule]]\nname = "a"\nwhen = "(x"\ndo = "stop"\n', "line 1, rule 'a': this ( is never closed"),
        ('[[rule]]\nname = "a"\nwhen = "is:open is:resolved"\ndo = "stop"\n', "line 1, rule 'a': nothing can match"),
        ('\n\n[[rule]]\nname = "a"\nwhn = "x"\ndo = "stop"\n', "line 3, rule 'a': a rule has no 'whn'"),
        ('[[rule]]\nname = "a"\nwhen = 3\ndo = "stop"\n', "line 1, rule 'a': when takes a text"),
        ('[[rule]]\nname = "a"\nenabled = "no"\ndo = "stop"\n', "line 1, rule 'a': enabled takes true or false"),
        ('[[rule]]\nname = "a"\ndo = [1]\n', "line 1, rule 'a': do takes a list of texts"),
        ('[[rule]]\nname = "a"\n', "line 1, rule 'a': a rule does something"),
        ('[[rule]]\ndo = "stop"\n', "line 1: a rule has a name"),
        (
            '[[rule]]\nname = "a"\ndo = "stop"\n[[rule]]\nname = "A"\ndo = "stop"\n',
            "line 4, rule 'A': the rule of line 1",
        ),
        (
            '[[rule]]\nname = "a "\ndo = "stop"\n[[rule]]\nname = "a"\ndo = "stop"\n',
            "line 4, rule 'a': the rule of line 1 has this name already",
        ),
        (
            '[[rule]]\nname = "caf\\u00e9"\ndo = "stop"\n[[rule]]\nname = "cafe\\u0301"\ndo = "stop"\n',
            "line 4, rule 'caf\u00e9': the rule of line 1",
        ),
        ('[[rule]]\nname = "a"\nname = "b"\ndo = "stop"\n', "line 3: this is no TOML"),
        ('[[rule]]\nname = "a"\non = "waiting"\ndo = "stop"\n', "line 1, rule 'a': 'waiting' needs a length of time"),
        ('[[rule]]\nname = "a"\ndo = "team x"\n', "line 1, rule 'a': action 1 (team x): there is no team 'x'"),
        ('[[rule]]\nname = "' + "a" * 65 + '"\ndo = "stop"\n', "line 1, rule 'aaa"),
        ('[[rule]]\nname = "a"\ndo = "stop\n', "line 3"),
        ('name = "a"\n', "there is no 'name' in a file of rules"),
        ('[rule]\nname = "a"\n', "rule is no table of its own"),
        ("rule = 3\n", "rule is no table of its own"),
        ("", "this file holds no rule"),
        ("# A file that was cut off.\n", "this file holds no rule"),
        ('rule = [{name = "a", do = "stop"}]\n', "rule"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_place_and_nothing_is_done(desk: Desk, text: str, said: str) -> None:
    desk.rules.add("there", "x", ["stop"])
    before = desk.rules.export()
    with pytest.raises((BadInput, QueryError)) as caught:
        desk.rules.import_text(text)
    assert said in caught.value.message
    assert desk.rules.export() == before


def test_a_text_of_several_lines_may_look_like_rules(desk: Desk) -> None:
    desk.rules.import_text(
        '[[rule]]\nname = "a"\nwhen = \'\'\'\nx\n[[rule]]\n\'\'\'\ndo = ["""note x\n[[rule]]\n# """]\n\n'
        '# Mine.\n[[rule]]\nname = "b"\ndo = "stop"\n'
    )
    first, second = desk.rules.list()
    assert first.query == "x\n[[rule]]"
    assert first.actions == ("note x [[rule]] #",)
    assert second.name == "b"
    assert desk.rules.export().count("# Mine.\n[[rule]]") == 1


def test_one_rule_is_edited_as_text_with_its_name(desk: Desk) -> None:
    desk.rules.import_text(FILE)
    number = desk.rules.show("wheels").id
    text = desk.rules.export("wheels")
    assert text.startswith("# Wheels go to the workshop,")
    assert "spam" not in text
    view = desk.rules.edit_text("wheels", text.replace('"wheels"', '"rims"').replace("rueda", "llanta"))
    assert (view.id, view.name, view.query) == (number, "rims", "wheel OR llanta")
    with pytest.raises(ConvoError, match="there is a rule 'spam' already"):
        desk.rules.edit_text("rims", text.replace('"wheels"', '"spam"'))
    with pytest.raises(BadInput, match="holds 3 rules"):
        desk.rules.edit_text("rims", FILE)
    assert desk.rules.show("rims") == view


def test_what_a_terminal_would_obey_leaves_as_an_escape(desk: Desk) -> None:
    desk.rules.add("a", 'from:"x\u202ey"', ["note \u202e[/]\u2066 ok"])
    text = desk.rules.export()
    assert text.isascii()
    assert desk.rules.import_text(text) == ()


_TEXT = st.text(max_size=30)


def test_any_rules_and_comments_survive_the_way_out_and_back(sqlite_desk: Desk) -> None:
    desk, kept = sqlite_desk, 0

    @settings(deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(_TEXT, _TEXT, _TEXT, _TEXT), max_size=4), _TEXT)
    def survives(drawn: list[tuple[str, str, str, str]], header: str) -> None:
        nonlocal kept
        document = tomlkit.document()
        rules = tomlkit.aot()
        for number, (name, query, note, comment) in enumerate(drawn):
            table = tomlkit.table()
            try:
                table.add(tomlkit.comment(comment))
            except ValueError:
                pass
            table.update({"name": f"{number}{name}", "when": quoted(f"x {query}"), "do": [f"note {number} {note}"]})
            rules.append(table)
        document.add("rule", rules)
        text = "".join(f"# {line}\n" for line in header.splitlines()) + "\n" + document.as_string()
        try:
            desk.rules.import_text(text)
        except ConvoError:
            return
        views, exported = desk.rules.list(), desk.rules.export()
        assert desk.rules.import_text(exported) == ()
        assert desk.rules.list() == views
        assert desk.rules.export() == exported
        kept += len(views)

    survives()
    assert kept > 20


@settings(deadline=None, max_examples=400)
@given(st.text(alphabet="[]rule\"'#=\n \\\tnamedo1,", max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_rules(text)
    except BadInput:
        pass


@settings(max_examples=300)
@given(st.permutations(list("abcdefg")), st.permutations(list("abcdefg")), st.integers(0, 7), st.integers(0, 7))
def test_the_least_number_of_rules_is_said_to_have_moved(old: list[str], new: list[str], first: int, last: int) -> None:
    def plain(names: list[str]) -> list[PlainRule]:
        return [PlainRule(name, "message received", "", ("stop",), True) for name in names]

    before, after = old[:first], new[:last]
    changes = differences(plain(before), plain(after))
    moved = [change.rule for change in changes if change.kind == "moved"]
    gone = {change.rule for change in changes if change.kind == "removed"}
    added = {change.rule for change in changes if change.kind == "added"}
    assert (gone, added) == (set(before) - set(after), set(after) - set(before))
    still = [name for name in before if name not in gone and name not in moved]
    assert still == [name for name in after if name not in added and name not in moved]
