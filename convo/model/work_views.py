"""What leaves the desk about the work that goes on by itself."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class ChannelRound:
    """What came by a channel and left by it; fetched = stored + skipped + quarantined. `trouble` is empty without."""

    channel: str
    fetched: int
    stored: int
    skipped: int
    quarantined: int
    sent: int
    put_off: int
    failed: int
    trouble: str

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.fetched or self.sent or self.put_off or self.failed or self.trouble)


@dataclass(frozen=True, slots=True)
class WorkReport:
    """What one round of due work did: messages routed and enriched, threads woken, promises breached, and so on."""

    routed: int
    enriched: int
    woken: int
    breached: int
    fired: int
    handed_out: int
    channels: tuple[ChannelRound, ...] = ()

    def with_channels(self, channels: tuple[ChannelRound, ...]) -> "WorkReport":
        """The same with what went through the channels."""
        return replace(self, channels=channels)

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        did = self.routed or self.enriched or self.woken or self.breached or self.fired or self.handed_out
        return not did and all(channel.idle for channel in self.channels)
