"""A mailbox as a channel: mail comes by IMAP, from a Maildir or an mbox, and goes by SMTP, each in its own thread.

The cursor also holds the marks of what was fetched last, and so they are kept with the mails: what a worker that died
did not mark any more, the next one does first.
"""

from datetime import datetime
from typing import Any

from convo.channels.base import Check, Cursor, Fetched, Outgoing, Receipt, Request, Setup
from convo.channels.email.checking import checks
from convo.channels.email.credentials import AccessTokens
from convo.channels.email.folders import Folders
from convo.channels.email.kind import EmailConfig
from convo.channels.email.lane import Lane
from convo.channels.email.letters import composed
from convo.channels.email.mailbox import Mailbox
from convo.channels.email.maildir import Maildir
from convo.channels.email.mbox import Mbox
from convo.channels.email.reading import Reader
from convo.channels.email.smtp import Submission
from convo.channels.email.source import Batch, Source
from convo.channels.trouble import ChannelDown, ChannelRefused
from convo.errors import NotAllowed
from convo.mail.letter import Composed
from convo.mail.ourselves import Ourselves
from convo.model.envelope import Item, Skipped, Unreadable

_UNMARKED = "unmarked"
_MOST_UNMARKED = 1_000
"""How many marks are kept of what cannot be marked for now; at most a hundred come with each fetch."""


class EmailChannel:
    """An account for mail; see `convo.channels.base.Channel`."""

    def __init__(self, setup: Setup) -> None:
        config = setup.config
        assert isinstance(config, EmailConfig)
        self._config = config
        self._key = config.reply_key.reveal().encode()
        own = {config.address, *config.aliases}
        ourselves = Ourselves(
            setup.own | {each.strip().casefold() for each in own}, config.authserv_id or setup.authserv_id
        )
        self._reader = Reader(setup.name, ourselves, self._key)
        self._tokens = AccessTokens(config)
        self._source = self._make_source(setup)
        self._submission = Submission(config, self._tokens)
        self._sent_box: Mailbox | None = None
        self._in = Lane(f"{setup.name} in", self._source.break_off)
        self._out = Lane(f"{setup.name} out", self._submission.break_off)
        self._marked: list[Any] = []

    async def fetch(self, cursor: Cursor, *, wait: float) -> Fetched:
        """Mails after the cursor, at most a hundred; see the contract."""
        return await self._in.run(lambda: self._fetch(cursor, wait))

    async def since(self, cursor: Cursor, at: datetime) -> Cursor:
        """The cursor from which fetching brings all that came since an instant."""
        return _with_marks(self._source.since(cursor, at), cursor.get(_UNMARKED, []))

    async def stored(self, fetched: Fetched) -> None:
        """Mark what was stored as read, as the settings say; spam and what could not be read stay as they are."""
        marks = fetched.cursor.get(_UNMARKED)
        if marks and fetched.items:
            await self._in.run(lambda: self._mark(marks))

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Send one mail, under its own Message-ID at each attempt; see the contract."""
        mail = composed(outgoing, self._config, self._key)
        await self._out.run(lambda: self._submission.send(mail))
        if self._config.sent_folder:
            await self._out.run(lambda: self._copy(mail))
        return Receipt()

    async def receive(self, request: Request) -> Fetched:
        """Nothing is pushed to a mailbox."""
        raise NotAllowed("mail is fetched, and not pushed by requests")

    async def check(self) -> tuple[Check, ...]:
        """Try reading and sending without leaving a trace; raises nothing."""
        authserv_id = self._reader.ourselves.authserv_id
        return await self._out.run(lambda: checks(self._config, AccessTokens(self._config), authserv_id))

    async def close(self) -> None:
        """Hang up."""
        await self._in.close(self._source.leave)
        await self._out.close(self._leave_outwards)

    def _make_source(self, setup: Setup) -> Source:
        match self._config.source:
            case "maildir":
                return Maildir(self._config, setup.time_zone)
            case "mbox":
                return Mbox(self._config, setup.time_zone)
            case _:
                return Folders(self._config, Mailbox(self._config, self._tokens), setup.time_zone)

    def _fetch(self, cursor: Cursor, wait: float) -> Fetched:
        owed = cursor.get(_UNMARKED, [])
        left = self._catch_up(owed)
        # What was owed and is done is written down at once, before anything is waited for.
        batch: Batch = self._source.fetch(cursor, wait if left == owed else 0.0)
        read = [(mail, *self._reader.read(mail)) for mail in batch.mails]
        marks = [mail.mark for mail, item, _ in read if mail.mark is not None and _is_done_with(item)]
        return Fetched(
            tuple(item for _, item, _ in read),
            _with_marks(batch.cursor, [*left, *marks]),
            tuple(report for _, _, reports in read for report in reports),
            more=batch.more,
        )

    def _catch_up(self, owed: list[Any]) -> list[Any]:
        """Mark what is stored and was not marked; what cannot be, which keeps no new mail from being fetched."""
        if owed and owed != self._marked:
            try:
                self._mark(owed)
            except ChannelRefused:
                return owed
        return []

    def _mark(self, marks: list[Any]) -> None:
        self._source.stored(marks)
        self._marked = marks

    def _copy(self, mail: Composed) -> None:
        """Put a copy among the sent mail; the mail has gone, so that whatever fails here is no failure of it."""
        if self._sent_box is None:
            self._sent_box = Mailbox(self._config, self._tokens)
        try:
            self._sent_box.append(self._config.sent_folder, mail.raw)
        except (ChannelDown, ChannelRefused):
            self._sent_box.leave()

    def _leave_outwards(self) -> None:
        self._submission.leave()
        if self._sent_box is not None:
            self._sent_box.leave()


def _with_marks(cursor: Cursor, marks: list[Any]) -> dict[str, Any]:
    """A cursor that holds what is to be marked once it is kept, and nothing else of that."""
    place = {name: value for name, value in cursor.items() if name != _UNMARKED}
    return {**place, _UNMARKED: marks[-_MOST_UNMARKED:]} if marks else place


def _is_done_with(item: Item) -> bool:
    """Whether nobody has to look at a mail in the mailbox any more: it is in the store, or about mail of ours."""
    if isinstance(item, Skipped):
        return "spam" not in item.reason
    return not isinstance(item, Unreadable)
