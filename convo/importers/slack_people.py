"""The users, bots and channels of a Slack export: their names, handles, and which of them are us."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from convo.importers.base import ReadOptions
from convo.importers.chat_sides import Customer
from convo.model.envelope import Handle
from convo.model.words import IdentityKind
from convo.text.json_fields import Fields, loosely

_NAMES = (("name",), ("real_name",), ("profile", "real_name"), ("profile", "display_name"), ("profile", "email"))


@dataclass(frozen=True, slots=True)
class User:
    """One entry of users.json."""

    identity: str
    team: str
    name: str
    email: str
    bot: bool
    ours: bool


@dataclass(frozen=True, slots=True)
class Channel:
    """One folder of the export; `members` are the user ids of a direct conversation between two, else empty."""

    identity: str
    folder: str
    name: str
    members: tuple[str, ...] = ()


@dataclass(slots=True)
class People:
    """Everybody the export names."""

    options: ReadOptions
    users: dict[str, User] = field(default_factory=dict)

    def add(self, entry: Fields) -> None:
        """Take one entry of users.json; one without an id is of no use and left out."""
        identity = loosely(entry, "id")
        if not identity:
            return
        team = loosely(entry, "team_id")
        names = [loosely(entry, *path).strip() for path in _NAMES]
        handle, real, profile, display, email = names
        own = (*names, f"@{handle}" if handle else "", f"@{display}" if display else "")
        self.users[identity] = User(
            identity=identity,
            team=team,
            name=real or profile or display or handle,
            email=email if "@" in email else "",
            bot=entry.get("is_bot") is True or identity == "USLACKBOT",
            ours=self.options.is_own(identity, f"{team}:{identity}", *own),
        )

    @property
    def names(self) -> Mapping[str, str]:
        """The name by which each user id is shown."""
        return {user.identity: user.name for user in self.users.values() if user.name}

    def is_ours(self, identity: str, name: str) -> bool:
        """Whether a writer is us, by the entry in users.json or by the name the message itself gives."""
        user = self.users.get(identity)
        return (user is not None and user.ours) or self.options.is_own(identity, name)

    def customer(self, identity: str, name: str = "") -> Customer:
        """The handles of a user: Slack's own, and the address when the profile has one."""
        user = self.users.get(identity)
        if user is None:
            return (Handle(IdentityKind.SLACK, f":{identity}", name),)
        shown = user.name or name
        slack = Handle(IdentityKind.SLACK, f"{user.team}:{identity}", shown)
        return (slack, Handle(IdentityKind.EMAIL, user.email, shown)) if user.email else (slack,)

    def counterpart(self, channel: Channel) -> Customer | None:
        """The one member of a direct conversation who is not us; None when it is none or that cannot be told."""
        others = [member for member in channel.members if not self.is_ours(member, "")]
        if len(channel.members) == 2 and len(others) == 1:
            return self.customer(others[0])
        return None
