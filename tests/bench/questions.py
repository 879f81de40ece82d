"""Real questions with their answers: an article for each intent, questions held out, and some that have no answer."""

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from convo.desk.desk import Desk
from tests.shared_data import shared

SHOPS = ("curekart", "powerplay11", "sofmattress")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and the name of the article that answers it; None where there is none."""

    text: str
    article: str | None


def labelled(name: str) -> list[tuple[str, str]]:
    """The sentences of a set, each with its intent."""
    if name == "banking77":
        with shared("banking77/train.csv").open(encoding="utf-8", newline="") as file:
            return [(row["text"], row["category"]) for row in csv.DictReader(file)]
    if name == "clinc150":
        found = json.loads(shared("clinc150/train_val.json").read_text(encoding="utf-8"))
        return [(text, intent) for part in ("train", "val") for text, intent in found[part]]
    with shared(f"hint3/{name}_train.csv").open(encoding="utf-8", newline="") as file:
        return [(row["sentence"], row["label"]) for row in csv.DictReader(file)]


def out_of_scope() -> list[str]:
    """CLINC150's questions that are after nothing any of its intents means."""
    found = json.loads(shared("clinc150/train_val.json").read_text(encoding="utf-8"))
    return [text for part in ("oos_train", "oos_val") for text, _ in found[part]]


def held_out(text: str) -> bool:
    """Whether a sentence is in the fifth that no article is made of."""
    return int(blake2b(text.encode(), digest_size=4).hexdigest(), 16) % 5 == 0


def furnish(desk: Desk, name: str, *, sentences: int) -> list[Asked]:
    """Make an article of each intent but every fifth, from so many of its sentences; returns the questions held out.

    The first sentence is the title, a half of the others are questions and the rest its text.
    """
    intents: dict[str, list[str]] = {}
    asked: list[Asked] = []
    for text, intent in labelled(name):
        answered = not held_out(f"x{intent}")
        if held_out(text):
            asked.append(Asked(text, intent if answered else None))
        elif answered and len(intents.setdefault(intent, [])) < sentences:
            intents[intent].append(text)
    for intent, (title, *others) in intents.items():
        half = len(others) // 2
        desk.articles.add(
            intent, title[:300], "\n".join(others[half:]) or title, questions=others[:half], keywords=[intent]
        )
    known = [one for one in asked if one.article is None or one.article in intents]
    return known + [Asked(text, None) for text in out_of_scope()]


def every(asked: Sequence[Asked], most: int) -> Iterator[Asked]:
    """At most so many of them, spread evenly."""
    step = max(1, len(asked) // most)
    yield from asked[::step]
