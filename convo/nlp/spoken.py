"""The words of a message that its writer chose: no addresses, handles or codes, and no letter drawn out."""

import re

# Each alternative starts with something fixed or with a class that excludes what follows it, so that a failed match
# costs no more than its own length, and lengths are bounded. That a word begins is asked after its first letter, which
# lets the engine pass over all others.
_UNSPOKEN = re.compile(r"h(?<!\wh)ttps?\b(?:://\S{0,2000})?|w(?<!\ww)ww\.\S{1,2000}|&[a-z#0-9]{1,8};|<[^\s<>]{1,255}>")
_ADDRESS = re.compile(r"[^\s@<>]{0,64}@[^\s@<>]{1,255}")
_DRAWN_OUT = re.compile(r"(.)\1\1+", re.DOTALL)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "\ufe0f": None, "\u200d": " ", "\x00": " "})


def spoken(text: str, longest: int) -> str:
    """The first `longest` characters in lower case without links, addresses, @handles and markup entities.

    Three or more of the same character in a row become two: "sooo!!!!" is "soo!!".
    """
    bounded = text[:longest].translate(_QUOTES).lower()
    if "@" in bounded:
        bounded = _ADDRESS.sub(" ", bounded)
    return _DRAWN_OUT.sub(r"\1\1", _UNSPOKEN.sub(" ", bounded))
