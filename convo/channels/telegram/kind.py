"""What Telegram declares as a kind of channel: its settings and what it can do."""

from dataclasses import dataclass

from convo.channels.base import Capabilities, Channel, Kind, Setup
from convo.channels.settings import Secret, setting
from convo.errors import BadInput


@dataclass(frozen=True, slots=True)
class TelegramConfig:
    """How the account is reached."""

    token: Secret = setting("The bot's token, from @BotFather.")


def _open(setup: Setup) -> Channel:
    raise BadInput("this version of convo knows telegram, but cannot open a channel of that kind yet")


KIND = Kind(
    "telegram",
    "Telegram (a bot)",
    TelegramConfig,
    Capabilities(("telegram",), 4_096, answers_only=True, largest_file=50_000_000, per_second=25.0, pause=1.0),
    _open,
    "Make a bot with @BotFather; its token is all that is needed.",
)
