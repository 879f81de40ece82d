"""What mail declares as a kind of channel: its settings and what it can do."""

from dataclasses import dataclass

from convo.channels.base import Capabilities, Channel, Kind, Setup
from convo.channels.settings import Secret, setting
from convo.errors import BadInput


@dataclass(frozen=True, slots=True)
class EmailConfig:
    """How the account is reached."""

    address: str = setting("The address that customers write to, such as support@example.org.")
    password: Secret = setting("The mailbox's password, or app password.", default=Secret(""))


def _open(setup: Setup) -> Channel:
    raise BadInput("this version of convo knows email, but cannot open a channel of that kind yet")


KIND = Kind(
    "email",
    "mail (IMAP and SMTP)",
    EmailConfig,
    Capabilities(
        ("email",),
        subjects=True,
        threads=True,
        receipts=True,
        largest_file=25_000_000,
        resends_safely=True,
        per_second=50.0,
    ),
    _open,
    "Make an app password where the provider has them.",
)
