"""How a thread is to be assigned, as rules write it: whom, by which strategy, from which team, with what abilities."""

from dataclasses import dataclass
from enum import StrEnum

from convo.errors import BadInput

_HINT = "assign OPERATOR, or assign [sticky] round-robin|least-busy [TEAM] [skill:SKILL]... [language]"


class Strategy(StrEnum):
    """How one of several operators is chosen."""

    NAMED = "named"
    ROUND_ROBIN = "round-robin"
    LEAST_BUSY = "least-busy"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a thread is to be assigned; written `[sticky] STRATEGY [TEAM] [skill:SKILL]... [language]`.

    `operator` is set with Strategy.NAMED alone. `sticky` prefers who last served the customer, while they are
    available. `team` limits the choice to its members, `skills` to who has them all, `language` to who speaks the
    message's.
    """

    strategy: Strategy
    operator: str = ""
    team: str = ""
    sticky: bool = False
    skills: tuple[str, ...] = ()
    language: bool = False

    def __str__(self) -> str:
        """The text that `parse_wanted` reads."""
        return " ".join(
            [
                *(["sticky"] if self.sticky else []),
                *([self.operator] if self.strategy is Strategy.NAMED else [self.strategy.value]),
                *([self.team] if self.team else []),
                *(f"skill:{skill}" for skill in self.skills),
                *(["language"] if self.language else []),
            ]
        )


def parse_wanted(text: str) -> Wanted:
    """What the words after `assign` mean; raises BadInput for words that mean nothing together.

    A team's name may hold spaces; who and which team exist is looked up by whoever assigns.
    """
    words = text.split()
    sticky = bool(words) and words[0].casefold() == "sticky"
    if sticky:
        words = words[1:]
    strategy = next((one for one in Strategy if words and words[0].casefold() == one.value), None)
    if strategy is None and sticky:
        raise BadInput(
            f"after sticky comes how to choose when that person is away, not {' '.join(words)[:40]!r}",
            hint="assign sticky round-robin, or assign sticky least-busy",
        )
    if strategy is None or strategy is Strategy.NAMED:
        if len(words) != 1:
            raise BadInput(f"{text[:40]!r} names no operator", hint=_HINT)
        return Wanted(Strategy.NAMED, operator=words[0])
    words = words[1:]
    language = "language" in [word.casefold() for word in words]
    skills = tuple(word.split(":", 1)[1].casefold() for word in words if word.casefold().startswith("skill:"))
    if "" in skills:
        raise BadInput("skill: names no skill", hint="skill:repairs, without a space")
    team = " ".join(
        word for word in words if word.casefold() != "language" and not word.casefold().startswith("skill:")
    )
    return Wanted(strategy, team=team, sticky=sticky, skills=skills, language=language)
