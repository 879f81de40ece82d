"""What Messenger declares as a kind of channel: its settings and what it can do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from convo.channels.base import Capabilities, Channel, Kind, Setup
from convo.channels.settings import Secret, setting


@dataclass(frozen=True, slots=True)
class MessengerConfig:
    """How the account is reached."""

    page_id: str = setting("The page's id.")
    token: Secret = setting("The page's access token, with pages_messaging.")
    app_secret: Secret = setting("The app's secret, by which Meta signs what it pushes.")
    verify_token: Secret = setting("A word that you make up, and enter at Meta beside the callback URL.")
    human_agent: bool = setting(
        "Whether Meta lets people of this app answer for seven days (the feature Human Agent).", default=False
    )
    app_id: str = setting("The app's id, by which its own messages are told from those of Meta's inbox.", default="")
    names: bool = setting("Whether to ask Meta for people's names.", default=True)
    graph: str = setting("Where the Graph API answers.", default="https://graph.facebook.com/v25.0")
    link: str = setting("Where a chat is opened with it, such as https://m.me/our.page.", default="")


def _open(setup: Setup) -> Channel:
    from convo.channels.messenger.channel import MessengerChannel

    return MessengerChannel(setup)


_CAN = Capabilities(
    ("messenger",),
    2_000,
    timedelta(hours=24),
    "nothing can go until they write again",
    receipts=True,
    edits=True,
    typing=20.0,
    largest_file=25_000_000,
    per_second=20.0,
    fetches=False,
)


def _can_with(config: Mapping[str, Any]) -> Capabilities:
    """People may answer longer where Meta has granted that to the app."""
    return replace(_CAN, window=timedelta(days=7)) if config.get("human_agent") is True else _CAN


KIND = Kind(
    "messenger",
    "Messenger (a page)",
    MessengerConfig,
    _CAN,
    _open,
    "Make an app with Messenger at Meta's, and link the page.",
    _can_with,
)
