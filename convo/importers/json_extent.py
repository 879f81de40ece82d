"""Where a JSON value ends, told by its quotes and brackets alone, so that one that cannot be read is passed over."""

import re

_STRUCTURE = re.compile(r'"|[\[{]+|[\]}]+')
_INSIDE = re.compile(r'(?:[^"\\]++|\\.)*+', re.DOTALL)
WORD_END = re.compile(r'[ \t\r\n,:"\[\]{}]')


class Extent:
    """Finds the end of one value by its quotes and brackets alone, piece by piece, without nesting of its own."""

    def __init__(self) -> None:
        self.empty = True
        self._scalar = False
        self._quoted = False
        self._escaped = False
        self._depth = 0

    @property
    def may_end(self) -> bool:
        """Whether the text may stop here: only a number or a bare word can."""
        return self._scalar and not self.empty

    def end(self, text: str, at: int) -> int:
        """Where the value ends in this piece, which is read from `at`; -1 when it goes on beyond the piece."""
        while at < len(text):
            if self._escaped:
                self._escaped = False
                at += 1
            elif self._quoted:
                inside = _INSIDE.match(text, at)
                at = inside.end() if inside else at
                if at == len(text):
                    return -1
                self._quoted = self._escaped = text[at] == "\\"
                at += 1
                if not self._quoted and not self._depth:
                    return at
            elif self._scalar:
                stop = WORD_END.search(text, at)
                if stop is None:
                    self.empty = False
                    return -1
                self.empty = self.empty and stop.start() == at
                return stop.start()
            elif self._depth:
                mark = _STRUCTURE.search(text, at)
                if mark is None:
                    return -1
                at = mark.end()
                if mark[0] == '"':
                    self._quoted = True
                elif mark[0][0] in "[{":
                    self._depth += len(mark[0])
                elif len(mark[0]) >= self._depth:
                    return mark.start() + self._depth
                else:
                    self._depth -= len(mark[0])
            elif text[at] in '"[{':
                self.empty = False
                self._quoted = text[at] == '"'
                self._depth = 0 if self._quoted else 1
                at += 1
            else:
                self._scalar = True
        return -1
