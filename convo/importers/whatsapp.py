"""WhatsApp's chat export, .txt or .zip, from iOS and Android in any language of their interface."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

from convo.errors import BadInput
from convo.importers import whatsapp_words as words
from convo.importers.archive import Archive, is_zip, open_archive, peek_names
from convo.importers.base import ReadOptions, Source
from convo.importers.chat_sides import NOBODY, Sides
from convo.importers.file_parts import file_part
from convo.importers.json_stream import open_file
from convo.importers.whatsapp_dates import DateOrder
from convo.importers.whatsapp_lines import MESSAGE_BYTES, Entry, Shape, entries, parse_header
from convo.importers.whatsapp_people import People, handle_of, name_of
from convo.model.envelope import Envelope, Item, Part, Skipped, Unreadable
from convo.model.words import Direction, IdentityKind
from convo.text.file_names import base_name

_NOTICE = "a notice of WhatsApp's, no message"
_RAW_BYTES = MESSAGE_BYTES


class WhatsApp:
    """The importer of WhatsApp logs.

    A log is read twice, in memory that does not grow with it: once to learn how this phone writes dates and who takes
    part, once for the messages. A line which somebody pasted and which looks just like the log's own lines cannot be
    told apart from a message, however far its date is from its neighbours', and is read as one. Clock times are those
    of `options.time_zone`; an hour that comes twice when summer time ends is taken as the first.
    """

    name = "whatsapp"
    channel_kind = "whatsapp"
    title = "WhatsApp chat export (.txt or .zip)"

    def recognises(self, source: Source) -> bool:
        """Whether the text, or the text in the archive, begins with a line that heads a WhatsApp message."""
        if is_zip(source):
            return _recognises_archive(source)
        return _begins_like_a_log(source.head)

    def read(self, source: Source, options: ReadOptions) -> Iterator[Item]:
        """The messages in the log's order; notices, calls and deleted messages come as Skipped."""
        if not is_zip(source):
            yield from _read_log(lambda: open_file(source.path), _Files(), source, options, (source.name,))
            return
        with open_archive(source.path) as archive:
            log = _log_in(archive)
            if log is None:
                raise BadInput(f"{source.name} holds no WhatsApp chat", hint="a chat export holds one .txt file")
            files = _Files(archive, log)
            yield from _read_log(lambda: archive.open(log), files, source, options, (base_name(log), source.name))
            for name in files.unnamed():
                yield Skipped("a file in the archive that no message names", source.name, f"file {base_name(name)}")


@dataclass(slots=True)
class _Files:
    """The media that came in the archive, found by their names alone."""

    archive: Archive | None = None
    log: str = ""
    faults: list[str] = field(default_factory=list)
    _members: dict[str, str] = field(default_factory=dict)
    _named: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for member in self.archive.names if self.archive else []:
            if member != self.log and not _is_clutter(member):
                self._members.setdefault(base_name(member), member)

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def part(self, name: str) -> Part:
        """The part for a file a message names, with its bytes where the archive has them whole."""
        member = self._members.get(base_name(name))
        if member is None or self.archive is None:
            return file_part(name, "media")
        self._named.add(member)
        try:
            return file_part(name, "media", data=self.archive.read(member))
        except BadInput as problem:
            self.faults.append(problem.message)
            return file_part(name, "media")

    def unnamed(self) -> list[str]:
        """The members that no message has asked for, in the archive's order."""
        return [member for member in self._members.values() if member not in self._named]


@dataclass(slots=True)
class _Survey:
    """What the first pass learns of a whole log."""

    people: People
    dates: DateOrder
    shape: Shape


def _read_log(
    opener: Callable[[], AbstractContextManager[BinaryIO]],
    files: _Files,
    source: Source,
    options: ReadOptions,
    file_names: tuple[str, ...],
) -> Iterator[Item]:
    with opener() as stream:
        survey = _survey(stream, files, People(options, file_names))
    if survey is None:
        raise BadInput(f"{source.name} holds no WhatsApp message", hint="export the chat again from the phone")
    order = survey.dates.decide(options.date_order)
    sides = Sides(survey.people.counterpart)
    try:
        with opener() as stream:
            for entry in entries(stream, survey.shape):
                yield _item(entry, survey, order, sides, files, source.name, options)
                yield from _faults(files, source.name, entry)
    except BadInput as problem:
        yield Unreadable(problem.message, source=source.name, place="after the last message that could be read")


def _survey(stream: BinaryIO, files: _Files, people: People) -> _Survey | None:
    dates = DateOrder()
    shape: Shape | None = None
    try:
        for entry in entries(stream):
            if entry.header is None:
                continue
            shape = shape or entry.header.shape
            dates.see(entry.header)
            sender, text = entry.said()
            if sender is None or text.lstrip().startswith((words.LRM, "<")):
                dates.language = dates.language or words.date_order(text)
            if sender is None:
                people.group = people.group or words.about_group(text)
            elif not _is_notice(text, entry):
                people.see(name_of(sender), plain=_is_plain(text, files))
    except BadInput:
        # A member that breaks off: what came before it is enough to read by, and the second pass reports the fault.
        if shape is None:
            raise
    people.settle()
    return _Survey(people, dates, shape) if shape else None


