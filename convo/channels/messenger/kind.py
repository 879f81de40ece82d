"""What Messenger declares as a kind of channel: its settings and what it can do."""

from dataclasses import dataclass
from datetime import timedelta

from convo.channels.base import Capabilities, Channel, Kind, Setup
from convo.channels.settings import Secret, setting
from convo.errors import BadInput


@dataclass(frozen=True, slots=True)
class MessengerConfig:
    """How the account is reached."""

    page_id: str = setting("The page's id.")
    token: Secret = setting("The page's access token.")
    app_secret: Secret = setting("The app's secret, by which Meta signs what it pushes.")
    link: str = setting("Where a chat is opened with it, such as https://m.me/our.page.", default="")


def _open(setup: Setup) -> Channel:
    raise BadInput("this version of convo knows messenger, but cannot open a channel of that kind yet")


KIND = Kind(
    "messenger",
    "Messenger (a page)",
    MessengerConfig,
    Capabilities(
        ("messenger",),
        2_000,
        timedelta(hours=24),
        "nothing can go until they write again",
        receipts=True,
        largest_file=25_000_000,
        per_second=20.0,
        fetches=False,
    ),
    _open,
    "Make an app with Messenger in Meta's developer console, and link the page.",
)
