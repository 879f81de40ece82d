"""`convo thread`: list topics, read them, answer, hand them on, put them away."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from convo import clock
from convo.desk.local_files import file_at
from convo.errors import UsageError
from convo.model.actions import MarkRead, RunMacro
from convo.model.knowledge_views import SuggestionsView
from convo.model.routing_views import DecisionView
from convo.model.views import MessageView, ThreadRow, ThreadView
from convo.model.words import Priority, Role
from convo.text.times import minute
from convo.text.when import parse_when

from . import live_names, output, plain, thread_drafts, timeline
from .arguments import After, Limit, Message, Query, TextFile, ThreadId, query_text, zone
from .command import gives, typer_app
from .composing import composed_text
from .lines import Column, Span
from .pages import Pages
from .session import session_of

app = typer_app("thread")
thread_drafts.add_to(app)

COLUMNS = (
    Column("id", lambda row: row.id, right=True, style="accent"),
    Column("customer", lambda row: timeline.customer_name(row.customer, row.customer_id), elastic=True),
    Column(
        "subject",
        lambda row: Span(timeline.subject_of(row), "strong" if row.unread else ""),
        elastic=True,
    ),
    Column("channel", lambda row: row.channel, style="faint"),
    Column("status", lambda row: Span(row.status, "accent" if row.status == "open" else "faint")),
    Column("priority", lambda row: Span(row.priority if row.priority != "normal" else "", "warning")),
    Column("assignee", lambda row: row.assignee),
    Column("", lambda row: ", ".join(_remarks(row)), style="warning"),
    Column("waiting", lambda row: row.waiting_since),
    Column("due", lambda row: row.due, style="warning", for_people=True),
    Column("last", lambda row: row.last_message_at, style="faint"),
)


def _remarks(row: ThreadRow) -> list[str]:
    remarks = (("unread", row.unread), ("unverified", row.unverified), ("queued", row.queued_since is not None))
    return [word for word, holds in remarks if holds]


@app.command("list", cls=gives(ThreadRow, query=True))
def list_threads(context: typer.Context, query: Query = None, limit: Limit = 50, after: After = None) -> None:
    """List threads, those with the newest messages first."""
    session = session_of(context)
    words = query_text(query)
    with session.desk() as desk:
        found = Pages(lambda cursor, size: desk.threads.list(words, after=cursor, limit=size), after=after, limit=limit)
        output.rows(session, found, COLUMNS, none="no thread matches")


@app.command(cls=gives(ThreadView))
def show(
    context: typer.Context,
    thread: ThreadId,
    messages: Annotated[int, typer.Option("--messages", metavar="COUNT", help="The newest so many.", min=1)] = 200,
    plainly: Annotated[bool, typer.Option("--plain", help="In full sentences, for screen readers.")] = False,
) -> None:
    """Show a thread with what was said in it."""
    session = session_of(context)
    with session.desk() as desk:
        view = desk.threads.show(thread, messages=min(messages, 1000))
    if session.json:
        output.record(session, view)
    elif plainly:
        output.page(session, plain.thread(view, clock.now(), zone(session)), paged=False)
    else:
        output.page(session, timeline.thread(view, zone(session)))


@app.command(cls=gives(MessageView))
def reply(
    context: typer.Context,
    thread: ThreadId,
    message: Message = None,
    file: TextFile = None,
    channel: Annotated[
        str | None,
        typer.Option("--channel", metavar="NAME", help="Answer by this channel.", autocompletion=live_names.channels),
    ] = None,
    snippet: Annotated[
        str | None,
        typer.Option("--snippet", metavar="NAME", help="Begin with this snippet.", autocompletion=live_names.snippets),
    ] = None,
    article: Annotated[
        str | None,
        typer.Option("--article", metavar="NAME", help="Put this article below.", autocompletion=live_names.articles),
    ] = None,
    seen: Annotated[
        int | None,
        typer.Option("--seen", metavar="MESSAGE", help="Refuse when somebody wrote after this message."),
    ] = None,
    hold: Annotated[float, typer.Option("--hold", metavar="SECONDS", help="Wait so long before it leaves.", min=0)] = 0,
    attach: Annotated[
        list[Path] | None,
        typer.Option("--attach", "-a", metavar="FILE", help="Send this file with it; again for more."),
    ] = None,
    template: Annotated[
        str | None, typer.Option("--template", metavar="NAME", help="Send this approved template of the provider's.")
    ] = None,
    language: Annotated[
        str, typer.Option("--language", metavar="CODE", help="The template's language, such as de or en_US.")
    ] = "",
    values: Annotated[
        list[str] | None, typer.Option("--value", metavar="TEXT", help="What goes in the template's next place.")
    ] = None,
) -> None:
    """Answer the customer.

    The text comes from -m, from -F, from a pipe, or else from your editor. The answer is queued for the channel that
    the customer last used in the thread, unless --channel names another. A template goes also when the channel takes
    no free text any more; the text, if you give one with -m, is what the conversation shows for it.
    """
    session, attached = session_of(context), tuple(map(file_at, attach or ()))
    with session.desk() as desk, ExitStack() as stack:
        canned = snippet is not None or article is not None or template is not None
        if canned and message is None and file is None:
            body = ""
        else:
            shown = _last_words(desk.threads.show(thread, messages=3)) if message is None else ""
            body = stack.enter_context(composed_text(message, file, context=shown))
        sent = desk.threads.reply(
            thread,
            body,
            channel=channel,
            snippet=snippet,
            article=article,
            seen=seen,
            hold=hold,
            attachments=attached,
            template=template,
            language=language,
            values=values or (),
        )
    output.done(session, sent, f"message {sent.id} in thread {thread}: {sent.delivery or 'stored'} for {sent.channel}")


@app.command(cls=gives(SuggestionsView))
def suggest(
    context: typer.Context,
    thread: ThreadId,
    message: Annotated[
        int | None, typer.Option("--message", metavar="NUMBER", help="Another than the customer's newest message.")
    ] = None,
) -> None:
    """Suggest what to answer: articles, past replies, snippets."""
    from . import article_layout

    session = session_of(context)
    with session.desk() as desk:
        answers = desk.actor.role.includes(Role.AGENT)
        view = (desk.suggestions.offer if answers else desk.suggestions.for_thread)(thread, message)
    if session.json:
        output.record(session, view)
    else:
        output.page(session, article_layout.suggestions(view, zone(session)))


@app.command(cls=gives(MessageView))
def note(context: typer.Context, thread: ThreadId, message: Message = None, file: TextFile = None) -> None:
    """Write an internal note, which no customer ever sees."""
    session = session_of(context)
    with session.desk() as desk, ExitStack() as stack:
        shown = _last_words(desk.threads.show(thread, messages=3)) if message is None else ""
        body = stack.enter_context(composed_text(message, file, context=shown))
        written = desk.threads.note(thread, body)
    output.done(session, written, f"note {written.id} in thread {thread}")


@app.command(cls=gives(ThreadRow))
def assign(
    context: typer.Context,
    thread: ThreadId,
    operator: Annotated[
        str | None,
        typer.Argument(metavar="OPERATOR", help="Whose it is; me for yourself.", autocompletion=live_names.assignees),
    ] = None,
    team: Annotated[
        str | None,
        typer.Option("--team", metavar="NAME", help="Give it to a team.", autocompletion=live_names.teams),
    ] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="Take it from whoever has it.")] = False,
) -> None:
    """Give a thread to an operator, a team or nobody."""
    session = session_of(context)
    if nobody == bool(operator or team):
        raise UsageError("say to whom", hint="an operator, --team NAME, or --nobody")
    with session.desk() as desk:
        row = desk.threads.assign(thread, operator, team=team)
    owner = " and ".join(name for name in (row.assignee, row.team and f"team {row.team}") if name) or "nobody"
    _changed(context, row, f"assigned to {owner}")


@app.command(cls=gives(ThreadView))
def tag(
    context: typer.Context,
    thread: ThreadId,
    tags: Annotated[list[str] | None, typer.Argument(metavar="TAG", help="Tags to add.", show_default=False)] = None,
    remove: Annotated[list[str] | None, typer.Option("--remove", metavar="TAG", help="Take a tag away.")] = None,
) -> None:
    """Add tags to a thread, or take them away with --remove."""
    session = session_of(context)
    if not tags and not remove:
        raise UsageError("name a tag", hint=f"convo thread tag {thread} urgent --remove new")
    with session.desk() as desk:
        view = desk.threads.tag(thread, add=tags or (), remove=remove or ())
    output.done(session, view, f"thread {thread} is tagged {', '.join(view.tags) or 'with nothing'}")


@app.command(cls=gives(ThreadRow))
def priority(
    context: typer.Context,
    thread: ThreadId,
    word: Annotated[Priority, typer.Argument(metavar="PRIORITY", help="low, normal, high or urgent.")],
) -> None:
    """Say how urgent a thread is: low, normal, high or urgent."""
    with session_of(context).desk() as desk:
        row = desk.threads.set_priority(thread, word.value)
    _changed(context, row, f"of {row.priority} priority")


@app.command(cls=gives(ThreadRow))
def rename(
    context: typer.Context,
    thread: ThreadId,
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="The new subject.")],
) -> None:
    """Give a thread another subject."""
    with session_of(context).desk() as desk:
        row = desk.threads.rename(thread, subject)
    _changed(context, row, f"now called {row.subject!r}")


@app.command(cls=gives(ThreadRow))
def snooze(
    context: typer.Context,
    thread: ThreadId,
    until: Annotated[
        list[str],
        typer.Argument(metavar="UNTIL", help="Such as 3d, tomorrow 9, monday 14:30 or 2026-05-03."),
    ],
) -> None:
    """Put a thread away until a time: 3d, tomorrow 9, 2026-05-03."""
    session = session_of(context)
    moment = parse_when(" ".join(until), now=clock.now(), zone=zone(session))
    with session.desk() as desk:
        row = desk.threads.snooze(thread, moment)
    _changed(context, row, f"snoozed until {minute(moment, zone(session))}")


@app.command(cls=gives(DecisionView))
def macro(
    context: typer.Context,
    thread: ThreadId,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A rule on 'by hand'.", autocompletion=live_names.macros)],
) -> None:
    """Run a macro: a rule whose trigger is 'by hand'.

    All that it says is done, or nothing; `convo undo` takes it back.
    """
    session = session_of(context)
    with session.desk() as desk:
        desk.actions.do(RunMacro(name), [thread])
        decision = desk.routing.explain(thread)[-1]
    done = next(rule for rule in decision.rules if rule.actions)
    told = [f"{action.action} ({action.detail})" if action.detail else action.action for action in done.actions]
    output.done(session, decision, f"macro {done.rule} on thread {thread}: {', '.join(told)}")


@app.command(cls=gives(ThreadRow))
def close(context: typer.Context, thread: ThreadId) -> None:
    """Resolve a thread."""
    with session_of(context).desk() as desk:
        row = desk.threads.close(thread)
    _changed(context, row, row.status)


@app.command(cls=gives(ThreadRow))
def reopen(context: typer.Context, thread: ThreadId) -> None:
    """Take a thread up again."""
    with session_of(context).desk() as desk:
        row = desk.threads.reopen(thread)
    _changed(context, row, row.status)


@app.command(cls=gives(ThreadRow))
def read(context: typer.Context, thread: ThreadId) -> None:
    """Mark a thread as read."""
    with session_of(context).desk() as desk:
        desk.actions.do(MarkRead(), [thread])
        row = desk.threads.show(thread, messages=1).row
    _changed(context, row, "read")


def _changed(context: typer.Context, row: ThreadRow, now: str) -> None:
    session = session_of(context)
    output.done(session, row, f"thread {row.id} is {now}")


def _last_words(view: ThreadView) -> str:
    """What an editor shows below the line: the newest messages of the thread."""
    spoken = [f"{item.author or item.direction}:\n{item.body}" for item in view.messages]
    return "\n\n".join([f"{view.row.customer}: {timeline.subject_of(view.row)}", *spoken])
