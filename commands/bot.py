"""`convo bot`: first contact by a machine: how bots behave, what they did, and what they would do."""

from pathlib import Path
from typing import Annotated

import typer

from convo.errors import UsageError
from convo.model.bot_views import BotSessionView, BotTrial, BotView

from . import live_names, notices, output
from .arguments import After, Limit, Message, TextFile, Yes
from .command import gives, typer_app
from .composing import composed_text
from .lines import BLANK, Column, Line, Span, line, prose
from .pages import Pages
from .session import session_of
from .timeline import customer_name

app = typer_app("bot")

COLUMNS = (
    Column("name", lambda row: row.name, style="strong"),
    Column("sessions", lambda row: row.sessions, right=True),
    Column("going on", lambda row: row.active, right=True),
    Column("without a person", lambda row: row.answered, right=True),
    Column("handed over", lambda row: sum(row.handed_over.values()), right=True),
    Column("mostly because", lambda row: next(iter(row.handed_over), ""), elastic=True),
    Column("", lambda row: Span("" if row.enabled else "disabled", "warning")),
)
SESSION_COLUMNS = (
    Column("id", lambda row: row.id, right=True, style="faint"),
    Column("thread", lambda row: row.thread_id, right=True, style="accent"),
    Column("customer", lambda row: customer_name(row.customer, row.customer_id), elastic=True),
    Column("bot", lambda row: row.bot),
    Column("state", lambda row: row.state.replace("_", " ")),
    Column("why", lambda row: row.reason, elastic=True),
    Column("turns", lambda row: row.turns, right=True),
    Column("about", lambda row: row.intent, elastic=True),
    Column("last", lambda row: row.last_at, style="faint"),
)

BotName = Annotated[str, typer.Argument(metavar="BOT", help="The bot's name.", autocompletion=live_names.bots)]
AnyBot = Annotated[
    str | None, typer.Argument(metavar="BOT", help="The only one if left out.", autocompletion=live_names.bots)
]


@app.command("list", cls=gives(BotView))
def list_bots(context: typer.Context) -> None:
    """List bots, and how often they did without a person."""
    session = session_of(context)
    with session.desk() as desk:
        output.rows(session, desk.bots.list(), COLUMNS, none="no bots yet: convo bot add NAME")


@app.command(cls=gives(BotView))
def show(context: typer.Context, bot: BotName) -> None:
    """Show how a bot behaves and how it does."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.bots.show(bot)
    if session.json:
        output.record(session, view)
        return
    figures = [
        f"{view.sessions:,} sessions, {view.active:,} going on, {view.turns:.1f} turns in one",
        f"{view.answered:,} ended without a person{_share(view.answered, view.sessions - view.active)}",
        *(f"{count:,} handed over: {reason}" for reason, count in view.handed_over.items()),
    ]
    head = line(Span(view.name, "strong"), right=(Span("" if view.enabled else "disabled", "warning"),))
    output.page(session, [head, *(line(Span(said, "faint")) for said in figures), BLANK, prose(view.config)])


@app.command(cls=gives(BotView))
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    file: TextFile = None,
) -> None:
    """Add a bot that behaves as a TOML file says, or as most do."""
    session = session_of(context)
    with session.desk(create=True) as desk:
        if file is None:
            view = desk.bots.add(name)
        else:
            with composed_text(None, file) as config:
                view = desk.bots.add(name, config)
    output.done(session, view, f"bot {view.name} is added; convo bot edit {view.name} changes how it behaves")


@app.command(cls=gives(BotView))
def edit(context: typer.Context, bot: BotName, message: Message = None, file: TextFile = None) -> None:
    """Change how a bot behaves.

    The TOML comes from -m, from -F, from a pipe, or else from your editor.
    """
    session = session_of(context)
    with session.desk() as desk, composed_text(message, file, begin=desk.bots.show(bot).config) as config:
        view = desk.bots.edit(bot, config)
    output.done(session, view, f"bot {view.name} is changed")


@app.command(cls=gives(BotView))
def enable(context: typer.Context, bot: BotName) -> None:
    """Switch a bot on."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.bots.enable(bot)
    output.done(session, view, f"bot {view.name} is enabled")


