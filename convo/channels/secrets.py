"""Where the secrets of channels are: the keyring where there is one, else the environment, else a private file.

None of them is ever in the store: a channel keeps there only the name of its set of secrets. A keyring that is locked
or fails is passed over; what was kept in the file meanwhile is newer than what it holds.
"""

import json
import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

import platformdirs

from convo.channels import platform_keyring
from convo.channels.platform_keyring import KeyringFails
from convo.channels.settings import Secret
from convo.errors import BadInput

_REFERENCE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}", re.ASCII)


class Secrets:
    """The secrets of one channel, kept under the name `reference`; `channel` is what it is called."""

    def __init__(self, reference: str, channel: str) -> None:
        if reference and _REFERENCE.fullmatch(reference) is None:
            raise BadInput(f"{reference[:60]!r} names no set of secrets")
        self.reference = reference
        self.channel = channel

    def find(self, name: str, variable: str = "") -> Secret | None:
        """A secret, or None when nobody has it; a `variable` that is not empty is the one that must have it.

        Raises BadInput when that variable is not set, the private file may be read by others, or it may be in a keyring
        that fails.
        """
        if variable:
            value = os.environ.get(variable)
            if not value:
                raise BadInput(f"{variable} is not set, and it should hold the {name} of {self.channel}")
            return Secret(value)
        fails = ""
        try:
            ring = platform_keyring.look_up(self._key(name)) if self.reference else None
        except KeyringFails as failure:
            ring, fails = None, failure.reason
        held = self._from_file()
        kept = (held.get(name) if ring else None) or ring
        kept = kept or os.environ.get(variable_of(self.channel, name)) or held.get(name)
        if not kept and fails and not (held or self._in_environment()):
            raise BadInput(
                f"the keyring {fails}, and it may hold the {name} of {self.channel}",
                hint=f"mend that, or set {variable_of(self.channel, name)}",
            )
        return Secret(kept) if kept else None

    def has(self, name: str, variable: str = "") -> bool:
        """Whether a secret is there and can be used."""
        try:
            return self.find(name, variable) is not None
        except BadInput:
            return False

    def keep(self, name: str, secret: Secret) -> str:
        """Keep a secret, in place of what it was; where it is now, in words."""
        passed_over = ""
        try:
            if self.reference and platform_keyring.keep(self._key(name), secret.reveal()):
                self._drop_from_file(name)
                return "the keyring"
        except KeyringFails as failure:
            passed_over = f" (the keyring {failure.reason})"
        self._write(self._from_file() | {name: secret.reveal()})
        return f"{self._file}{passed_over}"

    def forget(self, names: Iterable[str]) -> None:
        """Forget all of them: those of these names in the keyring, and the private file."""
        for name in names if self.reference else ():
            platform_keyring.forget(self._key(name))
        self._file.unlink(missing_ok=True)

    def _key(self, name: str) -> str:
        return f"{self.reference}/{name}"

    def _in_environment(self) -> bool:
        """Whether any secret of the channel is there, so that whoever runs it relies on no keyring."""
        beginning = variable_of(self.channel, "")
        return any(name.startswith(beginning) for name in os.environ)

    @property
    def _file(self) -> Path:
        return secrets_folder() / f"{self.reference or 'none'}.json"

    def _from_file(self) -> dict[str, str]:
        path = self._file
        try:
            with path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                if mode & (stat.S_IRWXG | stat.S_IRWXO):
                    raise BadInput(f"{path} may be read by others, so it is not used", hint=f"chmod 600 {path}")
                held = json.loads(file.read(1_000_000))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise BadInput(f"{path} cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise BadInput(
                f"{path} is no JSON", hint=f"convo channel secret {self.channel} NAME writes it anew"
            ) from error
        if not isinstance(held, dict):
            return {}
        return {str(name): value for name, value in held.items() if isinstance(value, str)}

    def _drop_from_file(self, name: str) -> None:
        """A secret that is in the keyring now is nowhere else."""
        held = self._from_file()
        if name in held:
            self._write({other: value for other, value in held.items() if other != name})

    def _write(self, held: dict[str, str]) -> None:
        path = self._file
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(held, file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def secrets_folder() -> Path:
    """Where the private files are."""
    return Path(platformdirs.user_config_dir("convo", appauthor=False)) / "secrets"


def variable_of(channel: str, name: str) -> str:
    """The environment variable that may hold a channel's secret, such as CONVO_SHOP_BOT_TOKEN."""
    return f"CONVO_{re.sub(r'[^A-Za-z0-9]+', '_', channel).strip('_').upper()}_{name.upper()}"
