"""What SMS by Twilio declares as a kind of channel: its settings and what it can do."""

from dataclasses import dataclass

from convo.channels.base import Capabilities, Channel, Kind, Setup
from convo.channels.settings import Secret, setting


@dataclass(frozen=True, slots=True)
class TwilioConfig:
    """How the account is reached."""

    account: str = setting("The account's SID (AC…).")
    number: str = setting("The number that sends, such as +4930123456, or a Messaging Service's SID (MG…).")
    token: Secret = setting("The account's auth token.")
    webhook: str = setting(
        "The public URL at which Twilio reaches convo: what became of messages is told there.", default=""
    )
    every: float = setting("How many seconds lie between two looks for new messages.", default=15.0)
    server: str = setting("Where Twilio's API is.", default="https://api.twilio.com")


def _open(setup: Setup) -> Channel:
    from convo.channels.twilio.channel import TwilioChannel

    return TwilioChannel(setup)


KIND = Kind(
    "twilio",
    "SMS (Twilio)",
    TwilioConfig,
    Capabilities(("phone",), 1_600, receipts=True, per_second=10.0, pushed=True),
    _open,
    "Buy a number; the console has the SID and the auth token.",
)
