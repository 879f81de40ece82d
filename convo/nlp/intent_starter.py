"""The intents of a small shop, in five languages, and the model of them that a desk without labels of its own goes by.

`python -m convo.nlp.intent_starter` builds the model again after the sentences have changed.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from convo.nlp.intent_model import IntentModel

SENTENCES = "starter_intents.toml"
MODEL = "starter_intents.model"
_OUTSIDE = "outside"
LEAST_SURE = 0.5
"""Nobody has looked at what the starter does on this desk: it acts only on what is likelier right than wrong."""


@dataclass(frozen=True, slots=True)
class StarterSentence:
    """A sentence in a language (ISO 639-1) and the intent it is after, None for nothing a shop is asked."""

    text: str
    intent: str | None
    language: str


@cache
def sentences() -> tuple[StarterSentence, ...]:
    """All starter sentences."""
    table = tomllib.loads((files("convo.nlp") / SENTENCES).read_text(encoding="utf-8"))
    return tuple(
        StarterSentence(text, None if intent == _OUTSIDE else intent, language)
        for intent, languages in table.items()
        for language, texts in languages.items()
        for text in texts
    )


@cache
def starter_model() -> IntentModel:
    """The model that ships with convo, of kind base; loaded once in a process."""
    return IntentModel.from_bytes((files("convo.nlp") / MODEL).read_bytes())


def build() -> bytes:
    """The model as a file, trained on the sentences as they are now."""
    from convo.nlp.intent import train

    return train([(sentence.text, sentence.intent) for sentence in sentences()], "base", least=LEAST_SURE).to_bytes()


if __name__ == "__main__":
    from pathlib import Path

    Path(__file__).with_name(MODEL).write_bytes(build())
