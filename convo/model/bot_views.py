"""What leaves the desk about bots: how they are set, what they did, what they would do, and drafts for operators."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class BotView:
    """A bot and how it does.

    `config` is its TOML. Of its `sessions`, `active` go on, `answered` ended without a person, and the rest were
    handed over, for the reasons counted in `handed_over`; `turns` is how often it spoke in one, on average.
    """

    id: int
    name: str
    enabled: bool
    config: str
    sessions: int = 0
    active: int = 0
    answered: int = 0
    handed_over: dict[str, int] = field(default_factory=dict)
    turns: float = 0.0


@dataclass(frozen=True, slots=True)
class BotSessionView:
    """A bot's first contact in one episode: `state` is active, answered or handed_over, `reason` why it ended."""

    id: int
    bot: str
    thread_id: int
    customer_id: int
    customer: str
    state: str
    reason: str
    turns: int
    intent: str
    known: dict[str, str]
    missing: tuple[str, ...]
    started_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class BotTrial:
    """What a bot would do: `move` is ask, answer, hand over, finish, silent or release; nothing was changed.

    `body` is what the customer would read, `note` what operators would, `because` what spoke for it.
    """

    bot: str
    move: str
    reason: str
    asked: tuple[str, ...]
    article: str
    body: str
    note: str
    language: str
    intent: str
    known: dict[str, str]
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DraftView:
    """A text for a person to use or not; `source` says who made it, `remark` what went wrong on the way."""

    thread_id: int
    text: str
    source: str
    remark: str = ""
