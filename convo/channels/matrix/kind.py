"""What Matrix declares as a kind of channel: its settings and what it can do."""

from dataclasses import dataclass

from convo.channels.base import Capabilities, Channel, Kind, Setup
from convo.channels.settings import Secret, setting

TYPING_SECONDS = 20.0
"""For how long a homeserver is asked to show that somebody writes."""


@dataclass(frozen=True, slots=True)
class MatrixConfig:
    """How the account is reached."""

    homeserver: str = setting("Where the homeserver answers, such as https://matrix.example.org.")
    token: Secret = setting("The account's access token.")
    join: bool = setting("Whether invitations to rooms are accepted.", default=True)
    receipts: bool = setting("Whether customers see that their message has come.", default=True)
    ignore: tuple[str, ...] = setting("Users who are no customers, such as a bridge's bot.", default=())
    link: str = setting("Where a chat is opened with it, such as https://matrix.to/#/@shop:example.org.", default="")


def _open(setup: Setup) -> Channel:
    from convo.channels.matrix.channel import MatrixChannel

    return MatrixChannel(setup)


KIND = Kind(
    "matrix",
    "Matrix",
    MatrixConfig,
    Capabilities(
        ("matrix",),
        14_000,
        threads=True,
        receipts=True,
        edits=True,
        typing=TYPING_SECONDS,
        largest_file=50_000_000,
        resends_safely=True,
        per_second=5.0,
    ),
    _open,
    "Make an account for the desk, and take its access token.",
)
