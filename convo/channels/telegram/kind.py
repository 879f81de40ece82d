"""What Telegram declares as a kind of channel: its settings and what it can do."""

from dataclasses import dataclass

from convo.channels.base import Capabilities, Channel, Kind, Setup
from convo.channels.settings import Secret, setting
from convo.text.counting import utf16_length


@dataclass(frozen=True, slots=True)
class TelegramConfig:
    """How the bot is reached."""

    token: Secret = setting("The bot's token, from @BotFather.")
    groups: bool = setting("Whether what is written in groups is taken in, too.", default=False)
    takes_over: bool = setting("Whether a webhook that another program set for the bot is removed.", default=False)
    server: str = setting("Where the Bot API is, for those who run their own.", default="https://api.telegram.org")
    link: str = setting("Where a chat is opened with it, such as https://t.me/our_bot.", default="")


def _open(setup: Setup) -> Channel:
    from convo.channels.telegram.channel import TelegramChannel

    return TelegramChannel(setup)


KIND = Kind(
    "telegram",
    "Telegram (a bot)",
    TelegramConfig,
    Capabilities(
        ("telegram",),
        4_096,
        answers_only=True,
        edits=True,
        typing=5.0,
        largest_file=50_000_000,
        per_second=25.0,
        pause=1.0,
        length=utf16_length,
    ),
    _open,
    "Make a bot with @BotFather; its token is all that is needed.",
)
