"""What leaves the desk about routing: who was chosen and why not the others."""

from dataclasses import dataclass


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
