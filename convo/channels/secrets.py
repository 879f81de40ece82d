"""Where the secrets of channels are: the keyring where there is one, else the environment, else a private file.

None of them is ever in the store: a channel keeps there only the name of its set of secrets.
"""

import json
import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import platformdirs

from convo.channels.settings import Secret
from convo.errors import BadInput

_SERVICE = "convo"
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

        Raises BadInput when that variable is not set, or the private file may be read by others.
        """
        if variable:
            value = os.environ.get(variable)
            if not value:
                raise BadInput(f"{variable} is not set, and it should hold the {name} of {self.channel}")
            return Secret(value)
        kept = self._from_keyring(name)
        kept = kept or os.environ.get(variable_of(self.channel, name)) or self._from_file().get(name)
        return Secret(kept) if kept else None

    def has(self, name: str, variable: str = "") -> bool:
        """Whether a secret is there and can be used."""
        try:
            return self.find(name, variable) is not None
        except BadInput:
            return False

    def keep(self, name: str, secret: Secret) -> str:
        """Keep a secret, in place of what it was; where it is now, in words."""
        ring = _keyring()
        if ring is not None and self.reference:
            ring.set_password(_SERVICE, f"{self.reference}/{name}", secret.reveal())
            return "the keyring"
        held = self._from_file() | {name: secret.reveal()}
        self._write(held)
        return str(self._file)

    def forget(self, names: Iterable[str]) -> None:
        """Forget all of them: those of these names in the keyring, and the private file."""
        ring = _keyring()
        if ring is not None and self.reference:
            for name in names:
                try:
                    ring.delete_password(_SERVICE, f"{self.reference}/{name}")
                except Exception:  # noqa: S112 - each keyring has its own error for what is not there
                    continue
        self._file.unlink(missing_ok=True)

    @property
    def _file(self) -> Path:
        return secrets_folder() / f"{self.reference or 'none'}.json"

    def _from_keyring(self, name: str) -> str | None:
        ring = _keyring()
        if ring is None or not self.reference:
            return None
        value = ring.get_password(_SERVICE, f"{self.reference}/{name}")
        return None if value is None else str(value)

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


def _keyring() -> Any:
    """The platform's keyring; None where there is none, or only one that keeps nothing."""
    try:
        import keyring
        from keyring.backends import fail, null
    except ImportError:
        return None
    ring = keyring.get_keyring()
    return None if isinstance(ring, fail.Keyring | null.Keyring) or not ring.priority else ring
