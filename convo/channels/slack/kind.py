"""What Slack declares as a kind of channel: its settings and what it can do."""

from dataclasses import dataclass

from convo.channels.base import Capabilities, Channel, Kind, Setup
from convo.channels.settings import Secret, setting
from convo.errors import BadInput


@dataclass(frozen=True, slots=True)
class SlackConfig:
    """How the account is reached."""

    app_token: Secret = setting("The app-level token (xapp-…) with connections:write.")
    bot_token: Secret = setting("The bot's token (xoxb-…).")
    link: str = setting("Where a chat is opened with it, such as https://example.slack.com/archives/C0123.", default="")


def _open(setup: Setup) -> Channel:
    raise BadInput("this version of convo knows slack, but cannot open a channel of that kind yet")


KIND = Kind(
    "slack",
    "Slack (Socket Mode)",
    SlackConfig,
    Capabilities(("slack",), 40_000, threads=True, largest_file=100_000_000, per_second=1.0),
    _open,
    "Make an internal app of your own, with Socket Mode on.",
)
