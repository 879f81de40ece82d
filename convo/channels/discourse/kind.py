"""What Discourse declares as a kind of channel: its settings and what it can do."""

from dataclasses import dataclass

from convo.channels.base import Capabilities, Channel, Kind, Setup
from convo.channels.settings import Secret, setting

PRIVATE = "private/"
"""What the key of a thread begins with that is a private message; the rest is the topic's number."""


@dataclass(frozen=True, slots=True)
class DiscourseConfig:
    """How the account is reached."""

    site: str = setting("Where the community is, such as https://community.example.org.")
    user: str = setting("The name under which the desk writes there.")
    key: Secret = setting("An API key of that user.")
    categories: tuple[str, ...] = setting(
        "The categories in which customers write, by slug or id; without any, all that the user sees.", default=()
    )
    webhook_secret: Secret = setting("The secret of the webhook, where there is one.", default=Secret(""))


def _open(setup: Setup) -> Channel:
    from convo.channels.discourse.channel import DiscourseChannel

    return DiscourseChannel(setup)


KIND = Kind(
    "discourse",
    "Discourse",
    DiscourseConfig,
    Capabilities(
        ("external",),
        32_000,
        subjects=True,
        threads=True,
        edits=True,
        largest_file=4_000_000,
        resends_safely=True,
        per_second=0.5,
        public=True,
        private_keys=PRIVATE,
    ),
    _open,
    "An admin makes an API key for the desk's user.",
)
