"""One SMTP connection that stays open from mail to mail; what a server says becomes what the outbox must know.

Its methods block, for the channel's own thread; only `break_off` is called from elsewhere.
"""

import smtplib
import time
from contextlib import suppress

from convo.channels.email.credentials import AccessTokens, xoauth2
from convo.channels.email.kind import EmailConfig
from convo.channels.email.line import Line, check_plain, context_for, not_reached
from convo.channels.email.providers import advice_for, host_wanted
from convo.channels.trouble import ChannelDown, ChannelRefused, SendLater, SendRefused, SendUnsure
from convo.mail.letter import Composed
from convo.text import safe

_STALE = 20.0
"""After how many idle seconds the server is asked whether it is still there, before a mail is begun."""
_GONE = (smtplib.SMTPServerDisconnected, OSError, ValueError)
_TOO_MANY = 421


class Submission:
    """The account at its SMTP server."""

    def __init__(self, config: EmailConfig, tokens: AccessTokens) -> None:
        self._config = config
        self._tokens = tokens
        self._smtp: smtplib.SMTP | None = None
        self._line = Line()
        self._used = 0.0

    def send(self, mail: Composed) -> None:
        """Give a mail to the server; raises the trouble that it meets."""
        smtp = self._begun(mail)
        try:
            code, said = smtp.rcpt(mail.rcpt_to)
        except _GONE as error:
            raise self._lost() from error
        if code not in (250, 251):
            raise self._not_taken(smtp, code, said)
        self._data(smtp, mail.raw)
        self._used = time.monotonic()

    def rehearse(self) -> None:
        """Log in and name the sender, without sending anything; raises ChannelDown, ChannelRefused."""
        smtp = self._open()
        try:
            code, said = smtp.mail(self._config.address)
            smtp.rset()
        except _GONE as error:
            self._drop()
            raise ChannelDown(f"the connection to {self._name} broke") from error
        if code != 250:
            raise ChannelRefused(f"{self._name} does not let us send as {self._config.address}: {_words(code, said)}")

    def leave(self) -> None:
        """Say goodbye, and let go of the connection."""
        if self._smtp is not None and not self._line.is_cut:
            with suppress(smtplib.SMTPException, OSError, ValueError):
                self._smtp.docmd("QUIT")
        self._drop()

    def break_off(self) -> None:
        """Hang up, from any thread: a call that is under way ends soon."""
        self._line.cut()

    @property
    def _name(self) -> str:
        return f"the SMTP server {safe(self._config.smtp_host, single_line=True)[:100]}"

    @property
    def _port(self) -> int:
        return self._config.smtp_port or (465 if self._config.smtp_security == "tls" else 587)

    def _begun(self, mail: Composed) -> smtplib.SMTP:
        """A connection on which the server has taken the sender; one that was closed meanwhile is made anew, once."""
        kept_open = self._smtp is not None and not self._line.is_cut
        if kept_open and time.monotonic() - self._used > _STALE and not self._still_there():
            kept_open = False
        while True:
            smtp = self._open()
            if mail.needs_smtputf8 and not smtp.has_extn("smtputf8"):
                raise SendRefused(f"{self._name} cannot send to an address of such letters")
            limit = smtp.esmtp_features.get("size", "")
            if limit.isdecimal() and 0 < int(limit) < len(mail.raw):
                raise SendRefused(
                    f"with its files it is {len(mail.raw) / 1e6:.1f} MB large, and {self._name} takes at most "
                    f"{int(limit) / 1e6:.1f} MB"
                )
            options = [f"SIZE={len(mail.raw)}"] if "size" in smtp.esmtp_features else []
            if mail.needs_smtputf8:
                options += ["SMTPUTF8", "BODY=8BITMIME"]
                smtp.command_encoding = "utf-8"
            try:
                code, said = smtp.docmd("MAIL", f"FROM:<{mail.mail_from}>{' ' if options else ''}{' '.join(options)}")
            except _GONE as error:
                trouble = self._lost()
                if kept_open:
                    kept_open = False
                    continue
                raise trouble from error
            finally:
                smtp.command_encoding = "ascii"
            if code == 250:
                return smtp
            if kept_open and code in (-1, _TOO_MANY):
                self._drop()
                kept_open = False
                continue
            raise self._not_begun(smtp, code, said)

    def _not_begun(self, smtp: smtplib.SMTP, code: int, said: bytes) -> Exception:
        words = _words(code, said)
        if code == 552 or b"5.3.4" in said:
            self._reset(smtp)
            return SendRefused(f"{self._name} takes no mail that large: {words}")
        if 500 <= code < 600:
            self._reset(smtp)
            return ChannelRefused(f"{self._name} does not let us send as {self._config.address}: {words}")
        self._drop()
        return SendLater(f"{self._name} takes no mail just now: {words}", whole_channel=True)

    def _not_taken(self, smtp: smtplib.SMTP, code: int, said: bytes) -> Exception:
        words = _words(code, said)
        if code == _TOO_MANY or code < 0:
            self._drop()
            return SendLater(f"{self._name} takes no more mail just now: {words}", whole_channel=True)
        self._reset(smtp)
        if code == 530:
            return ChannelRefused(f"{self._name} wants a login: {words}")
        if 500 <= code < 600:
            return SendRefused(f"the server refuses it: {words}")
        return SendLater(f"the server does not take it yet: {words}")

    def _data(self, smtp: smtplib.SMTP, raw: bytes) -> None:
        """Say the mail. Before its last line is out the server has not got it; after that only its answer tells."""
        try:
            code, said = smtp.docmd("DATA")
        except _GONE as error:
            raise self._lost() from error
        if code != 354:
            raise self._not_taken(smtp, code, said)
        body = smtplib._quote_periods(raw)  # type: ignore[attr-defined]
        try:
            smtp.send(body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        except _GONE as error:
            raise self._lost() from error
        try:
            code, said = smtp.getreply()
        except (*_GONE, smtplib.SMTPException) as error:
            self._drop()
            raise SendUnsure(f"the connection to {self._name} broke before it said that it has the mail") from error
        if code == 250:
            return
        if code < 200:
            self._drop()
            raise SendUnsure(f"{self._name} answered what cannot be understood, after the whole mail was said")
        raise self._not_taken(smtp, code, said)

    def _still_there(self) -> bool:
        smtp = self._smtp
        try:
            if smtp is not None and smtp.noop()[0] == 250:
                return True
        except (*_GONE, smtplib.SMTPException):
            pass
        self._drop()
        return False

    def _reset(self, smtp: smtplib.SMTP) -> None:
        try:
            smtp.docmd("RSET")
        except (*_GONE, smtplib.SMTPException):
            self._drop()

    def _lost(self) -> SendLater:
        self._drop()
        return SendLater(f"the connection to {self._name} broke", whole_channel=False)

    def _open(self) -> smtplib.SMTP:
        if self._line.is_cut:
            self._drop()
        if self._smtp is not None:
            return self._smtp
        config = self._config
        if not config.smtp_host:
            raise ChannelRefused(host_wanted("smtp_host", config.address))
        if config.smtp_security == "plain":
            check_plain(config.smtp_host, "smtp_security")
        try:
            smtp = self._call()
        except smtplib.SMTPNotSupportedError as error:
            raise ChannelRefused(f"{self._name} offers no STARTTLS: set smtp_security=tls") from error
        except smtplib.SMTPResponseException as error:
            raise ChannelDown(f"{self._name} lets nobody in just now: {_words_of(error)}") from error
        except smtplib.SMTPServerDisconnected as error:
            raise ChannelDown(f"{self._name} breaks off while connecting") from error
        except OSError as error:
            raise not_reached(error, "the SMTP server", config.smtp_host, self._port) from error
        except ValueError as error:
            raise ChannelDown(f"{self._name} answered what cannot be understood") from error
        self._line.hold(smtp.sock)
        try:
            self._log_in(smtp)
        except Exception:
            smtp.close()
            raise
        self._smtp, self._used = smtp, time.monotonic()
        return smtp

    def _call(self) -> smtplib.SMTP:
        config = self._config
        name = "localhost" if config.smtp_security == "plain" else None
        if config.smtp_security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                config.smtp_host, self._port, timeout=config.timeout, context=context_for(config.certificates)
            )
        else:
            smtp = smtplib.SMTP(config.smtp_host, self._port, local_hostname=name, timeout=config.timeout)
        try:
            if config.smtp_security == "starttls":
                smtp.starttls(context=context_for(config.certificates))
            smtp.ehlo_or_helo_if_needed()
        except Exception:
            smtp.close()
            raise
        return smtp

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        config = self._config
        user = config.sender_user
        if not user or (config.login == "password" and not (config.smtp_password or config.password)):
            return
        try:
            if config.login == "xoauth2":
                first = xoauth2(user, self._tokens.get())
                smtp.auth("XOAUTH2", lambda asked=None: "" if asked else first)
            else:
                smtp.login(user, (config.smtp_password or config.password).reveal())
        except smtplib.SMTPNotSupportedError as error:
            raise ChannelRefused(
                f"{self._name} offers no login: set smtp_user=none where it wants none, or another smtp_security"
            ) from error
        except smtplib.SMTPAuthenticationError as error:
            if 400 <= error.smtp_code < 500:
                raise ChannelDown(f"{self._name} lets nobody in just now ({error.smtp_code})") from error
            self._tokens.forget()
            raise ChannelRefused(
                f"{self._name} refuses to log us in ({error.smtp_code}): {advice_for(config.smtp_host)}"
            ) from None
        except UnicodeEncodeError:
            raise ChannelRefused("the user or password for sending has letters that SMTP cannot say") from None
        except (smtplib.SMTPException, OSError, ValueError) as error:
            raise ChannelDown(f"the connection to {self._name} broke during the login") from error

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        self._line.let_go()
        if smtp is not None:
            with suppress(OSError):
                smtp.close()


def _words(code: int, said: bytes) -> str:
    """What the server said, short and safe to show."""
    shown = safe(said.decode("utf-8", "replace"), single_line=True)[:200]
    return f"{code} {shown}".strip() if code > 0 else "it answered what cannot be understood"


def _words_of(error: smtplib.SMTPResponseException) -> str:
    said = error.smtp_error
    return _words(error.smtp_code, said if isinstance(said, bytes) else str(said).encode())
