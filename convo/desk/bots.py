"""Operations on bots: first contact, until a person is needed."""

from convo.desk.operation import Operations, operation
from convo.model.words import Role


class Bots(Operations):
    """First contact by a bot."""

    @operation(Role.AGENT, writes=True)
    def take(self, thread: int, bot: str = "") -> None:
        """Hand a thread to a bot (the only one when none is named), which answers at once."""

    @operation(Role.AGENT, writes=True)
    def go_on(self, thread: int, message: int) -> bool:
        """Let the bot that has a thread answer a new message of the customer; whether one has it."""
        return False
