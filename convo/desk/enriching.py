"""Operations on enrichment: language, sentiment and intent, of news as it comes and of history after it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, insert, select, update

from convo.desk.operation import Operations, operation
from convo.model import tables
from convo.model.words import Direction, Role
from convo.store.bulk import update_rows

if TYPE_CHECKING:
    from convo.desk.desk import Desk
    from convo.nlp.enrichment import Enrichment

_MARK = "enriched"
_AT_ONCE = 2_000
_COLUMNS = ("language", "sentiment", "intent", "intent_score")


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
        while done < (total if most is None else min(most, total)):
            count = self._some()
            if not count:
                break
            done += count
            if progress is not None:
                progress(done, total)
        return done

    @operation(Role.VIEWER)
    def behind(self) -> int:
        """How many of the customers' messages have not been looked at yet."""
        message = tables.message
        wanted = select(func.count()).where(
            message.c.id > _mark(self.connection), message.c.direction == Direction.INBOUND.value
        )
        return int(self.connection.execute(wanted).scalar_one())

    @operation(Role.AGENT, writes=True)
    def _begin_again(self) -> None:
        _set_mark(self.connection, 0)

    @operation(Role.AGENT, writes=True)
    def _some(self) -> int:
        """Enrich the next messages in one transaction."""
        message, label = tables.message, tables.intent_label
        # Two processes at it take turns, and the second goes on where the first has come.
        mark = _mark(self.connection, lock=True)
        rows = self.connection.execute(
            select(
                message.c.id,
                message.c.subject,
                message.c.body,
                message.c.language,
                message.c.intent,
                label.c.id.is_not(None).label("labelled"),
            )
            .outerjoin(label, label.c.message_id == message.c.id)
            .where(message.c.id > mark, message.c.direction == Direction.INBOUND.value)
            .order_by(message.c.id)
            .limit(_AT_ONCE)
        ).all()
        if not rows:
            return 0
        read = reader(self.desk)
        changed, labelled = [], []
        for row in rows:
            found = read(row.body, row.subject, row.language)
            values = (row.language or found.language, found.sentiment)
            if row.labelled:
                labelled.append((*values, row.id))
            else:
                changed.append((*values, found.intent, found.intent_score, row.id))
        update_rows(self.connection, message, _COLUMNS, changed)
        update_rows(self.connection, message, _COLUMNS[:2], labelled)
        _set_mark(self.connection, rows[-1].id)
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


def _mark(connection: Connection, *, lock: bool = False) -> int:
    mark = tables.mark
    wanted = select(mark.c.value).where(mark.c.name == _MARK)
    return int(connection.execute(wanted.with_for_update() if lock else wanted).scalar() or 0)


def _set_mark(connection: Connection, value: int) -> None:
    mark = tables.mark
    if not connection.execute(update(mark).where(mark.c.name == _MARK).values(value=value)).rowcount:
        connection.execute(insert(mark), {"name": _MARK, "value": value})
