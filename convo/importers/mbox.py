"""mbox files: many mails in one file, as Thunderbird, mutt, list archives and Google Takeout write them."""

import csv
from collections.abc import Iterator

from convo.errors import BadInput
from convo.importers.base import ReadOptions, Source
from convo.importers.opened import open_log
from convo.mail.date import envelope_date
from convo.mail.decode import KEPT_BYTES, MAX_MAIL_BYTES, decode_mail
from convo.mail.encoded_words import decode_words
from convo.mail.headers import Overgrown, read_headers
from convo.mail.mbox_split import Piece, first_mail, split_mbox, starts_mail
from convo.model.envelope import Item, Skipped, Unreadable

_TAKEOUT = (b"X-GM-THRID:", b"X-Gmail-Labels:")
_UNWANTED = {"spam": "spam", "trash": "trash", "draft": "a draft", "drafts": "a draft"}
_STATES = frozenset({"inbox", "sent", "opened", "unread", "archived"})


class MboxImporter:
    """Reads mbox files of any size; see `Importer`."""

    name = "mbox"
    channel_kind = "email"
    title = "mbox mail file (Thunderbird, mutt, list archives, Google Takeout)"

    def recognises(self, source: Source) -> bool:
        """Whether the file begins with an mbox `From ` line that a header follows."""
        return bool(source.head) and starts_mail(source.head, first_mail(source.head), strict=True)

    def read(self, source: Source, options: ReadOptions) -> Iterator[Item]:
        """The mails of the file, in order; raises BadInput when there is not one."""
        number = 0
        before: Piece | None = None
        try:
            with open_log(source.path) as stream:
                for piece in split_mbox(stream, largest=MAX_MAIL_BYTES, kept=KEPT_BYTES):
                    if not piece.from_line:
                        before = piece
                        continue
                    if before is not None:
                        reason = "what stands before the first mail is no mail"
                        yield Unreadable(reason, before.raw[:KEPT_BYTES], source.name, "before message 1")
                        before = None
                    number += 1
                    item = _item(piece, options, source.name, f"message {number}")
                    del piece  # or a large mail stays in memory while the next one is read
                    yield item
                    del item
        except OSError as problem:
            raise BadInput(f"{source.name} cannot be read: {problem.strerror or problem}") from problem
        if not number:
            raise BadInput(
                f"{source.name} is no mbox: no mail begins in it with a 'From ' line",
                hint="a mail in a file of its own is imported with --format eml",
            )


def _item(piece: Piece, options: ReadOptions, source: str, place: str) -> Item:
    if not piece.whole:
        return Unreadable(f"the mail is larger than {MAX_MAIL_BYTES >> 20} MB", piece.raw, source, place)
    labels = _labels(piece.raw)
    lower = {label.lower() for label in labels}
    for label, reason in _UNWANTED.items():
        if label in lower:
            return Skipped(f"Gmail labels it {reason}", source, place)
    return decode_mail(
        piece.raw,
        options.ourselves,
        source=source,
        place=place,
        fallback_date=envelope_date(piece.from_line),
        sent="sent" in lower,
        tags=tuple(label for label in labels if label.lower() not in _STATES),
    )


def _labels(raw: bytes) -> list[str]:
    """The Gmail labels that Takeout writes above all other fields of a mail; those a sender wrote do not count."""
    if not raw.startswith(_TAKEOUT):
        return []
    try:
        headers, _ = read_headers(raw, 0, len(raw))
        written = decode_words(headers.first("x-gmail-labels"))
        labels = next(csv.reader([written], skipinitialspace=True), [])
    except (Overgrown, csv.Error):
        return []
    return list(dict.fromkeys(label.strip() for label in labels if label.strip()))


IMPORTER = MboxImporter()
