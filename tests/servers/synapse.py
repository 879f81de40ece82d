"""A real Synapse, the Matrix server, on loopback: people are registered in a moment and nothing is rate limited."""

import contextlib
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.servers.process import Process, ServerFailed, free_port
from tests.servers.synapse_install import PYTHON
from tests.servers.synapse_install import missing as missing

PASSWORD = "correct-horse"
SERVER_NAME = "matrix.example.org"
_SECRET = "shared by the tests"
_NO_LIMIT = {"per_second": 100_000, "burst_count": 100_000}
_LIMITS = {
    **dict.fromkeys(("rc_message", "rc_registration", "rc_admin_redaction", "rc_joins_per_room"), _NO_LIMIT),
    "rc_login": dict.fromkeys(("address", "account", "failed_attempts"), _NO_LIMIT),
    "rc_joins": dict.fromkeys(("local", "remote"), _NO_LIMIT),
    "rc_invites": dict.fromkeys(("per_room", "per_user", "per_issuer"), _NO_LIMIT),
    "rc_media_create": _NO_LIMIT,
}
# A key that signs nothing of worth; making one afresh would cost another start of Python.
_SIGNING_KEY = "ed25519 a_test 3vrHRLzZ4qQ4YpyBVrqF1ZnTQjvFcCEVWFcVFzvUnLw\n"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account: `@ana:matrix.example.org` and an access token."""

    user: str
    token: str


class Synapse:
    """A running Synapse at `url`; its database and media go when it is closed."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process = Process("synapse")
        folder = self._process.folder
        (folder / "signing.key").write_text(_SIGNING_KEY)
        settings: dict[str, Any] = {
            "server_name": SERVER_NAME,
            "public_baseurl": f"{self.url}/",
            "listeners": [
                {
                    "port": self.port,
                    "type": "http",
                    "bind_addresses": ["127.0.0.1"],
                    "resources": [{"names": ["client"]}],
                }
            ],
            "database": {"name": "sqlite3", "args": {"database": f"{folder}/homeserver.db"}},
            "media_store_path": f"{folder}/media",
            "signing_key_path": f"{folder}/signing.key",
            "trusted_key_servers": [],
            "registration_shared_secret": _SECRET,
            "macaroon_secret_key": _SECRET,
            "form_secret": _SECRET,
            "report_stats": False,
            "password_config": {"pepper": ""},
            "bcrypt_rounds": 4,
            **_LIMITS,
        }
        (folder / "homeserver.yaml").write_text(json.dumps(settings))  # JSON is YAML
        self._process.command = (PYTHON, "-m", "synapse.app.homeserver", "-c", folder / "homeserver.yaml")

    def start(self) -> None:
        """Listen, on the same port as ever, with what it knew before; some 4 s. Raises ServerFailed."""
        self._process.start(self._answers, seconds=60)

    def stop(self) -> None:
        """Listen no more; rooms and people stay."""
        self._process.stop()

    def kill(self) -> None:
        """End at once, as in a power cut; rooms and people stay."""
        self._process.kill()

    def close(self) -> None:
        """Stop for good."""
        self._process.close()

    def log(self) -> str:
        """What it has logged."""
        return self._process.log()

    def register(self, name: str, *, admin: bool = False) -> Person:
        """Make an account with the one password, and log it in."""
        place = f"{self.url}/_synapse/admin/v1/register"
        nonce = httpx.get(place).json()["nonce"]
        signed = "\0".join((nonce, name, PASSWORD, "admin" if admin else "notadmin")).encode()
        told = {"nonce": nonce, "username": name, "password": PASSWORD, "admin": admin}
        answer = httpx.post(place, json=told | {"mac": hmac.new(_SECRET.encode(), signed, hashlib.sha1).hexdigest()})
        if answer.is_error:
            raise ServerFailed(f"Synapse does not register {name}: {answer.text}")
        made = answer.json()
        return Person(made["user_id"], made["access_token"])

    def client(self, person: Person) -> httpx.Client:
        """An HTTP client that speaks for this person; paths start with `/_matrix/client/v3`."""
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {person.token}"}, timeout=30)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/_matrix/client/versions", timeout=5).is_success
        except httpx.HTTPError:
            return False


@contextmanager
def synapse() -> Iterator[Synapse]:
    """A Synapse that runs while it is needed."""
    with contextlib.closing(Synapse()) as server:
        server.start()
        yield server
