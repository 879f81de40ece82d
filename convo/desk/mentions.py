"""Tells operators and teams that a note names them with @."""

import re
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from convo import clock
from convo.intake.topic import excerpt
from convo.model import tables
from convo.model.views import ThreadRow

if TYPE_CHECKING:
    from convo.desk.desk import Desk

_MOST = 100
_LONGEST_NAME = 200
_AT = re.compile(r"(?<!\w)@(?=\w)")


def tell_mentioned(desk: "Desk", row: ThreadRow, body: str) -> int:
    """Notify whom the body of a note in a thread names, each once and nobody of oneself; how many were told.

    A name is an operator's or a team's in any case, the longest that fits; a team is each of its members. Only the
    first hundred mentions count.
    """
    places = [found.end() for found, _ in zip(_AT.finditer(body), range(_MOST), strict=False)]
    if not places:
        return 0
    connection, operator, member, team = desk.store.current(), tables.operator, tables.team_member, tables.team
    here = operator.c.removed_at.is_(None)
    people: dict[str, set[int]] = {}
    joined = select(team.c.name, member.c.operator_id).join(member, member.c.team_id == team.c.id)
    for name, number in connection.execute(joined.join(operator, operator.c.id == member.c.operator_id).where(here)):
        people.setdefault(name.casefold(), set()).add(number)
    # An operator's name goes before a team's that is written the same.
    people |= {
        name.casefold(): {number}
        for name, number in connection.execute(select(operator.c.name, operator.c.id).where(here))
    }
    told: set[int] = set()
    for place in places:
        said = body[place : place + _LONGEST_NAME].casefold()
        fits = [name for name in people if said.startswith(name) and _ends(said, len(name))]
        if fits:
            told |= people[max(fits, key=len)]
    told.discard(desk.actor.operator_id or 0)
    if told:
        values = {
            "thread_id": row.id,
            "customer_id": row.customer_id,
            "body": f"{desk.actor.name} names you: {excerpt(body)}",
            "by": desk.actor.name,
            "at": clock.now(),
        }
        connection.execute(insert(tables.notification), [values | {"operator_id": number} for number in sorted(told)])
    return len(told)


def _ends(said: str, place: int) -> bool:
    """Whether a name that reaches to `place` is not only the beginning of a longer word."""
    rest = said[place : place + 2]
    return (not rest[:1].isalnum() and rest[:1] not in {"_", "-"}) or (rest[:1] == "-" and not rest[1:].isalnum())
