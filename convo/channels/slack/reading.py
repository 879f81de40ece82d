"""Slack's messages as it tells them, sorted out: what somebody said, and what is no message; no call is made here."""

from dataclasses import dataclass

from convo.channels.slack.stamps import instant, is_stamp
from convo.model.envelope import Skipped
from convo.text.json_fields import Fields, Unfit, fields_of, loosely, records, words

_SPOKEN = frozenset(
    ("", "file_share", "file_comment", "me_message", "thread_broadcast", "reply_broadcast", "bot_message")
)
_MOST_FILES = 20
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class Us:
    """Who the app is: its workspace, its user and its bot's id, and our own names (casefolded)."""

    team: str
    user: str
    bot: str
    name: str = ""
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote. `writer` is the id of a user or, with `bot`, perhaps of a bot; `edited` is the edit's stamp.

    `parent` is the user who began the thread, where Slack says so. `markup` and `extras` are not plain text yet.
    """

    channel: str
    stamp: str
    writer: str
    thread: str = ""
    edited: str = ""
    bot: bool = False
    name: str = ""
    parent: str = ""
    markup: str = ""
    extras: tuple[str, ...] = ()
    files: tuple[Fields, ...] = ()

    @property
    def direct(self) -> bool:
        """Whether it stands in a direct message between one person and the app."""
        return self.channel.startswith("D")

    @property
    def root(self) -> str:
        """The id of the message that the thread hangs on; empty outside of threads."""
        return f"{self.channel}:{self.thread}" if self.thread else ""

    @property
    def thread_key(self) -> str | None:
        """The thread's key: in channels each message begins one, as answers hang on it; in direct messages not."""
        if self.root or self.direct:
            return self.root or None
        return f"{self.channel}:{self.stamp}"


def key_of(channel: str, message: Fields, *, edited: bool = False) -> str:
    """The id under which a message, or its edit, is known."""
    key = f"{channel}:{loosely(message, 'ts')}"
    return f"{key}/edit/{loosely(message, 'edited', 'ts')}" if edited else key


def event_key(event: Fields) -> str:
    """The id under which what an event tells is known; empty when it tells of no message."""
    if loosely(event, "type") not in ("message", "app_mention"):
        return ""
    channel, changed = loosely(event, "channel"), event.get("message")
    if loosely(event, "subtype") == "message_changed" and isinstance(changed, dict):
        return key_of(channel, changed, edited=True)
    return key_of(channel, event)


def sort_event(event: Fields, us: Us) -> Said | Skipped:
    """What an event tells; raises Unfit."""
    subtype = words(event, "subtype")
    if words(event, "type") not in ("message", "app_mention"):
        return Skipped(f"a notice of Slack's ({words(event, 'type')[:40] or 'unnamed'}), no message")
    channel = words(event, "channel")
    if subtype == "message_deleted":
        return Skipped("the message was deleted")
    if subtype != "message_changed":
        return sort_out(event, channel, us)
    message = fields_of(event.get("message"), "the changed message")
    edited = loosely(message, "edited", "ts")
    if not edited or edited == loosely(event, "previous_message", "edited", "ts"):
        return Skipped("Slack changed how a message looks, no message")
    return sort_out(message, channel, us, edited=edited)


def sort_out(message: Fields, channel: str, us: Us, *, edited: str = "") -> Said | Skipped:
    """What a message says; `edited` is the stamp of the edit that it is told for. Raises Unfit."""
    subtype, stamp = words(message, "subtype"), words(message, "ts")
    user, bot_id = words(message, "user"), loosely(message, "bot_id")
    if subtype == "tombstone":
        return Skipped("the message was deleted")
    if subtype not in _SPOKEN:
        return Skipped(f"a notice of Slack's ({subtype[:40]}), no message")
    if (user and user == us.user) or (bot_id and bot_id == us.bot):
        return Skipped("sent from here")
    instant(stamp)
    if not channel:
        raise Unfit("it names no channel")
    # A person who writes through an app has a bot_id too, but no bot profile.
    bot = subtype == "bot_message" or (bool(bot_id) and "bot_profile" in message) or user == SLACKBOT
    writer = user or (bot_id if bot else "")
    if not writer:
        raise Unfit("it names no sender")
    thread = words(message, "thread_ts")
    files = tuple(records(message, "files")[:_MOST_FILES])
    markup, extras = words(message, "text"), _extras(message)
    if not markup.strip() and not files and not extras:
        return Skipped("a message without words or files")
    return Said(
        channel=channel,
        stamp=stamp,
        writer=writer,
        thread=thread if is_stamp(thread) else "",
        edited=edited,
        bot=bot,
        name=_name(message),
        parent=loosely(message, "parent_user_id"),
        markup=markup,
        extras=() if markup.strip() else extras,
        files=files,
    )


def _name(message: Fields) -> str:
    given = (("user_profile", "real_name"), ("user_profile", "name"), ("bot_profile", "name"), ("username",))
    return next((name for name in (loosely(message, *path).strip() for path in given) if name), "")


def _extras(message: Fields) -> tuple[str, ...]:
    """The words of a shared message or a bot's report, which stand in attachments."""
    lines: list[str] = []
    attachments = message.get("attachments")
    for attachment in attachments[:20] if isinstance(attachments, list) else []:
        found = [loosely(attachment, key) for key in ("pretext", "title", "text")]
        lines += found if any(found) else [loosely(attachment, "fallback")]
    return tuple(line for line in lines if line.strip())
