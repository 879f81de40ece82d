"""A message's text as lines: quotes folded, long ones cut, files and faults below; more of it at every unfolding."""

from dataclasses import dataclass

from convo.model.views import AttachmentView, MessageView
from convo.model.words import AttachmentRole
from convo.text.counting import counted, folded_lines, size

from .telling import file_words
from .wrapping import wrapped

SHOWN = 300
_FURTHER = 10


@dataclass(frozen=True, slots=True)
class Body:
    """The lines below a message's first one, each with what it is: text, quoted, fold, file or bad.

    `more` says that unfolding it further shows more.
    """

    lines: tuple[tuple[str, str], ...]
    more: bool = False


def body_of(message: MessageView, width: int, level: int) -> Body:
    """A message's lines, at most `width` columns each. Level 0 folds quotes; each from 2 on shows ten times as much."""
    whole = message.original if level and message.original is not None else message.body
    text = wrapped(whole, width, SHOWN * _FURTHER ** max(0, level - 1))
    made = [(words, "quoted" if words.startswith(">") else "text") for words in text.lines]
    quoted = 0 if level else folded_lines(message.body, message.original)
    if text.more:
        made.append((f"… {size(len(whole))} in all: z unfolds more", "fold"))
    if quoted:
        made.append((f"… {counted(quoted, 'quoted line')}", "fold"))
    made += [(f"⊞ {file_words(one)}", "file") for one in files_of(message)]
    if not made:
        made.append(("(no text)", "fold"))
    if message.unverified:
        made.append(("⚠ unverified: this may not be who it says", "bad"))
    if message.delivery_error:
        why = wrapped(f"not delivered: {' '.join(message.delivery_error.split())}", width, 4)
        made += [(words, "bad") for words in why.lines]
    return Body(tuple(made), text.more or (not level and quoted > 0))


def files_of(message: MessageView) -> tuple[AttachmentView, ...]:
    """What is attached to a message; its own HTML form is not."""
    return tuple(one for one in message.attachments if one.role != AttachmentRole.HTML)
