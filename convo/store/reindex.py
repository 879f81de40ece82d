"""Makes the search index anew from the messages themselves."""

from sqlalchemy import Connection, select

from convo.model import tables
from convo.store import search_index
from convo.text import index_words

_BATCH = 2000


def rebuild(connection: Connection) -> int:
    """Replace the index inside the open write, so that nobody ever searches half of one; how many rows it has."""
    search_index.recreate(connection)
    message = tables.message
    page = select(message.c.sort_key, message.c.subject, message.c.body).order_by(message.c.sort_key).limit(_BATCH)
    done = 0
    rows = connection.execute(page).all()
    while rows:
        search_index.add(connection, [(key, index_words(subject), index_words(body)) for key, subject, body in rows])
        done += len(rows)
        rows = connection.execute(page.where(message.c.sort_key > rows[-1].sort_key)).all()
    return done
