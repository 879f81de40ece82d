"""What Slack declares as a kind of channel: its settings and what it can do."""

from dataclasses import dataclass

from convo.channels.base import Capabilities, Channel, Kind, Setup
from convo.channels.settings import Secret, setting


@dataclass(frozen=True, slots=True)
class SlackConfig:
    """How the account is reached."""

    app_token: Secret = setting("The app-level token (xapp-…) with connections:write.")
    bot_token: Secret = setting("The bot's token (xoxb-…).")
    link: str = setting("Where a chat is opened with it, such as https://example.slack.com/archives/C0123.", default="")
    channels: tuple[str, ...] = setting(
        "The channels in which customers write, by name or id; without any, all that the app is a member of.",
        default=(),
    )
    api: str = setting("Where Slack's Web API answers; only GovSlack has another.", default="https://slack.com/api/")


def _open(setup: Setup) -> Channel:
    from convo.channels.slack.channel import SlackChannel

    return SlackChannel(setup)


KIND = Kind(
    "slack",
    "Slack (Socket Mode)",
    SlackConfig,
    Capabilities(
        ("slack",),
        40_000,
        threads=True,
        edits=True,
        largest_file=100_000_000,
        resends_safely=True,
        per_second=5.0,
        pause=1.0,
    ),
    _open,
    "Make an internal app of your own, with Socket Mode on.",
)
