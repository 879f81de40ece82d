"""What the worker and whoever watches it read of channels and deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Post:
    """A channel that a worker has taken over: `fence` tells its writes from those of one that had it before.

    `config` are its settings as the store keeps them, without secrets.
    """

    channel_id: int
    name: str
    kind: str
    state: str
    fence: int
    cursor: Mapping[str, Any]
    failures: int
    next_at: datetime | None
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChannelStateView:
    """How a channel does: `lag` is in seconds from a message's sending to its storing, of the newest one.

    `error` is why it does not work now, since `failed_at`, after so many `failures` in a row; `next_at` says when it is
    tried again. `queued` deliveries wait, the oldest since `oldest_queued`; `stuck` ones were being sent when a worker
    died; `failed` are those that did not go and left by no other way. `travels` says that it is set up to fetch or
    send, and `fetches` that it is asked for what came; `missing` are settings without which it cannot.
    """

    name: str
    kind: str
    state: str
    succeeded_at: datetime | None
    lag: float | None
    failed_at: datetime | None
    error: str
    failures: int
    next_at: datetime | None
    queued: int
    failed: int
    oldest_queued: datetime | None = None
    stuck: int = 0
    travels: bool = False
    fetches: bool = False
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KindView:
    """A kind of channel: what a person calls it, what has to be done at the provider's first, and what it can do.

    It tells of a channel whose settings are left as they are. Text has at most `longest` characters (None: any number),
    files have `largest_file` bytes (0: none go). Free text goes for `window` seconds after the customer's last message
    (None: always), and with `answers_only` to nobody who has not begun. With `edits` what customers change comes, too;
    with `typing` they see that somebody writes to them, which with `typing_reads` marks their message as read. With
    `public` others read along.
    """

    name: str
    title: str
    about: str
    threads: bool
    subjects: bool
    receipts: bool
    edits: bool
    typing: bool
    typing_reads: bool
    templates: bool
    largest_file: int
    longest: int | None
    window: float | None
    answers_only: bool
    public: bool


@dataclass(frozen=True, slots=True)
class SettingView:
    """A setting of a kind: `form` is what it takes (text, number, secret, …), `default` what it is when not given.

    Without `required` it can be left out; `asked` says that a person is asked for it all the same. A `made` secret is
    made by convo where nobody gives one.
    """

    name: str
    about: str
    form: str
    required: bool
    asked: bool
    made: bool
    default: str
    choices: tuple[str, ...] = ()

    @property
    def secret(self) -> bool:
        """Whether it is kept outside the store and never shown."""
        return self.form == "secret"


@dataclass(frozen=True, slots=True)
class CheckView:
    """One thing that was tried with a channel: `problem` is empty when it went well, else says what to do."""

    what: str
    ok: bool
    problem: str
    detail: str


@dataclass(frozen=True, slots=True)
class BackfillView:
    """From when a channel is fetched again, and until when what comes is history and no news (None: all is news)."""

    channel: str
    since: datetime
    history_until: datetime | None


@dataclass(frozen=True, slots=True)
class PushView:
    """What a pushed request brought: items, reports on what was sent, and the answer that the provider wants to hear.

    fetched = stored + skipped + quarantined; `reasons` say why items were not stored, each once.
    """

    channel: str
    fetched: int
    stored: int
    skipped: int
    quarantined: int
    reports: int
    answer: str
    reasons: tuple[str, ...] = ()
