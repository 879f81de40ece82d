"""What reading a mail needs to know about us: our own addresses, and the server whose verdicts we trust."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ourselves:
    """`addresses` are ours, casefolded: what they wrote is outbound.

    `authserv_id` is the name that our own server gives itself in Authentication-Results; empty when it writes none.
    """

    addresses: frozenset[str] = frozenset()
    authserv_id: str = ""

    def is_own(self, address: str) -> bool:
        """Whether this address, in any case, is one of ours."""
        return address.strip().casefold() in self.addresses
