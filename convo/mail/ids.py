"""The ids of mails as their headers give them, without brackets, however they are written."""

from convo.mail.encoded_words import decode_words
from convo.mail.headers import Headers
from convo.text import clean

_MAX_ID = 998
_MAX_REFERENCES = 100
_FIRST_REFERENCES = 20


def message_id_of(headers: Headers) -> str | None:
    """The id of a mail, from the topmost Message-ID; None without one that can be used."""
    value = decode_words(headers.first("message-id"))
    found = _ids(value) or [clean(word) for word in value.replace("<", " ").replace(">", " ").split()[:1]]
    return found[0] if found and len(found[0]) <= _MAX_ID else None


def references_of(headers: Headers) -> list[str]:
    """The ids of References and In-Reply-To, oldest first, each once; of very many the first and the last ones."""
    values = headers.all("references") + headers.all("in-reply-to")
    ids = list(dict.fromkeys(found for value in values for found in _ids(decode_words(value))))
    if len(ids) > _MAX_REFERENCES:
        ids = ids[:_FIRST_REFERENCES] + ids[_FIRST_REFERENCES - _MAX_REFERENCES :]
    return ids


def _ids(value: str) -> list[str]:
    """The message ids of a decoded value without brackets and white space; words with an @ where none has brackets."""
    found = []
    at = 0
    while (start := value.find("<", at)) >= 0 and (end := value.find(">", start)) >= 0:
        found.append("".join(value[value.rfind("<", start, end) + 1 : end].split()))
        at = end + 1
    if not found:
        found = [word.strip("<>") for word in value.replace(",", " ").split() if "@" in word]
    return [clean(found_id) for found_id in found if found_id and len(found_id) <= _MAX_ID]
