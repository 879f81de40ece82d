"""Episodes of threads, inside an open write: begun, answered for the first time, resolved."""

from datetime import datetime

from sqlalchemy import Connection, insert, update

from convo.model import tables


def begin(connection: Connection, thread: int, customer: int, at: datetime) -> None:
    """Begin an episode in a thread that was resolved."""
    connection.execute(insert(tables.episode), {"thread_id": thread, "customer_id": customer, "opened_at": at})


def answer(connection: Connection, thread: int, at: datetime) -> None:
    """Note the first response of the episode that goes on, if it had none."""
    episode = tables.episode
    unanswered = episode.c.resolved_at.is_(None), episode.c.first_response_at.is_(None)
    connection.execute(update(episode).where(episode.c.thread_id == thread, *unanswered).values(first_response_at=at))


def resolve(connection: Connection, thread: int, at: datetime) -> None:
    """End the episode that goes on."""
    episode = tables.episode
    running = episode.c.thread_id == thread, episode.c.resolved_at.is_(None)
    connection.execute(update(episode).where(*running).values(resolved_at=at))
