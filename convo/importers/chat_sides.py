"""Who is us and who is the customer in a chat, whatever program wrote the log."""

from dataclasses import dataclass

from convo.model.envelope import Handle

Customer = tuple[Handle, ...]

NOBODY = "we wrote it before anybody else in this chat, so whom it was for cannot be told"


@dataclass(slots=True)
class Sides:
    """The customers of one chat or thread while it is read in order.

    `counterpart` is the other party of a one-to-one chat and None in a group, where what we write goes to the person
    it answers, else to the last one who wrote.
    """

    counterpart: Customer | None = None
    last: Customer | None = None

    def heard(self, customer: Customer) -> Customer:
        """Note that this customer wrote; returns the customer."""
        self.last = customer
        return customer

    def addressed(self, answered: Customer | None = None) -> Customer | None:
        """Whom a message of ours is for; None when the log does not tell (NOBODY says so in a sentence)."""
        return self.counterpart or answered or self.last
