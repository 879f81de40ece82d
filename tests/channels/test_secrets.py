"""Channels' secrets: the keyring where one works, else the environment, else a private file, and never told."""

import traceback
from collections.abc import Iterator

import keyring
import pytest
from keyring import errors
from keyring.backend import KeyringBackend

from convo.channels.secrets import Secrets, secrets_folder
from convo.channels.settings import Secret
from convo.desk.desk import Desk
from convo.errors import BadInput

OLD, NEW = "hunter2-the-old", "hunter2-the-new"


class Ring(KeyringBackend):
    """A keyring in memory, which can be locked or break."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}
        self.trouble: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        self._may()
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._may(password)
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._may()
        if self.held.pop((service, username), None) is None:
            raise errors.PasswordDeleteError("there is no such password")

    def _may(self, said: str = "") -> None:
        if self.trouble is not None:
            raise type(self.trouble)(f"{self.trouble} {said} {self.held}")


@pytest.fixture
def ring() -> Iterator[Ring]:
    """The keyring of the platform is the test's."""
    before, made = keyring.get_keyring(), Ring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


def shop() -> Secrets:
    return Secrets("shop-1", "shop")


def found(name: str = "token") -> str | None:
    secret = shop().find(name)
    return None if secret is None else secret.reveal()


def test_a_secret_is_kept_in_the_keyring_and_in_no_file_and_forgotten_there(ring: Ring) -> None:
    assert shop().keep("token", Secret(OLD)) == "the keyring"
    assert ring.held == {("convo", "shop-1/token"): OLD}
    assert not secrets_folder().exists()
    assert (found(), found("password")) == (OLD, None)
    shop().forget(["token", "password"])
    assert ring.held == {}
    assert found() is None


def test_the_keyring_comes_before_the_environment_and_that_before_the_file(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring.priority = 0  # type: ignore[assignment]
    assert shop().keep("password", Secret("from the file")).endswith("shop-1.json")
    ring.priority = 1  # type: ignore[assignment]
    shop().keep("token", Secret("from the ring"))
    monkeypatch.setenv("CONVO_SHOP_TOKEN", "from the environment")
    assert found() == "from the ring"
    assert found("password") == "from the file"
    monkeypatch.setenv("CONVO_SHOP_PASSWORD", "from the environment")
    assert found("password") == "from the environment"


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (errors.KeyringLocked("Failed to unlock"), "is locked"),
        (errors.InitError("no bus"), "does not work (InitError)"),
        (RuntimeError("anything"), "does not work (RuntimeError)"),
    ],
)
def test_a_keyring_that_fails_is_passed_over_for_the_private_file_in_one_sentence_without_the_secret(
    ring: Ring, trouble: Exception, why: str
) -> None:
    shop().keep("token", Secret(OLD))
    ring.trouble = trouble
    with pytest.raises(BadInput) as raised:
        found()
    assert raised.value.message == f"the keyring {why}, and it may hold the token of shop"
    assert raised.value.hint == "mend that, or set CONVO_SHOP_TOKEN"
    assert OLD not in "".join(traceback.format_exception(raised.value))
    assert not shop().has("token")
    place = shop().keep("token", Secret(NEW))
    assert place == f"{secrets_folder() / 'shop-1.json'} (the keyring {why})"
    assert (found(), found("password")) == (NEW, None)
    ring.trouble = None
    assert found() == NEW, "what the keyring has is older"
    assert shop().keep("token", Secret(OLD)) == "the keyring"
    assert found() == OLD
    assert NEW not in (secrets_folder() / "shop-1.json").read_text()


def test_who_has_secrets_in_the_environment_needs_no_keyring_that_works(
    ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring.trouble = errors.KeyringLocked("Failed to unlock")
    monkeypatch.setenv("CONVO_SHOP_TOKEN", NEW)
    assert (found(), found("smtp_password")) == (NEW, None)


def test_a_keyring_that_cannot_be_loaded_is_one_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no.such.Keyring")
    with pytest.raises(BadInput, match="the keyring does not work"):
        found()


def test_a_channel_is_opened_with_what_the_keyring_holds_and_says_what_is_wrong_with_it(desk: Desk, ring: Ring) -> None:
    desk.channels.add("telegram", "bot")
    assert desk.channels.keep_secret("bot", "token", Secret(OLD)) == "the keyring"
    assert desk.channels.setup("bot").config.token.reveal() == OLD
    assert desk.channels.missing("bot") == ()
    ring.trouble = errors.KeyringLocked("Failed to unlock")
    with pytest.raises(BadInput, match="the keyring is locked, and it may hold the token of bot"):
        desk.channels.setup("bot")
    assert desk.channels.missing("bot") == ("token",)
    assert all(OLD not in str(entry) for entry in desk.audit.list().items)
