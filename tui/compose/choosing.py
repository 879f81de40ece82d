"""What one chooses while writing: the way, a file, a snippet, a name to mention, one's own editor, one's other text."""

import os
from pathlib import Path

from textual import on
from textual.app import SuspendNotSupported

from convo.desk.desk import Desk
from convo.desk.local_files import file_at
from convo.errors import ConvoError
from convo.model.envelope import Part
from convo.model.views import SnippetView
from convo.text.signs import sign

from ..asking import complain
from ..dialogs.choice import Choice, Option
from ..lines.items_view import ItemsView
from .attaching import FileChoice
from .box import Box
from .editor import edit, editor_command
from .names import Name, Names
from .sending import Sending

_NO_SNIPPETS = "there are no snippets yet: convo snippet add NAME makes one"


class SnippetChoice(Choice):
    """Snippets by name or words; what was typed and led to none is answered with the ; that opened it."""

    typed = ""

    def action_cancel(self) -> None:
        """Choose none."""
        if self.open:
            self.typed = self.query_one("Input").value  # type: ignore[attr-defined]
            self.dismiss(None)


class Choosing(Sending):
    """The windows that open over the box."""

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[Name, ...] = ()
        self._begun = ""

    # -- by which way

    def action_way(self) -> None:
        """Choose the channel that the reply goes by."""
        place, unsent = self.place, self.current
        if place is None or unsent is None or self.read_only:
            return
        if self.note:
            self.say("a note goes nowhere: ctrl+t writes a reply")
            return
        now = place.way(unsent.channel)
        options = [
            Option(
                way.channel,
                f"{sign(way.kind)} {way.channel}  {way.recipient}{'  ✓' if way is now else ''}",
                way.limit if way.open else f"✗ {way.refusal}",
            )
            for way in place.ways
        ]

        def chosen(channel: str | None) -> None:
            way = next((one for one in place.ways if one.channel == channel), None)
            if way is None:
                return
            if not way.open:
                self.say(f"nothing can go by {way.channel}: {way.refusal}")
                return
            unsent.channel = "" if way.chosen else way.channel
            self.keep()
            self.draw()

        self.app.push_screen(Choice("reply by", options), chosen)

    # -- files

    def action_attach(self) -> None:
        """Choose a file that goes with the reply, or one that shall not."""
        thread, unsent = self.thread, self.current
        if unsent is None or unsent.sending or self.read_only:
            return
        if self.note:
            self.say("a note takes no files: ctrl+t writes a reply")
            return

        def attached(file: Part) -> None:
            unsent.files = (*unsent.files, file)
            self.draw()

        def chosen(value: str | None) -> None:
            if value is None or thread != self.thread:
                return
            if value.isdigit():
                unsent.files = tuple(file for number, file in enumerate(unsent.files) if number != int(value))
                self.draw()
            else:
                self.ask("attach", lambda desk: file_at(Path(value)), attached)

        self.app.push_screen(FileChoice(unsent.files), chosen)

    # -- snippets

    def action_snippet(self) -> None:
        """Choose a snippet."""
        self._choose_snippet("")

    @on(Box.SnippetWanted)
    def _semicolon(self, event: Box.SnippetWanted) -> None:
        event.stop()
        self._choose_snippet(";")

    def _choose_snippet(self, typed: str) -> None:
        thread = self.thread
        if thread is None or self.read_only:
            return
        window = SnippetChoice("snippet", None, nothing=_NO_SNIPPETS)

        def found(snippets: tuple[SnippetView, ...]) -> None:
            window.fill([Option(one.name, one.name, one.body) for one in snippets])

        def chosen(name: str | None) -> None:
            if thread != self.thread:
                return
            if name is None:
                if typed:
                    self.box.put(typed + window.typed)
                return
            self.ask(
                "render",
                lambda desk: desk.snippets.render(name, thread),
                lambda text: self.box.put(text) if thread == self.thread else None,
            )

        def refused(error: ConvoError) -> None:
            window.action_cancel()
            complain(self, error)

        # The window is there before the snippets are, so that what is typed meanwhile is not taken for the reply.
        self.app.push_screen(window, chosen)
        self.ask("snippets", lambda desk: desk.snippets.list(), found, refused)

    # -- names

    @on(Box.Naming)
    def _naming(self, event: Box.Naming) -> None:
        event.stop()
        names = self.query_one(Names)
        if event.begun is None or not self.note:
            names.close()
            return
        self._begun = event.begun
        if not event.begun or not self._names:
            self.ask("names", _names_of, self._named, _unnamed)
        if self._names:
            names.offer(self._names, event.begun)

    def _named(self, names: tuple[Name, ...]) -> None:
        self._names = names
        if self.note:
            self.query_one(Names).offer(names, self._begun)

    @on(ItemsView.Opened)
    def _name_clicked(self, event: ItemsView.Opened) -> None:
        event.stop()
        self._take_name()

    @on(ItemsView.Moved)
    @on(ItemsView.NearStart)
    @on(ItemsView.NearEnd)
    def _in_names(self, event: ItemsView.Moved) -> None:
        event.stop()

    def takes(self, key: str) -> bool:
        """The keys of the window of names, while it is open."""
        names = self.query_one(Names)
        if not names.open:
            return False
        if key in {"up", "down"}:
            names.action_move(1 if key == "down" else -1)
        elif key in {"enter", "tab"}:
            self._take_name()
        elif key == "escape":
            names.close()
        else:
            return False
        return True

    def _take_name(self) -> None:
        names = self.query_one(Names)
        chosen = names.current
        names.close()
        if chosen is not None:
            self.box.put_name(self._begun, chosen.name)

    # -- one's own editor

    def action_editor(self) -> None:
        """Write in $VISUAL or $EDITOR, and come back with the text."""
        unsent = self.current
        if unsent is None or unsent.sending or self.read_only:
            return
        self.keep()
        try:
            command = editor_command(os.environ)
            with self.app.suspend():
                edited = edit(self.box.text, command)
        except SuspendNotSupported:
            self.say("no editor can be opened on this terminal")
            return
        except ConvoError as error:
            complain(self, error)
            return
        self.app.refresh(layout=True)
        unsent.put_aside(edited.aside)
        if edited.text != self.box.text:
            self.box.show(edited.text)
            self.absorb()
        if edited.remark:
            self.say(edited.remark)
        self.keep()
        self.draw()

    # -- another text of one's own

    def action_other(self) -> None:
        """Show the other text of one's own, and put this one aside; the same key brings it back."""
        self.absorb()
        unsent = self.current
        if unsent is None or not unsent.aside or unsent.sending:
            self.say("there is no other text of yours here")
            return
        unsent.swap()
        self.box.show(unsent.body)
        self.keep()
        self.draw()


def _names_of(desk: Desk) -> tuple[Name, ...]:
    """Operators and teams that a note can mention."""
    people = [Name(one.name, one.shown if one.shown != one.name else "") for one in desk.operators.list()]
    taken = {one.name.casefold() for one in people}
    teams = [Name(one.name, f"team of {len(one.members)}") for one in desk.teams.list()]
    return (*people, *(team for team in teams if team.name.casefold() not in taken))


def _unnamed(_: ConvoError) -> None:
    """Names can be typed as well."""
