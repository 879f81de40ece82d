"""What Discourse declares as a kind of channel: its settings and what it can do."""

from dataclasses import dataclass

from convo.channels.base import Capabilities, Channel, Kind, Setup
from convo.channels.settings import Secret, setting
from convo.errors import BadInput


@dataclass(frozen=True, slots=True)
class DiscourseConfig:
    """How the account is reached."""

    site: str = setting("Where the community is, such as https://community.example.org.")
    user: str = setting("The name under which the desk writes there.")
    key: Secret = setting("An API key of that user.")


def _open(setup: Setup) -> Channel:
    raise BadInput("this version of convo knows discourse, but cannot open a channel of that kind yet")


KIND = Kind(
    "discourse",
    "Discourse",
    DiscourseConfig,
    Capabilities(("external",), 32_000, subjects=True, threads=True, per_second=1.0, public=True),
    _open,
    "An admin makes an API key for the desk's user.",
)
