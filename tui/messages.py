"""What the parts of the screen tell each other; the desk's screen alone listens and passes on."""

from textual.message import Message

from convo.model.actions import UndoStep


class ThreadChosen(Message):
    """The inbox's cursor stands on a thread, or (`opened`) somebody wants to read it now; `thread` None: on none."""

    def __init__(self, thread: int | None, customer: int | None, *, opened: bool = False) -> None:
        super().__init__()
        self.thread = thread
        self.customer = customer
        self.opened = opened


class Insert(Message):
    """Put a text into the reply; `article` or `snippet` says where it is from, when it is from one."""

    def __init__(self, text: str, *, article: str | None = None, snippet: str | None = None) -> None:
        super().__init__()
        self.text = text
        self.article = article
        self.snippet = snippet


class Written(Message):
    """A reply or a note was stored; `leaves_in` says how many seconds it can still be taken back, 0 for a note."""

    def __init__(self, thread: int, message: int, *, note: bool, leaves_in: float = 0) -> None:
        super().__init__()
        self.thread = thread
        self.message = message
        self.note = note
        self.leaves_in = leaves_in


class Overtaken(Message):
    """A reply was not stored, since somebody wrote in the thread meanwhile; the conversation shows what."""

    def __init__(self, thread: int, why: str) -> None:
        super().__init__()
        self.thread = thread
        self.why = why


class Worked(Message):
    """Something was done to threads, and can be undone; lists look again."""

    def __init__(self, step: UndoStep) -> None:
        super().__init__()
        self.step = step


class Writing(Message):
    """Somebody began or stopped to write in the thread shown."""

    def __init__(self, writing: bool) -> None:
        super().__init__()
        self.writing = writing


class MergeWanted(Message):
    """Somebody thinks that the customer shown and another, `other`, are one person."""

    def __init__(self, customer: int, other: int) -> None:
        super().__init__()
        self.customer = customer
        self.other = other


class Left(Message):
    """Somebody left where one writes; the draft is kept."""


class TakenBack(Message):
    """A reply, or a note, was taken back before it left; its text returns to where one writes."""

    def __init__(self, thread: int, text: str, *, note: bool = False) -> None:
        super().__init__()
        self.thread = thread
        self.text = text
        self.note = note
