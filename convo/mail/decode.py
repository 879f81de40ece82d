"""One mail, as bytes, to an envelope: tolerant of everything real mail contains, in linear time and bounded memory.

The standard library's parser is not used on the whole mail: it recurses once a nested part, tries every open boundary
on every line, and cannot give back the bytes of an attached mail as they were.
"""

from datetime import datetime
from functools import partial

from convo.mail.authentication import authenticate, is_forged
from convo.mail.automatic import is_automatic
from convo.mail.body import read_body
from convo.mail.date import sent_at
from convo.mail.headers import Overgrown, beginning, read_headers
from convo.mail.ids import message_id_of, references_of
from convo.mail.mime import find_leaves
from convo.mail.ourselves import Ourselves
from convo.mail.parameters import parse_parameters
from convo.mail.people import handle_of, read_people
from convo.model.envelope import Envelope, Skipped, Unreadable
from convo.model.words import Authentication
from convo.text import clean

MAX_MAIL_BYTES = 64 << 20
KEPT_BYTES = 1 << 20
_MAX_SUBJECT = 1_000


def decode_mail(
    raw: bytes,
    ourselves: Ourselves,
    *,
    source: str,
    place: str,
    fallback_date: datetime | None = None,
    sent: bool = False,
    tags: tuple[str, ...] = (),
) -> Envelope | Skipped | Unreadable:
    """The envelope of one mail, or why there is none; never raises.

    `fallback_date` (aware) counts when neither Date nor Received can be believed. `sent` says that the mail lay among
    the sent ones, whoever its From names; `tags` are the labels it bore there.
    """
    unreadable = partial(Unreadable, raw=raw[:KEPT_BYTES], source=source, place=place)
    if not raw.strip():
        return unreadable("the mail is empty")
    if len(raw) > MAX_MAIL_BYTES:
        return unreadable(f"the mail is larger than {MAX_MAIL_BYTES >> 20} MB")
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    try:
        headers, body = read_headers(raw, beginning(raw), len(raw))
        if not headers:
            return unreadable("it is no mail: it does not begin with header fields")
        headers.charset = parse_parameters(headers.first("content-type")).raw.get("charset", "")
        leaves = find_leaves(raw, headers, body)
    except Overgrown as problem:
        return unreadable(f"the mail is not safe to read: {problem}")
    people = read_people(headers, ourselves, sent=sent)
    if people is None:
        return unreadable("the mail has no sender")
    when = sent_at(headers, fallback_date)
    if when is None:
        return unreadable("the mail has no usable date, neither in Date nor in Received")
    if people.customer is None:
        return Skipped("our own mail, with no recipient but ourselves", source, place)
    authentication = authenticate(headers, people.author, ourselves.authserv_id)
    if is_forged(headers, people.senders, people.author):
        authentication = Authentication.FAIL
    elif people.rewritten and authentication is Authentication.PASS:
        authentication = Authentication.NONE  # the list's own domain passed, which says nothing about the person
    content = read_body(raw, leaves)
    message_id = message_id_of(headers)
    return Envelope(
        direction=people.direction,
        customer=(handle_of(people.customer),),
        sent_at=when,
        text=content.text,
        subject=clean(headers.text("subject"))[:_MAX_SUBJECT],
        author=people.author.name or people.author.address,
        external_id=message_id,
        references=tuple(reference for reference in references_of(headers) if reference != message_id),
        recipients=people.recipients,
        parts=content.parts,
        automatic=is_automatic(headers, people.author.address),
        authentication=authentication,
        tags=tags,
        source=source,
        place=place,
    )
