"""The channel on which a server's writers tell that they committed: a hint to look, without a word of what it was."""

from sqlalchemy import Connection, func, select

CHANNEL = "convo"


def tell(connection: Connection) -> None:
    """Let every listener know once the open transaction commits; not at all if it is rolled back."""
    connection.execute(select(func.pg_notify(CHANNEL, "")))
