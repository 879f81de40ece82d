"""Tags of threads: the form in which they are kept, and which a thread has."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from convo.errors import BadInput
from convo.model import tables
from convo.text import clean

_LONGEST_TAG = 64


def tag_name(tag: str) -> str:
    """The form in which a tag is kept: casefolded, one line; raises BadInput when it is empty or long."""
    name = " ".join(clean(tag).casefold().split())
    if not name or len(name) > _LONGEST_TAG or "," in name:
        raise BadInput(f"{tag[:80]!r} is no tag", hint=f"1 to {_LONGEST_TAG} characters, no comma")
    return name


def tags_of(connection: Connection, thread: int) -> tuple[str, ...]:
    """A thread's tags in order."""
    tag = tables.thread_tag
    wanted = select(tag.c.tag).where(tag.c.thread_id == thread).order_by(tag.c.tag)
    return tuple(connection.execute(wanted).scalars())


def change_tags(connection: Connection, thread: int, add: Sequence[str], remove: Sequence[str]) -> None:
    """Take tags from a thread, then give it others; raises BadInput for one that is empty or long."""
    table = tables.thread_tag
    for tag in {tag_name(tag) for tag in remove}:
        connection.execute(delete(table).where(table.c.thread_id == thread, table.c.tag == tag))
    for tag in {tag_name(tag) for tag in add} - set(tags_of(connection, thread)):
        connection.execute(insert(table), {"thread_id": thread, "tag": tag})
