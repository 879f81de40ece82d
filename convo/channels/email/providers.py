"""What is known about large mail providers: their servers, and what to do where they refuse a password."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """Its servers, and what to do when it refuses to let us in."""

    imap_host: str
    smtp_host: str
    smtp_security: str
    advice: str


_GOOGLE = Provider(
    "imap.gmail.com",
    "smtp.gmail.com",
    "tls",
    "Google takes an app password (it needs 2-step verification) or login=xoauth2, never the account's own password",
)
_MICROSOFT = Provider(
    "outlook.office365.com",
    "smtp.office365.com",
    "starttls",
    "Microsoft takes no passwords for IMAP: set login=xoauth2, and let the tenant allow authenticated SMTP",
)
_FASTMAIL = Provider("imap.fastmail.com", "smtp.fastmail.com", "tls", "Fastmail takes an app password")
_YAHOO = Provider("imap.mail.yahoo.com", "smtp.mail.yahoo.com", "tls", "Yahoo takes an app password")
_APPLE = Provider("imap.mail.me.com", "smtp.mail.me.com", "starttls", "Apple takes an app-specific password")
_OF_DOMAIN = {
    "gmail.com": _GOOGLE,
    "googlemail.com": _GOOGLE,
    "outlook.com": _MICROSOFT,
    "hotmail.com": _MICROSOFT,
    "live.com": _MICROSOFT,
    "fastmail.com": _FASTMAIL,
    "yahoo.com": _YAHOO,
    "icloud.com": _APPLE,
    "me.com": _APPLE,
}
_OF_HOST = {
    "gmail.com": _GOOGLE,
    "google.com": _GOOGLE,
    "googlemail.com": _GOOGLE,
    "office365.com": _MICROSOFT,
    "outlook.com": _MICROSOFT,
    "fastmail.com": _FASTMAIL,
    "yahoo.com": _YAHOO,
    "me.com": _APPLE,
}


def provider_of(address: str) -> Provider | None:
    """The provider whose domain an address has."""
    return _OF_DOMAIN.get(address.rpartition("@")[2].strip().lower())


def advice_for(host: str) -> str:
    """What to do when this server refuses to let us in."""
    domain = ".".join(host.strip().lower().rstrip(".").split(".")[-2:])
    known = _OF_HOST.get(domain)
    return known.advice if known else "check user and password; some providers want an app password"


def host_wanted(setting: str, address: str) -> str:
    """A sentence for a server that is not set, with the one that it may be."""
    known = provider_of(address)
    domain = address.rpartition("@")[2] or "example.org"
    guess = getattr(known, setting, "") or f"{setting.partition('_')[0]}.{domain}"
    return f"{setting} is not set: perhaps {setting}={guess}"
