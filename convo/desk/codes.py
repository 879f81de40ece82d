"""Operations on codes: short words on shelves and products that open a chat with what is known of the place."""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from convo import clock
from convo.desk.code_links import link_of
from convo.desk.customer_words import attribute_name
from convo.desk.names import id_of
from convo.desk.operation import Operations, operation
from convo.desk.thread_tags import tag_name
from convo.errors import BadInput, Conflict, NotFound
from convo.intake.codes import LONGEST, SHORTEST, code_of, could_be_code
from convo.model import tables
from convo.model.code_views import CodeView
from convo.model.words import ChannelState, Role
from convo.text import clean

_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Letters and digits of which none is taken for another: no 0 and o, no 1, l and i."""
_LENGTH = 6
_LONGEST_TITLE = 200
_LONGEST_TEXT = 500
_MOST_CONTEXT = 10


class Codes(Operations):
    """Short words that open a chat with their context."""

    @operation(Role.VIEWER)
    def list(self) -> tuple[CodeView, ...]:
        """The codes in use by title."""
        views = (_view(row) for row in self._rows(tables.code.c.removed_at.is_(None)))
        return tuple(sorted(views, key=lambda view: (view.title.casefold(), view.id)))

    @operation(Role.VIEWER)
    def show(self, word: str) -> CodeView:
        """A code in use by its word, whose case does not matter; raises NotFound."""
        form = word.strip().casefold()
        rows = self._rows(tables.code.c.word == form, tables.code.c.removed_at.is_(None))
        if not rows:
            raise NotFound(f"there is no code {word[:40]!r}", hint="convo code list shows them")
        return _view(rows[0])

    @operation(Role.AGENT, writes=True)
    def make(
        self,
        title: str,
        *,
        channel: str,
        text: str = "",
        context: Mapping[str, str] | None = None,
        word: str | None = None,
    ) -> CodeView:
        """Make a code that opens a chat on a channel, whose first message says `text` (or the title) with the word.

        Without `word` a random one is made. Raises NotFound for no such channel, BadInput for words that cannot be or
        a channel that says not where its chats are opened, Conflict when the word is or was that of another code.
        """
        connection, channels = self.connection, tables.channel
        name = _one_line(title, "a code's title", _LONGEST_TITLE)
        says = _one_line(text, "the text", _LONGEST_TEXT) if text.strip() else ""
        number = id_of(connection, channels, channel, "channel", channels.c.state != ChannelState.REMOVED.value)
        known = _context(context or {})
        form = _free_word(connection) if word is None else _own_word(connection, word)
        account = connection.execute(select(channels).where(channels.c.id == number)).one()
        link_of(account.name, account.kind, account.config, form.upper(), says or name)
        row = {
            "word": form,
            "title": name,
            "channel_id": number,
            "text": says,
            "context": known,
            "uses": 0,
            "created_at": clock.now(),
        }
        made = connection.execute(insert(tables.code).returning(tables.code.c.id), row).scalar_one()
        told = {"word": form.upper(), "title": name, "channel": account.name, "context": known}
        self.record("code", int(made), after=told)
        return self.show(form)

    @operation(Role.AGENT, writes=True)
    def remove(self, word: str) -> None:
        """Use a code no more: messages that hold its word are like others; raises NotFound."""
        view, code = self.show(word), tables.code
        self.connection.execute(update(code).where(code.c.id == view.id).values(removed_at=clock.now()))
        self.record("code", view.id, {"word": view.word, "title": view.title, "uses": view.uses})

    def _rows(self, *conditions: Any) -> Any:
        code, channel = tables.code, tables.channel
        wanted = select(code, channel.c.name.label("channel"), channel.c.kind, channel.c.config)
        return self.connection.execute(wanted.join(channel, channel.c.id == code.c.channel_id).where(*conditions)).all()


def _view(row: Row[*tuple[Any, ...]]) -> CodeView:
    code, word = code_of(row), row.word.upper()
    link = problem = ""
    try:
        link = link_of(row.channel, row.kind, row.config, word, row.text or row.title)
    except BadInput as error:
        problem = f"{error.message} ({error.hint})" if error.hint else error.message
    return CodeView(
        row.id,
        word,
        row.title,
        row.channel,
        row.text,
        dict(code.context),
        code.tags,
        row.uses,
        row.created_at,
        link,
        problem,
    )


def _one_line(text: str, what: str, longest: int) -> str:
    form = " ".join(clean(text).split())
    if not form or len(form) > longest:
        raise BadInput(f"{what} has 1 to {longest} characters, not {len(form)}")
    return form


def _context(pairs: Mapping[str, str]) -> dict[str, str]:
    """What is known of the place, each part of it fit to be a thread's tag NAME:VALUE; raises BadInput."""
    if len(pairs) > _MOST_CONTEXT:
        raise BadInput(f"a code's context has at most {_MOST_CONTEXT} parts, not {len(pairs)}")
    known = {attribute_name(name): " ".join(clean(value).split()) for name, value in pairs.items()}
    for name, value in known.items():
        if not value:
            raise BadInput(f"{name} is empty", hint="such as --context product=R7-wheel")
        tag_name(f"{name}:{value}")
    if "code" in known:
        raise BadInput("a code's context cannot have a part called code, which is its word")
    return known


def _free_word(connection: Connection) -> str:
    """A random word that no code has or had."""
    while True:
        word = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        if could_be_code(word) and not _taken(connection, word):
            return word


def _own_word(connection: Connection, word: str) -> str:
    form = word.strip().casefold()
    if not could_be_code(form):
        raise BadInput(
            f"{word[:40]!r} cannot be a code's word",
            hint=f"{SHORTEST} to {LONGEST} of A-Z and 0-9, at least one of each, so that no ordinary word is one",
        )
    if _taken(connection, form):
        raise Conflict(f"{form.upper()} is or was the word of another code", hint="choose another word")
    return form


def _taken(connection: Connection, word: str) -> bool:
    return connection.execute(select(tables.code.c.id).where(tables.code.c.word == word)).first() is not None