@app.command(cls=gives(BotView))
def disable(context: typer.Context, bot: BotName) -> None:
    """Switch a bot off; it gives back the threads it has."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.bots.disable(bot)
    output.done(session, view, f"bot {view.name} is disabled")


@app.command(cls=gives(()))
def remove(context: typer.Context, bot: BotName, yes: Yes = False) -> None:
    """Remove a bot and the record of its sessions."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.bots.show(bot)
        session.confirm(f"Remove the bot {view.name} and the record of its {view.sessions} sessions?", yes)
        desk.bots.remove(view.name)
    notices.say(session, f"bot {view.name} is removed")


@app.command(cls=gives(("name", "config")))
def export(context: typer.Context, bot: BotName) -> None:
    """Print a bot as TOML, with its comments, for convo bot import."""
    session = session_of(context)
    with session.desk() as desk:
        config = desk.bots.export(bot)
    if session.json:
        output.record(session, {"name": bot, "config": config})
    else:
        output.text(config)


@app.command("import", cls=gives(BotView))
def import_bots(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="TOML files, - for standard input.")],
) -> None:
    """Add the bots that TOML files name, or change them."""
    session = session_of(context)
    with session.desk(create=True) as desk:
        for file in files:
            with composed_text(None, file) as config:
                view = desk.bots.bring_in(config)
            output.done(session, view, f"bot {view.name} is as {file} says")


@app.command("try", cls=gives(BotTrial))
def try_out(
    context: typer.Context,
    bot: AnyBot = None,
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help="What the customer would write.")] = "",
    customer: Annotated[
        str | None,
        typer.Option("--customer", metavar="CUSTOMER", help="Who writes it.", autocompletion=live_names.customers),
    ] = None,
    thread: Annotated[
        int | None,
        typer.Option("--thread", metavar="THREAD", help="Where it comes.", autocompletion=live_names.threads),
    ] = None,
    language: Annotated[str | None, typer.Option("--language", metavar="CODE", help="Such as es.")] = None,
    intent: Annotated[str | None, typer.Option("--intent", metavar="INTENT", help="What it is after.")] = None,
    sentiment: Annotated[
        float | None, typer.Option("--sentiment", metavar="NUMBER", help="From -1 to 1.", min=-1, max=1)
    ] = None,
) -> None:
    """Say what a bot would do with a message, changing nothing."""
    session = session_of(context)
    if not text.strip():
        raise UsageError("there is nothing to try", hint="--text 'where is my order?'")
    with session.desk() as desk:
        who = None if customer is None else desk.customers.find(customer)
        found = desk.bots.try_out(
            text, bot or "", customer=who, thread=thread, language=language, intent=intent, sentiment=sentiment
        )
    if session.json:
        output.record(session, found)
        return
    output.page(session, _trial(found))


@app.command(cls=gives(BotSessionView))
def sessions(
    context: typer.Context,
    bot: Annotated[
        str | None, typer.Argument(metavar="BOT", help="Of this bot only.", autocompletion=live_names.bots)
    ] = None,
    state: Annotated[
        str, typer.Option("--state", metavar="STATE", help="Only active, answered or handed_over ones.")
    ] = "",
    limit: Limit = 50,
    after: After = None,
) -> None:
    """List first contacts: how far each came and why it ended."""
    session = session_of(context)
    with session.desk() as desk:
        found = Pages(
            lambda cursor, size: desk.bots.sessions(bot or "", state=state, after=cursor, limit=size),
            after=after,
            limit=limit,
        )
        output.rows(session, found, SESSION_COLUMNS, none="no bot has had a thread yet")


def _trial(found: BotTrial) -> list[Line]:
    verb = {"hand over": "hands over", "silent": "says nothing", "release": "lets go"}.get(found.move, f"{found.move}s")
    what = found.reason or ", ".join(found.asked).replace("_", " ") or found.article
    lines = [line(Span(f"{found.bot} {verb}", "strong"), f": {what}" if what else "")]
    lines += [line(Span(why, "faint"), gutter="  ") for why in found.because]
    for text in (found.body, found.note):
        if text:
            style = Span("│ ", "note" if text is found.note else "accent")
            lines += [BLANK, prose(text, gutter=style)]
    return lines


def _share(part: int, whole: int) -> str:
    return f" ({part / whole:.0%})" if whole else ""
