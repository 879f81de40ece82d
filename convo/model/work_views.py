"""What leaves the desk about the work that goes on by itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkReport:
    """What one round of due work did: messages routed and enriched, threads woken, promises breached, and so on."""

    routed: int
    enriched: int
    woken: int
    breached: int
    fired: int
    handed_out: int

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.routed or self.enriched or self.woken or self.breached or self.fired or self.handed_out)
