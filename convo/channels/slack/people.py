"""The people of a workspace, asked for once each: their names, their addresses, and which of them are us."""

from collections import OrderedDict
from dataclasses import dataclass

from convo.channels.slack.api import Api, Declined, ScopeMissing
from convo.channels.slack.reading import SLACKBOT, Said, Us
from convo.model.envelope import Handle
from convo.model.words import IdentityKind
from convo.text.json_fields import loosely
from convo.text.slack_markup import mentioned

_REMEMBERED = 2_000
_MOST_NAMED = 20
_NAMES = (("real_name",), ("profile", "real_name"), ("profile", "display_name"), ("name",))


@dataclass(frozen=True, slots=True)
class Person:
    """A user or a bot."""

    id: str
    team: str
    name: str = ""
    email: str = ""
    bot: bool = False
    ours: bool = False

    @property
    def handles(self) -> tuple[Handle, ...]:
        """What it is known by: Slack's own id, as in imported exports, and the address when the profile has one."""
        slack = Handle(IdentityKind.SLACK, f"{self.team}:{self.id}", self.name)
        return (slack, Handle(IdentityKind.EMAIL, self.email, self.name)) if self.email else (slack,)


class People:
    """Everybody who wrote or was mentioned lately."""

    def __init__(self, api: Api, us: Us) -> None:
        self._api = api
        self._us = us
        self._known: OrderedDict[str, Person] = OrderedDict()

    async def writer(self, said: Said) -> Person:
        """Who wrote a message; raises ChannelDown, ChannelRefused."""
        if said.writer == SLACKBOT or not said.writer.startswith(("U", "W")):
            names = {said.writer.casefold(), said.name.casefold()}
            return Person(said.writer, self._us.team, said.name, bot=True, ours=bool(names & self._us.own))
        found = await self.find(said.writer)
        return found if found.name else Person(found.id, found.team, said.name, found.email, found.bot, found.ours)

    async def names(self, markup: str) -> dict[str, str]:
        """The names of the first twenty who are mentioned; raises ChannelDown, ChannelRefused."""
        named = {
            user: (await self.find(user)).name for user in mentioned(markup)[:_MOST_NAMED] if user != self._us.user
        }
        return {self._us.user: self._us.name, **named}

    async def find(self, user: str) -> Person:
        """A user by its id; without a name when Slack does not tell. Raises ChannelDown, ChannelRefused."""
        known = self._known.get(user)
        if known is None:
            known = self._known[user] = await self._ask(user)
        self._known.move_to_end(user)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return known

    async def _ask(self, user: str) -> Person:
        try:
            told = (await self._api.ask("users.info", user=user)).get("user")
        except (Declined, ScopeMissing):
            return Person(user, self._us.team, ours=bool({user.casefold()} & self._us.own))
        team = loosely(told, "team_id") or self._us.team
        names = [loosely(told, *path).strip() for path in _NAMES]
        email, handle, display = loosely(told, "profile", "email"), names[3], names[2]
        own = {user, f"{team}:{user}", email, *names, f"@{handle}", f"@{display}"} - {"", "@"}
        return Person(
            user,
            team,
            next((name for name in names if name), ""),
            email if "@" in email else "",
            bot=isinstance(told, dict) and told.get("is_bot") is True,
            ours=bool({each.casefold() for each in own} & self._us.own),
        )
