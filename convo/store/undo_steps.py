"""Removes what steps could still take back, and the steps that are left with nothing."""

from sqlalchemy import ColumnElement, Connection, delete, exists, select

from convo.model import tables
from convo.store.bulk import among


def forget_rows(connection: Connection, condition: ColumnElement[bool]) -> list[int]:
    """Delete the rows of steps that a condition finds; returns the ids of the steps that still hold others."""
    row, step = tables.undo_row, tables.undo_step
    touched = list(connection.execute(select(row.c.undo_step_id).where(condition).distinct()).scalars())
    if not touched:
        return []
    connection.execute(delete(row).where(condition))
    left = exists().where(row.c.undo_step_id == step.c.id).correlate(step)
    connection.execute(delete(step).where(among(connection, step.c.id, touched), ~left))
    return list(connection.execute(select(step.c.id).where(among(connection, step.c.id, touched))).scalars())
