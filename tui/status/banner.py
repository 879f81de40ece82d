"""The banner above everything: that the store is lost, and why; hidden while all is well."""

from textual.widgets import Static

from convo.errors import ConvoError

from ..shown import line


class Banner(Static):
    """That the store is lost, and why."""

    DEFAULT_CSS = """
    Banner { height: auto; max-height: 2; background: $error; color: $background; text-style: bold; padding: 0 1;
        display: none; }
    Banner.-lost { display: block; }
    """

    def __init__(self) -> None:
        super().__init__("", id="banner", markup=False)

    def say(self, error: ConvoError) -> None:
        """Say why the store is lost."""
        self.update(line(f"✗ the store is out of reach; drafts are kept, trying again: {error.message}"))
        self.add_class("-lost")

    def clear(self) -> None:
        """All is well again."""
        self.remove_class("-lost")
