"""Operations on drafts: what people were writing and have not sent, and what is drafted for a person who asks."""

import os
from collections.abc import Sequence
from urllib.parse import urlsplit

from convo.bot.bot_config import BotConfig
from convo.bot.briefing import Reference, Utterance, brief
from convo.bot.endpoint import NoCompletion, complete
from convo.bot.memory import Known, recall
from convo.bot.situation import Progress, Said
from convo.bot.summary import summary
from convo.desk import kept_drafts
from convo.desk.bot_reading import newest_message, normaliser, situation
from convo.desk.draft_sources import Source, best_sources
from convo.desk.operation import Operations, operation
from convo.errors import NotFound
from convo.model.bot_views import DraftView
from convo.model.views import ThreadView
from convo.model.words import Direction, Role
from convo.model.writing_views import KeptDraft

_REPLY = (
    "Draft a reply of the shop to the newest inbound message, in its language, friendly and short. "
    "Ask only for what the conversation does not say already."
)
_SUMMARY = (
    "Summarise the conversation for a colleague who takes it over, in English, in at most eight lines: who it is, what "
    "they want, what was said and promised, what is open. Judge nobody."
)
_MOST_MESSAGES = 30


class Drafts(Operations):
    """Texts for a person to use or not; nobody but a person ever sends one."""

    @operation(Role.AGENT, writes=True, audits=False)
    def keep(self, thread: int, body: str, *, note: bool = False, channel: str = "") -> KeptDraft | None:
        """Keep what one is writing in a thread, in place of what was kept before; an empty body drops it.

        One reply and one note are kept a thread and author; `channel` is the one chosen for the reply. Raises NotFound,
        and BadInput for a text that is too long to be sent.
        """
        author = self.desk.actor.name
        return kept_drafts.keep(self.connection, thread, author, body, note=note, channel=channel)

    @operation(Role.VIEWER)
    def kept(self, thread: int) -> tuple[KeptDraft, ...]:
        """What one was writing oneself in a thread, the newest first."""
        return kept_drafts.kept_by(self.connection, self.desk.actor.name, thread)

    @operation(Role.VIEWER)
    def mine(self) -> tuple[KeptDraft, ...]:
        """All that one was writing oneself, the newest first."""
        return kept_drafts.kept_by(self.connection, self.desk.actor.name)

    @operation(Role.AGENT, writes=True, audits=False)
    def drop(self, thread: int, note: bool = False) -> None:
        """Forget one's reply or note in a thread; nothing happens where none is kept."""
        kept_drafts.drop(self.connection, thread, self.desk.actor.name, note)

    @operation(Role.AGENT, writes=True, batches=True)
    def reply(self, thread: int) -> DraftView:
        """A reply that a person may send: by the assistant that is configured, or else the best that is known here.

        Raises NotFound. What the assistant could not do is the view's `remark`. Nothing is sent to anybody but the
        assistant, and that is written down.
        """
        with self.store.read():
            view = self.desk.threads.show(thread, messages=_MOST_MESSAGES)
            sources = best_sources(self.desk, thread)
        best = sources[0] if sources else None
        built_in = DraftView(thread, best.text if best else "", f"{best.kind} {best.name}" if best else "nothing")
        return self._asked(view, _REPLY, sources, built_in)

    @operation(Role.AGENT, writes=True, batches=True)
    def summary(self, thread: int) -> DraftView:
        """What a thread is about, for a person; by the assistant or from what is known, as `reply` is."""
        with self.store.read():
            view = self.desk.threads.show(thread, messages=_MOST_MESSAGES)
            built_in = DraftView(thread, self._known(view), "what is known")
        return self._asked(view, _SUMMARY, (), built_in)

    def _asked(self, view: ThreadView, task: str, sources: Sequence[Source], built_in: DraftView) -> DraftView:
        """What the assistant drafts, or the built-in text with a remark why not; outside any transaction."""
        settings = self.desk.settings.assistant
        if not settings.url:
            return built_in
        thread, host = view.row.id, urlsplit(settings.url).netloc
        with self.store.write():
            self.record("thread", thread, after={"assistant": host})
        # An internal note may help a colleague, and must not find its way into what a customer reads.
        told = [one for one in view.messages if task == _SUMMARY or one.direction != Direction.NOTE]
        said = [
            Utterance(one.id, one.direction, one.channel_kind, one.author, one.sent_at.isoformat(), one.body)
            for one in told
        ]
        references = [Reference(source.kind, source.name, source.text) for source in sources]
        try:
            text = complete(settings, os.environ, brief(task, said, references))
        except NoCompletion as error:
            return DraftView(thread, built_in.text, built_in.source, f"{error}; this is from {built_in.source}")
        return DraftView(thread, text, f"assistant {host}")

    def _known(self, view: ThreadView) -> str:
        message = newest_message(self.connection, view.row.id)
        if message is None:
            if not view.messages:
                raise NotFound(f"nothing was said in thread {view.row.id}")
            message = Said(0, view.row.id, view.messages[-1].body, view.messages[-1].sent_at)
        seen = situation(self.desk, view.row.customer_id, view.row.id, message, Progress())
        here = [said for said in seen.said if said.thread_id == view.row.id]
        config, known = BotConfig(), dict[str, str]()
        for field in config.fields.values():
            value = recall(field, seen, normaliser(self.desk), config.recent)
            if isinstance(value, Known) and field.name == "order_number":
                known[field.name] = value.value
        intent = next((said.intent for said in here if said.intent), "")
        question = here[-1].text if here else message.text
        moods = [said.sentiment for said in reversed(here) if said.sentiment is not None]
        return summary(
            seen.person,
            seen.purchases,
            Progress(intent=intent or "", question=question, known=known),
            message,
            moods=moods,
        )
