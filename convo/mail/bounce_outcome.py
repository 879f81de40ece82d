"""What became of one of our mails on its way, as a mail system reports it."""

from dataclasses import dataclass
from enum import StrEnum

from convo.mail.status_words import words_for
from convo.text import safe


class Fate(StrEnum):
    """What a mail system did with a mail for one recipient.

    `PERMANENT` and `TEMPORARY` are given up, the latter for a reason that may pass; `DELAYED` is still being tried;
    `RELAYED` went on to a system that sends no reports.
    """

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of one mail for one recipient.

    `status` is an RFC 3463 code such as 5.1.1, empty when none was given. `diagnostic` is what the other server said,
    in its own words, safe to show, on one line and of at most 300 characters.
    """

    recipient: str
    fate: Fate
    status: str = ""
    diagnostic: str = ""

    @property
    def sentence(self) -> str:
        """What happened, for a person: our words first, then the server's."""
        shown = f"{safe(self.recipient, single_line=True)}: {words_for(self.fate.value, self.status)}"
        return f"{shown}; the server said: {self.diagnostic}" if self.diagnostic else shown


@dataclass(frozen=True, slots=True)
class Bounce:
    """A report about one of our mails, whose Message-ID (without brackets) is `message_id` where the report tells it.

    Anybody can write such a mail: it says something about a delivery only where `message_id` is that of a mail of ours.
    """

    outcomes: tuple[Outcome, ...]
    message_id: str | None = None

    @property
    def failed(self) -> tuple[str, ...]:
        """The recipients whom the mail will not reach."""
        return tuple(each.recipient for each in self.outcomes if each.fate in (Fate.PERMANENT, Fate.TEMPORARY))
