"""One IMAP connection: imap-tools carries the bytes and nothing else, and every failure becomes words.

Its methods block, for the channel's own thread; only `break_off` is called from elsewhere. imap-tools' own `flag` and
`move` are not used: they expunge what other programs have marked as deleted.
"""

import imaplib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

import imap_tools
from imap_tools.errors import ImapToolsError
from imap_tools.utils import encode_folder

from convo.channels.email.credentials import AccessTokens
from convo.channels.email.fetch_answer import Given, read_fetch
from convo.channels.email.imap_login import call, log_in, port_of
from convo.channels.email.imap_text import number, uid_set, words
from convo.channels.email.kind import EmailConfig
from convo.channels.email.line import Line, check_plain, not_reached
from convo.channels.email.listening import listen
from convo.channels.email.providers import host_wanted
from convo.channels.trouble import ChannelDown, ChannelRefused
from convo.text import safe

_BROKEN = (imaplib.IMAP4.error, ImapToolsError, OSError, ValueError, IndexError, KeyError, TypeError, AttributeError)
"""What a connection raises that was cut, garbled or timed out: the standard library reads it on trust."""

_QUIET = 10.0
"""After how many seconds of listening the end of a connection is no sign of trouble."""


class Mailbox:
    """The account at its IMAP server; opened by the first call that needs it."""

    def __init__(self, config: EmailConfig, tokens: AccessTokens) -> None:
        self._config = config
        self._tokens = tokens
        self._box: imap_tools.BaseMailBox | None = None
        self._line = Line()
        self._chosen: str | None = None
        self.validity = 0
        self._told = False
        self._capabilities: frozenset[str] = frozenset()
        self.uidnext = 1

    @property
    def host(self) -> str:
        """The server's name."""
        return self._config.imap_host

    def has(self, capability: str) -> bool:
        """Whether the server offers something, such as IDLE."""
        self._open()
        return capability in self._capabilities

    def folders(self) -> dict[str, frozenset[str]]:
        """Every folder with its flags in lower case, such as \\junk; none where the server lists them in its own way.

        Raises ChannelDown, ChannelRefused.
        """
        with self._talking() as box:
            try:
                found = box.folder.list()
            except (ValueError, ImapToolsError):
                return {}
            return {each.name: frozenset(flag.lower() for flag in each.flags) for each in found}

    def choose(self, folder: str, *, anew: bool = False, news: bool = True) -> int:
        """Look into a folder; its UIDVALIDITY. Raises ChannelRefused when there is none.

        One that is looked into already is not chosen again, and asked for `news` only if the server did not just tell
        of some: that has Dovecot read a Maildir of 10,000 mails for half a second. `anew` is for a fresh `uidnext`.
        """
        config = self._config
        with self._talking() as box:
            client, told = box.client, self._told
            if self._chosen == folder and not anew:
                self._told = self._told and not news
                if not news or told or client.noop()[0] == "OK":
                    return self.validity
            quoted = encode_folder(folder)
            read_only = not (config.mark_read or config.move_to)
            kind, said = client.select(quoted, readonly=read_only)  # type: ignore[arg-type]
            if kind != "OK":
                self._chosen = None
                raise ChannelRefused(
                    f"there is no folder {safe(folder, single_line=True)[:60]} in the mailbox, or it may not be read: "
                    f"{words(said)}"
                )
            self._chosen = folder
            self.uidnext = number(client.response("UIDNEXT"), 0)
            self.validity = number(client.response("UIDVALIDITY"), 0)
            return self.validity

    def chosen(self, folder: str) -> bool:
        """Whether the connection is there and looks into this folder."""
        return self._box is not None and not self._line.is_cut and self._chosen == folder

    def search(self, criteria: str) -> list[int]:
        """The UIDs that match, in order."""
        with self._talking() as box:
            kind, data = box.client.uid("SEARCH", criteria)
            if kind != "OK":
                raise ChannelDown(f"{self._name} does not search: {words(data)}")
            return sorted({int(word) for part in data if part for word in part.split()})

    def about(self, uids: Sequence[int]) -> dict[int, Given]:
        """The size and time of arrival of mails, and their flags."""
        return self._fetch(uids, "(UID RFC822.SIZE INTERNALDATE FLAGS)")

    def whole(self, uids: Sequence[int]) -> dict[int, Given]:
        """The bytes of mails, of those that the server gives."""
        return self._fetch(uids, "(UID BODY.PEEK[])")

    def beginning(self, uid: int, size: int) -> bytes:
        """The first bytes of a mail."""
        found = self._fetch([uid], f"(UID BODY.PEEK[]<0.{size}>)").get(uid)
        return found.raw or b"" if found else b""

    def wait(self, seconds: float) -> bool:
        """Let the server tell when something changes in the folder (IDLE); whether it did.

        One that ends a connection which was quiet for a while tells nothing of how it does, as a NAT may have
        forgotten it: that is no trouble, and the next call connects anew.
        """
        began = time.monotonic()
        try:
            with self._talking() as box:
                self._told = listen(box, seconds)
                return self._told
        except ChannelDown:
            if time.monotonic() - began < _QUIET:
                raise
            return True

    def mark_read(self, uids: Sequence[int]) -> None:
        """Set their \\Seen, where the server lets us."""
        with self._talking() as box:
            box.client.uid("STORE", uid_set(uids), "+FLAGS.SILENT", r"(\Seen)")

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move them to another folder; raises ChannelRefused when that is not possible."""
        with self._talking() as box:
            target = encode_folder(folder)
            if "MOVE" in self._capabilities:
                kind, said = box.client.uid("MOVE", uid_set(uids), target)  # type: ignore[arg-type]
            else:  # moved before is what is deleted, as it stays there until somebody expunges it
                uids = self.search(f"UID {uid_set(uids)} UNDELETED")
                if not uids:
                    return
                kind, said = box.client.uid("COPY", uid_set(uids), target)  # type: ignore[arg-type]
                if kind == "OK":
                    box.client.uid("STORE", uid_set(uids), "+FLAGS.SILENT", r"(\Deleted \Seen)")
            if kind != "OK":
                shown = safe(folder, single_line=True)[:60]
                raise ChannelRefused(f"mail cannot be moved to {shown}, see the setting move_to: {words(said)}")

    def append(self, folder: str, raw: bytes) -> None:
        """Put a copy of a mail of ours into a folder, as read."""
        with self._talking() as box:
            target = encode_folder(folder)
            kind, said = box.client.append(target, r"(\Seen)", None, raw)  # type: ignore[arg-type]
            if kind != "OK":
                shown = safe(folder, single_line=True)[:60]
                raise ChannelRefused(f"no copy can be put into {shown}, see the setting sent_folder: {words(said)}")

    def greet(self) -> None:
        """Log in, where that has not happened; raises ChannelDown, ChannelRefused."""
        self._open()

    def leave(self) -> None:
        """Say goodbye, and let go of the connection."""
        if self._box is not None and not self._line.is_cut:
            with suppress(*_BROKEN):
                self._box.client.logout()
        self._drop()

    def break_off(self) -> None:
        """Hang up, from any thread: a call that is under way ends with ChannelDown."""
        self._line.cut()

    @property
    def _name(self) -> str:
        return f"the IMAP server {safe(self.host, single_line=True)[:100]}"

    @contextmanager
    def _talking(self) -> Iterator[imap_tools.BaseMailBox]:
        """A connection that is logged in; what breaks it on the way becomes ChannelDown, and it is made anew then."""
        box = self._open()
        try:
            yield box
        except imaplib.IMAP4.abort as error:
            self._drop()
            raise ChannelDown(f"the connection to {self._name} broke") from error
        except TimeoutError as error:
            self._drop()
            raise ChannelDown(f"{self._name} did not answer in time") from error
        except OSError as error:
            self._drop()
            raise ChannelDown(f"the connection to {self._name} broke") from error
        except _BROKEN as error:
            self._drop()
            raise ChannelDown(f"{self._name} answered what cannot be understood") from error

    def _fetch(self, uids: Sequence[int], what: str) -> dict[int, Given]:
        if not uids:
            return {}
        with self._talking() as box:
            _, data = box.client.uid("FETCH", uid_set(uids), what)
            wanted = set(uids)
            return {uid: given for uid, given in read_fetch(data).items() if uid in wanted}

    def _open(self) -> imap_tools.BaseMailBox:
        if self._line.is_cut:
            self._drop()
        if self._box is not None:
            return self._box
        config = self._config
        if not config.imap_host:
            raise ChannelRefused(host_wanted("imap_host", config.address))
        if config.imap_security == "plain":
            check_plain(config.imap_host, "imap_security")
        try:
            box = call(config)
            self._line.hold(box.client.sock)
            if self._line.is_cut:
                raise ChannelDown("it was stopped while it connected")
            log_in(box, config, self._tokens, self._name)
            self._box = box
            kind, data = box.client.capability()
            said = " ".join(part.decode("ascii", "replace") for part in data if part) if kind == "OK" else ""
            self._capabilities = frozenset(said.upper().split())
        except (ChannelDown, ChannelRefused):
            self._drop()
            raise
        except OSError as error:
            self._drop()
            raise not_reached(error, "the IMAP server", self.host, port_of(config)) from error
        except imaplib.IMAP4.error as error:
            self._drop()
            if "TLS not supported" in str(error):
                raise ChannelRefused(f"{self._name} offers no STARTTLS: set imap_security=tls") from error
            raise ChannelDown(f"{self._name} breaks off while connecting") from error
        except _BROKEN as error:
            self._drop()
            raise ChannelDown(f"{self._name} breaks off while connecting") from error
        return box

    def _drop(self) -> None:
        box, self._box, self._chosen, self._told = self._box, None, None, False
        self._line.let_go()
        if box is not None:
            with suppress(*_BROKEN):
                box.client.shutdown()
