"""`convo channel add`, `set`, `secret` and `kinds`: channels are set up, their secrets kept outside the store."""

import difflib
from typing import TYPE_CHECKING, Annotated

import typer

from convo.channels.settings import Secret
from convo.errors import BadInput, Conflict, NotFound, UsageError
from convo.model.transport import KindView, SettingView
from convo.model.views import ChannelView

from . import asking, notices, output
from .arguments import pairs
from .channel_name import ChannelName
from .channel_rows import KINDS, SETTINGS, abilities
from .channel_settings import check_names, complete, given
from .channel_trying import try_out
from .command import gives
from .session import session_of

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_LOGGED = ("phone", "counter")
"""Kinds whose channels hold what is written down by hand."""
SecretFrom = Annotated[
    list[str] | None,
    typer.Option("--secret-from", metavar="NAME=FILE", help="Read a secret from a file, - for standard input."),
]


def add_to(app: typer.Typer) -> None:
    """Add the verbs to the noun."""
    app.command(cls=gives(ChannelView))(add)
    app.command("set", cls=gives(ChannelView))(set_)
    app.command(cls=gives(("channel", "setting", "kept")))(secret)
    app.command(cls=gives((*KindView.__slots__, *SettingView.__slots__)))(kinds)


def add(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="Such as email; see convo channel kinds.")],
    name: Annotated[str, typer.Argument(metavar="NAME", help="What to call it.")],
    values: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Configure it, such as address=…")
    ] = None,
    secret_files: SecretFrom = None,
    no_check: Annotated[bool, typer.Option("--no-check", help="Do not try whether it works.")] = False,
    any_kind: Annotated[
        bool, typer.Option("--any-kind", help="Take a kind of your own that is nearly called as another.")
    ] = False,
) -> None:
    """Add a channel, asking for what is missing, and try it.

    On a terminal it asks for what its kind needs. A script gives settings with --set or CONVO_CHANNEL_SETTING in the
    environment, and secrets with --secret-from or in the environment, and is never asked. No secret stands in the
    store: it is kept in the keyring where there is one, else in a private file.
    """
    session, known = session_of(context), given(values, secret_files)
    with session.desk(create=True) as desk:
        if any(name.strip().casefold() == each.name.casefold() for each in desk.channels.accounts()):
            raise Conflict(f"there is a channel {name!r} already", hint="choose another name")
        settings = _settings(desk, kind)
        if not settings and not any_kind:
            _check_kind(desk, kind, name)
        check_names(settings, known.secrets, kind)
        if settings:
            complete(name, settings, known)
        view = desk.channels.add(kind, name, known.values)
        for setting, value in known.secrets.items():
            place = desk.channels.keep_secret(view.name, setting, value)
            notices.say(session, f"{setting} is kept in {place}")
        output.done(session, desk.channels.show(view.name), f"channel {view.name} is added")
        if settings and not no_check:
            try_out(session, desk, view.name, added=True)


def set_(
    context: typer.Context,
    channel: ChannelName,
    values: Annotated[
        list[str], typer.Argument(metavar="NAME=VALUE", help="A setting; NAME= alone takes it out.", show_default=False)
    ],
) -> None:
    """Change settings of a channel."""
    session = session_of(context)
    changes = {name: value or None for name, value in pairs(values, "a setting").items()}
    with session.desk() as desk:
        view = desk.channels.set(channel, changes)
        output.done(session, desk.channels.show(view.name), f"channel {view.name} is set up anew")


def secret(
    context: typer.Context,
    channel: ChannelName,
    setting: Annotated[str, typer.Argument(metavar="SETTING", help="The secret's name, such as token.")],
    new: Annotated[bool, typer.Option("--new", help="Let convo make a random one.")] = False,
) -> None:
    """Keep a secret of a channel, asked for or from stdin.

    It is kept on this machine, outside the store: in the keyring where there is one, else in a private file.
    """
    session = session_of(context)
    with session.desk() as desk:
        view = desk.channels.show(channel)
        known = {each.name: each for each in _settings(desk, view.kind) if each.secret}
        if setting not in known:
            told = "it has " + ", ".join(known) if known else "it has none"
            raise BadInput(f"a channel of kind {view.kind} has no secret {setting[:60]!r}", hint=told)
        value = _asked(known[setting], new=new)
        place = desk.channels.keep_secret(view.name, setting, value)
    kept = {"channel": view.name, "setting": setting, "kept": place}
    output.done(session, kept, f"{setting} of {view.name} is kept in {place}")


def kinds(
    context: typer.Context,
    kind: Annotated[str | None, typer.Argument(metavar="KIND", help="Show this one's settings.")] = None,
) -> None:
    """List the kinds of channel with what each can, or one's settings.

    Subjects and threads are kept, receipts tell whether a message was delivered or read; edits are what customers
    change after sending; typing shows them that you write; 24 h is for how long after their last message free text can
    go; answers only reaches nobody who has not written first; public is what others read along.
    """
    from convo.desk.channel_kinds import kind_views, setting_views

    session = session_of(context)
    if kind is None:
        output.rows(session, kind_views(), KINDS)
        return
    settings = setting_views(kind)
    about = next(each for each in kind_views() if each.name == kind)
    notices.say(session, f"{about.title}: {about.about}")
    length = [] if about.longest is None else [f"up to {about.longest:,} characters"]
    notices.say(session, "can: " + ", ".join((*abilities(about), *length)))
    if about.typing_reads:
        notices.say(session, "typing marks what they wrote as read, and is off by default: convo help config")
    output.rows(session, settings, SETTINGS, none="it has no settings")


def _settings(desk: "Desk", kind: str) -> tuple[SettingView, ...]:
    """The settings of a kind; none for one by which nothing travels, such as phone."""
    try:
        return desk.channels.settings(kind)
    except NotFound:
        return ()


def _check_kind(desk: "Desk", kind: str, name: str) -> None:
    """Raises BadInput for a kind by which nothing travels that is perhaps only misspelt; others hold what is logged."""
    known = (*(each.name for each in desk.channels.kinds()), *_LOGGED)
    near = difflib.get_close_matches(kind.casefold(), known, n=1, cutoff=0.75)
    if near and near[0] != kind:
        raise BadInput(
            f"no messages travel by a channel of kind {kind[:40]}; did you mean {near[0]}?",
            hint=f"convo channel add {near[0]} {name}; with --any-kind it is made as it is called",
        )


def _asked(setting: SettingView, *, new: bool) -> Secret:
    if new:
        import secrets as chance

        return Secret(chance.token_urlsafe(32))
    if not asking.can_ask():
        return asking.piped_secret()
    notices.tell(f"{setting.name}: {setting.about}")
    value = asking.ask_secret(f"{setting.name} (not shown): ")
    if not value:
        raise UsageError("nothing was given, so nothing was changed")
    return value
