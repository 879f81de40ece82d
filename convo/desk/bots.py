"""Operations on bots: first contact, until a person is needed."""

from dataclasses import replace
from typing import Any

from sqlalchemy import delete, insert, select, update

from convo import clock
from convo.bot.bot_config import BotConfig
from convo.bot.decide import decide
from convo.bot.moves import Decision, Look, Reason, Silent
from convo.bot.reading import read_config
from convo.bot.situation import Situation
from convo.bot.template import TEMPLATE
from convo.desk import bot_sessions
from convo.desk.bot_acting import act, lock
from convo.desk.bot_articles import find_hits
from convo.desk.bot_files import name_in, named
from convo.desk.bot_reading import newest_message, normaliser, one_message, situation, supposed
from convo.desk.bot_trial import trial
from convo.desk.names import free_name, id_of
from convo.desk.operation import Operations, operation
from convo.errors import BadInput, Conflict, NotFound
from convo.model import tables
from convo.model.bot_views import BotSessionView, BotTrial, BotView
from convo.model.views import Page
from convo.model.words import BotState, Role
from convo.text import clean

_TAKE_OVER = "take over"
_BY_HAND = frozenset({"threads.reply", "threads.assign", "threads.note", "threads.close", "actions.do"})


class Bots(Operations):
    """First contact by a bot."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[BotView, ...]:
        """The bots by name, and how each does."""
        return bot_sessions.bot_views(self.connection)

    @operation(Role.VIEWER)
    def show(self, name: str) -> BotView:
        """A bot and how it does; raises NotFound."""
        return bot_sessions.bot_views(self.connection, tables.bot.c.id == self._id(name))[0]

    @operation(Role.ADMIN, writes=True)
    def add(self, name: str, config: str = TEMPLATE, *, enabled: bool = True) -> BotView:
        """Make a bot that behaves as a TOML text says; raises BadInput naming what is wrong, Conflict for the name."""
        table = tables.bot
        form = free_name(self.connection, table, name, "bot")
        values = {"name": form, "config": _checked(config), "enabled": enabled, "created_at": clock.now()}
        number = self.connection.execute(insert(table).returning(table.c.id), values).scalar_one()
        self.record("bot", number, after={"name": form, "enabled": enabled, "config": config})
        return self.show(form)

    @operation(Role.ADMIN, writes=True)
    def edit(self, name: str, config: str) -> BotView:
        """Let a bot behave as another TOML text says, from its next message on; raises NotFound, BadInput."""
        return self._changed(name, {"config": _checked(config)})

    @operation(Role.ADMIN, writes=True)
    def enable(self, name: str) -> BotView:
        """Switch a bot on; raises NotFound."""
        return self._changed(name, {"enabled": True})

    @operation(Role.ADMIN, writes=True)
    def disable(self, name: str) -> BotView:
        """Switch a bot off: it takes no thread, and hands over those it has at their next message; raises NotFound."""
        return self._changed(name, {"enabled": False})

    @operation(Role.ADMIN, writes=True)
    def remove(self, name: str) -> None:
        """Remove a bot and the record of its sessions; raises NotFound, Conflict while a rule hands threads to it."""
        view = self.show(name)
        rule, session = tables.rule, tables.bot_session
        for rule_name, actions in self.connection.execute(select(rule.c.name, rule.c.actions)):
            if f"bot {view.name}".casefold() in [str(action).casefold() for action in actions]:
                raise Conflict(
                    f"the rule {rule_name!r} hands threads to the bot {view.name!r}",
                    hint=f"change the rule first, or convo bot disable {view.name}",
                )
        self.connection.execute(delete(session).where(session.c.bot_id == view.id))
        self.connection.execute(delete(tables.bot).where(tables.bot.c.id == view.id))
        self.record("bot", view.id, {"name": view.name, "config": view.config})

    @operation(Role.VIEWER)
    def export(self, name: str) -> str:
        """A bot as a TOML text that `bring_in` reads, with its comments and its name in it; raises NotFound."""
        view = self.show(name)
        return named(view.config, view.name)

    @operation(Role.ADMIN, writes=True)
    def bring_in(self, config: str) -> BotView:
        """Make the bot that a TOML text names, or change it where it is there; raises BadInput."""
        name = name_in(config)
        taken = [view.name for view in self.list() if view.name.casefold() == name.casefold()]
        return self.edit(taken[0], config) if taken else self.add(name, config)

    @operation(Role.VIEWER)
    def sessions(
        self, bot: str = "", *, state: str = "", after: str | None = None, limit: int = 50
    ) -> Page[BotSessionView]:
        """A page of first contacts, the newest first, of one bot or in one state; raises NotFound, BadInput."""
        table, conditions = tables.bot_session, list[Any]()
        if bot:
            conditions.append(table.c.bot_id == self._id(bot))
        if state:
            if state not in list(BotState):
                raise BadInput(f"{state[:40]!r} is no state of a session", hint="one of " + ", ".join(BotState))
            conditions.append(table.c.state == state)
        return bot_sessions.session_page(self.connection, conditions, after=after, limit=limit)

    @operation(Role.AGENT, writes=True)
    def take(self, thread: int, bot: str = "") -> None:
        """Hand a thread to a bot (the only one when none is named), which answers at once.

        A bot that is switched off takes nothing, an episode that had one or that a person answered gets no session, and
        there is none where nothing may be said: to a machine, an unverified sender, a blocked customer. Raises
        NotFound, and Conflict when no bot is named and there are several.
        """
        chosen = self._chosen(bot)
        customer = lock(self.desk, thread)
        if customer is None:
            raise NotFound(f"there is no thread {thread}", hint="convo thread list shows them")
        episode = self._episode(thread)
        message = newest_message(self.connection, thread)
        if not chosen.enabled or episode is None or message is None:
            self.record("thread", thread, after={"bot": chosen.name, "move": "none"})
            return
        config = read_config(chosen.config["toml"])
        seen = situation(self.desk, customer, thread, message, bot_sessions.progress_of({}, {}, 0))
        decision = self._decide(config, seen)
        if isinstance(decision.move, Silent):
            self.record("thread", thread, after={"bot": chosen.name, "move": decision.move.reason.value})
            return
        session = bot_sessions.begin(self.connection, chosen.id, thread, episode, customer)
        self._act(chosen.name, config, session, seen, decision)

    @operation(Role.AGENT, writes=True)
    def go_on(self, thread: int, message: int) -> bool:
        """Let the bot that has a thread answer a new message of the customer; whether one has it."""
        if bot_sessions.open_session(self.connection, thread) is None:
            if self.desk.running == "bots.go_on":
                self.desk.audited = True  # Nothing was done, so there is nothing to write down.
            return False
        customer = lock(self.desk, thread)
        session = bot_sessions.open_session(self.connection, thread)
        if session is None or customer is None:
            return False
        said = one_message(self.connection, message)
        if said is None or said.thread_id != thread or message <= session.progress.last_message:
            return True
        config = read_config(session.config)
        seen = situation(
            self.desk,
            customer,
            thread,
            said,
            session.progress,
            switched_off=not session.enabled,
        )
        decision = self._decide(config, seen)
        self._act(session.bot, config, session.id, seen, decision)
        return True

    @operation(Role.AGENT, writes=True)
    def let_go(self, thread: int, note: str | None = None) -> None:
        """End the session of a thread that a person takes by hand; a `note` does so only when it says "take over".

        What rules and other work in the background do to a thread is no person's hand.
        """
        session = None
        if self.desk.running in _BY_HAND and (note is None or _TAKE_OVER in note.casefold()):
            session = bot_sessions.open_session(self.connection, thread)
        if session is not None:
            bot_sessions.end(self.connection, session.id, Reason.OPERATOR.value)

    @operation(Role.VIEWER)
    def try_out(
        self,
        text: str,
        bot: str = "",
        *,
        customer: int | None = None,
        thread: int | None = None,
        language: str | None = None,
        intent: str | None = None,
        sentiment: float | None = None,
    ) -> BotTrial:
        """What a bot would do if this came now from a customer, or in a thread, and why; changes nothing.

        Raises NotFound, and Conflict when no bot is named and there are several.
        """
        chosen = self._chosen(bot)
        session = None
        if thread is not None:
            table = tables.thread
            customer = self.connection.execute(select(table.c.customer_id).where(table.c.id == thread)).scalar()
            if customer is None:
                raise NotFound(f"there is no thread {thread}", hint="convo thread list shows them")
            session = bot_sessions.open_session(self.connection, thread)
        elif customer is not None:
            self.desk.customers.show(customer)
        said = supposed(self.desk, clean(text), thread or 0, language=language, intent=intent, sentiment=sentiment)
        progress = session.progress if session else bot_sessions.progress_of({}, {}, 0)
        seen = situation(self.desk, customer or 0, thread or 0, said, progress)
        return trial(chosen.name, self._decide(read_config(chosen.config["toml"]), seen))

    def _decide(self, config: BotConfig, seen: Situation) -> Decision:
        normalise = normaliser(self.desk)
        decision = decide(config, seen, normalise)
        if isinstance(decision.move, Look):
            look = decision.move
            hits = find_hits(self.desk, look.question, look.language, decision.progress.intent)
            decision = decide(config, replace(seen, hits=hits), normalise)
        return decision

    def _act(self, bot: str, config: BotConfig, session: int, seen: Situation, decision: Decision) -> None:
        if isinstance(decision.move, Silent):
            self.record("thread", seen.message.thread_id, after={"bot": bot, "move": decision.move.reason.value})
            return
        ended = act(self.desk, bot, config, session, seen, decision)
        told = {"bot": bot, "move": type(decision.move).__name__.lower()}
        self.record("thread", seen.message.thread_id, after=told | ({"ended": ended.value} if ended else {}))

    def _chosen(self, name: str) -> Any:
        table = tables.bot
        if name:
            return self.connection.execute(select(table).where(table.c.id == self._id(name))).one()
        rows = self.connection.execute(select(table).order_by(table.c.id)).all()
        enabled = [row for row in rows if row.enabled] or rows
        if not enabled:
            raise NotFound("there is no bot", hint="convo bot add NAME")
        if len(enabled) > 1:
            raise Conflict("there are several bots", hint="name one: " + ", ".join(row.name for row in enabled))
        return enabled[0]

    def _id(self, name: str) -> int:
        return id_of(self.connection, tables.bot, name, "bot")

    def _episode(self, thread: int) -> int | None:
        """The thread's current episode, None when it has none or a bot or a person of ours was in it already."""
        episode, session = tables.episode, tables.bot_session
        newest = self.connection.execute(
            select(episode.c.id, episode.c.first_response_at)
            .where(episode.c.thread_id == thread, episode.c.resolved_at.is_(None))
            .order_by(episode.c.id.desc())
            .limit(1)
        ).first()
        if newest is None or newest.first_response_at is not None:
            return None
        held = select(session.c.id).where(session.c.episode_id == newest.id)
        return None if self.connection.execute(held).first() is not None else int(newest.id)

    def _changed(self, name: str, values: dict[str, Any]) -> BotView:
        before = self.show(name)
        self.connection.execute(update(tables.bot).where(tables.bot.c.id == before.id).values(**values))
        after = self.show(before.name)
        self.record(
            "bot",
            before.id,
            {"enabled": before.enabled, "config": before.config},
            {"enabled": after.enabled, "config": after.config},
        )
        return after


def _checked(config: str) -> dict[str, str]:
    text = clean(config)
    read_config(text)
    return {"toml": text}
