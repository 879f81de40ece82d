"""The platform's keyring, where there is one: what goes wrong with it is one reason in words that hold no secret."""

from typing import Any

_SERVICE = "convo"


class KeyringFails(Exception):
    """There is a keyring, and it cannot be used now; `reason` follows "the keyring"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def look_up(key: str) -> str | None:
    """What is kept under a key, or None where nothing or no keyring is; raises KeyringFails."""
    ring = _keyring()
    if ring is None:
        return None
    try:
        value = ring.get_password(_SERVICE, key)
    except Exception as error:
        raise KeyringFails(_why(error)) from None
    return None if value is None else str(value)


def keep(key: str, value: str) -> bool:
    """Keep a value under a key; False where there is no keyring. Raises KeyringFails."""
    ring = _keyring()
    if ring is None:
        return False
    try:
        ring.set_password(_SERVICE, key, value)
    except Exception as error:
        raise KeyringFails(_why(error)) from None
    return True


def forget(key: str) -> None:
    """Forget what is kept under a key, where it is there and the keyring lets us."""
    try:
        ring = _keyring()
        if ring is not None:
            ring.delete_password(_SERVICE, key)
    except Exception:  # each keyring has its own error for what is not there
        return


def _keyring() -> Any:
    """The platform's keyring; None where there is none, or only one that keeps nothing. Raises KeyringFails."""
    try:
        import keyring
        from keyring.backends import fail, null
    except ImportError:
        return None
    try:
        ring = keyring.get_keyring()
        return None if isinstance(ring, fail.Keyring | null.Keyring) or not ring.priority else ring
    except Exception as error:
        raise KeyringFails(_why(error)) from None


def _why(error: Exception) -> str:
    """The reason in words of ours: a keyring's own may hold what was to be kept."""
    from keyring import errors

    return "is locked" if isinstance(error, errors.KeyringLocked) else f"does not work ({type(error).__name__})"
