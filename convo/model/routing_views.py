"""What leaves the desk about routing: who was chosen and why, what rules decided, and what other rules would have."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class CandidateView:
    """An operator who was looked at: why they were not chosen (empty for the one who was), and their open threads."""

    operator: str
    why_not: str
    open_threads: int


@dataclass(frozen=True, slots=True)
class AssignmentView:
    """Who got a thread: `operator` is None while it waits in the queue; `why` says how the choice fell."""

    thread_id: int
    wanted: str
    operator: str | None
    team: str | None
    why: str
    candidates: tuple[CandidateView, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionOutcomeView:
    """One action of a rule that fired: whether it was done, and what came of it or why not."""

    action: str
    done: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RuleOutcomeView:
    """What became of one rule, and why: `outcome` is fired, no match, not reached, not due and so on.

    `reasons` name each condition that failed and what it found.
    """

    position: int
    rule: str
    trigger: str
    outcome: str
    reasons: tuple[str, ...] = ()
    actions: tuple[ActionOutcomeView, ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What the rules decided about a thread and why, by the rules and the facts of that time.

    `id` is None for what was never decided: then it is what would be decided now. `assignment` is the last one made.
    """

    id: int | None
    thread_id: int
    message_id: int | None
    trigger: str
    at: datetime
    rules: tuple[RuleOutcomeView, ...]
    assignment: AssignmentView | None = None


@dataclass(frozen=True, slots=True)
class DecisionHeadView:
    """A decision in a list: about which message (`text` is how it begins), which rules fired and who got the thread."""

    id: int
    thread_id: int
    customer_id: int
    customer: str
    message_id: int
    text: str
    trigger: str
    at: datetime
    fired: tuple[str, ...]
    operator: str | None


@dataclass(frozen=True, slots=True)
class FiredView:
    """How often a rule fired; `rule` is the name it had last."""

    rule_id: int
    rule: str
    times: int


@dataclass(frozen=True, slots=True)
class LatelyView:
    """What the rules decided of late: the newest decisions, the newest first.

    `fired` counts the rules that fired in the newest `looked_at` decisions, which go back to `since`.
    """

    decisions: tuple[DecisionHeadView, ...]
    looked_at: int
    since: datetime | None
    fired: tuple[FiredView, ...]


@dataclass(frozen=True, slots=True)
class RuleFindingView:
    """Something wrong with a rule: `kind` is unreachable, contradictory, never matching, duplicate or names nothing."""

    rule: str
    position: int
    kind: str
    detail: str
    other: str | None = None


@dataclass(frozen=True, slots=True)
class RuleChangeView:
    """What a set of rules has of a rule that another has not; `kind` is added, changed, moved or removed."""

    kind: str
    rule: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class ReplayCountView:
    """How many messages would be the one way instead of the other; `what` is destination, priority, tag or action."""

    what: str
    before: str
    after: str
    messages: int


@dataclass(frozen=True, slots=True)
class ReplayExampleView:
    """One message that would have gone elsewhere; `text` is how it begins."""

    message_id: int
    thread_id: int
    at: datetime
    text: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplayFiringView:
    """On how many messages a rule fired, by the rules of now (`before`) and by the candidates (`after`)."""

    rule: str
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class ReplayView:
    """What candidate rules would have done with the messages of the past, against the rules of now."""

    messages: int
    threads: int
    changed_messages: int
    changed_threads: int
    changes: tuple[RuleChangeView, ...]
    counts: tuple[ReplayCountView, ...]
    firings: tuple[ReplayFiringView, ...]
    examples: tuple[ReplayExampleView, ...]
