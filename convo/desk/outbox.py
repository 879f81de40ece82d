"""Operations on the outbox: claim what is due, and write down what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from convo import clock
from convo.channels.base import Capabilities, Outgoing, Report
from convo.delivery import claiming, outcomes
from convo.delivery.backoff import GIVE_UP_AFTER, delay
from convo.delivery.outcomes import Taken
from convo.delivery.outgoing import outgoing
from convo.desk.automatic_answers import refusal as refusal_of_automatic
from convo.desk.failed_deliveries import hold_thread, not_gone
from convo.desk.operation import Operations, operation
from convo.desk.ways import facts_of, refusal
from convo.errors import NotFound
from convo.intake import consents
from convo.model import tables
from convo.model.words import ChannelState, Direction, Role
from convo.store.search_index import second_of


@dataclass(frozen=True, slots=True)
class Claim:
    """Deliveries that one worker alone sends now, and the token by which it says what became of each."""

    token: str
    letters: tuple[Outgoing, ...] = ()


class Outbox(Operations):
    """Messages on their way out."""

    @operation(Role.AGENT, writes=True, batches=True)
    def claim(self, channel: int, *, most: int = 20) -> Claim:
        """Claim what is due on a channel (its id); nothing when that is paused or removed.

        Claims of workers that died have run out before: see `convo.delivery.claiming`. What may not go any more, as the
        window for free text has closed or nothing automatic may answer, fails here with the reason.
        """
        with self.store.read() as connection:
            kind, state, config = self._channel(channel)
            if state != ChannelState.ACTIVE or not self._something_due(connection, channel):
                return Claim("")
        with self.store.write() as connection:
            now, facts = clock.now(), facts_of(kind, config)
            lost = claiming.run_out(connection, channel, now, resends_safely=facts.resends_safely)
            token, numbers = claiming.claim(connection, channel, now, most)
            letters = tuple(outgoing(connection, numbers, self._bytes_of))
            refused = {letter.delivery: self._refusal(channel, letter, kind, facts, now) for letter in letters}
        if lost:
            self.told_unknown(lost)
        for letter in letters:
            if refused[letter.delivery]:
                self.refused(token, letter, refused[letter.delivery])
        return Claim(token, tuple(letter for letter in letters if not refused[letter.delivery]))

    @operation(Role.VIEWER)
    def next_due(self, channel: int) -> datetime | None:
        """When the next message of a channel (its id) is due to leave; None when none waits."""
        return claiming.next_due(self.connection, channel)

    @operation(Role.AGENT, writes=True, audits=False)
    def sent(self, token: str, taken: Iterable[Taken]) -> frozenset[int]:
        """Providers took these; the deliveries without those whose claim had run out and is somebody else's."""
        return outcomes.sent(self.connection, token, taken, clock.now())

    @operation(Role.AGENT, writes=True, audits=False)
    def refused(self, token: str, letter: Outgoing, reason: str, *, opted_out: bool = False) -> bool:
        """It will never go; False when the claim is somebody else's.

        When the customer `opted_out` there, what they agreed to is withdrawn.
        """
        if opted_out:
            consents.withdraw(self.connection, letter.delivery, clock.now())
        return self._failed(token, letter, reason)

    @operation(Role.AGENT, writes=True, audits=False)
    def later(
        self, token: str, letter: Outgoing, reason: str, *, retry_after: float | None = None, tried: bool = True
    ) -> bool:
        """It did not go and is tried again later, or given up after a day; False when the claim is somebody else's.

        Without `tried` it was not even tried, as the channel as a whole does not work.
        """
        now = clock.now()
        if tried and now - letter.sent_at > GIVE_UP_AFTER:
            return self._failed(token, letter, f"given up after {letter.attempt} attempts: {reason}")
        wait = delay(letter.attempt, retry_after=retry_after)
        return outcomes.put_off(self.connection, letter.delivery, token, reason, now, wait, tried=tried)

    @operation(Role.AGENT, writes=True, audits=False)
    def unsure(self, token: str, letter: Outgoing, reason: str, *, resends_safely: bool) -> bool:
        """Nobody knows whether it went: it is sent again where that is harmless, else a person decides."""
        if resends_safely:
            return self.later(token, letter, reason)
        hold_thread(self.connection, letter.delivery)
        held = outcomes.unsure(self.connection, letter.delivery, token, reason, clock.now())
        if held:
            not_gone(self.desk, letter.delivery)
        return held

    @operation(Role.AGENT, writes=True, audits=False)
    def told_unknown(self, deliveries: Sequence[int]) -> None:
        """Tell of deliveries whose workers died while they were being sent, where nobody knows whether they went."""
        for number in deliveries:
            not_gone(self.desk, number)

    @operation(Role.AGENT, writes=True, audits=False)
    def reported(self, channel: int, reports: Iterable[Report]) -> int:
        """Write down what the provider tells of what was sent by a channel (its id); how many deliveries changed."""
        changed, failed = outcomes.reported(self.connection, channel, reports, clock.now())
        for number in failed:
            not_gone(self.desk, number)
        return len(changed)

    def _failed(self, token: str, letter: Outgoing, reason: str) -> bool:
        connection, now = self.store.current(), clock.now()
        hold_thread(connection, letter.delivery)
        held = outcomes.failed(connection, letter.delivery, token, reason, now)
        if held:
            not_gone(self.desk, letter.delivery)
        return held

    def _channel(self, number: int) -> tuple[str, str, dict[str, Any]]:
        channel = tables.channel
        wanted = select(channel.c.kind, channel.c.state, channel.c.config).where(channel.c.id == number)
        row = self.store.current().execute(wanted).one()
        return row.kind, row.state, dict(row.config)

    def _something_due(self, connection: Any, channel: int) -> bool:
        due, delivery = claiming.next_due(connection, channel), tables.delivery
        if due is not None and due <= clock.now():
            return True
        stuck = select(delivery.c.id).where(
            delivery.c.channel_id == channel,
            delivery.c.status == claiming.SENDING,
            delivery.c.claimed_until <= clock.now(),
        )
        return connection.execute(stuck.limit(1)).first() is not None

    def _bytes_of(self, sha256: str) -> bytes | None:
        """An attachment's content; None when it is gone, which must not keep others from leaving."""
        try:
            return self.store.blobs.get(sha256)
        except NotFound:
            return None

    def _refusal(self, channel: int, letter: Outgoing, kind: str, facts: Capabilities, now: datetime) -> str:
        """Why a claimed message may not go any more; empty when it may."""
        gone = next((part.name for part in letter.parts if part.data is None), None)
        if gone is not None:
            return f"its file {gone[:100]} is gone from the store"
        reason = refusal_of_automatic(self.store.current(), letter, kind, now)
        return reason or ("" if letter.template else self._closed(channel, letter, facts, now))

    def _closed(self, channel: int, letter: Outgoing, facts: Capabilities, now: datetime) -> str:
        """Why free text may not go any more; empty when it may."""
        if facts.window is None:
            return ""
        message = tables.message
        wanted = (
            select(func.max(message.c.sort_key))
            .join(tables.delivery, tables.delivery.c.customer_id == message.c.customer_id)
            .where(
                tables.delivery.c.id == letter.delivery,
                message.c.channel_id == channel,
                message.c.direction == Direction.INBOUND.value,
            )
        )
        newest = self.store.current().execute(wanted).scalar()
        heard = None if newest is None else second_of(newest)
        return refusal(facts, heard, now, ZoneInfo(self.desk.settings.time_zone))
