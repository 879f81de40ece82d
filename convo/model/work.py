"""Tables of how the desk works: rules, promises, canned answers, nudges, saved queries."""

from datetime import datetime
from typing import Any

from convo.model.table import Table, instant, json, key, number, text


class Rule(Table, table=True):
    """When a query matches a message, do these actions; rules run in order of `position`."""

    id: int | None = key()
    name: str = text(unique=True)
    position: int = number(index=True)
    trigger: str = text("message received")
    query: str = text()
    actions: list[str] = json(list)
    enabled: bool = True
    created_at: datetime = instant()


class SlaPolicy(Table, table=True):
    """How soon a first and a next response and a resolution are due, in seconds of business hours."""

    id: int | None = key()
    name: str = text(unique=True)
    first_response: int | None = number(None, null=True)
    next_response: int | None = number(None, null=True)
    resolution: int | None = number(None, null=True)
    calendar: dict[str, Any] = json(dict)
    created_at: datetime = instant()


class Snippet(Table, table=True):
    """A canned reply with variables, such as {customer.name}."""

    id: int | None = key()
    name: str = text(unique=True)
    body: str = text()
    language: str | None = text(None, null=True)
    created_at: datetime = instant()


class Article(Table, table=True):
    """A knowledge-base entry."""

    id: int | None = key()
    name: str = text(unique=True)
    title: str = text()
    body: str = text()
    language: str | None = text(None, null=True)
    created_at: datetime = instant()
    updated_at: datetime = instant()


class Nudge(Table, table=True):
    """A proactive message: when, to whom, what, within which guardrails, and how many are held out."""

    id: int | None = key()
    name: str = text(unique=True)
    trigger: str = text()
    audience: str = text()
    template: str = text()
    guardrails: dict[str, Any] = json(dict)
    holdout: float = 0.1
    enabled: bool = False
    created_at: datetime = instant()


class SavedQuery(Table, table=True):
    """A query under a name."""

    id: int | None = key()
    name: str = text(unique=True)
    query: str = text()
    created_at: datetime = instant()


class ImportProfile(Table, table=True):
    """A mapping from a file's columns to the desk's fields under a name."""

    id: int | None = key()
    name: str = text(unique=True)
    mapping: dict[str, str] = json(dict)
    created_at: datetime = instant()
