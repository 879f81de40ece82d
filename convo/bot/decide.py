"""Decides what a bot does next: ask, answer, hand over or keep silent; from frozen inputs, and from nothing else."""

from collections.abc import Mapping
from dataclasses import replace

from convo.bot.begun import begun
from convo.bot.bot_config import BotConfig
from convo.bot.cues import cannot_give, plain_question, says_hello, says_no, says_yes, wants_person
from convo.bot.fields import Field, FieldKind
from convo.bot.finding import found, unlike
from convo.bot.guards import loop, silence
from convo.bot.memory import Choice, Known, recall
from convo.bot.moves import Answer, Ask, Decision, Finish, HandOver, Look, Move, Reason, Release, Silent
from convo.bot.situation import Hit, Normalise, Situation
from convo.bot.speech import SPEECHES, base_language
from convo.bot.summary import summary
from convo.bot.wording import answering, asking, assumptions, signed, speech_for

_MOST_TRIES = 2
_QUIET = frozenset({Reason.REPEATED, Reason.ECHO, Reason.DAILY, Reason.LANGUAGE, Reason.DISABLED})
_SAD = -0.3


def decide(config: BotConfig, situation: Situation, normalise: Normalise) -> Decision:
    """The next move of a session on the customer's newest message.

    Gives Look when it needs the articles that answer a question: decide again with `hits` set.
    """
    return _Decider(config, situation, normalise).decided()


