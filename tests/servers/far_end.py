"""The far end of outgoing mail: an SMTP server in a thread that keeps every mail and answers as the test scripts it."""

import asyncio
import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.certificate import Certificate
from tests.servers.far_end_plan import Hold, Plan
from tests.servers.loop_thread import LoopThread

_ACCEPTED = "250 2.0.0 Kept"


@dataclass(frozen=True, slots=True)
class Received:
    """One mail whose bytes arrived whole, with its envelope; `answered` is False when the sender never heard so."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    encrypted: bool
    login: str | None
    answered: bool


class FarEnd:
    """A running far end: `received` grows, `connections` counts everyone who called, `lines` are those who still do.

    With a login it wants AUTH: that user and password, or XOAUTH2 by a user with the access token that `tokens` holds.
    """

    def __init__(
        self,
        *,
        certificate: Certificate | None = None,
        implicit_tls: bool = False,
        login: tuple[str, str] | None = None,
    ) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self.port = 0
        self.tokens: dict[str, str] = {}
        self.lines: set[asyncio.Transport] = set()
        self.max_bytes = 33_554_432
        self._certificate, self._implicit_tls, self._login = certificate, implicit_tls, login
        self._plans: dict[str, list[Plan]] = {}
        self._changed = threading.Condition()
        self._thread = LoopThread("far end")
        self._server: asyncio.Server | None = None
        self.start()

    def answers(self, recipient: str, reply: str, times: int | None = None) -> None:
        """Answer RCPT for this recipient with `reply` ("550 5.1.1 No such user"; a 421 hangs up as well)."""
        self._plan(recipient, Plan(reply=reply, left=times))

    def drops(self, recipient: str, times: int | None = None) -> None:
        """Keep this recipient's mail, but hang up before saying so: the sender cannot know."""
        self._plan(recipient, Plan(drops=True, left=times))

    def holds(self, recipient: str, times: int | None = 1) -> Hold:
        """Keep this recipient's mail, and answer only when the hold is released (or after a minute)."""
        hold = Hold()
        self._plan(recipient, Plan(hold=hold, left=times))
        return hold

    def forget(self) -> None:
        """Drop all plans and all that was received, and count from nought again."""
        with self._changed:
            for plans in self._plans.values():
                for plan in plans:
                    if plan.hold is not None:
                        plan.hold.release()
            self._plans.clear()
            self.received.clear()
            self.connections = 0

    def wait_for(self, count: int, recipient: str = "", seconds: float = 20.0) -> list[Received]:
        """The mails (to the recipient) once there are `count` or more; raises TimeoutError with what there is."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._to(recipient)) >= count, seconds):
                raise TimeoutError(f"{len(self._to(recipient))} of {count} mails came in {seconds} s")
            return self._to(recipient)

    def start(self) -> None:
        """Listen, on the same port as ever."""
        self._thread.run(self._start())

    def stop(self) -> None:
        """Hang up on everyone and listen no more."""
        self._thread.run(self._stop())

    def close(self) -> None:
        """Stop for good."""
        self.forget()
        self.stop()
        self._thread.close()

    async def _start(self) -> None:
        tls = self._certificate.serving() if self._certificate is not None else None
        self._server = await asyncio.get_running_loop().create_server(
            self._answerer, "127.0.0.1", self.port, ssl=tls if self._implicit_tls else None
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for line in list(self.lines):
            line.abort()

    def _answerer(self) -> SMTP:
        tls = self._certificate.serving() if self._certificate is not None and not self._implicit_tls else None
        return _Answerer(
            self,
            self._login is not None,
            loop=self._thread.loop,
            hostname="far.example.net",
            data_size_limit=self.max_bytes,
            enable_SMTPUTF8=True,
            tls_context=tls,
            authenticator=self._authenticate,
            auth_require_tls=(self._certificate is not None or self._login is None) and not self._implicit_tls,
        )

    def _authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: Any) -> AuthResult:
        login = (given.login.decode(), given.password.decode()) if isinstance(given, LoginPassword) else None
        return AuthResult(
            success=login is not None and login == self._login, handled=False, auth_data=login and login[0]
        )

    def _plan(self, recipient: str, plan: Plan) -> None:
        with self._changed:
            self._plans.setdefault(recipient.lower(), []).append(plan)

    def _next(self, recipient: str, *, at_data: bool) -> Plan | None:
        """The first plan of this recipient that has times left and speaks at this point."""
        with self._changed:
            for plan in self._plans.get(recipient.lower(), ()):
                if plan.left != 0:
                    if bool(plan.reply) is at_data:
                        return None
                    if plan.left is not None:
                        plan.left -= 1
                    return plan
        return None

    def _to(self, recipient: str) -> list[Received]:
        return [mail for mail in self.received if not recipient or recipient in mail.recipients]

    def _keep(self, session: Session, envelope: Envelope, answered: bool) -> None:
        login = session.auth_data if isinstance(session.auth_data, str) else None
        raw, encrypted = envelope.original_content or b"", session.ssl is not None or self._implicit_tls
        recipients = tuple(envelope.rcpt_tos)
        with self._changed:
            self.received.append(Received(envelope.mail_from or "", recipients, raw, encrypted, login, answered))
            self._changed.notify_all()

    async def auth_XOAUTH2(self, server: SMTP, words: list[str]) -> AuthResult:
        """What aiosmtpd asks at AUTH XOAUTH2; a refusal comes, as at the large providers, after a challenge in JSON."""
        given = base64.b64decode(words[1]).decode() if len(words) > 1 else ""
        user, _, bearer = given.removeprefix("user=").removesuffix("\x01\x01").partition("\x01auth=Bearer ")
        if bearer and self.tokens.get(user) == bearer:
            return AuthResult(success=True, auth_data=user)
        await server.challenge_auth(b'{"status":"401","schemes":"bearer"}')
        return AuthResult(success=False, handled=False)

    async def handle_RCPT(self, server: SMTP, _session: Session, envelope: Envelope, address: str, _o: object) -> str:
        """What aiosmtpd asks at RCPT."""
        plan = self._next(address, at_data=False)
        if plan is None:
            envelope.rcpt_tos.append(address)
            return "250 2.1.5 Ok"
        if plan.reply.startswith("421"):
            await server.push(plan.reply)
            _transport(server).close()
        return plan.reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """What aiosmtpd asks when a mail is whole."""
        plans = [plan for plan in (self._next(name, at_data=True) for name in envelope.rcpt_tos) if plan is not None]
        dropped = any(plan.drops for plan in plans)
        answered = False
        try:
            for hold in (plan.hold for plan in plans if plan.hold is not None):
                await asyncio.get_running_loop().run_in_executor(None, hold.wait)
            answered = not dropped
        finally:  # also when the sender has gone meanwhile: its mail is here
            self._keep(session, envelope, answered)
        if dropped:
            _transport(server).abort()
        return _ACCEPTED


class _Answerer(SMTP):
    """One connection."""

    def __init__(self, far_end: FarEnd, wants_login: bool, **settings: Any) -> None:
        self._far_end = far_end
        super().__init__(far_end, **settings)
        self._auth_required = wants_login  # set here, it does not warn of logins without TLS

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self.session is None:  # STARTTLS makes the connection a second time
            self._far_end.connections += 1
        self._far_end.lines.add(transport)  # type: ignore[arg-type]
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._far_end.lines.discard(self.transport)
        super().connection_lost(error)


def _transport(server: SMTP) -> asyncio.Transport:
    assert isinstance(server.transport, asyncio.Transport)
    return server.transport


def missing() -> str:
    """It can run everywhere."""
    return ""


@contextmanager
def far_end(
    *, certificate: Certificate | None = None, implicit_tls: bool = False, login: tuple[str, str] | None = None
) -> Iterator[FarEnd]:
    """A far end that runs while it is needed: with a certificate it offers or is all TLS, with a login it wants it."""
    server = FarEnd(certificate=certificate, implicit_tls=implicit_tls, login=login)
    try:
        yield server
    finally:
        server.close()
