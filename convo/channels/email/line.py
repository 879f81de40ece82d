"""How a mail server is called: over TLS with a certificate that is right, or in the clear on this machine alone."""

import ipaddress
import socket
import ssl
from contextlib import suppress

from convo.channels.trouble import ChannelDown, ChannelRefused
from convo.text import safe


class Line:
    """The socket of a connection; any thread may cut it, so that a call which is under way in another ends soon."""

    def __init__(self) -> None:
        self.is_cut = False
        self._socket: socket.socket | None = None

    def hold(self, line: socket.socket | None) -> None:
        """This is the connection's socket now."""
        self._socket = line

    def cut(self) -> None:
        """Hang up; what is made anew after `let_go` is whole again."""
        self.is_cut = True
        line = self._socket
        if line is not None:
            with suppress(OSError):
                # Beneath TLS, whose own shutdown would take its state from under the call.
                socket.socket.shutdown(line, socket.SHUT_RDWR)

    def let_go(self) -> None:
        """The connection is over."""
        self._socket, self.is_cut = None, False


def context_for(certificates: str) -> ssl.SSLContext:
    """What a certificate is held against; raises ChannelRefused when the file of further ones cannot be read."""
    context = ssl.create_default_context()
    if certificates:
        try:
            context.load_verify_locations(cafile=certificates)
        except (OSError, ssl.SSLError) as error:
            raise ChannelRefused(f"the certificates in {certificates} cannot be read") from error
    return context


def check_plain(host: str, what: str) -> None:
    """Raises ChannelRefused where a password would go in the clear to another machine."""
    if not is_loopback(host):
        raise ChannelRefused(
            f"{what} has plain security, which is only for a server on this machine: set it to tls or starttls"
        )


def is_loopback(host: str) -> bool:
    """Whether the name or address is that of this machine itself."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def not_reached(error: Exception, what: str, host: str, port: int) -> ChannelDown | ChannelRefused:
    """What a failed connection means, in words."""
    where = f"{what} {safe(host, single_line=True)[:100]} (port {port})"
    if isinstance(error, ssl.SSLCertVerificationError):
        why = safe(str(error.verify_message or "it cannot be verified"), single_line=True)[:150]
        return ChannelRefused(
            f"the certificate of {where} is not right: {why}; where it is your own server's, "
            "set certificates to the PEM file that it is signed by"
        )
    if isinstance(error, ssl.SSLError):
        return ChannelDown(f"{where} does not speak TLS as it should: is its security tls or starttls, and its port?")
    if isinstance(error, socket.gaierror):
        return ChannelDown(f"{where} is not known: is its name right, and is the network there?")
    if isinstance(error, TimeoutError):
        return ChannelDown(f"{where} does not answer")
    if isinstance(error, ConnectionRefusedError):
        return ChannelDown(f"nothing listens at {where}")
    told = getattr(error, "strerror", None) or "the connection broke"
    return ChannelDown(f"{where} cannot be reached: {safe(str(told), single_line=True)[:100]}")
