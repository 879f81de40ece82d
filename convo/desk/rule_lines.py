"""Where the rules of a TOML file begin, and the comments around and inside them."""

from collections.abc import Iterable, Iterator, Sequence

from convo.errors import BadInput


class Lines:
    """The lines of a file with so many rules; raises BadInput when they cannot be told from its text.

    `header` and `footer` are the comments that are about the whole file.
    """

    def __init__(self, text: str, count: int) -> None:
        self._lines = text.split("\n")
        plain = list(_outside_texts(self._lines))
        self._heads = [n for n in plain if self._lines[n].split("#")[0].replace(" ", "") == "[[rule]]"]
        if len(self._heads) != count:
            raise BadInput("it cannot be told where the rules begin", hint="write [[rule]] on a line of its own")
        self._comments = {n for n in plain if self._lines[n].lstrip().startswith("#")}
        self._ends = {n: comment for n in plain if (comment := _comment_at_end(self._lines[n]))}
        first = self._above(self._heads[0]) if self._heads else len(self._lines)
        self.header = self._text(n for n in range(first) if n in self._comments or not self._lines[n].strip())
        last = self._tail(len(self._heads) - 1) if self._heads else len(self._lines)
        self.footer = self._text(n for n in range(last, len(self._lines)) if n in self._comments)

    def first(self, place: int) -> int:
        """The line, from 1, on which a rule begins."""
        return self._heads[place] + 1

    def comments(self, place: int) -> str:
        """The comments of a rule: those right above it, then those inside it."""
        head = self._heads[place]
        inside = [n for n in range(head, self._tail(place)) if n in self._comments or n in self._ends]
        above = self._text(range(self._above(head), head))
        within = "\n".join(_bare(self._lines[n]) if n in self._comments else self._ends[n] for n in inside)
        return "\n".join(part for part in (above, within) if part)

    def _above(self, head: int) -> int:
        while head - 1 in self._comments:
            head -= 1
        return head

    def _tail(self, place: int) -> int:
        """The first line after a rule's last key: comments from there on are not its own."""
        end = self._above(self._heads[place + 1]) if place + 1 < len(self._heads) else len(self._lines)
        if place + 1 < len(self._heads):
            return end
        while end > self._heads[place] + 1 and (end - 1 in self._comments or not self._lines[end - 1].strip()):
            end -= 1
        return end

    def _text(self, numbers: Iterable[int]) -> str:
        return "\n".join(_bare(self._lines[n]) for n in numbers).strip("\n")


def _bare(line: str) -> str:
    """A comment without its # and the blank after it."""
    return line.strip().removeprefix("#").removeprefix(" ").rstrip()


def _outside_texts(lines: Sequence[str]) -> Iterator[int]:
    """The lines that do not begin inside a text of several lines."""
    inside = ""
    for number, line in enumerate(lines):
        if not inside:
            yield number
        inside = _open_text(line, inside)


def _open_text(line: str, inside: str) -> str:
    """The quotation marks of the text of several lines that is open at a line's end; empty for none."""
    place = 0
    while place < len(line):
        if inside:
            if inside == '"""' and line[place] == "\\":
                place += 2
            elif line.startswith(inside, place):
                place, inside = place + 3, ""
            else:
                place += 1
        elif line[place] == "#":
            return ""
        elif line.startswith(('"""', "'''"), place):
            inside, place = line[place : place + 3], place + 3
        elif line[place] in "\"'":
            place = _text_end(line, place)
        else:
            place += 1
    return inside


def _text_end(line: str, place: int) -> int:
    """The place after a text of one line that begins at `place`."""
    mark, place = line[place], place + 1
    while place < len(line) and line[place] != mark:
        place += 2 if mark == '"' and line[place] == "\\" else 1
    return place + 1


def _comment_at_end(line: str) -> str:
    """The comment that follows something else on a line; empty for none."""
    place = 0
    while place < len(line):
        if line[place] == "#":
            return _bare(line[place:]) if line[:place].strip() else ""
        place = _text_end(line, place) if line[place] in "\"'" else place + 1
    return ""
