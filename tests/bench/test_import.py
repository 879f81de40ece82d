"""Import of short messages against a bare sqlite3 script that writes the same message, ledger and index rows."""

import json
import random
import sqlite3
from pathlib import Path

import pytest

from convo.config import Settings
from convo.desk.desk import open_desk
from tests.bench.making import sentence
from tests.bench.timing import say, seconds

COUNT = 100_000


@pytest.mark.bench
def test_import_of_short_messages(tmp_path: Path) -> None:
    dice = random.Random(1)
    log = tmp_path / "log.jsonl"
    with log.open("w") as file:
        for n in range(COUNT):
            line = {"from": f"c{dice.randrange(COUNT // 10)}@example.org", "date": 1_700_000_000 + 30 * n}
            file.write(json.dumps(line | {"text": sentence(dice), "id": f"m{n}"}) + "\n")
    ours, bare, enriched = [], [], []
    for turn in range(3):
        shop = tmp_path / f"shop{turn}.convo"
        with open_desk(shop, settings=Settings(store=str(shop))) as desk:
            ours.append(seconds(lambda desk=desk: desk.imports.run([log], enrich=False)))
            if turn == 0:
                enriched.append(seconds(desk.enriching.history))
        bare.append(seconds(lambda turn=turn, shop=shop: _bare(log, shop, tmp_path / f"bare{turn}.db")))
    say(f"import {COUNT:,} messages / bare script", sorted(ours)[1], sorted(bare)[1], 3)
    say(f"enrich {COUNT:,} messages / the bare script's import", enriched[0], sorted(bare)[1], 10)


def _bare(log: Path, model: Path, target: Path) -> None:
    like = sqlite3.connect(model)
    wanted = "SELECT sql FROM sqlite_master WHERE tbl_name IN ('message', 'ledger') AND sql IS NOT NULL"
    made = [row[0] for row in like.execute(wanted)]
    columns = {t: [row[1] for row in like.execute(f"PRAGMA table_info({t})")] for t in ("message", "ledger")}
    like.close()
    database = sqlite3.connect(target, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    for statement in made:
        database.execute(statement)
    database.execute("CREATE VIRTUAL TABLE message_fts USING fts5(subject, body, tokenize = 'ascii')")
    inserts = {
        t: f"INSERT INTO {t} ({', '.join(names)}) VALUES ({', '.join(['?'] * len(names))})"
        for t, names in columns.items()
    }
    database.execute("BEGIN")
    with log.open() as file:
        lines = list(enumerate(file, 1))
    for start in range(0, len(lines), 4000):
        messages, ledger, index = [], [], []
        for n, line in lines[start : start + 4000]:
            said = json.loads(line)
            at, key = said["date"] * 1_000_000, said["date"] << 20 | n
            message = dict.fromkeys(columns["message"]) | {
                "id": n, "sort_key": key, "thread_id": n, "customer_id": n, "channel_id": 1, "identity_id": n,
                "direction": "inbound", "author": "", "subject": "", "body": said["text"], "external_id": said["id"],
                "reference_ids": "[]", "sent_at": at, "received_at": at, "automatic": 0, "unverified": 0,
                "has_attachment": 0, "import_run_id": 1,
            }  # fmt: skip
            row = dict.fromkeys(columns["ledger"]) | {
                "id": n, "import_run_id": 1, "channel_id": 1, "ordinal": n, "key": said["id"], "outcome": "stored",
                "reason": "", "place": f"line {n}", "item_at": at, "message_id": n, "at": at,
            }  # fmt: skip
            messages.append(tuple(message.values()))
            ledger.append(tuple(row.values()))
            index.append((key, "", said["text"]))
        database.executemany(inserts["message"], messages)
        database.executemany(inserts["ledger"], ledger)
        database.executemany("INSERT INTO message_fts(rowid, subject, body) VALUES (?, ?, ?)", index)
    database.execute("COMMIT")
    database.close()
