"""A store with something in every table, chosen to be awkward: emoji, huge numbers, nested JSON, bytes, nothing."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert

from convo.model import tables
from convo.store import search_index
from convo.store.copy import continue_numbering
from convo.store.store import Store
from convo.text import index_words

AT = datetime(2026, 11, 17, 12, 0, 0, 123457, tzinfo=UTC)
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
HUGE = 2**63 - 1
NASTY = "🚲👩‍👩‍👧 Ünï\u202ecode\ttab\nline \\ ' \" %s :name {x} \u0001 \U0010ffff e\u0301 東京都"
JSON = {
    "z": [1, 2.5, -0.0, 1e16, 1e300, 1e-7, 12345678901234567890123, True, None, "é"],
    "a": {"": {}, "deep": [[[[["\u2028"]]]]]},
    "1": [],
}
FILES = (b"\x00\xff\x89PNG", b"", b"warranty" * 1000)


def fill(store: Store) -> list[str]:
    """Put the rows in; returns the names of the attachments' bytes."""
    with store.write() as connection:

        def put(table: str, *rows: dict[str, object]) -> None:
            for row in rows:
                connection.execute(insert(tables.METADATA.tables[table]), row)

        put("channel", {"id": 7, "kind": "email", "name": NASTY, "config": JSON, "state": "active", "created_at": AT})
        put(
            "import_run",
            {"id": 1, "path": NASTY, "fingerprint": "f", "format": "mbox", "options": JSON, "channel_id": 7}
            | {"state": "done", "fetched": 3, "stored": 1, "skipped": 1, "quarantined": 1}
            | {"started_at": AT, "finished_at": AT},
        )
        customer = {"created_at": AT, "language": None, "time_zone": None, "import_run_id": None}
        put(
            "customer",
            customer | {"id": 3, "name": "last"},
            customer | {"id": 2, "name": NASTY, "merged_into_id": 3, "blocked_at": LONG_AGO},
            customer | {"id": 1, "name": "", "merged_into_id": 2, "last_seen_at": AT, "import_run_id": 1},
        )
        identity = {"shown": NASTY, "created_at": AT}
        put(
            "identity",
            identity | {"id": 1, "customer_id": 1, "kind": "email", "value": "ÅSA@example.org", "shared": True},
            identity | {"id": 2, "customer_id": 3, "kind": "phone", "value": "+491701234567", "shared": False},
        )
        for tag in ("b", "A", "á", "_", "Z z", NASTY):
            put("customer_tag", {"customer_id": 3, "tag": tag})
            put("customer_attribute", {"customer_id": 3, "name": tag, "value": NASTY})
        put("consent", {"id": 1, "customer_id": 3, "kind": "marketing", "granted": False, "source": NASTY, "at": AT})
        put("merge", {"id": 1, "kept_id": 3, "merged_id": 2, "at": AT, "by": "ana", "changed": JSON})
        put("merge_move", {"merge_id": 1, "entity": "message", "row_id": HUGE})
        put(
            "operator",
            {"id": 1, "name": "ana", "shown": NASTY, "email": None, "role": "admin", "skills": ["a", NASTY]}
            | {"shifts": [JSON], "last_assigned_at": AT}
            | {"languages": [], "capacity": 20, "availability": "away", "created_at": AT},
        )
        put("team", {"id": 1, "name": NASTY, "created_at": AT})
        put("team_member", {"team_id": 1, "operator_id": 1})
        put(
            "calendar",
            {"id": 1, "name": "c", "time_zone": "UTC", "hours": JSON, "holidays": [NASTY], "created_at": AT},
        )
        put("sla_policy", {"id": 1, "name": "s", "first_response": HUGE, "calendar_id": 1, "created_at": AT})
        thread = {"customer_id": 3, "channel_id": 7, "status": "open", "priority": "urgent", "created_at": AT}
        put(
            "thread",
            thread
            | {"id": 1, "subject": NASTY, "unread": True, "unverified": False, "message_count": 3}
            | {"last_message_at": AT, "waiting_since": AT, "assignee_id": 1, "team_id": 1, "sla_policy_id": 1},
        )
        put("thread_tag", {"thread_id": 1, "tag": NASTY})
        put("episode", {"id": 1, "thread_id": 1, "customer_id": 3, "opened_at": AT})
        names = [store.blobs.put(data) for data in FILES]
        for number, body in enumerate((NASTY, "", "the warranty of the treadmill"), start=1):
            sent = AT + timedelta(seconds=number)
            key = search_index.sort_key(sent, number)
            put(
                "message",
                {"id": number, "sort_key": key, "thread_id": 1, "customer_id": 3, "channel_id": 7, "identity_id": 2}
                | {"direction": "inbound", "author": NASTY, "subject": f"no {number}", "body": body}
                | {"original": None if number == 1 else NASTY, "external_id": f"<{number}@x>", "reference_ids": [NASTY]}
                | {"sent_at": sent, "received_at": AT, "automatic": False, "unverified": True, "has_attachment": True}
                | {"sentiment": -0.1 / number, "intent": None},
            )
            search_index.add(connection, [(key, index_words(f"no {number}"), index_words(body))])
        for number, (name, data) in enumerate(zip([*names, None], [*FILES, None], strict=True), start=1):
            put(
                "attachment",
                {"id": number, "message_id": 1, "customer_id": 3, "name": "../../etc/passwd", "media_type": "x/y"}
                | {"size": None if data is None else len(data), "sha256": name, "role": "file"},
            )
        put(
            "event",
            {"id": 1, "customer_id": 3, "channel_id": 7, "kind": "purchase", "at": LONG_AGO, "title": NASTY}
            | {"amount_milli": -HUGE, "currency": "EUR", "duration": 0, "data": JSON},
        )
        ledger = {"import_run_id": 1, "channel_id": 7, "at": AT, "ordinal": 0, "place": NASTY}
        put(
            "ledger",
            ledger | {"id": 1, "key": "k", "outcome": "stored", "reason": "", "message_id": 1, "raw": None},
            ledger | {"id": 2, "key": "k", "outcome": "skipped", "reason": "twice", "raw": b""},
            ledger | {"id": HUGE - 9, "key": "", "outcome": "quarantined", "reason": NASTY, "raw": bytes(range(256))},
        )
        put(
            "delivery",
            {"id": 1, "message_id": 3, "customer_id": 3, "channel_id": 7, "recipient": NASTY, "status": "queued"}
            | {"idempotency_key": "i", "attempts": 0, "created_at": AT, "updated_at": AT}
            | {"template": JSON, "sent_at": LONG_AGO},
        )
        put(
            "channel_state",
            {"channel_id": 7, "fence": HUGE, "cursor": JSON, "succeeded_at": AT, "lag": -1, "failed_at": LONG_AGO}
            | {"error": NASTY, "failures": HUGE, "next_at": AT},
        )
        put(
            "code",
            {"id": 1, "word": "w", "title": NASTY, "channel_id": 7, "text": NASTY, "context": JSON, "uses": HUGE}
            | {"created_at": AT, "removed_at": LONG_AGO},
        )
        draft = {"thread_id": 1, "customer_id": 3, "channel": "", "updated_at": AT}
        put(
            "draft",
            draft | {"id": 1, "author": "ana", "note": False, "body": NASTY},
            draft | {"id": 2, "author": "ana", "note": True, "body": ""},
        )
        put("presence", {"id": 1, "session": NASTY, "name": "ana", "thread_id": 1, "writing": True, "at": AT})
        put("undo_step", {"id": 1, "actor": "ana", "title": NASTY, "at": AT})
        row = {"undo_step_id": 1, "thread_id": 1, "customer_id": 3, "message_id": 3}
        put("undo_row", row | {"id": 1, "before": JSON, "after": {}})
        audit = {"at": AT, "actor": NASTY, "operation": "customers.edit", "entity": "customer"}
        put("audit", audit | {"id": 1, "entity_id": None, "before": None, "after": JSON})
        put(
            "rule", {"id": 1, "name": "r", "position": 1, "query": NASTY, "actions": [], "enabled": 1, "created_at": AT}
        )
        put("snippet", {"id": 1, "name": "s", "body": NASTY, "language": None, "created_at": AT})
        put("article", {"id": 1, "name": "a", "title": "", "body": NASTY, "created_at": AT, "updated_at": AT})
        put(
            "nudge",
            {"id": 1, "name": "n", "trigger": "t", "audience": "a", "template": NASTY, "guardrails": JSON}
            | {"holdout": 0.1, "enabled": True, "created_at": AT},
        )
        hers = {"customer_id": 3, "thread_id": 1, "at": AT}
        put("arrival", hers | {"id": 1, "message_id": 1, "opening": "reopened"})
        put("rule_set", {"id": 1, "digest": "d", "rules": [JSON], "created_at": AT})
        put(
            "decision",
            hers | {"id": 1, "message_id": 2, "rule_set_id": 1, "trigger": "t", "facts": JSON, "fired": [NASTY]},
        )
        put("rule_firing", {"id": 1, "rule_id": 1, "episode_id": 1, "customer_id": 3, "at": AT})
        put("breach", hers | {"id": 1, "episode_id": 1, "promise": "resolution", "due_at": LONG_AGO, "seen": True})
        put("notification", hers | {"id": 1, "operator_id": 1, "body": NASTY, "by": "ana"})
        put("bot", {"id": 1, "name": "b", "config": JSON, "enabled": True, "created_at": AT})
        put(
            "bot_session",
            {"id": 1, "bot_id": 1, "thread_id": 1, "episode_id": 1, "customer_id": 3, "turns": HUGE, "asked": JSON}
            | {"known": {}, "reason": NASTY, "started_at": AT, "last_at": AT},
        )
        put("article_term", {"term": "東京", "article_id": 1, "title_count": 1, "body_count": HUGE, "length": 2})
        put("article_use", hers | {"id": 1, "article_id": 1, "message_id": 3, "use": "sent", "by": NASTY})
        put(
            "intent_model",
            {"id": 1, "version": 1, "kind": "k", "format": "f", "measures": JSON, "data": bytes(range(256))}
            | {"active": True, "created_at": AT},
        )
        put("intent_label", {"id": 1, "message_id": 1, "customer_id": 3, "intent": NASTY, "by": "ana", "at": AT})
        put("intent_example", {"id": 1, "intent": "i", "body": NASTY, "language": None, "created_at": AT})
        put("mark", {"id": 1, "name": "m", "value": HUGE})
        put("remark", {"id": 1, "name": "rules above", "body": NASTY})
        put("saved_query", {"id": 1, "name": "q", "query": NASTY, "created_at": AT})
        put("import_profile", {"id": 1, "name": "p", "mapping": JSON, "created_at": AT})
        continue_numbering(store, connection)
    return names
