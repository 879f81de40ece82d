"""What leaves the desk about codes: the words on shelves and products that open a chat with their context."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CodeView:
    """A code: its word as it is printed, where it leads, and how often it was used (once per customer and day).

    `link` opens a chat on `channel` with it; it is empty, and `problem` says why, where that cannot be computed.
    `text` is what the customer's first message says, `context` what is known of the place.
    """

    id: int
    word: str
    title: str
    channel: str
    text: str
    context: dict[str, str]
    tags: tuple[str, ...]
    uses: int
    created_at: datetime
    link: str = ""
    problem: str = ""
