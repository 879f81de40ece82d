"""An article as a file: Markdown with a few lines about it above, HTML, or an object of JSON lines."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from convo.errors import BadInput
from convo.model.views import ArticleView
from convo.text import html_to_text

_FENCE = "---"
_MOST_LINES = 400
_LONGEST_HEADING = 200
_FIELD = re.compile(r"([A-Za-z_]{1,20}):(.*)", re.DOTALL)
_HEADING = re.compile(r"#{1,2}[ \t]+(.+)")
_HTML_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{1,1000})", re.IGNORECASE)
_HTML_HEADING = re.compile(r"<h1[^<>]{0,500}>([^<]{1,1000})", re.IGNORECASE)
_HTML_LANGUAGE = re.compile(r"<html[^<>]{0,500}?\slang=[\"']?([A-Za-z-]{2,20})", re.IGNORECASE)
_NAME_LANGUAGE = re.compile(r".+\.([a-z]{2}(?:-[a-z]{2})?)", re.IGNORECASE | re.DOTALL)
_NOT_IN_FILE_NAMES = re.compile(r"[^\w.-]+")
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})


@dataclass(frozen=True, slots=True)
class ArticleFile:
    """What a file says an article is; a language of None is one that it does not say."""

    name: str
    title: str
    body: str
    language: str | None = None
    keywords: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


def read_markdown(text: str, stem: str) -> ArticleFile:
    """A Markdown or plain text file: lines `key: value` between two lines `---`, then the text.

    The keys are name, title, language, keywords and questions (both with commas, or each on a line of its own after
    `- `); others say nothing here. Without a title the first heading is it, or else the name.
    """
    fields, lists, body = _front_matter(text)
    name = fields.get("name") or stem
    title = fields.get("title", "")
    if not title:
        title, body = _heading(body)
        title = _fitting(title)
    keywords = lists.get("keywords") or _commas(fields.get("keywords", ""))
    questions = lists.get("questions") or lists.get("question") or [fields.get("questions", "")]
    language = (fields["language"] or None) if "language" in fields else _language_of(name)
    return ArticleFile(name, title or _said(name), body, language, tuple(keywords), tuple(questions))


def read_html(html: str, stem: str) -> ArticleFile:
    """An HTML page: its title or first heading, its language, and its text."""
    body = html_to_text(html)
    found = _HTML_TITLE.search(html) or _HTML_HEADING.search(html)
    title = _fitting(" ".join(html_to_text(found[1]).split())) if found else ""
    language = _HTML_LANGUAGE.search(html[:100_000])
    return ArticleFile(stem, title or _said(stem), body, language[1] if language else _language_of(stem))


def read_json(line: str) -> ArticleFile:
    """An object with name, title and body, and perhaps language, keywords and questions; raises BadInput."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput("it is no JSON object", hint="one object a line: name, title, body, language") from error
    if not isinstance(found, dict):
        raise BadInput("it is no JSON object", hint="one object a line: name, title, body, language")
    name = _string(found, "name")
    if not name:
        raise BadInput("it has no name", hint="one object a line: name, title, body, language")
    return ArticleFile(
        name,
        _string(found, "title") or _said(name),
        _string(found, "body"),
        _string(found, "language") or None,
        _strings(found, "keywords"),
        _strings(found, "questions"),
    )


def write_markdown(view: ArticleView) -> str:
    """The article as the Markdown file that `read_markdown` makes the same article of."""
    lines = [_FENCE, f"name: {_quoted(view.name)}", f"title: {_quoted(view.title)}"]
    lines += [f"language: {view.language or ''}".rstrip()]
    for what, values in (("keywords", view.keywords), ("questions", view.questions)):
        lines += [f"{what}:", *(f"- {_quoted(value)}" for value in values)] if values else []
    return "\n".join([*lines, _FENCE, "", view.body, ""])


def file_names(views: Iterable[ArticleView]) -> list[str]:
    """A file name for each article, apart in any case: no path, not hidden, no name that a system keeps for itself."""
    taken: set[str] = set()
    names = []
    for view in views:
        plain = _NOT_IN_FILE_NAMES.sub("_", view.name).strip(".") or "article"
        if plain.partition(".")[0].casefold() in _DEVICES:
            plain = f"_{plain}"
        form, number = plain, 1
        while form.casefold() in taken:
            number += 1
            form = f"{plain}_{number}"
        taken.add(form.casefold())
        names.append(f"{form}.md")
    return names


READERS: Mapping[str, Callable[[str, str], ArticleFile]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".txt": read_markdown,
    ".html": read_html,
    ".htm": read_html,
}
"""What reads a file by the ending of its name; `.jsonl` is read line by line."""


def _front_matter(text: str) -> tuple[dict[str, str], dict[str, list[str]], str]:
    """Single values and lists by key, and the text below; where nothing closes them, all is text."""
    lines = text.split("\n")
    if not lines or lines[0].rstrip() != _FENCE:
        return {}, {}, text
    end = next((n for n, line in enumerate(lines[1 : _MOST_LINES + 1], 1) if line.rstrip() == _FENCE), None)
    if end is None:
        return {}, {}, text
    fields: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    key = ""
    for line in lines[1:end]:
        stripped = line.strip()
        if key and stripped.startswith("- "):
            lists.setdefault(key, []).append(_unquoted(stripped[2:]))
            continue
        field = _FIELD.fullmatch(line.strip())
        if field is not None:
            key = field[1].casefold()
            fields[key] = _unquoted(field[2])
            if key == "question" and fields[key]:
                lists.setdefault(key, []).append(fields[key])
    return fields, lists, "\n".join(lines[end + 1 :])


def _heading(body: str) -> tuple[str, str]:
    """The heading that the text begins with, and the text without it."""
    rest = body.lstrip()
    first, _, below = rest.partition("\n")
    found = _HEADING.fullmatch(first.strip())
    if found is None or not below.strip():
        return (found[1].strip(" #") if found else ""), body
    return found[1].strip(" #"), below


def _fitting(title: str) -> str:
    """A heading cut to what a title may be."""
    return title if len(title) <= _LONGEST_HEADING else title[: _LONGEST_HEADING - 1].rstrip() + "…"


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def _quoted(value: str) -> str:
    """The value as `_unquoted` gives it back."""
    return f'"{value}"' if value[:1] in {'"', "'"} else value


def _commas(value: str) -> list[str]:
    return [_unquoted(word) for word in value.strip("[]").split(",")]


def _said(name: str) -> str:
    """A name as a title."""
    return " ".join(name.replace("-", " ").replace("_", " ").split())


def _language_of(name: str) -> str | None:
    """The language that a name ends in, as in returns.de."""
    found = _NAME_LANGUAGE.fullmatch(name)
    return found[1] if found else None


def _string(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    if value is not None and not isinstance(value, str):
        raise BadInput(f"its {key} is no text")
    return value or ""


def _strings(found: dict[str, Any], key: str) -> tuple[str, ...]:
    value = found.get(key) or ()
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise BadInput(f"its {key} are no list of texts")
    return tuple(value)
