"""Names that people give to things of the desk: their form, and finding what bears one."""

import unicodedata
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, select

from convo.errors import BadInput, Conflict, NotFound
from convo.model import tables

if TYPE_CHECKING:
    from convo.desk.desk import Actor

LONGEST_NAME = 64


def check_name(name: str, noun: str) -> str:
    """The name in its one form (NFC, no space around it); raises BadInput for one that cannot be typed or told."""
    form = unicodedata.normalize("NFC", name).strip()
    article = "an" if noun[0] in "aeio" else "a"
    if not form or len(form) > LONGEST_NAME:
        raise BadInput(f"the name of {article} {noun} has 1 to {LONGEST_NAME} characters, not {len(form)}")
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for character in form):
        raise BadInput(f"the name of {article} {noun} holds no control characters: {form!r}")
    return form


def free_name(connection: Connection, table: Table, name: str, noun: str, *, besides: int | None = None) -> str:
    """A name that nothing else in the table bears in any case; raises BadInput, Conflict when it is taken."""
    form = check_name(name, noun)
    for number, taken in connection.execute(select(table.c.id, table.c.name)):
        if number != besides and taken.casefold() == form.casefold():
            raise Conflict(f"there is a {noun} {taken!r} already", hint="choose another name")
    return form


def id_of(connection: Connection, table: Table, name: str, noun: str, *conditions: Any) -> int:
    """The id of what bears the name, whatever its case; raises NotFound."""
    wanted = unicodedata.normalize("NFC", name).strip().casefold()
    for number, borne in connection.execute(select(table.c.id, table.c.name).where(*conditions)):
        if borne.casefold() == wanted:
            return int(number)
    raise NotFound(f"there is no {noun} {name[:80]!r}", hint=f"convo {noun} list shows them")


def named_operator(connection: Connection, actor: "Actor", name: str) -> int:
    """The id of the operator of a name, or of who acts for "me"; raises NotFound, Conflict when that is no operator."""
    operator = tables.operator
    if name.casefold() != "me":
        return id_of(connection, operator, name, "operator", operator.c.removed_at.is_(None))
    if actor.operator_id is None:
        raise Conflict(
            f"{actor.name} is no operator of this desk",
            hint="convo operator add NAME, then convo config set operator NAME",
        )
    return actor.operator_id
