"""A bot's sessions in the store: begun, gone on with, ended, listed and counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from convo import clock
from convo.bot.situation import Progress
from convo.desk import cursor
from convo.model import tables
from convo.model.bot_views import BotSessionView, BotView
from convo.model.views import Page
from convo.model.words import BotState

_session = tables.bot_session


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that goes on."""

    id: int
    bot: str
    config: str
    enabled: bool
    customer_id: int
    progress: Progress


def open_session(connection: Connection, thread: int) -> OpenSession | None:
    """The active session of a thread's current episode."""
    bot, episode = tables.bot, tables.episode
    row = connection.execute(
        select(_session, bot.c.name, bot.c.config, bot.c.enabled)
        .join(bot, bot.c.id == _session.c.bot_id)
        .join(episode, episode.c.id == _session.c.episode_id)
        .where(
            _session.c.thread_id == thread,
            _session.c.state == BotState.ACTIVE.value,
            episode.c.resolved_at.is_(None),
        )
        .order_by(_session.c.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    progress = progress_of(row.asked, row.known, row.turns)
    return OpenSession(row.id, row.name, row.config["toml"], row.enabled, row.customer_id, progress)


def begin(connection: Connection, bot: int, thread: int, episode: int, customer: int) -> int:
    """Begin a session in an episode that has none; the store refuses a second one."""
    now = clock.now()
    row = {
        "bot_id": bot,
        "thread_id": thread,
        "episode_id": episode,
        "customer_id": customer,
        "state": BotState.ACTIVE.value,
        "turns": 0,
        "asked": {},
        "known": {},
        "reason": "",
        "started_at": now,
        "last_at": now,
    }
    return int(connection.execute(insert(_session).returning(_session.c.id), row).scalar_one())


def keep(connection: Connection, session: int, progress: Progress, state: BotState, reason: str) -> None:
    """Write down how far a session has come."""
    asked = {
        "intent": progress.intent,
        "question": progress.question,
        "language": progress.language,
        "pending": list(progress.pending),
        "tries": dict(progress.tries),
        "assumed": list(progress.assumed),
        "given": list(progress.given),
        "waiting": progress.waiting,
        "first": progress.first_message,
        "last": progress.last_message,
    }
    connection.execute(
        update(_session)
        .where(_session.c.id == session)
        .values(
            state=state.value,
            turns=progress.turns,
            asked=asked,
            known=dict(progress.known),
            reason=reason,
            last_at=clock.now(),
        )
    )


def end(connection: Connection, session: int, reason: str) -> None:
    """End a session because a person has the thread."""
    values = {"state": BotState.HANDED_OVER.value, "reason": reason, "last_at": clock.now()}
    connection.execute(update(_session).where(_session.c.id == session).values(**values))


def progress_of(asked: dict[str, Any], known: dict[str, str], turns: int) -> Progress:
    """A session's progress as it was written down."""
    return Progress(
        asked.get("intent", ""),
        asked.get("question", ""),
        asked.get("language", ""),
        tuple(asked.get("pending", ())),
        asked.get("tries", {}),
        known,
        tuple(asked.get("assumed", ())),
        tuple(asked.get("given", ())),
        asked.get("waiting", False),
        turns,
        asked.get("first", 0),
        asked.get("last", 0),
    )


def session_page(
    connection: Connection, conditions: Sequence[Any], *, after: str | None, limit: int
) -> Page[BotSessionView]:
    """A page of sessions, the newest first."""
    customer, bot = tables.customer, tables.bot
    wanted = (
        select(_session, bot.c.name.label("bot"), customer.c.name.label("customer"))
        .join(bot, bot.c.id == _session.c.bot_id)
        .join(customer, customer.c.id == _session.c.customer_id)
        .where(*conditions)
        .order_by(_session.c.id.desc())
        .limit(cursor.check_limit(limit) + 1)
    )
    if after is not None:
        wanted = wanted.where(_session.c.id < cursor.decode(after, int)[0])
    rows = connection.execute(wanted).all()
    items = tuple(
        BotSessionView(
            row.id,
            row.bot,
            row.thread_id,
            row.customer_id,
            row.customer,
            row.state,
            row.reason,
            row.turns,
            row.asked.get("intent", ""),
            dict(row.known),
            tuple(row.asked.get("pending", ())),
            row.started_at,
            row.last_at,
        )
        for row in rows[:limit]
    )
    return Page(items, cursor.encode(items[-1].id) if len(rows) > limit else None)


def bot_views(connection: Connection, *conditions: Any) -> tuple[BotView, ...]:
    """Bots by name, with how their sessions went."""
    bot = tables.bot
    rows = connection.execute(select(bot).where(*conditions)).all()
    counts = connection.execute(
        select(
            _session.c.bot_id,
            _session.c.state,
            _session.c.reason,
            func.count().label("count"),
            func.sum(_session.c.turns).label("turns"),
        ).group_by(_session.c.bot_id, _session.c.state, _session.c.reason)
    ).all()
    return tuple(sorted((_view(row, [one for one in counts if one.bot_id == row.id]) for row in rows), key=_by_name))


def _view(row: Any, counts: Sequence[Any]) -> BotView:
    def of(state: BotState) -> int:
        return sum(one[3] for one in counts if one.state == state.value)

    # On a Row `count` is the tuple's own method.
    over = {one.reason: int(one[3]) for one in counts if one.state == BotState.HANDED_OVER.value}
    total = sum(one[3] for one in counts)
    turns = float(sum(one.turns for one in counts)) / total if total else 0.0
    ordered = dict(sorted(over.items(), key=lambda item: (-item[1], item[0])))
    active, answered = of(BotState.ACTIVE), of(BotState.ANSWERED)
    return BotView(row.id, row.name, row.enabled, row.config["toml"], total, active, answered, ordered, turns)


def _by_name(view: BotView) -> str:
    return view.name.casefold()
