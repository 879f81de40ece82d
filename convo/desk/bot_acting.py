"""Does what a bot decided: says it, notes it, and leaves the thread where it belongs, in the running transaction."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from convo import clock
from convo.bot.bot_config import BotConfig
from convo.bot.moves import Answer, Ask, Decision, Finish, HandOver, Reason, Release
from convo.bot.situation import Situation
from convo.bot.summary import summary
from convo.desk import bot_sessions, reading
from convo.desk.answering import Account, answer_body, channel_for, home_of, queue, recipient_on, write_down
from convo.desk.bot_articles import note_sent
from convo.desk.fitting import misfit
from convo.errors import Conflict, ConvoError
from convo.model import tables
from convo.model.views import ThreadRow
from convo.model.words import BotState, Direction, ThreadStatus

if TYPE_CHECKING:
    from convo.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class _Way:
    """By which channel and to which handle a message can go."""

    account: Account
    identity_id: int
    recipient: str


def act(
    desk: "Desk", bot: str, config: BotConfig, session: int, situation: Situation, decision: Decision
) -> Reason | None:
    """Carry out a decision in a thread; why the session ended, None while it goes on.

    Where the customer cannot be reached, or the words do not fit the channel, the thread is handed over instead.
    """
    connection = desk.store.current()
    row = _row(desk, situation.message.thread_id)
    move, progress = decision.move, decision.progress
    body = move.body if isinstance(move, Ask | Answer | Finish | HandOver) else ""
    way, reason, detail = _way(desk, row, answer_body(body)) if body else (None, None, "")
    if reason is not None and not isinstance(move, HandOver):
        told = f"Handed over: {reason.value}{detail}"
        note = summary(situation.person, situation.purchases, situation.progress, situation.message, title=told)
        move, progress = (
            HandOver(reason, "", note),
            replace(situation.progress, last_message=progress.last_message),
        )
    sent = _say(desk, bot, row, way, body) if way is not None else None
    match move:
        case Ask():
            bot_sessions.keep(connection, session, progress, BotState.ACTIVE, "")
            return None
        case Answer():
            note_sent(desk, move.article, row.id, sent or 0, bot)
            bot_sessions.keep(connection, session, progress, BotState.ACTIVE, "")
            return None
        case Finish():
            bot_sessions.keep(connection, session, progress, BotState.ANSWERED, Reason.HELPED.value)
            if config.after_answer == "resolved":
                desk.threads.close(row.id)
            return Reason.HELPED
        case Release():
            bot_sessions.keep(connection, session, progress, BotState.HANDED_OVER, move.reason.value)
            return move.reason
        case HandOver():
            bot_sessions.keep(connection, session, progress, BotState.HANDED_OVER, move.reason.value)
            _hand_over(desk, bot, config, row.id, move, situation.message.sent_at)
            return move.reason
        case _:
            return None


def _way(desk: "Desk", row: ThreadRow, text: str) -> tuple[_Way | None, Reason | None, str]:
    """The way that a text goes; or why it goes none, with the details that follow the reason in a note."""
    try:
        account = channel_for(desk.store.current(), row.id, None)
        way = _Way(account, *recipient_on(desk.store.current(), row, account))
    except Conflict:
        return None, Reason.UNREACHABLE, ""
    too_long = misfit(account, text)
    return (None, Reason.TOO_LONG, f" ({too_long})") if too_long else (way, None, "")


def _say(desk: "Desk", bot: str, row: ThreadRow, way: _Way, body: str) -> int:
    """Write the message, queue it, and let the thread wait for the customer; a machine's word is no first response."""
    message = write_down(
        desk, row, answer_body(body), Direction.OUTBOUND, way.account, way.identity_id, automatic=True, author=bot
    )
    queue(desk.store.current(), message, way.recipient)
    values: dict[str, Any] = {
        "last_outbound_at": clock.now(),
        "waiting_since": None,
        "unread": False,
        "message_count": tables.thread.c.message_count + 1,
        "last_message_at": message["sent_at"],
    }
    if row.status in {ThreadStatus.OPEN, ThreadStatus.SNOOZED}:
        values |= {"status": ThreadStatus.PENDING.value, "snoozed_until": None}
    _update(desk, row.id, values)
    return int(message["id"])


def _hand_over(desk: "Desk", bot: str, config: BotConfig, thread: int, move: HandOver, since: datetime) -> None:
    row = _row(desk, thread)
    home = home_of(desk.store.current(), thread)
    note = write_down(desk, row, answer_body(move.note), Direction.NOTE, home, None, automatic=True, author=bot)
    _update(
        desk,
        thread,
        {
            "status": ThreadStatus.OPEN.value,
            "snoozed_until": None,
            "unread": True,
            "waiting_since": row.waiting_since or since,
            "message_count": tables.thread.c.message_count + 1,
            "last_message_at": note["sent_at"],
        },
    )
    if not config.wanted:
        return
    try:
        desk.assignments.place(thread, config.wanted, by=f"bot {bot}")
    except ConvoError as error:
        # A team that is gone must not keep the thread from people: it stays open, and says why it is nobody's.
        row = _row(desk, thread)
        text = f"It could not be assigned as the bot {bot} wants it: {error.message}"
        note = write_down(desk, row, text, Direction.NOTE, home, None, automatic=True, author=bot)
        count = tables.thread.c.message_count + 1
        _update(desk, thread, {"message_count": count, "last_message_at": note["sent_at"]})


def _row(desk: "Desk", thread: int) -> ThreadRow:
    wanted = reading.thread_rows().where(tables.thread.c.id == thread)
    return reading.thread_row(desk.store.current().execute(wanted).one())


def _update(desk: "Desk", thread: int, values: dict[str, Any]) -> None:
    table = tables.thread
    desk.store.current().execute(update(table).where(table.c.id == thread).values(**values))


def lock(desk: "Desk", thread: int) -> int | None:
    """Keep other bots and operators from a thread until the transaction ends; its customer, None for no thread."""
    table = tables.thread
    wanted = select(table.c.customer_id).where(table.c.id == thread).with_for_update()
    return desk.store.current().execute(wanted).scalar()
