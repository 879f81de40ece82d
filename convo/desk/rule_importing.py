"""Makes the desk's rules what a file says, all or nothing."""

from sqlalchemy import Connection, delete, insert, select, update

from convo import clock
from convo.desk.rule_files import keep_remarks, read_rules
from convo.desk.rule_form import Checker, RuleForm
from convo.errors import BadInput
from convo.model import tables
from convo.model.routing_views import RuleChangeView
from convo.routing.differences import PlainRule, differences


def import_rules(connection: Connection, text: str, checker: Checker, *, dry_run: bool) -> tuple[RuleChangeView, ...]:
    """Take over a file's rules, in its order, and what it says around them; what that changes.

    Rules that the file has not are removed; one of the same name stays the same rule. With `dry_run` nothing is done.
    Raises BadInput and QueryError that name the line and the rule, and BadInput for a file that would leave no rule.
    """
    written = read_rules(text)
    forms = [rule.checked(checker) for rule in written.rules]
    present = plain_rules(connection)
    if present and not forms:
        raise BadInput("this file holds no rule, and would remove all that there are", hint="convo rule delete NAME")
    changes = differences(present, [_plain(form) for form in forms])
    if not dry_run:
        _put(connection, forms)
        keep_remarks(connection, written)
    return changes


def plain_rules(connection: Connection) -> list[PlainRule]:
    """The desk's rules by what they say, in order."""
    rule = tables.rule
    return [
        PlainRule(row.name, row.trigger, row.query, tuple(row.actions), bool(row.enabled), row.comment)
        for row in connection.execute(select(rule).order_by(rule.c.position, rule.c.id))
    ]


def _plain(form: RuleForm) -> PlainRule:
    return PlainRule(form.name, form.trigger, form.query, form.actions, form.enabled, form.comment)


def _put(connection: Connection, forms: list[RuleForm]) -> None:
    rule, firing = tables.rule, tables.rule_firing
    known = {row.name.casefold(): row.id for row in connection.execute(select(rule.c.id, rule.c.name))}
    wanted = {form.name.casefold() for form in forms}
    gone = [number for name, number in known.items() if name not in wanted]
    connection.execute(delete(firing).where(firing.c.rule_id.in_(gone)))
    connection.execute(delete(rule).where(rule.c.id.in_(gone)))
    for position, form in enumerate(forms, 1):
        values = form.values | {"name": form.name, "position": position}
        number = known.get(form.name.casefold())
        if number is None:
            connection.execute(insert(rule), values | {"created_at": clock.now()})
        else:
            connection.execute(update(rule).where(rule.c.id == number).values(**values))
