"""How well intents are told on a fifth kept aside of three labelled sets, and what training and telling cost."""

import csv
import json
import time
from collections.abc import Callable
from itertools import islice

import pytest

from convo.nlp.intent import KINDS, IntentModel, train
from convo.nlp.intent_measures import held_out, measure, outside_recall
from tests.bench.timing import in_turn, say, seconds
from tests.shared_data import shared

pytestmark = pytest.mark.bench

Pairs = list[tuple[str, str | None]]
HINT3 = ("sofmattress", "curekart", "powerplay11")


def table(name: str, text: str, label: str) -> Pairs:
    with shared(name).open(encoding="utf-8", newline="") as file:
        return [(row[text], row[label]) for row in csv.DictReader(file)]


def fifths(pairs: Pairs) -> tuple[Pairs, Pairs]:
    """Four fifths to train on, and the fifth that is tried."""
    return [pair for pair in pairs if not held_out(pair[0])], [pair for pair in pairs if held_out(pair[0])]


def tell(name: str, model: IntentModel, tried: Pairs, trained: float, outside: Pairs = ()) -> None:  # type: ignore[assignment]
    measures = measure(model, tried)
    start = time.perf_counter()
    for text, _ in islice(tried, 300):
        model.classify(text)
    each = (time.perf_counter() - start) / min(300, len(tried))
    recall = (
        f", out of scope at 5% {outside_recall(model, [t for t, _ in tried], [t for t, _ in outside]):.3f}"
        if outside
        else ""
    )
    print(
        f"{name:<12} {model.kind:<10} accuracy {measures.accuracy:.4f}, answered {measures.answered:.4f}, "
        f"refused {measures.refused:.3f}{recall}; {trained:.1f} s, {len(model.to_bytes()):,} bytes, "
        f"{each * 1000:.2f} ms each"
    )


def trained(pairs: Pairs, kind: str) -> tuple[IntentModel, float]:
    start = time.perf_counter()
    model = train(pairs, kind)
    return model, time.perf_counter() - start


@pytest.mark.parametrize("kind", KINDS)
def test_banking77(kind: str) -> None:
    taught, tried = fifths(table("banking77/train.csv", "text", "category"))
    model, took = trained(taught, kind)
    tell("Banking77", model, tried, took)
    assert measure(model, tried).accuracy > {"base": 0.9, "sklearn": 0.91, "embedding": 0.925}[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_clinc150(kind: str) -> None:
    said = json.loads(shared("clinc150/train_val.json").read_text(encoding="utf-8"))
    model, took = trained([tuple(pair) for pair in said["train"]], kind)
    outside: Pairs = [(text, None) for text, _ in said["oos_train"] + said["oos_val"]]
    tell("CLINC150", model, [tuple(pair) for pair in said["val"]], took, outside)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", HINT3)
def test_hint3(kind: str, name: str) -> None:
    taught, tried = fifths(table(f"hint3/{name}_train.csv", "sentence", "label"))
    others = [
        pair
        for other in HINT3
        if other != name
        for pair in fifths(table(f"hint3/{other}_train.csv", "sentence", "label"))[1]
    ]
    model, took = trained(taught, kind)
    tell(name, model, tried, took, others)


def test_training_beside_scikit_learn() -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    taught, tried = fifths(table("banking77/train.csv", "text", "category"))
    texts, labels = [text for text, _ in taught], [label for _, label in taught]
    theirs = make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
        ),
        LinearSVC(),
    )
    their_seconds = seconds(lambda: theirs.fit(texts, labels))
    model, took = trained(taught, "base")
    say("train, with refusal learned, / TF-IDF and a linear SVM", took, their_seconds, 2)
    asked = [text for text, _ in tried[:200]]

    def each(classify: Callable[[str], object]) -> Callable[[], object]:
        return lambda: [classify(text) for text in asked]

    ours, bare = in_turn(each(model.classify), each(lambda text: theirs.predict([text])), 3)
    say("tell one by one / the same", ours, bare, 1)
