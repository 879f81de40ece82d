"""Discourse's posts as it tells them, sorted out: what somebody wrote, and what is no message; no call is made here."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from convo.channels.discourse.kind import PRIVATE
from convo.channels.discourse.markdown import Upload, readable, uploads
from convo.model.envelope import Handle, Skipped
from convo.model.words import IdentityKind
from convo.text import html_to_text
from convo.text.json_fields import Fields, Unfit, local, loosely, whole, words

_REGULAR, _WHISPER = 1, 4


@dataclass(frozen=True, slots=True)
class Site:
    """A community, as identities and messages name it: its host, our user there, and our other names (casefolded)."""

    host: str
    user: str
    own: frozenset[str] = frozenset()

    def handle(self, user_id: int, name: str) -> Handle:
        """What a user of it is known by."""
        return Handle(IdentityKind.EXTERNAL, f"discourse:{self.host}:{user_id}", name)

    def user_id(self, value: str) -> int | None:
        """The number of the user that an identity means; None for one of elsewhere."""
        number = value.removeprefix(f"discourse:{self.host}:")
        return int(number) if number != value and number.isascii() and number.isdigit() and len(number) < 19 else None


@dataclass(frozen=True, slots=True)
class Written:
    """A post. `number` counts the posts of its topic; with `ours` one of us wrote it, though not from here."""

    id: int
    topic: int
    number: int
    version: int
    user_id: int
    username: str
    at: datetime
    text: str
    name: str = ""
    title: str = ""
    answers: int | None = None
    category: int | None = None
    private: bool = False
    ours: bool = False
    automatic: bool = False
    uploads: tuple[Upload, ...] = field(default=())

    @property
    def thread_key(self) -> str:
        """The topic, and that it is private."""
        return f"{PRIVATE if self.private else ''}{self.topic}"


def sort_out(post: Fields, site: Site, *, private: bool, edited: bool = False) -> Written | Skipped:
    """What a post says; raises Unfit."""
    kind = whole(post, "post_type")
    if kind == _WHISPER:
        return Skipped("a whisper among the community's staff")
    if kind not in (None, _REGULAR):
        return Skipped("a notice of the community's, no message")
    if post.get("deleted_at") or post.get("user_deleted") is True:
        return Skipped("the post was deleted")
    if post.get("hidden") is True:
        return Skipped("the post is hidden")
    username = words(post, "username")
    if not username:
        raise Unfit("it names no writer")
    if username.casefold() == site.user.casefold():
        return Skipped("sent from here")
    user_id = _needed(post, "user_id")
    raw = words(post, "raw")
    text = readable(raw) if raw else html_to_text(words(post, "cooked"))
    if not text:
        return Skipped("a post without words")
    staff = any(post.get(name) is True for name in ("staff", "admin", "moderator"))
    return Written(
        id=_needed(post, "id"),
        topic=_needed(post, "topic_id"),
        number=_needed(post, "post_number"),
        version=whole(post, "version") or 1,
        user_id=user_id,
        username=username,
        at=local(words(post, "updated_at" if edited else "created_at"), UTC),
        text=text,
        name=loosely(post, "name").strip() or loosely(post, "display_username").strip() or username,
        title=loosely(post, "topic_title"),
        answers=whole(post, "reply_to_post_number"),
        category=whole(post, "category_id"),
        private=private or loosely(post, "topic_archetype") == "private_message",
        ours=user_id > 0 and (staff or bool({username.casefold(), f"@{username.casefold()}"} & site.own)),
        automatic=user_id < 0,
        uploads=uploads(raw),
    )


def _needed(post: Fields, name: str) -> int:
    value = whole(post, name)
    if value is None:
        raise Unfit(f"its {name!r} is missing")
    return value