class _Decider:
    """One decision under way: the session so far changes as it goes on, and `because` collects what spoke for it."""

    def __init__(self, config: BotConfig, situation: Situation, normalise: Normalise) -> None:
        self.config = config
        self.situation = situation
        self.message = situation.message
        self.normalise = normalise
        self.because: list[str] = []
        self.progress = begun(config, situation)
        self.assumed: list[tuple[Field, Known]] = []

    def decided(self) -> Decision:
        """The move, from what forbids any word to what needs the most thought."""
        kept = silence(self.situation)
        if kept is not None:
            return Decision(Silent(kept), self.situation.progress, (kept.value,))
        if self.situation.person_answered:
            return self._end(Release(Reason.OPERATOR))
        return self._warned() or self._greeted() or self._helped() or self._asked_for() or self._answer()

    def _warned(self) -> Decision | None:
        """A person at once: on loops, on request, in a bad mood, on what the bot cannot read or speak."""
        config, message = self.config, self.message
        if self.situation.switched_off:
            return self._hand_over(Reason.DISABLED)
        looping = loop(config, self.situation)
        if looping is not None:
            return self._hand_over(looping)
        if wants_person(message.text) or (self._is_sure() and config.wants_person(message.intent or "")):
            return self._hand_over(Reason.PERSON)
        if self._mood_falls():
            return self._hand_over(Reason.MOOD)
        if self.progress.language not in SPEECHES:
            return self._hand_over(Reason.LANGUAGE)
        pictures_wanted = any(field.kind is FieldKind.PHOTO for field in self._fields())
        if any(not (one.picture and pictures_wanted) for one in message.attached):
            return self._hand_over(Reason.ATTACHMENT)
        return None

    def _greeted(self) -> Decision | None:
        """Who begins with a mere greeting is asked what it is about, unless there is something to ask of anybody."""
        here = [said for said in self.situation.said if said.thread_id == self.message.thread_id]
        if len(here) > 1 or self._fields() or self.message.attached or not says_hello(self.message.text):
            return None
        self.because.append("the customer only says hello")
        self.progress = replace(self.progress, question="", intent="")
        speech = speech_for(self.config, self.progress.language)
        return self._say(Ask((), signed(self.config, speech, speech.hello)))

    def _helped(self) -> Decision | None:
        """What the customer says to the question whether the answer helped."""
        if not self.progress.waiting:
            return None
        self._correct()
        if says_no(self.message.text):
            return self._hand_over(Reason.NOT_HELPED)
        if says_yes(self.message.text, self.situation.person.name):
            speech = speech_for(self.config, self.progress.language)
            self.because.append("the customer says that it helped")
            return self._end(Finish(signed(self.config, speech, speech.glad)))
        self.because.append("the customer asks something else")
        self.progress = replace(self.progress, waiting=False, question=self.message.text)
        return None

    def _asked_for(self) -> Decision | None:
        """Take what was given, recall what is known, and ask for the rest in one message."""
        self._correct()
        wrong, gave = self._take_given()
        if self.progress.pending and cannot_give(self.message.text):
            return self._hand_over(Reason.CANNOT)
        missing: list[Field] = []
        choice: Choice | None = None
        for field in self._fields():
            if field.name in self.progress.known:
                continue
            known = recall(field, self.situation, self.normalise, self.config.recent)
            if isinstance(known, Known):
                self._keep(field, known)
                continue
            missing.append(field)
            if isinstance(known, Choice):
                choice = known
            self.because.append(f"{_spelt(field)} is missing")
        if not missing:
            self.progress = replace(self.progress, pending=())
            return None
        names = tuple(field.name for field in missing)
        tries = self.progress.tries
        if not gave and any(tries.get(name, 0) >= _MOST_TRIES for name in names):
            self.progress = replace(self.progress, pending=names)
            return self._hand_over(Reason.INVALID)
        asked: Mapping[str, int] = {**tries, **{name: tries.get(name, 0) + (not gave) for name in names}}
        self.progress = replace(self.progress, pending=names, tries=asked)
        body = asking(self.config, self.progress.language, missing, wrong=wrong, assumed=self.assumed, choice=choice)
        return self._say(Ask(names, body))

    def _correct(self) -> None:
        """What the customer says about something that was only assumed, and told to them as such, counts."""
        for name in self.situation.progress.assumed:
            field = self.config.fields.get(name)
            if field is None or field.kind is FieldKind.PHOTO:
                continue
            values = found(field, self.message, self.situation.purchases, self.normalise, asked=False)
            if values and values[0] != self.progress.known.get(name):
                self._keep(field, Known(values[0], f"message {self.message.id}"))

    def _take_given(self) -> tuple[list[str], bool]:
        """What was wrong with the answer to the last question, and whether anything that was asked for is in it."""
        speech, wrong, gave = speech_for(self.config, self.progress.language), list[str](), False
        for name in self.progress.pending:
            field = self.config.fields.get(name)
            if field is None:
                continue
            values = found(field, self.message, self.situation.purchases, self.normalise, asked=True)
            theirs = {purchase.number.casefold() for purchase in self.situation.purchases}
            if field.own:
                strange = next((value for value in values if value.casefold() not in theirs), "")
                values = [value for value in values if value.casefold() in theirs]
                if strange and not values:
                    wrong.append(speech.not_theirs.format(value=strange))
                    continue
            if values:
                gave = True
                photo = field.kind is FieldKind.PHOTO
                value = f"{self.message.sent_at:%Y-%m-%d}" if photo else values[0]
                self._keep(field, Known(value, f"message {self.message.id}"))
            elif odd := unlike(field, self.message):
                wrong.append(speech.wrong.format(value=odd))
        if self.progress.pending and not gave and not wrong:
            wrong.append(speech.not_there)
        return ([speech.thanks] if gave else wrong), gave

    def _keep(self, field: Field, known: Known) -> None:
        value = known.value
        if known.assumed:
            self.assumed.append((field, known))
        assumed = tuple(name for name in self.progress.assumed if name != field.name)
        self.progress = replace(
            self.progress,
            known={**self.progress.known, field.name: value},
            assumed=(*assumed, field.name) if known.assumed else assumed,
            pending=tuple(name for name in self.progress.pending if name != field.name),
        )
        self.because.append(f"{_spelt(field)} is {value}, from {known.source}{', assumed' if known.assumed else ''}")

    def _answer(self) -> Decision:
        """An article that is sure enough, or else a person."""
        if self.situation.hits is None:
            look = Look(self.progress.question or self.message.text, self.progress.language)
            return Decision(look, self.progress, tuple(self.because))
        limit = max(self.config.confidence, self.situation.threshold)
        best = [hit for hit in self.situation.hits if hit.confidence >= limit]
        for hit in self.situation.hits:
            self.because.append(f"article {hit.name}: {hit.confidence:.2f}, to be {limit:.2f}")
        fresh = [hit for hit in best if hit.name not in self.progress.given]
        if best and not fresh:
            return self._hand_over(Reason.NOT_HELPED)
        own = next((hit for hit in fresh if self._speaks(hit)), None)
        chosen = own or (fresh[0] if fresh and self.config.other_languages else None)
        if chosen is None:
            if fresh:
                return self._hand_over(Reason.NO_TRANSLATION)
            return self._hand_over(Reason.COMPLETE if self._fields() else Reason.UNSURE)
        body = answering(self.config, self.progress.language, chosen, foreign=own is None, assumed=self.assumed)
        self.progress = replace(self.progress, given=(*self.progress.given, chosen.name), waiting=True, pending=())
        return self._say(Answer(chosen.name, chosen.confidence, body))

    def _speaks(self, hit: Hit) -> bool:
        return base_language(hit.language or self.config.language) == self.progress.language

    def _fields(self) -> tuple[Field, ...]:
        return self.config.asks(self.progress.intent)

    def _is_sure(self) -> bool:
        score = self.message.intent_score
        return self.message.intent is not None and (score is None or score >= self.config.certainty)

    def _mood_falls(self) -> bool:
        now = self.message.sentiment
        if now is None or plain_question(self.message.text):
            return False
        best = max(_moods(self.situation))
        self.because.append(f"sentiment {now:+.2f}, the session's best {best:+.2f}")
        return now <= self.config.mood or (now <= _SAD and best - now >= self.config.mood_drop)

    def _say(self, move: Ask | Answer) -> Decision:
        """The move, unless the bot has said as much as it may."""
        if self.progress.turns >= self.config.turns:
            return self._hand_over(Reason.TURNS)
        self.progress = replace(self.progress, turns=self.progress.turns + 1)
        return self._end(move)

    def _hand_over(self, reason: Reason) -> Decision:
        situation, speech = self.situation, speech_for(self.config, self.progress.language)
        note = summary(
            situation.person,
            situation.purchases,
            self.progress,
            self.message,
            moods=_moods(situation),
            title=f"Handed over: {reason.value}",
        )
        told = self.config.tells and reason not in _QUIET
        body = signed(self.config, speech, *assumptions(speech, self.assumed), speech.handing_over) if told else ""
        self.because.append(reason.value)
        return self._end(HandOver(reason, body, note))

    def _end(self, move: Move) -> Decision:
        return Decision(move, replace(self.progress, last_message=self.message.id), tuple(self.because))


def _moods(situation: Situation) -> list[float]:
    """The known sentiments of the session's messages, the oldest first, this one last."""
    first = situation.progress.first_message or situation.message.id
    return [
        said.sentiment
        for said in reversed(situation.said)
        if said.thread_id == situation.message.thread_id
        and first <= said.id <= situation.message.id
        and said.sentiment is not None
        and not said.automatic
    ]


def _spelt(field: Field) -> str:
    return field.name.replace("_", " ")
