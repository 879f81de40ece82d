"""Asks an OpenAI-compatible endpoint for one completion; whatever goes wrong is one sentence without its key."""

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from convo.config import AssistantSettings
from convo.text import clean

_CONNECT_SECONDS = 2.0
_MOST_BYTES = 1_000_000
_LONGEST_TEXT = 8_000
_MOST_TOKENS = 1_500
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})

_failed: dict[str, str] = {}
"""Endpoints that failed in this process, and how: they are not waited for again."""


class NoCompletion(Exception):
    """The endpoint gave no text; its message is one sentence for a person."""


def complete(settings: AssistantSettings, environ: Mapping[str, str], messages: Sequence[Mapping[str, str]]) -> str:
    """The endpoint's text for these messages, cleaned and bounded; raises NoCompletion.

    It has `timeout` seconds for everything. Redirects are not followed. After one failure an endpoint is not asked
    again in this process.
    """
    url = _completions(settings.url)
    if url in _failed:
        raise NoCompletion(f"{_failed[url]}, and is not asked again")
    try:
        return _text(_within(settings.timeout, url, _key(settings, environ, url), settings.model, messages), url)
    except NoCompletion as error:
        _failed[url] = str(error)
        raise


def forget_failures() -> None:
    """Ask endpoints again that failed before."""
    _failed.clear()


def _completions(base: str) -> str:
    trimmed = base.rstrip("/")
    return trimmed if trimmed.endswith("/chat/completions") else f"{trimmed}/chat/completions"


def _named(url: str) -> str:
    return f"the assistant at {urlsplit(url).netloc}"


def _key(settings: AssistantSettings, environ: Mapping[str, str], url: str) -> str:
    if not settings.key_env:
        return ""
    key = environ.get(settings.key_env, "").strip()
    if not key:
        raise NoCompletion(f"${settings.key_env}, which holds the key of {_named(url)}, is not set")
    if not key.isascii() or not key.isprintable():
        raise NoCompletion(f"${settings.key_env} holds no key that can be sent")
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in _HERE:
        raise NoCompletion(f"{_named(url)} would get its key over plain http, so it is not asked")
    return key


def _within(seconds: float, url: str, key: str, model: str, messages: Sequence[Mapping[str, str]]) -> bytes:
    """The answer's bytes; a thread of its own keeps a server that drips from holding anybody longer."""
    got: list[bytes] = []
    wrong: list[str] = []
    gone = threading.Event()

    def ask() -> None:
        try:
            got.append(_ask(seconds, url, key, model, messages, gone))
        except NoCompletion as error:
            wrong.append(str(error))
        except Exception as error:
            # What the library says may hold the request, and with it the key.
            wrong.append(f"{_named(url)} could not be asked ({type(error).__name__})")

    asking = threading.Thread(target=ask, name="assistant", daemon=True)
    asking.start()
    asking.join(seconds)
    gone.set()
    if got:
        return got[0]
    raise NoCompletion(wrong[0] if wrong else f"{_named(url)} did not answer within {seconds:g} s")


def _ask(
    seconds: float, url: str, key: str, model: str, messages: Sequence[Mapping[str, str]], gone: threading.Event
) -> bytes:
    import httpx

    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    wanted: dict[str, Any] = {"messages": list(messages), "max_tokens": _MOST_TOKENS, "stream": False}
    if model:
        wanted["model"] = model
    here = urlsplit(url).hostname in _HERE
    timeout = httpx.Timeout(seconds, connect=min(_CONNECT_SECONDS, seconds))
    try:
        with (
            httpx.Client(timeout=timeout, follow_redirects=False, trust_env=not here) as client,
            client.stream("POST", url, headers=headers, json=wanted) as answer,
        ):
            if answer.status_code != 200:
                raise NoCompletion(f"{_named(url)} answered {answer.status_code}")
            body = b""
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > _MOST_BYTES or gone.is_set():
                    raise NoCompletion(f"{_named(url)} answered with more than {_MOST_BYTES:,} bytes")
            return body
    except httpx.TimeoutException:
        raise NoCompletion(f"{_named(url)} did not answer in time") from None
    except httpx.HTTPError as error:
        raise NoCompletion(f"{_named(url)} cannot be reached ({type(error).__name__})") from None


def _text(body: bytes, url: str) -> str:
    """The completion in an answer; raises NoCompletion when there is none."""
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise NoCompletion(f"{_named(url)} answered with something that is no completion") from None
    text = clean(content).strip() if isinstance(content, str) else ""
    if not text:
        raise NoCompletion(f"{_named(url)} answered with nothing")
    return text[:_LONGEST_TEXT]
