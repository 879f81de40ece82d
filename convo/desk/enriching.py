"""Operations on enrichment: language, sentiment and intent, of news as it comes and of history after it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select, update

from convo.desk.merging import hold_off_intake
from convo.desk.operation import Operations, operation
from convo.model import tables
from convo.model.words import Direction, Role
from convo.store.bulk import update_rows
from convo.store.marks import mark, set_mark

if TYPE_CHECKING:
    from convo.desk.desk import Desk
    from convo.nlp.enrichment import Enrichment

_MARK = "enriched"
_AT_ONCE = 2_000
_COLUMNS = ("language", "sentiment", "intent", "intent_score")
_NOT_YET = (tables.message.c.direction == Direction.INBOUND.value) & tables.message.c.intent_score.is_(None)
"""What a customer wrote and nobody has looked at: whoever does leaves a score, if only 0."""


class Enriching(Operations):
    """What messages are written in, how they feel, and what they are after."""

    @operation(Role.AGENT, writes=True, batches=True)
    def history(
        self, *, again: bool = False, most: int | None = None, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Enrich the customers' messages that came as history and have not been looked at yet; how many those were.

        It goes on where it was cut off. With `again` it begins anew, for a better model; languages that a log declared
        and intents that a person gave stay. `most` bounds how many messages are looked at. `progress` hears how many
        were and how many there are to look at.
        """
        if again:
            self._begin_again()
        done, total = 0, self.behind()
        while most is None or done < most:
            looked_at = self._some(_AT_ONCE if most is None else min(most - done, _AT_ONCE))
            if looked_at is None:
                break
            done += looked_at
            if progress is not None:
                progress(done, total)
        return done

    @operation(Role.VIEWER)
    def behind(self) -> int:
        """How many of the customers' messages have not been looked at yet."""
        message = tables.message
        wanted = select(func.count()).where(message.c.id > _seen(self.connection), _NOT_YET)
        return int(self.connection.execute(wanted).scalar_one())

    @operation(Role.VIEWER)
    def something_new(self) -> bool:
        """Whether a message has come since the last look; cheap at any size."""
        return _newest(self.connection) > _seen(self.connection)

    @operation(Role.AGENT, writes=True)
    def _begin_again(self) -> None:
        message, label = tables.message, tables.intent_label
        theirs = message.c.direction == Direction.INBOUND.value
        by_hand = select(label.c.message_id)
        self.connection.execute(update(message).where(theirs, message.c.id.not_in(by_hand)).values(intent_score=None))
        set_mark(self.connection, _MARK, 0)

    @operation(Role.AGENT, writes=True)
    def _some(self, most: int) -> int | None:
        """Enrich the next messages in one transaction; how many, None when there are no more."""
        message = tables.message
        # No message with a lower number may come later, and two processes at it take turns.
        hold_off_intake(self.connection)
        seen = _seen(self.connection)
        rows = self.connection.execute(
            select(message.c.id, message.c.subject, message.c.body, message.c.language)
            .where(message.c.id > seen, _NOT_YET)
            .order_by(message.c.id)
            .limit(most)
        ).all()
        if not rows:
            if (last := _newest(self.connection)) > seen:
                set_mark(self.connection, _MARK, last)
            return None
        read, changed = reader(self.desk), []
        for row in rows:
            found = read(row.body, row.subject, row.language)
            score = found.intent_score or 0.0
            changed.append((row.language or found.language, found.sentiment, found.intent, score, row.id))
        update_rows(self.connection, message, _COLUMNS, changed)
        set_mark(self.connection, _MARK, rows[-1].id)
        self.record("message", None, after={"enriched": len(rows), "up_to": rows[-1].id}, operation="enriching.history")
        return len(rows)


def reader(desk: "Desk") -> "Callable[[str, str, str | None], Enrichment]":
    """What tells of a message's body, subject and known language what it is: with this desk's intents and languages.

    Languages that the shop's operators speak are expected, which settles what a short message leaves open.
    """
    from convo.desk.intent_models import active_classifier
    from convo.nlp.enrichment import enrich

    operator = tables.operator
    with desk.store.read() as connection:
        spoken = connection.execute(select(operator.c.languages).where(operator.c.removed_at.is_(None))).scalars()
        expected = tuple(sorted({language for languages in spoken for language in languages}))
    intents = active_classifier(desk.store)

    def read(body: str, subject: str, language: str | None) -> "Enrichment":
        return enrich(body, subject=subject, known_language=language, expected=expected, intents=intents)

    return read


def _seen(connection: Connection) -> int:
    """The number of the last message that was looked at."""
    return mark(connection, _MARK) or 0


def _newest(connection: Connection) -> int:
    """The number of the newest message; cheap at any size."""
    return connection.execute(select(func.max(tables.message.c.id))).scalar() or 0
