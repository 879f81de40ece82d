"""The link that opens a chat on a channel with a code in it, computed from the channel's kind and settings."""

from collections.abc import Callable, Mapping
from urllib.parse import quote, urlsplit

from convo.errors import BadInput
from convo.intake.codes import candidates

_OPENED_BY = {
    "telegram": "start={word}",
    "whatsapp": "text={said}",
    "messenger": "ref={word}",
}
"""What is added to the link of a kind; to that of another nothing is."""
_SUCH_AS = {
    "telegram": "https://t.me/our_bot",
    "whatsapp": "https://wa.me/4930123456",
    "messenger": "https://m.me/our.page",
    "matrix": "https://matrix.to/#/@shop:example.org",
    "slack": "https://example.slack.com/archives/C0123",
}


def said(word: str, text: str) -> str:
    """What the customer's first message says: the text, and the code's word where it does not stand there already."""
    return text if word.casefold() in candidates(text) else f"{text} ({word})"


def link_of(channel: str, kind: str, config: Mapping[str, object], word: str, text: str) -> str:
    """The link that opens a chat with a code; `text` is what the customer says with it.

    Raises BadInput naming the setting that is missing, and for a kind of channel that has no chats to open.
    """

    def setting(name: str) -> str:
        return str(config.get(name, "") or "").strip()

    words = said(word, text)
    if setting("link"):
        return _added(_checked(channel, setting("link")), _OPENED_BY.get(kind, ""), word, words)
    makers: dict[str, tuple[str, Callable[[str], str]]] = {
        "email": ("address", lambda value: f"mailto:{quote(value, safe='@+')}?subject={quote(words, safe='')}"),
        "twilio": ("number", lambda value: f"sms:{_number(value)}?body={quote(words, safe='')}"),
        "messenger": ("page_id", lambda value: f"https://m.me/{quote(value, safe='')}?ref={word}"),
        "discourse": (
            "site",
            lambda value: (
                f"{value.rstrip('/')}/new-message?username={quote(setting('user'), safe='')}"
                f"&title={quote(words, safe='')}&body={quote(words, safe='')}"
            ),
        ),
    }
    if kind in makers:
        needed, make = makers[kind]
        value = setting(needed)
        if not value:
            raise BadInput(f"the channel {channel} lacks {needed}", hint=f"convo channel set {channel} {needed}=…")
        return make(value)
    if kind in _SUCH_AS:
        raise BadInput(
            f"the channel {channel} does not say where a chat is opened with it",
            hint=f"convo channel set {channel} link={_SUCH_AS[kind]}",
        )
    raise BadInput(f"no chat is opened on {channel}, which is of kind {kind}", hint="name a chat's channel")


def _checked(channel: str, link: str) -> str:
    """The link of a channel's settings; raises BadInput for what a telephone would not open."""
    if urlsplit(link).scheme.casefold() not in {"https", "http"} or not link.isprintable() or " " in link:
        raise BadInput(f"the link of {channel} is no address on the web", hint="such as https://t.me/our_bot")
    return link


def _added(link: str, form: str, word: str, words: str) -> str:
    if not form:
        return link
    sign = "&" if "?" in link else "?"
    return link.rstrip("?&") + sign + form.format(word=word, said=quote(words, safe=""))


def _number(written: str) -> str:
    return "".join(letter for letter in written if letter.isdigit() or letter == "+")
