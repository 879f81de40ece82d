"""Single mails saved as files (.eml)."""

from collections.abc import Iterator

from convo.errors import BadInput
from convo.importers import mbox
from convo.importers.base import ReadOptions, Source
from convo.importers.mail_file import read_mail_file
from convo.mail.headers import Overgrown, read_headers
from convo.model.envelope import Item

_TELLING = ("from", "date", "received", "message-id", "subject", "to", "return-path", "mime-version")
_LEAST = 2


class EmlImporter:
    """Reads a file that is one mail; see `Importer`."""

    name = "eml"
    channel_kind = "email"
    title = "single mail (.eml)"

    def recognises(self, source: Source) -> bool:
        """Whether the file begins with a mail's header fields, and is no mbox."""
        head = source.head
        if not head or mbox.IMPORTER.recognises(source):
            return False
        start = 3 if head.startswith(b"\xef\xbb\xbf") else 0
        try:
            headers, end = read_headers(head, start, len(head))
        except Overgrown:
            return False
        telling = sum(name in headers for name in _TELLING)
        return telling >= _LEAST and b"\0" not in head[:end]

    def read(self, source: Source, options: ReadOptions) -> Iterator[Item]:
        """The one mail of the file; raises BadInput when the file cannot be opened."""
        try:
            item = read_mail_file(source.path, options, source=source.name, place="message 1")
        except OSError as problem:
            raise BadInput(f"{source.name} cannot be read: {problem.strerror or problem}") from problem
        yield item


IMPORTER = EmlImporter()
