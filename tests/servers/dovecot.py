"""A real Dovecot on loopback: IMAP with STARTTLS, IMAP over TLS and LMTP, for any user who has the one password."""

import base64
import contextlib
import getpass
import grp
import hashlib
import hmac
import imaplib
import json
import os
import pwd
import re
import shutil
import smtplib
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.certificate import make_certificate
from tests.servers.certificate import missing as missing_certificate
from tests.servers.process import Process, ServerFailed, free_port, port_greets

PASSWORD = "correct-horse"
_TOKEN_KEY = b"the key that signs access tokens of this test server"
_SETTINGS = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/said.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{folder}/mail/%u
mail_fsync = never
mail_max_userip_connections = 200
recipient_delimiter = +
passdb {{
  driver = static
  args = password={password}
  mechanisms = plain login
}}
passdb {{
  driver = oauth2
  args = {folder}/tokens.conf
  mechanisms = xoauth2 oauthbearer
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u allow_all_users=yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""
_TOKENS = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = sub
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """One mail in a folder: its UID there, the flags it has, and its bytes with CRLF."""

    uid: int
    flags: frozenset[str]
    raw: bytes


class Dovecot:
    """A running Dovecot; a user is an address such as `ana@example.org`, and is there once named."""

    def __init__(self) -> None:
        self.imap_port, self.imaps_port, self.lmtp_port = free_port(), free_port(), free_port()
        self._process = Process("dovecot")
        self.folder = self._process.folder
        self.certificate = make_certificate(self.folder)
        account = pwd.getpwnam("nobody" if os.geteuid() == 0 else getpass.getuser())
        group = grp.getgrgid(account.pw_gid)
        places = {name: getattr(self, name) for name in ("folder", "imap_port", "imaps_port", "lmtp_port")}
        owner = {"user": account.pw_name, "group": group.gr_name, "uid": account.pw_uid, "gid": account.pw_gid}
        self._settings = self.folder / "dovecot.conf"
        self._settings.write_text(_SETTINGS.format(**places, **owner, password=PASSWORD))
        (self.folder / "tokens.conf").write_text(_TOKENS.format(folder=self.folder))
        key = self.folder / "keys/default/HS256/default"
        key.parent.mkdir(parents=True)
        key.write_bytes(base64.b64encode(_TOKEN_KEY))
        self.folder.chmod(0o755)
        self._mail = self.folder / "mail"
        self._mail.mkdir()
        if os.geteuid() == 0:
            os.chown(self._mail, account.pw_uid, account.pw_gid)
        self._process.command = (_program() or "dovecot", "-F", "-c", self._settings)

    def start(self) -> None:
        """Listen, on the same ports as ever; raises ServerFailed."""
        self._process.start(lambda: port_greets(self.imap_port) and port_greets(self.lmtp_port))

    def stop(self) -> None:
        """Hang up on everyone and listen no more; the mail stays."""
        self._process.stop()

    def kill(self) -> None:
        """End at once, as in a power cut; the mail stays."""
        self._process.kill()
        (self.folder / "run/master.pid").unlink(missing_ok=True)

    def close(self) -> None:
        """Stop and remove all mail."""
        self._process.close()

    def log(self) -> str:
        """What it has logged."""
        return self._process.log()

    def deliver(self, user: str, raw: bytes, sender: str = "") -> None:
        """Put a mail into the inbox of `user` (or `user+detail`) by LMTP; an empty sender is that of a bounce."""
        with smtplib.LMTP("127.0.0.1", self.lmtp_port) as lmtp:
            lmtp.sendmail(sender, [user], raw)

    def mailbox(self, user: str, folder: str = "INBOX") -> list[Kept]:
        """What is in a folder, by UID; looking changes nothing, not even `\\Recent`."""
        kept = []
        with self.client(user) as imap:
            imap.select(f'"{folder}"', readonly=True)
            _, parts = imap.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[])")
            for part in parts:
                if isinstance(part, tuple):
                    about, raw = part
                    found = re.search(rb"UID (\d+)", about)
                    assert found is not None
                    flags = (flag.decode() for flag in imaplib.ParseFlags(about))
                    kept.append(Kept(int(found[1]), frozenset(flags), raw))
        return kept

    def uidvalidity(self, user: str, folder: str = "INBOX") -> int:
        """The UIDVALIDITY of a folder."""
        with self.client(user) as imap:
            _, [said] = imap.status(f'"{folder}"', "(UIDVALIDITY)")
        return int(said.split()[-1].rstrip(b")"))

    def reset_uidvalidity(self, user: str) -> None:
        """Give the inbox another UIDVALIDITY and its mails new UIDs from 1, as a restored backup does."""
        before = self.uidvalidity(user)
        for _ in range(20):  # a process that is just ending may write what it knew once more
            self.hang_up(user)
            for known in self._maildir(user).glob("dovecot.index*"):
                known.unlink(missing_ok=True)  # they remember the number, too
            # What Dovecot would choose itself is the time in seconds, which may be what it was.
            (self._maildir(user) / "dovecot-uidlist").write_text(f"3 V{before + 1} N1\n")
            if os.geteuid() == 0:
                owner = self._maildir(user).stat()
                os.chown(self._maildir(user) / "dovecot-uidlist", owner.st_uid, owner.st_gid)
            if self.uidvalidity(user) != before:
                return
        raise ServerFailed("Dovecot kept its UIDVALIDITY")

    def hang_up(self, user: str) -> None:
        """Close every connection of a user, as an administrator or a time limit may."""
        subprocess.run(["doveadm", "-c", str(self._settings), "kick", user], check=False, capture_output=True)

    @contextmanager
    def client(self, user: str) -> Iterator[imaplib.IMAP4]:
        """A client that has logged in as `user`; that the server hangs up on it is no failure."""
        imap = imaplib.IMAP4("127.0.0.1", self.imap_port)
        imap.login(user, PASSWORD)
        try:
            yield imap
        finally:
            try:
                imap.logout()
            except (imaplib.IMAP4.abort, OSError):
                imap.shutdown()

    def token(self, user: str, seconds: float = 3600) -> str:
        """An access token for XOAUTH2 and OAUTHBEARER, good for so many seconds from now (ago, when negative)."""
        now = int(time.time())
        parts = [{"alg": "HS256", "typ": "JWT"}, {"sub": user, "iat": now - 7200, "exp": int(now + seconds)}]
        signed = ".".join(_for_url(json.dumps(part).encode()) for part in parts)
        return f"{signed}.{_for_url(hmac.digest(_TOKEN_KEY, signed.encode(), hashlib.sha256))}"

    def _maildir(self, user: str) -> Path:
        return self._mail / user


def missing() -> str:
    """Why Dovecot cannot run here, or nothing."""
    if _program() is None:
        return "Dovecot is not installed (Debian: dovecot-imapd)"
    if not Path("/usr/lib/dovecot/lmtp").exists():
        return "Dovecot's LMTP server is not installed (Debian: dovecot-lmtpd)"
    return missing_certificate()


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """A Dovecot that runs while it is needed."""
    with contextlib.closing(Dovecot()) as server:
        server.start()
        yield server


def _program() -> str | None:
    """Debian has it where only root looks."""
    return shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")


def _for_url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
