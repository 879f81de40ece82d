"""`convo thread draft` and `convo thread summary`: texts for a person, never sent by themselves."""

import typer

from convo.model.bot_views import DraftView

from . import notices, output
from .arguments import ThreadId
from .command import gives
from .lines import prose
from .session import session_of


def add_to(app: typer.Typer) -> None:
    """Add the two verbs to the noun."""
    app.command(cls=gives(DraftView))(draft)
    app.command(cls=gives(DraftView))(summary)


def draft(context: typer.Context, thread: ThreadId) -> None:
    """Print a draft of a reply; it is yours to send.

    It comes from the assistant of the section [assistant] in the settings, or else it is the best article, past reply
    or snippet.
    """
    with session_of(context).desk() as desk:
        found = desk.drafts.reply(thread)
    _shown(context, found, "nothing here answers it")


def summary(context: typer.Context, thread: ThreadId) -> None:
    """Print what a thread is about, for whoever takes it over."""
    with session_of(context).desk() as desk:
        found = desk.drafts.summary(thread)
    _shown(context, found, "there is nothing to say about it")


def _shown(context: typer.Context, found: DraftView, none: str) -> None:
    session = session_of(context)
    if found.remark:
        notices.tell(found.remark)
    if session.json:
        output.record(session, found)
    elif found.text:
        output.page(session, [prose(found.text)])
        notices.say(session, f"a draft from {found.source}; nothing is sent")
    else:
        notices.say(session, none)
