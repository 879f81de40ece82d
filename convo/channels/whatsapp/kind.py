"""What WhatsApp declares as a kind of channel: its settings and what it can do."""

from dataclasses import dataclass
from datetime import timedelta

from convo.channels.base import Capabilities, Channel, Kind, Setup
from convo.channels.settings import Secret, setting


@dataclass(frozen=True, slots=True)
class WhatsAppConfig:
    """How the account is reached."""

    phone_number_id: str = setting("The id of the business phone number, from the API setup page.")
    token: Secret = setting("The access token of the system user, with whatsapp_business_messaging.")
    app_secret: Secret = setting("The app's secret, by which Meta signs what it pushes.")
    verify_token: Secret = setting("A word that you make up, and enter at Meta beside the callback URL.")
    account_id: str = setting(
        "The WhatsApp Business account's id, with which a test sees whether messages are pushed.", default="", ask=True
    )
    template_language: str = setting("The language of templates when none is named, such as de.", default="en_US")
    graph: str = setting("Where the Graph API answers.", default="https://graph.facebook.com/v25.0")
    link: str = setting("Where a chat is opened with it, such as https://wa.me/4930123456.", default="")


def _open(setup: Setup) -> Channel:
    from convo.channels.whatsapp.channel import WhatsAppChannel

    return WhatsAppChannel(setup)


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
        edits=True,
        typing=25.0,
        typing_reads=True,
        templates=True,
        largest_file=100_000_000,
        per_second=20.0,
        pause=1.0,
        fetches=False,
    ),
    _open,
    "Make an app with WhatsApp at Meta's.",
)
