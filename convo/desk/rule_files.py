"""Rules as a TOML file, for people to keep: one [[rule]] each, in order, and what they wrote around them."""

import difflib
import re
import tomllib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from convo.desk.names import check_name
from convo.desk.rule_form import FIRST_TRIGGER, Checker, RuleForm
from convo.desk.rule_lines import Lines
from convo.errors import BadInput, ConvoError, QueryError
from convo.model import tables
from convo.text import safe

HEADER = "rules header"
FOOTER = "rules footer"
_LARGEST = 5_000_000
_TYPES = {"name": str, "on": str, "when": str, "enabled": bool}
_AT_LINE = re.compile(r"\(at line (\d{1,7}),")
_KEYS = ("name", "on", "when", "do", "enabled")


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A rule of a file and the line on which it begins."""

    form: RuleForm
    line: int

    def checked(self, checker: Checker) -> RuleForm:
        """The rule in its one form; raises what `Checker.checked` raises, with the line and the rule."""
        try:
            return checker.checked(self.form)
        except QueryError as error:
            raise QueryError(
                f"line {self.line}, rule {self.form.name!r}: {error.message}",
                query=error.query,
                column=error.column,
                expected=error.expected,
            ) from None
        except ConvoError as error:
            raise wrong(self.line, self.form.name, error.message, error.hint) from None


@dataclass(frozen=True, slots=True)
class WrittenRules:
    """What a file says: its rules in order, and the comments above and below all of them."""

    rules: tuple[WrittenRule, ...]
    header: str = ""
    footer: str = ""


def wrong(line: int, name: str, message: str, hint: str = "") -> BadInput:
    """The refusal of a rule of a file."""
    shown = f", rule {name[:64]!r}" if name else ""
    return BadInput(f"line {line}{shown}: {message}", hint=hint, line=line, rule=name)


def read_rules(text: str) -> WrittenRules:
    """The rules that a TOML says, not checked against the desk yet.

    The comment lines right above a [[rule]], and those inside it, are the rule's; what a blank line parts from the
    first rule is about the whole file. Raises BadInput that names the line.
    """
    from tomlkit import parse
    from tomlkit.exceptions import ParseError, TOMLKitError
    from tomlkit.items import AoT

    if len(text) > _LARGEST:
        raise BadInput(f"this is {len(text):,} characters long; the most is {_LARGEST:,}")
    try:
        document = parse(text.replace("\r\n", "\n"))
    except ParseError as error:
        said = str(error).rpartition(" at line ")[0] or str(error)
        raise BadInput(f"line {error.line}: this is no TOML: {said}", hint="convo rule export shows the form") from None
    except (TOMLKitError, RecursionError, ValueError) as error:
        raise BadInput(f"{_place(text)}this is no TOML: {error}", hint="convo rule export shows the form") from None
    for key in document:
        if key != "rule":
            raise BadInput(f"there is no {str(key)[:40]!r} in a file of rules", hint="each rule begins with [[rule]]")
    found = document.get("rule", [])
    if not isinstance(found, AoT) and found != []:
        raise BadInput("rule is no table of its own", hint="each rule begins with [[rule]], in two pairs of brackets")
    lines = Lines(text.replace("\r\n", "\n"), len(found))
    rules = [_read(table, lines.first(place), lines.comments(place)) for place, table in enumerate(found)]
    seen: dict[str, int] = {}
    for rule in rules:
        first = seen.setdefault(rule.form.name.casefold(), rule.line)
        if first != rule.line:
            raise wrong(rule.line, rule.form.name, f"the rule of line {first} has this name already")
    return WrittenRules(tuple(rules), lines.header, lines.footer)


def _place(text: str) -> str:
    """Where a text stops being TOML, for what tomlkit tells without its line; empty where that cannot be told."""
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = _AT_LINE.search(str(error))
        return f"line {found.group(1)}: " if found else ""
    return ""


def _read(table: Any, line: int, comment: str) -> WrittenRule:
    name = table.get("name", "")
    shown = name if isinstance(name, str) else ""
    for key, value in table.items():
        if key not in _KEYS:
            near = difflib.get_close_matches(key[:40], _KEYS, n=1)
            hint = f"did you mean {near[0]}?" if near else "a rule has " + ", ".join(_KEYS)
            raise wrong(line, shown, f"a rule has no {key[:40]!r}", hint)
        if key in _TYPES and not isinstance(value.unwrap() if hasattr(value, "unwrap") else value, _TYPES[key]):
            takes = "true or false" if _TYPES[key] is bool else "a text"
            raise wrong(line, shown, f"{key} takes {takes}", f"{key} = {'false' if takes[0] == 't' else '…'}")
    if not shown.strip():
        raise wrong(line, "", "a rule has a name", 'name = "…"')
    try:
        form_of_name = check_name(shown, "rule")
    except BadInput as error:
        raise wrong(line, shown, error.message, error.hint) from None
    actions = table.get("do", [])
    listed = [actions] if isinstance(actions, str) else actions
    if not isinstance(listed, list) or not all(isinstance(action, str) for action in listed):
        raise wrong(line, shown, "do takes a list of texts", 'do = ["tag vip", "stop"]')
    form = RuleForm(
        form_of_name,
        str(table.get("when", "")),
        tuple(str(action) for action in listed),
        str(table.get("on", FIRST_TRIGGER)),
        bool(table.get("enabled", True)),
        comment,
    )
    return WrittenRule(form, line)


def export_text(connection: Connection, number: int | None = None) -> str:
    """All rules as TOML that `read_rules` reads, or the one of this number alone."""
    from tomlkit import aot, document, table

    rule, told = tables.rule, tables.remark
    wanted = select(rule).order_by(rule.c.position, rule.c.id)
    rows = connection.execute(wanted if number is None else wanted.where(rule.c.id == number)).all()
    remarks = {} if number is not None else {row.name: row.body for row in connection.execute(select(told))}
    parts = []
    if remarks.get(HEADER):
        parts.append(_commented(remarks[HEADER]))
    for row in rows:
        one = table()
        one.add("name", row.name)
        one.add("on", row.trigger)
        one.add("when", row.query)
        one.add("do", list(row.actions))
        if not row.enabled:
            one.add("enabled", False)
        several = document()
        several.add("rule", aot())
        several["rule"].append(one)
        parts.append(
            (_commented(row.comment) if row.comment else "") + _escaped(several.as_string().strip("\n")) + "\n"
        )
    if remarks.get(FOOTER):
        parts.append(_commented(remarks[FOOTER]))
    return "\n".join(parts)


def _escaped(text: str) -> str:
    """TOML without comments, with what a terminal would obey or hide written as an escape of the text it stands in."""
    return "".join(
        one
        if one in "\n\t" or safe(one) == one
        else f"\\u{ord(one):04x}"
        if ord(one) < 0x10000
        else f"\\U{ord(one):08x}"
        for one in text
    )


def _commented(text: str) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in text.split("\n"))


def keep_remarks(connection: Connection, written: WrittenRules) -> None:
    """Keep what a file says above and below its rules."""
    told = tables.remark
    for name, body in ((HEADER, written.header), (FOOTER, written.footer)):
        connection.execute(delete(told).where(told.c.name == name))
        if body:
            connection.execute(insert(told), {"name": name, "body": body})
