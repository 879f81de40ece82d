"""What SMS declares as a kind of channel: its settings and what it can do."""

from dataclasses import dataclass

from convo.channels.base import Capabilities, Channel, Kind, Setup
from convo.channels.settings import Secret, setting
from convo.errors import BadInput


@dataclass(frozen=True, slots=True)
class TwilioConfig:
    """How the account is reached."""

    account: str = setting("The account's SID (AC…).")
    number: str = setting("The number that sends, such as +4930123456.")
    token: Secret = setting("The account's auth token.")


def _open(setup: Setup) -> Channel:
    raise BadInput("this version of convo knows twilio, but cannot open a channel of that kind yet")


KIND = Kind(
    "twilio",
    "SMS (Twilio)",
    TwilioConfig,
    Capabilities(("phone",), 1_600, receipts=True, largest_file=5_000_000, per_second=1.0),
    _open,
    "Buy a number that can send messages, and take SID and auth token from the console.",
)
