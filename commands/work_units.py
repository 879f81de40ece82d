"""What keeps `convo work` running on a machine: a systemd unit and a line for cron, for this interpreter and store."""

import shlex
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from convo.errors import BadInput

_UNIT = """\
[Unit]
Description=convo: fetch, send, route and watch the clocks of {shown}

[Service]
ExecStart={command}
Restart=on-failure
RestartSec=10
TimeoutStopSec=40
UMask=0077
NoNewPrivileges=yes
PrivateUsers=yes
PrivateTmp=yes
ProtectSystem=strict
ReadWritePaths={writable}
ProtectControlGroups=yes
ProtectKernelTunables=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6

[Install]
WantedBy=default.target
"""
_SAVED = """\
# Save it as ~/.config/systemd/user/convo-work.service, then:
#   systemctl --user daemon-reload && systemctl --user enable --now convo-work
#   loginctl enable-linger    (so that it goes on when you have logged out)
# Secrets in the environment: systemctl --user edit convo-work, EnvironmentFile=/a/private/file
"""


def holds_password(url: str) -> bool:
    """Whether a store's URL holds a password, which a unit or crontab would show to others."""
    parts = urlsplit(url)
    return bool(parts.password) or "password" in dict(parse_qsl(parts.query.lower(), keep_blank_values=True))


def systemd_unit(store: str, folder: Path | None, configuration: Path) -> str:
    """A user unit that runs the worker on a store; `folder` is where the store's file is, None for a server's."""
    places = [configuration] if folder is None else [folder, configuration]
    return _SAVED + _UNIT.format(
        shown=_percent(_plain(store)),
        command=" ".join(_quoted(word) for word in [*_command(), "work", "--log", "--store", store]),
        writable=" ".join(_quoted(f"-{place}") for place in dict.fromkeys(places)),
    )


def cron_line(store: str) -> str:
    """A line of a crontab that does what is due each minute; runs that overlap are harmless."""
    words = " ".join(shlex.quote(_plain(word)) for word in [*_command(), "work", "--once", "--quiet", "--store", store])
    return f"* * * * * {words.replace('%', chr(92) + '%')}\n"


def _command() -> list[str]:
    """How this very convo is run: its script beside the interpreter, or else as a module."""
    script = Path(sys.executable).parent / "convo"
    return [str(script)] if script.is_file() else [sys.executable, "-m", "convo.commands"]


def _plain(word: str) -> str:
    """A word that stands on one line; raises BadInput for one that does not."""
    if any(ord(character) < 32 or ord(character) == 127 for character in word):
        raise BadInput("the store's place has a control character, which no unit or crontab can name")
    return word


def _quoted(word: str) -> str:
    """A word of a unit, as systemd reads it: quoted, and with nothing that it would replace."""
    escaped = _plain(word).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{_percent(escaped)}"'


def _percent(word: str) -> str:
    return word.replace("%", "%%")
