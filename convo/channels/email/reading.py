"""What a mail that came is to the desk: a customer's message, a bounce of ours, spam, our own copy, or unreadable."""

import hmac
from dataclasses import dataclass, replace

from convo import clock
from convo.channels.base import Report
from convo.channels.email.source import Mail
from convo.mail.acknowledge import is_spam, why_not_answer
from convo.mail.bounce import looks_official, read_bounce
from convo.mail.bounce_outcome import Bounce, Fate
from convo.mail.decode import KEPT_BYTES, decode_mail
from convo.mail.headers import Headers, top_headers
from convo.mail.ourselves import Ourselves
from convo.mail.reply_token import find_thread
from convo.model.envelope import Envelope, Item, Skipped, Unreadable
from convo.model.words import DeliveryStatus, Direction
from convo.text import safe

OWN_MARK = "X-Convo-Sent"
"""The header field by which a copy of what we sent is known, whatever became of its Message-ID on the way."""
_LEAST_KEY = 16
_WORST_FIRST = (Fate.PERMANENT, Fate.TEMPORARY, Fate.DELAYED, Fate.RELAYED, Fate.DELIVERED)
_TOLD = {
    Fate.PERMANENT: DeliveryStatus.FAILED,
    Fate.TEMPORARY: DeliveryStatus.FAILED,
    Fate.DELAYED: DeliveryStatus.SENT,
    Fate.RELAYED: DeliveryStatus.SENT,
    Fate.DELIVERED: DeliveryStatus.DELIVERED,
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads mails for one channel; `key` signs reply tokens and the mark of our own mail, and may be empty."""

    source: str
    ourselves: Ourselves
    key: bytes = b""

    def read(self, mail: Mail) -> tuple[Item, tuple[Report, ...]]:
        """The item that a mail is, and what it reports about mails of ours; never raises."""
        if mail.trouble:
            return Unreadable(mail.trouble, mail.raw[:KEPT_BYTES], self.source, mail.place), ()
        try:
            return self._read(mail)
        except Exception as error:  # whatever a mail does to its reader, it is kept, and stops no other
            reason = f"reading it failed ({type(error).__name__})"
            return Unreadable(reason, mail.raw[:KEPT_BYTES], self.source, mail.place), ()

    def _read(self, mail: Mail) -> tuple[Item, tuple[Report, ...]]:
        headers = top_headers(mail.raw)
        if is_spam(headers):
            return Skipped("our server takes it for spam", self.source, mail.place), ()
        bounce = read_bounce(mail.raw) if looks_official(headers) else None
        if bounce is not None and bounce.message_id and bounce.outcomes:
            report = _report(bounce)
            about = f"a bounce of {safe(bounce.message_id, single_line=True)[:150]}: {report.reason}"
            return Skipped(about[:480], self.source, mail.place), (report,)
        item = decode_mail(
            mail.raw,
            self.ourselves,
            source=self.source,
            place=mail.place,
            fallback_date=mail.arrived or clock.now(),
            sent=mail.sent,
        )
        if not isinstance(item, Envelope):
            return item, ()
        if item.direction == Direction.OUTBOUND:
            return (Skipped("sent from here", self.source, mail.place) if self._is_ours(headers) else item), ()
        thread = find_thread(headers, self.key) if len(self.key) >= _LEAST_KEY else None
        why_not = why_not_answer(headers, self.ourselves)
        return replace(item, answers_thread=thread, unanswerable=why_not), ()

    def _is_ours(self, headers: Headers) -> bool:
        """Whether the mail bears the mark that we make, which stays when a server gives it another Message-ID."""
        name, _, mac = headers.first(OWN_MARK.lower()).strip().partition(" ")
        if len(self.key) < _LEAST_KEY or not name:
            return False
        return hmac.compare_digest(mac.encode("utf-8", "replace"), own_mark(name, self.key).partition(" ")[2].encode())


def own_mark(message_id: str, key: bytes) -> str:
    """What stands in the header of a mail that is sent from here under this id, and proves it."""
    mac = hmac.new(key, b"convo sent 1:" + message_id.encode("utf-8", "replace"), "sha256").hexdigest()[:32]
    return f"{message_id} {mac}"


def _report(bounce: Bounce) -> Report:
    """What a bounce tells: the worst that happened, as each of our mails goes to one recipient."""
    worst = min(bounce.outcomes, key=lambda each: _WORST_FIRST.index(each.fate))
    return Report(_TOLD[worst.fate], clock.now(), key=bounce.message_id or "", reason=worst.sentence[:480])
