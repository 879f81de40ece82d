"""A certificate for loopback, signed by itself, for the servers that speak TLS."""

import shutil
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

_COMMAND = (
    *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
    *("-days", "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where the certificate and its key are, both PEM."""

    certificate: Path
    key: Path

    def trusting(self) -> ssl.SSLContext:
        """A client's context that trusts this certificate and no other."""
        return ssl.create_default_context(cafile=str(self.certificate))

    def serving(self) -> ssl.SSLContext:
        """A server's context that shows it."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.certificate, self.key)
        return context


def missing() -> str:
    """Why no certificate can be made here, or nothing."""
    return "" if shutil.which("openssl") else "openssl is not installed"


def make_certificate(folder: Path) -> Certificate:
    """Make one in the folder; takes some 10 ms."""
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    subprocess.run([*_COMMAND, "-out", made.certificate, "-keyout", made.key], check=True, capture_output=True)
    return made
