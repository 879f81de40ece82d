"""`convo rule`: when a query matches a message, do these actions; kept in order, the first above."""

import sys
from contextlib import ExitStack
from typing import Annotated

import typer

from convo.errors import UsageError
from convo.model.views import RuleView

from . import live_names, notices, output, rule_files, rule_reasons, rule_trials
from .arguments import TextFile, Yes, given
from .command import gives, typer_app
from .composing import composed_text
from .lines import Column, Span
from .session import Session, session_of

app = typer_app("rule")
rule_files.add_to(app)
rule_reasons.add_to(app)
rule_trials.add_to(app)

COLUMNS = (
    Column("#", lambda row: row.position, right=True),
    Column("name", lambda row: row.name, style="strong"),
    Column("on", lambda row: row.trigger),
    Column("when", lambda row: row.query, elastic=True),
    Column("do", lambda row: row.actions, elastic=True),
    Column("", lambda row: Span("" if row.enabled else "disabled", "warning")),
)

RuleName = Annotated[str, typer.Argument(metavar="RULE", help="The rule's name.", autocompletion=live_names.rules)]
When = Annotated[str | None, typer.Option("--when", metavar="QUERY", help="What a message must match.")]
Do = Annotated[
    list[str] | None,
    typer.Option("--do", metavar="ACTION", help="Such as 'assign marta' or 'tag vip'; many, in order."),
]
On = Annotated[
    str | None,
    typer.Option("--on", metavar="TRIGGER", help="What sets it off, such as 'thread opened' or 'waiting 2h'."),
]


@app.command("list", cls=gives(RuleView))
def list_rules(context: typer.Context) -> None:
    """List rules in the order in which they are tried."""
    session = session_of(context)
    with session.desk() as desk:
        output.rows(session, desk.rules.list(), COLUMNS, none="no rules yet: convo rule add NAME --when … --do …")


@app.command(cls=gives(RuleView))
def show(context: typer.Context, rule: RuleName) -> None:
    """Show a rule."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.rules.show(rule)
    output.facts(
        session,
        view,
        [
            ("rule", view.name),
            ("position", view.position),
            ("on", view.trigger),
            ("when", view.query),
            *(("do", action) for action in view.actions),
            ("enabled", view.enabled),
        ],
    )


@app.command(cls=gives(RuleView))
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    when: When = None,
    do: Do = None,
    on: On = None,
    position: Annotated[int | None, typer.Option("--position", metavar="PLACE", min=1)] = None,
    disabled: Annotated[bool, typer.Option("--disabled", help="Keep it switched off.")] = False,
) -> None:
    """Add a rule, the last one unless --position says otherwise."""
    session = session_of(context)
    if when is None or not do:
        raise UsageError("a rule needs a query and an action", hint="--when QUERY --do ACTION")
    values = given(trigger=on, position=position, enabled=False if disabled else None)
    with session.desk(create=True) as desk:
        view = desk.rules.add(name, when, do, **values)
    _changed(session, view, f"added at place {view.position}")


@app.command(cls=gives(RuleView))
def edit(
    context: typer.Context, rule: RuleName, when: When = None, do: Do = None, on: On = None, file: TextFile = None
) -> None:
    """Change a rule's query, trigger or actions.

    Without options it opens in your editor, as TOML.
    """
    session = session_of(context)
    values = given(query=when, actions=do, trigger=on)
    if values and file is not None:
        raise UsageError("-F and what changes one thing cannot be used together", hint="put all of it in the file")
    if not values and file is None and not sys.stdin.isatty():
        raise UsageError("nothing to change", hint="--when, --do or --on, or -F FILE")
    with session.desk() as desk, ExitStack() as stack:
        if values:
            view = desk.rules.edit(rule, **values)
        else:
            begin = desk.rules.export(rule)
            view = desk.rules.edit_text(rule, stack.enter_context(composed_text(None, file, begin=begin)))
    _changed(session, view, "changed")


@app.command(cls=gives(RuleView))
def move(
    context: typer.Context,
    rule: RuleName,
    position: Annotated[int, typer.Argument(metavar="PLACE", help="1 is the first.", min=1)],
) -> None:
    """Put a rule at another place in the order."""
    session = session_of(context)
    with session.desk() as desk:
        desk.rules.move(rule, position)
        view = desk.rules.show(rule)
    _changed(session, view, f"at place {view.position}")


@app.command(cls=gives(RuleView))
def enable(context: typer.Context, rule: RuleName) -> None:
    """Switch a rule on."""
    session = session_of(context)
    with session.desk() as desk:
        desk.rules.enable(rule)
        view = desk.rules.show(rule)
    _changed(session, view, "enabled")


@app.command(cls=gives(RuleView))
def disable(context: typer.Context, rule: RuleName) -> None:
    """Switch a rule off."""
    session = session_of(context)
    with session.desk() as desk:
        desk.rules.disable(rule)
        view = desk.rules.show(rule)
    _changed(session, view, "disabled")


@app.command(cls=gives(()))
def delete(context: typer.Context, rule: RuleName, yes: Yes = False) -> None:
    """Delete a rule."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.rules.show(rule)
        session.confirm(f"Delete the rule {view.name}?", yes)
        desk.rules.remove(rule)
    notices.say(session, f"rule {view.name} is deleted")


def _changed(session: Session, view: RuleView, now: str) -> None:
    output.done(session, view, f"rule {view.name} is {now}")
