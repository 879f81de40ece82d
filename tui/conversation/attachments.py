"""The keys that open and save what is attached to a message."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from convo.model.views import AttachmentView

from ..dialogs.choice import Choice, Option
from ..shown import label
from .files import ending_of, may_be_opened, place_of, safe_name, save, show
from .reader import Reading
from .reading import files_of
from .telling import file_words


class Attachments(Reading):
    """The keys that open and save what is attached to the message under the cursor."""

    _private: "TemporaryDirectory[str] | None" = None

    def action_open_attachment(self) -> None:
        """Ask whether to show an attachment in the program that the system has for its kind."""
        self._choose(self._ask_to_open)

    def action_save_attachment(self) -> None:
        """Ask where to save an attachment."""
        self._choose(self._ask_where)

    def on_unmount(self) -> None:
        """What was opened is private, and goes with the screen."""
        if self._private is not None:
            self._private.cleanup()

    def _choose(self, go_on: Callable[[AttachmentView], None]) -> None:
        held = {str(one.id): one for one in files_of(self.selected) if one.held} if self.selected else {}
        if not held:
            named = self.selected is not None and files_of(self.selected)
            words = "it was named in the log, which did not hold it" if named else "nothing is attached to this message"
            self.app.notify(str(label(words)), markup=False)
        elif len(held) == 1:
            go_on(next(iter(held.values())))
        else:
            options = [Option(key, file_words(one), one.media_type) for key, one in held.items()]

            def chosen(key: str | None) -> None:
                if key is not None:
                    go_on(held[key])

            self.app.push_screen(Choice("which one?", options), chosen)

    def _ask_to_open(self, one: AttachmentView) -> None:
        if not may_be_opened(one):
            told = one.media_type or ending_of(one) or "what this is"
            self.app.notify(
                str(label(f"{told} is not opened from here: it may do more than show itself. Save it instead.")),
                severity="warning",
                markup=False,
            )
            return
        options = (
            Option("open", f"open it as {ending_of(one)}", f"sent as {one.media_type}" if one.media_type else ""),
            Option("no", "leave it"),
        )

        def answered(value: str | None) -> None:
            if value == "open":
                self._private = self._private or TemporaryDirectory(prefix="convo-")
                folder = Path(self._private.name)
                self.ask("open", lambda desk: show(desk, one, folder), self._say)

        self.app.push_screen(Choice(f"open {file_words(one)}?", options), answered)

    def _ask_where(self, one: AttachmentView) -> None:
        name = safe_name(one)

        def read(typed: str) -> Option:
            path = place_of(typed, name)
            return Option(str(path), f"save as {path}")

        def answered(value: str | None) -> None:
            if value is not None:
                self.ask("save", lambda desk: save(desk, one, Path(value)), self._say)

        home = "~/Downloads/" if Path("~/Downloads").expanduser().is_dir() else "~/"
        self.app.push_screen(
            Choice(f"save {file_words(one)}: a folder or a file", (), read=read, placeholder="where to", value=home),
            answered,
        )

    def _say(self, words: str) -> None:
        self.app.notify(str(label(words)), markup=False)
