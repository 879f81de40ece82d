"""Calls an IMAP server as the settings say, and logs in there."""

import imaplib

import imap_tools

from convo.channels.email.credentials import AccessTokens, xoauth2
from convo.channels.email.imap_text import words
from convo.channels.email.kind import EmailConfig
from convo.channels.email.line import context_for
from convo.channels.email.providers import advice_for
from convo.channels.trouble import ChannelDown, ChannelRefused

_PASSING = ("[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]", "[CONTACTADMIN]", "TOO MANY", "TRY AGAIN")


def port_of(config: EmailConfig) -> int:
    """The port of the IMAP server."""
    return config.imap_port or (993 if config.imap_security == "tls" else 143)


def call(config: EmailConfig) -> imap_tools.BaseMailBox:
    """A connection to the server, where nobody has logged in; raises what imaplib does."""
    host, port = config.imap_host, port_of(config)
    if config.imap_security == "plain":
        return imap_tools.MailBoxUnencrypted(host, port, config.timeout)
    context = context_for(config.certificates)
    if config.imap_security == "starttls":
        return imap_tools.MailBoxStartTls(host, port, config.timeout, context)
    return imap_tools.MailBox(host, port, config.timeout, ssl_context=context)


def log_in(box: imap_tools.BaseMailBox, config: EmailConfig, tokens: AccessTokens, server: str) -> None:
    """Log in at a `server`, named for a person; raises ChannelRefused, ChannelDown, and what imaplib does."""
    client = box.client
    secret = config.password.reveal() if config.login == "password" else tokens.get()
    try:
        if config.login == "xoauth2":
            first = xoauth2(config.mailbox_user, secret).encode()
            client.authenticate("XOAUTH2", lambda asked: b"" if asked else first)
        elif "AUTH=PLAIN" in client.capabilities:
            plain = f"\0{config.mailbox_user}\0{secret}".encode()
            client.authenticate("PLAIN", lambda _: plain)
        else:
            client.login(config.mailbox_user, secret)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeEncodeError) as error:
        said = words(list(error.args)).replace(secret, "…") if secret else words(list(error.args))
        if any(word in said.upper() for word in _PASSING):
            raise ChannelDown(f"{server} lets nobody in just now: {said}") from error
        tokens.forget()
        raise ChannelRefused(f"{server} refuses to log us in ({said}): {advice_for(config.imap_host)}") from None
