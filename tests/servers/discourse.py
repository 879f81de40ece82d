"""A local Discourse with the API that a desk's user needs: lists of posts, topics, posting, uploads and webhooks."""

import contextlib
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from tests.servers.http_thread import Answer, Call, HttpThread
from tests.servers.planned import Planned

KEY, DESK, SECRET = "the-tests-api-key", "desk", "the-tests-webhook-secret"
PAGE = 50

Post = dict[str, Any]


class Discourse:
    """A running community: `writes` is what its members do, `posted` is what the desk's user did."""

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self.calls: list[Call] = []
        self.posted: list[Post] = []
        self.posts: list[Post] = []
        self.topics: dict[int, dict[str, Any]] = {}
        self.users = {DESK: 5, "ana": 11, "ben": 12, "mod": 13, "system": -1}
        self.categories = [
            {"id": 1, "slug": "support", "name": "Support"},
            {"id": 2, "slug": "lounge", "name": "Lounge"},
        ]
        self.categories.append({"id": 3, "slug": "bikes", "name": "Bikes", "parent_category_id": 1})
        self.stored: dict[str, bytes] = {}
        self.admin = False
        self._planned = Planned()
        self._http = HttpThread(self._answer)

    @property
    def url(self) -> str:
        """Where the site is."""
        return self._http.url

    def begins(
        self, user: str, title: str, raw: str, *, category: int = 1, to: tuple[str, ...] = (), **more: Any
    ) -> Post:
        """A member opens a topic, or with `to` writes a private message."""
        with self.changed:
            number = len(self.topics) + 100
            private = {"archetype": "private_message", "allowed": [user, *to], "category_id": None}
            public = {"archetype": "regular", "allowed": [], "category_id": category}
            self.topics[number] = {"id": number, "title": title, "by": user, **(private if to else public)}
            return self.writes(user, number, raw, **more)

    def writes(self, user: str, topic: int, raw: str, **more: Any) -> Post:
        """A member writes in a topic; `more` joins the post."""
        with self.changed:
            now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
            about = self.topics[topic]
            post = {"id": len(self.posts) + 1000, "name": user.title(), "username": user, "user_id": self.users[user]}
            post |= {"created_at": now, "updated_at": now, "cooked": f"<p>{raw}</p>", "raw": raw, "version": 1}
            post |= {"post_number": sum(each["topic_id"] == topic for each in self.posts) + 1, "post_type": 1}
            post |= {"reply_to_post_number": None, "topic_id": topic, "topic_slug": "x", "topic_title": about["title"]}
            post |= {
                "category_id": about["category_id"],
                "admin": False,
                "moderator": user == "mod",
                "staff": user == "mod",
            }
            post |= {"hidden": False, "user_deleted": False, "deleted_at": None, **more}
            self.posts.append(post)
            self.changed.notify_all()
            return post

    def edits(self, post: Post, raw: str) -> None:
        """A member changes a post."""
        with self.changed:
            now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
            post |= {"raw": raw, "version": post["version"] + 1, "updated_at": now}

    def webhook(self, post: Post, event: str = "post_created") -> tuple[dict[str, str], bytes]:
        """The headers and the body by which the site tells of a post."""
        told = post | {"topic_archetype": self.topics[post["topic_id"]]["archetype"]}
        body = json.dumps({"post": told}).encode()
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"x-discourse-event-type": "post", "x-discourse-event": event, "x-discourse-instance": self.url}
        return headers | {"x-discourse-event-signature": f"sha256={signature}"}, body

    def refuses(self, path: str, status: int, body: dict[str, Any] | None = None, *, times: int = 1) -> None:
        """Answer the next calls of a path (`POST posts.json`) with a status, and do nothing."""
        self._planned.refuse(path, Answer(body or {}, status), times)

    def drops(self, path: str = "POST posts.json", *, times: int = 1) -> None:
        """Do what the next calls of a path ask, but hang up before saying so."""
        self._planned.drop(path, times)

    def wait_for(self, count: int, seconds: float = 20.0) -> list[Post]:
        """What the desk's user has posted, once it is so much; raises TimeoutError."""
        with self.changed:
            if not self.changed.wait_for(lambda: len(self.posted) >= count, seconds):
                raise TimeoutError(f"{len(self.posted)} of {count} posts in {seconds} s")
            return list(self.posted)

    def close(self) -> None:
        """End, and lose everyone."""
        self._http.stop()

    def _answer(self, call: Call) -> Answer | None:
        self.calls.append(call)
        name = f"{call.method} {call.path.strip('/')}"
        refusal, dropped = self._planned.next(name)
        if refusal is not None:
            return refusal
        if call.headers.get("api-key") != KEY or call.headers.get("api-username", "").casefold() != DESK:
            told = {"errors": ["You are not permitted to view the requested resource."], "error_type": "invalid_access"}
            return Answer(told, 403)
        with self.changed:
            answer = self._do(call.method, call.path.strip("/").split("/"), call)
            self.changed.notify_all()
        return None if dropped else answer

    def _do(self, method: str, path: list[str], call: Call) -> Answer:
        match method, path:
            case "GET", ["posts.json"]:
                return self._listed("latest_posts", call, lambda about: about["archetype"] == "regular")
            case "GET", ["private-posts.json"]:
                return self._listed(
                    "private_posts",
                    call,
                    lambda about: about["archetype"] != "regular" and (self.admin or DESK in about["allowed"]),
                )
            case "GET", ["posts", name]:
                found = [each for each in self.posts if f"{each['id']}.json" == name]
                return Answer(found[0]) if found else _GONE
            case "GET", ["t", name]:
                return self._topic(name.removesuffix(".json"))
            case "GET", ["site.json"]:
                return Answer({"categories": self.categories})
            case "GET", ["session", "current.json"]:
                return Answer({"current_user": {"id": self.users[DESK], "username": DESK, "admin": self.admin}})
            case "GET", ["admin", "users", name] if self.admin:
                found = [user for user, number in self.users.items() if f"{number}.json" == name]
                return Answer({"username": found[0]}) if found else _GONE
            case "GET", ["uploads", "short-url", short]:
                return Answer(self.stored[short], headers={"Content-Type": "x/y"}) if short in self.stored else _GONE
            case "POST", ["uploads.json"]:
                return self._upload(call)
            case "POST", ["posts.json"]:
                return self._post(dict(call.fields))
        return _GONE

    def _listed(self, root: str, call: Call, shown: Any) -> Answer:
        before = int(call.fields.get("before") or 0)
        there = [each for each in reversed(self.posts) if shown(self.topics[each["topic_id"]])]
        if root == "latest_posts":
            there = [each for each in there if each["post_type"] == 1]
        return Answer({root: [each for each in there if not before or each["id"] < before][:PAGE]})

    def _topic(self, name: str) -> Answer:
        about = self.topics.get(int(name) if name.isdigit() else 0)
        if about is None:
            return _GONE
        ids = [each["id"] for each in self.posts if each["topic_id"] == about["id"]]
        by = {"id": self.users[about["by"]], "username": about["by"], "name": about["by"].title()}
        details = {"created_by": by, "allowed_users": [{"username": each} for each in about["allowed"]]}
        return Answer({"id": about["id"], "title": about["title"], "details": details, "post_stream": {"stream": ids}})

    def _upload(self, call: Call) -> Answer:
        file = call.uploads.get("file")
        if file is None:
            return Answer({"errors": ["param is missing: file"]}, 422)
        short = hashlib.sha1(file.raw).hexdigest()[:27] + "." + file.name.rpartition(".")[2]
        self.stored[short] = file.raw
        return Answer(
            {"id": 1, "url": f"/uploads/{short}", "short_url": f"upload://{short}", "original_filename": file.name}
        )

    def _post(self, told: dict[str, Any]) -> Answer:
        if not told.get("raw"):
            return Answer({"errors": ["Body can't be blank"]}, 422)
        if told.get("topic_id"):
            if int(told["topic_id"]) not in self.topics:
                return _GONE
            number = told.get("reply_to_post_number")
            post = self.writes(
                DESK, int(told["topic_id"]), told["raw"], reply_to_post_number=int(number) if number else None
            )
        else:
            to = tuple(told.get("target_recipients", "").split(","))
            if not set(to) <= set(self.users) or len(told.get("title", "")) < 2:
                return Answer({"errors": ["You must select a valid user."]}, 422)
            post = self.begins(DESK, told["title"], told["raw"], to=to)
        self.posted.append(post)
        return Answer(post)


_GONE = Answer({"errors": ["The requested URL or resource could not be found."], "error_type": "not_found"}, 404)


def missing() -> str:
    """It can run everywhere."""
    return ""


@contextmanager
def discourse() -> Iterator[Discourse]:
    """A community that runs while it is needed."""
    with contextlib.closing(Discourse()) as server:
        yield server
