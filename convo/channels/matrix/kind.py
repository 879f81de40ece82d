"""What Matrix declares as a kind of channel: its settings and what it can do."""

from dataclasses import dataclass

from convo.channels.base import Capabilities, Channel, Kind, Setup
from convo.channels.settings import Secret, setting
from convo.errors import BadInput


@dataclass(frozen=True, slots=True)
class MatrixConfig:
    """How the account is reached."""

    homeserver: str = setting("Where the homeserver answers, such as https://matrix.example.org.")
    token: Secret = setting("The account's access token.")
    link: str = setting("Where a chat is opened with it, such as https://matrix.to/#/@shop:example.org.", default="")


def _open(setup: Setup) -> Channel:
    raise BadInput("this version of convo knows matrix, but cannot open a channel of that kind yet")


KIND = Kind(
    "matrix",
    "Matrix",
    MatrixConfig,
    Capabilities(
        ("matrix",), 16_000, threads=True, receipts=True, largest_file=50_000_000, resends_safely=True, per_second=5.0
    ),
    _open,
    "Make an account for the desk, and take its access token.",
)
