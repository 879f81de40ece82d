"""How checks are told: what was looked at, whether it is well, and what to do when it is not."""

from .lines import Column, Span

COLUMNS = (
    Column("", lambda row: Span("ok" if row.ok else "WRONG", "good" if row.ok else "bad")),
    Column("what", lambda row: row.name, style="strong"),
    Column("found", lambda row: row.detail, elastic=True),
    Column("hint", lambda row: row.hint, elastic=True, style="faint"),
)