def _item(
    entry: Entry, survey: _Survey, order: str, sides: Sides, files: _Files, source: str, options: ReadOptions
) -> Item:
    place = f"line {entry.line}"
    if entry.header is None:
        return Unreadable("it stands before the first message", entry.raw[:_RAW_BYTES], source, place)
    if entry.cut:
        reason = f"the message is longer than {MESSAGE_BYTES // 1_048_576} MB"
        return Unreadable(reason, entry.raw[:_RAW_BYTES], source, place)
    day = survey.dates.day(entry.header, order)
    if day is None:
        reason = f"its date is none: {'/'.join(map(str, entry.header.numbers))}, read as {'/'.join(order)}"
        return Unreadable(reason, entry.raw[:_RAW_BYTES], source, place)
    sender, text = entry.said()
    if sender is None or not name_of(sender):
        return Skipped(_NOTICE, source, place)
    name = name_of(sender)
    reason = _why_not(text, entry, survey.people.is_group_itself(name))
    if reason:
        return Skipped(reason, source, place)
    text, names = words.media(words.without_edit(text), files)
    text = text.strip(f"{words.MARKS} \n\t\u00a0\u202f")
    parts = tuple(files.part(named) for named in names)
    if not text and not parts:
        return Skipped("a message without words or files", source, place)
    header = entry.header
    ours = survey.people.is_ours(name)
    who = handle_of(name)
    customer = sides.addressed() if ours else sides.heard((who,))
    if customer is None:
        return Skipped(NOBODY, source, place)
    at = datetime(day.year, day.month, day.day, header.hour, header.minute, header.second, tzinfo=options.time_zone)
    return Envelope(
        direction=Direction.OUTBOUND if ours else Direction.INBOUND,
        customer=customer,
        sent_at=at.astimezone(UTC),
        text=text,
        author=who.value if who.kind == IdentityKind.PHONE else name,
        parts=parts,
        source=source,
        place=place,
    )


def _why_not(text: str, entry: Entry, from_group: bool) -> str:
    """Why a text under a sender's name is no message; empty when it is one."""
    if words.call(text):
        return "a call, no message"
    if from_group or _is_notice(text, entry):
        return _NOTICE
    return words.absent(text)


def _is_notice(text: str, entry: Entry) -> bool:
    """Whether a text under a name is WhatsApp's: about encryption, or the mark-begun line that heads an iOS export."""
    if words.encryption_notice(text):
        return True
    marked = text.startswith(words.LRM) and entry.line == 1
    return marked and not words.media(text, ())[1] and not text.endswith(">") and "http" not in text


def _is_plain(text: str, files: _Files) -> bool:
    """Whether a person must have written this: notices are one line without an address and begin with the mark."""
    marked = text.lstrip().startswith(words.LRM) and "\n" not in text and "http" not in text
    return not marked or bool(words.media(text, files)[1])


def _faults(files: _Files, source: str, entry: Entry) -> Iterator[Item]:
    """A file that a message names and that the archive holds damaged is told of on its own."""
    for fault in files.faults:
        yield Unreadable(fault, entry.raw[:_RAW_BYTES], source, f"line {entry.line}, its file")
    files.faults.clear()


def _begins_like_a_log(head: bytes) -> bool:
    for line in head.decode("utf-8", "replace").splitlines()[:20]:
        if not line.strip(f"{words.MARKS} \t"):
            continue
        header = parse_header(line)
        # Program logs write "2023-04-29 10:00:00 - name: text"; no WhatsApp puts seconds before a dash.
        return header is not None and not (header.shape.end == "-" and header.shape.seconds)
    return False


def _recognises_archive(source: Source) -> bool:
    try:
        with open_archive(source.path) as archive:
            return _log_in(archive) is not None
    except BadInput:
        # Known by its names, a damaged export gets its own clear refusal instead of "unknown format".
        return any(base_name(name) == "_chat.txt" or _bears_the_name(name) for name in peek_names(source))


def _log_in(archive: Archive) -> str | None:
    """The member that is the chat, told by how it begins; None when no .txt begins like one, BadInput when the reason
    is that it cannot be opened.
    """
    texts = [name for name in archive.names if name.endswith(".txt") and not _is_clutter(name)]
    texts.sort(key=lambda name: (name.count("/"), base_name(name) != "_chat.txt", not _bears_the_name(name)))
    fault: BadInput | None = None
    for name in texts[:20]:
        try:
            with archive.open(name) as stream:
                head = stream.read(4096)
        except BadInput as problem:
            fault = fault or problem
            continue
        if _begins_like_a_log(head):
            return name
    if fault is not None:
        raise fault
    return None


def _bears_the_name(name: str) -> bool:
    return name.endswith(".txt") and "whatsapp" in name.casefold()


def _is_clutter(name: str) -> bool:
    return name.startswith("__MACOSX/") or base_name(name).startswith(".")


IMPORTER = WhatsApp()
