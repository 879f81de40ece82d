"""What a query means depends on who asks, where and when."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal


@dataclass(frozen=True, slots=True)
class QueryContext:
    """Who asks (`me`, an operator's id), when (`now`, aware), where (`time_zone` of dates), and of which engine."""

    dialect: Literal["sqlite", "postgresql"]
    now: datetime
    time_zone: tzinfo
    me: int | None = None
