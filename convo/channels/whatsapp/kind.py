"""What WhatsApp declares as a kind of channel: its settings and what it can do."""

from dataclasses import dataclass
from datetime import timedelta

from convo.channels.base import Capabilities, Channel, Kind, Setup
from convo.channels.settings import Secret, setting
from convo.errors import BadInput


@dataclass(frozen=True, slots=True)
class WhatsAppConfig:
    """How the account is reached."""

    phone_number_id: str = setting("The id of the business phone number.")
    token: Secret = setting("The access token of the system user.")
    app_secret: Secret = setting("The app's secret, by which Meta signs what it pushes.")
    link: str = setting("Where a chat is opened with it, such as https://wa.me/4930123456.", default="")


def _open(setup: Setup) -> Channel:
    raise BadInput("this version of convo knows whatsapp, but cannot open a channel of that kind yet")


KIND = Kind(
    "whatsapp",
    "WhatsApp (Cloud API)",
    WhatsAppConfig,
    Capabilities(
        ("whatsapp", "phone"),
        4_096,
        timedelta(hours=24),
        "only templates can go",
        receipts=True,
        templates=True,
        largest_file=16_000_000,
        per_second=20.0,
        pause=6.0,
        fetches=False,
    ),
    _open,
    "Make an app with WhatsApp in Meta's developer console.",
)
