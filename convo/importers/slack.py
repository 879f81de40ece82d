"""Slack's workspace export: a zip archive with a folder for each channel and a file for each day."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from convo.errors import BadInput
from convo.importers.archive import Archive, is_zip, open_archive, peek_names
from convo.importers.base import ReadOptions, Source
from convo.importers.chat_sides import NOBODY, Customer, Sides
from convo.importers.file_parts import file_part
from convo.importers.json_stream import BrokenDocument, BrokenValue, JsonCursor
from convo.importers.slack_people import Channel, People
from convo.model.envelope import Envelope, Item, Part, Skipped, Unreadable
from convo.model.words import Direction
from convo.text.json_fields import Fields, Unfit, epoch, fields_of, loosely, words
from convo.text.slack_markup import plain_text

_LISTS = ("channels.json", "groups.json", "mpims.json", "dms.json")
_DAY = re.compile(r"(?:[^/]+/)?(?P<folder>[^/]+)/\d{4}-\d{2}-\d{2}\.json")
_STAMP = re.compile(r"(\d{1,12})\.(\d{1,6})", re.ASCII)
_SPOKEN = {"", "file_share", "file_comment", "me_message", "thread_broadcast", "reply_broadcast", "bot_message"}


class Slack:
    """The importer of Slack exports, channel after channel, each in the order of its days.

    A message in a thread has the thread's key; a message outside any has none, so that intake decides what belongs
    together. What a bot wrote is skipped, unless the bot is ours: then it is outbound and automatic.
    """

    name = "slack"
    channel_kind = "slack"
    title = "Slack workspace export (.zip)"

    def recognises(self, source: Source) -> bool:
        """Whether the archive has files of days in folders, or is too damaged to list them and begins as exports do."""
        names = peek_names(source)
        if any(_DAY.fullmatch(name) for name in names):
            return True
        return {"users.json", "channels.json"} <= {name.rpartition("/")[2] for name in names}

    def read(self, source: Source, options: ReadOptions) -> Iterator[Item]:
        """The messages; joins, topics and other notices come as Skipped."""
        if not is_zip(source):
            raise BadInput(
                f"{source.name} is no zip archive", hint="give the export as Slack made it, unpacked by nobody"
            )
        with open_archive(source.path) as archive:
            export = _Export(archive, source.name, options)
            yield from export.lists()
            if not export.days and not export.channels:
                raise BadInput(f"{source.name} holds no Slack channel")
            for folder in export.folders():
                yield from export.channel(folder)


@dataclass(slots=True)
class _Thread:
    """The customer who began a thread, when one did, and the customer who wrote in it last."""

    root: Customer | None = None
    last: Customer | None = None


@dataclass(frozen=True, slots=True)
class _Record:
    """One element of a list in the archive, as it was read and as it was written."""

    value: object
    raw: bytes
    place: str


class _Export:
    """An open export; `days` maps each folder to its files, sorted by date."""

    def __init__(self, archive: Archive, source: str, options: ReadOptions) -> None:
        self.channels: dict[str, Channel] = {}
        self.days: dict[str, list[str]] = {}
        self._archive = archive
        self._source = source
        self._people = People(options)
        self._user_names: Mapping[str, str] = {}
        self._channel_names: dict[str, str] = {}
        for name in sorted(archive.names):
            found = _DAY.fullmatch(name)
            if found and not name.startswith("__MACOSX/"):
                self.days.setdefault(found["folder"], []).append(name)

    def lists(self) -> Iterator[Item]:
        """Read who and what the export names; yields what of it is unreadable."""
        for name in self._archive.names:
            base = name.rpartition("/")[2]
            if name.count("/") > 1 or name.startswith("__MACOSX/"):
                continue
            if base == "users.json" or base in _LISTS:
                yield from self._entries(name, base)
        self._user_names = self._people.names
        self._channel_names = {one.identity: one.name for one in self.channels.values()}

    def folders(self) -> list[str]:
        """The folders with messages: those of the lists in their order, then the rest by name."""
        listed = [folder for folder in self.channels if folder in self.days]
        return listed + [folder for folder in self.days if folder not in self.channels]

    def channel(self, folder: str) -> Iterator[Item]:
        """The items of one folder, day after day; a damaged day costs that day only."""
        channel = self.channels.get(folder) or Channel(folder, folder, folder)
        sides = Sides(self._people.counterpart(channel))
        threads: dict[str, _Thread] = {}
        for name in self.days[folder]:
            for record in self._records(name, "message"):
                if isinstance(record, Unreadable):
                    yield record
                    continue
                try:
                    message = fields_of(record.value, "the message")
                    yield self._message(message, channel, sides, threads, record.place)
                except Unfit as problem:
                    yield Unreadable(problem.reason, record.raw, self._source, record.place)

    def _entries(self, name: str, kind: str) -> Iterator[Unreadable]:
        """Take in one of the lists at the top of the archive."""
        for record in self._records(name, "entry"):
            if isinstance(record, Unreadable):
                yield record
                continue
            try:
                entry = fields_of(record.value, "the entry")
            except Unfit as problem:
                yield Unreadable(problem.reason, record.raw, self._source, record.place)
                continue
            if kind == "users.json":
                self._people.add(entry)
                continue
            identity, title = loosely(entry, "id"), loosely(entry, "name")
            folder = title or identity
            if folder:
                members = entry.get("members") if kind == "dms.json" else None
                known = tuple(map(loosely, members)) if isinstance(members, list) else ()
                self.channels[folder] = Channel(identity or folder, folder, title or identity, known)

    def _records(self, name: str, what: str) -> Iterator[_Record | Unreadable]:
        """The elements of the list that a member of the archive is; what of it cannot be read comes as Unreadable."""
        short = "/".join(name.split("/")[-2:])
        number = 0
        try:
            with self._archive.open(name) as stream:
                cursor = JsonCursor(stream)
                for _ in cursor.elements():
                    number += 1
                    place = f"{short}, {what} {number}"
                    try:
                        value = cursor.value()
                    except BrokenValue as problem:
                        yield Unreadable(problem.reason, problem.raw, self._source, place)
                    else:
                        yield _Record(value, cursor.raw, place)
                cursor.finish()
        except BrokenDocument as problem:
            yield Unreadable(problem.reason, problem.raw, self._source, f"{short}, after {what} {number}")
        except BadInput as problem:
            yield Unreadable(problem.message, b"", self._source, f"{short}, after {what} {number}")

    def _message(
        self, message: Fields, channel: Channel, sides: Sides, threads: dict[str, _Thread], place: str
    ) -> Item:
        subtype = words(message, "subtype")
        if subtype == "tombstone":
            return Skipped("the message was deleted before the export", self._source, place)
        if subtype not in _SPOKEN or words(message, "type") not in ("", "message"):
            return Skipped(f"a notice of Slack's ({(subtype or 'unnamed')[:40]}), no message", self._source, place)
        stamp = words(message, "ts")
        found = _STAMP.fullmatch(stamp)
        if found is None:
            raise Unfit("its 'ts' is no time of Slack's")
        sent_at = epoch(int(found[1]), int(found[2].ljust(6, "0")))
        identity = words(message, "user") or loosely(message, "comment", "user")
        bot = self._is_bot(message, identity, subtype)
        identity = identity or (loosely(message, "bot_id") if bot else "")
        name = self._name(message, identity)
        if not identity and not (bot and name):
            raise Unfit("it names no sender")
        ours = self._people.is_ours(identity, name) or (bot and self._people.is_ours(loosely(message, "bot_id"), name))
        if bot and not ours:
            return Skipped("a bot wrote it", self._source, place)
        text, parts = self._text(message), tuple(_parts(message))
        if not text and not parts:
            return Skipped("a message without words or files", self._source, place)
        thread_stamp = words(message, "thread_ts")
        thread = threads.setdefault(thread_stamp, _Thread()) if thread_stamp else _Thread()
        customer: Customer | None = self._people.customer(identity, name)
        if ours:
            customer = sides.addressed(thread.root or self._parent(message) or thread.last)
        if customer is None:
            return Skipped(NOBODY, self._source, place)
        if not ours:
            sides.heard(customer)
            thread.root = customer if stamp == thread_stamp else thread.root
        thread.last = thread.last or customer if ours else customer
        root = f"{channel.identity}:{thread_stamp}" if thread_stamp else None
        return Envelope(
            direction=Direction.OUTBOUND if ours else Direction.INBOUND,
            customer=customer,
            sent_at=sent_at,
            text=text,
            author=name,
            external_id=f"{channel.identity}:{stamp}",
            thread_key=root,
            references=(root,) if root and stamp != thread_stamp else (),
            parts=parts,
            automatic=bot,
            source=self._source,
            place=place,
        )

    def _is_bot(self, message: Fields, identity: str, subtype: str) -> bool:
        user = self._people.users.get(identity)
        if user is not None and user.bot:
            return True
        # A person who writes through an app has a bot_id too, but no bot profile.
        return subtype == "bot_message" or ("bot_id" in message and "bot_profile" in message) or identity == "USLACKBOT"

    def _name(self, message: Fields, identity: str) -> str:
        given = (("user_profile", "real_name"), ("user_profile", "name"), ("bot_profile", "name"), ("username",))
        names = (loosely(message, *path).strip() for path in given)
        return self._user_names.get(identity) or next((name for name in names if name), "")

    def _parent(self, message: Fields) -> Customer | None:
        """The customer who began the thread, as the reply itself tells it; for roots that the export lacks."""
        parent = loosely(message, "parent_user_id")
        return self._people.customer(parent) if parent and not self._people.is_ours(parent, "") else None

    def _text(self, message: Fields) -> str:
        text = self._plain(words(message, "text"))
        if text:
            return text
        # A shared message or a bot's report has its words in attachments; beside a text these only preview its links.
        lines = []
        attachments = message.get("attachments")
        for attachment in attachments if isinstance(attachments, list) else []:
            found = [loosely(attachment, key) for key in ("pretext", "title", "text")]
            lines += [self._plain(line) for line in (found if any(found) else [loosely(attachment, "fallback")])]
        return "\n".join(line for line in lines if line)

    def _plain(self, markup: str) -> str:
        return plain_text(markup, self._user_names, self._channel_names).strip()


def _parts(message: Fields) -> Iterator[Part]:
    files = message.get("files")
    for entry in files if isinstance(files, list) else [message.get("file")]:
        if isinstance(entry, dict):
            name = loosely(entry, "name") or loosely(entry, "title")
            yield file_part(name, "file", media_type=loosely(entry, "mimetype"))


IMPORTER = Slack()
