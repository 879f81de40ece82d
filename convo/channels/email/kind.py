"""What mail declares as a kind of channel: its settings and what it can do."""

from dataclasses import dataclass
from typing import Literal

from convo.channels.base import Capabilities, Channel, Kind, Setup
from convo.channels.settings import Secret, setting

Security = Literal["tls", "starttls", "plain"]


@dataclass(frozen=True, slots=True)
class EmailConfig:
    """How the mailbox is read, and how mail is sent from its address."""

    address: str = setting("The address that customers write to, such as support@example.org.")
    name: str = setting("The name beside the address in what is sent, such as Example Support.", default="", ask=True)
    aliases: tuple[str, ...] = setting("Further addresses of ours: what they wrote is no customer's.", default=())
    signature: str = setting("What stands below every mail that is sent.", default="")

    source: Literal["imap", "maildir", "mbox"] = setting("Where mail comes from.", default="imap")
    path: str = setting("The Maildir or mbox file, for those sources.", default="")
    imap_host: str = setting("The IMAP server, such as imap.example.org.", default="", ask=True)
    imap_port: int = setting("Its port; 0 is 993 with TLS, else 143.", default=0)
    imap_security: Security = setting("tls, starttls, or plain on this machine itself.", default="tls")
    user: str = setting("The name to log in with; empty: the address.", default="")
    password: Secret = setting("The mailbox's password, or app password.", default=Secret(""), ask=True)
    folders: tuple[str, ...] = setting("The folders to read; the first is watched all the time.", default=("INBOX",))
    since: str = setting(
        "From when on mail is taken when the channel begins: today, now, all, or a date such as 2026-11-28.",
        default="today",
    )
    mark_read: bool = setting("Whether mail is marked as read at the server once it is stored.", default=True)
    move_to: str = setting("The folder that mail is moved to once it is stored; empty: it stays.", default="")
    largest_mail: int = setting("The largest mail that is fetched whole, in megabytes.", default=50)
    poll_seconds: int = setting("How often to look where the server cannot tell of new mail.", default=30)

    smtp_host: str = setting("The SMTP server for outgoing mail, such as smtp.example.org.", default="", ask=True)
    smtp_port: int = setting("Its port; 0 is 465 with TLS, else 587.", default=0)
    smtp_security: Security = setting("tls, starttls, or plain on this machine itself.", default="tls")
    smtp_user: str = setting("The name to log in with; empty: that of the mailbox. none: no login.", default="")
    smtp_password: Secret = setting("The password for sending, where it is another one.", default=Secret(""))
    sent_folder: str = setting("The folder that gets a copy of what was sent; empty: none.", default="")
    plus_addresses: bool = setting(
        "Whether answers go to address+token, by which they find their thread; the server must deliver such mail.",
        default=False,
    )
    reply_key: Secret = setting("Signs those tokens and marks our own mail.", default=Secret(""), made=True)

    login: Literal["password", "xoauth2"] = setting("How to log in.", default="password")
    token_url: str = setting("Where access tokens are given, for xoauth2.", default="")
    client_id: str = setting("The id of the application that was registered there.", default="")
    client_secret: Secret = setting("Its secret, where it has one.", default=Secret(""))
    refresh_token: Secret = setting("The token that the account's owner granted.", default=Secret(""))

    authserv_id: str = setting(
        "The name by which our own server signs Authentication-Results; empty: that of the settings.", default=""
    )
    certificates: str = setting("A PEM file of further certificates to trust.", default="")
    timeout: float = setting("How long a server may take to answer, in seconds.", default=30.0)

    @property
    def mailbox_user(self) -> str:
        """The name to log in with for reading."""
        return self.user or self.address

    @property
    def sender_user(self) -> str:
        """The name to log in with for sending; empty for no login."""
        return "" if self.smtp_user == "none" else self.smtp_user or self.mailbox_user


def _open(setup: Setup) -> Channel:
    from convo.channels.email.channel import EmailChannel

    return EmailChannel(setup)


KIND = Kind(
    "email",
    "mail (IMAP and SMTP)",
    EmailConfig,
    Capabilities(
        ("email",),
        subjects=True,
        threads=True,
        receipts=True,
        largest_file=25_000_000,
        resends_safely=True,
        per_second=1_000.0,
    ),
    _open,
    "Make an app password if the provider has them, and allow IMAP.",
)
