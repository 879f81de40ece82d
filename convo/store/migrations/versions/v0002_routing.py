"""Tables for routing, promises, the bot, intents and the use of articles."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from convo.store import article_index

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PLAIN_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make the new tables, and add to the old ones."""
    op.create_table(
        "bot",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("config", JSON, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot")),
        sa.UniqueConstraint("name", name=op.f("uq_bot_name")),
    )
    op.create_table(
        "calendar",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("hours", JSON, nullable=False),
        sa.Column("holidays", JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar")),
        sa.UniqueConstraint("name", name=op.f("uq_calendar_name")),
    )
    op.create_table(
        "intent_example",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intent_example")),
    )
    op.create_index(op.f("ix_intent_example_intent"), "intent_example", ["intent"], unique=False)

    op.create_table(
        "intent_model",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("measures", JSON, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intent_model")),
        sa.UniqueConstraint("version", name=op.f("uq_intent_model_version")),
    )
    op.create_table(
        "mark",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
        sa.UniqueConstraint("name", name=op.f("uq_mark_name")),
    )
    op.create_table(
        "remark",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
        sa.UniqueConstraint("name", name=op.f("uq_remark_name")),
    )
    op.create_table(
        "rule_set",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_set")),
        sa.UniqueConstraint("digest", name=op.f("uq_rule_set_digest")),
    )
    op.create_table(
        "article_term",
        sa.Column("term", PLAIN_TEXT, nullable=False),
        sa.Column("article_id", NUMBER, nullable=False),
        sa.Column("title_count", NUMBER, nullable=False),
        sa.Column("body_count", NUMBER, nullable=False),
        sa.Column("length", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_term_article_id_article")),
        sa.PrimaryKeyConstraint("term", "article_id", name=op.f("pk_article_term")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_article_term_article_id"), "article_term", ["article_id"], unique=False)

    op.create_table(
        "notification",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("operator_id", NUMBER, nullable=False),
        sa.Column("thread_id", NUMBER, nullable=False),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_notification_customer_id_customer")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_notification_operator_id_operator")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_notification_thread_id_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
    )
    op.create_index(op.f("ix_notification_customer_id"), "notification", ["customer_id"], unique=False)
    op.create_index(op.f("ix_notification_operator_id"), "notification", ["operator_id"], unique=False)
    op.create_index(op.f("ix_notification_thread_id"), "notification", ["thread_id"], unique=False)

    op.create_table(
        "arrival",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("message_id", NUMBER, nullable=False),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.Column("thread_id", NUMBER, nullable=False),
        sa.Column("opening", sa.String(length=16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("opening IN ('none', 'opened', 'reopened')", name=op.f("ck_arrival_opening")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_arrival_customer_id_customer")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_arrival_message_id_message")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_arrival_thread_id_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival")),
        sa.UniqueConstraint("message_id", name=op.f("uq_arrival_message_id")),
    )
    op.create_index(op.f("ix_arrival_customer_id"), "arrival", ["customer_id"], unique=False)
    op.create_index(op.f("ix_arrival_thread_id"), "arrival", ["thread_id"], unique=False)

    op.create_table(
        "article_use",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("article_id", NUMBER, nullable=False),
        sa.Column("thread_id", NUMBER, nullable=False),
        sa.Column("message_id", NUMBER, nullable=True),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.Column("use", sa.String(length=16), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("use IN ('suggested', 'sent')", name=op.f("ck_article_use_use")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_use_article_id_article")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_article_use_customer_id_customer")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_article_use_message_id_message")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_article_use_thread_id_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_use")),
    )
    op.create_index(op.f("ix_article_use_article_id"), "article_use", ["article_id"], unique=False)
    op.create_index(op.f("ix_article_use_customer_id"), "article_use", ["customer_id"], unique=False)
    op.create_index(op.f("ix_article_use_message_id"), "article_use", ["message_id"], unique=False)
    op.create_index(op.f("ix_article_use_thread_id"), "article_use", ["thread_id"], unique=False)

    op.create_table(
        "bot_session",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("bot_id", NUMBER, nullable=False),
        sa.Column("thread_id", NUMBER, nullable=False),
        sa.Column("episode_id", NUMBER, nullable=False),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("turns", NUMBER, nullable=False),
        sa.Column("asked", JSON, nullable=False),
        sa.Column("known", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('active', 'answered', 'handed_over')", name=op.f("ck_bot_session_state")),
        sa.ForeignKeyConstraint(["bot_id"], ["bot.id"], name=op.f("fk_bot_session_bot_id_bot")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_bot_session_customer_id_customer")),
        sa.ForeignKeyConstraint(["episode_id"], ["episode.id"], name=op.f("fk_bot_session_episode_id_episode")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_bot_session_thread_id_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_session")),
        sa.UniqueConstraint("episode_id", name=op.f("uq_bot_session_episode_id")),
    )
    op.create_index(op.f("ix_bot_session_customer_id"), "bot_session", ["customer_id"], unique=False)
    op.create_index(op.f("ix_bot_session_thread_id"), "bot_session", ["thread_id"], unique=False)

    op.create_table(
        "breach",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("thread_id", NUMBER, nullable=False),
        sa.Column("episode_id", NUMBER, nullable=False),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.Column("sla_policy_id", NUMBER, nullable=True),
        sa.Column("promise", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "promise IN ('first_response', 'next_response', 'resolution')", name=op.f("ck_breach_promise")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_breach_customer_id_customer")),
        sa.ForeignKeyConstraint(["episode_id"], ["episode.id"], name=op.f("fk_breach_episode_id_episode")),
        sa.ForeignKeyConstraint(["sla_policy_id"], ["sla_policy.id"], name=op.f("fk_breach_sla_policy_id_sla_policy")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_breach_thread_id_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach")),
        sa.UniqueConstraint("episode_id", "promise", "due_at", name=op.f("uq_breach_episode_id_promise_due_at")),
    )
    op.create_index(op.f("ix_breach_at"), "breach", ["at"], unique=False)
    op.create_index(op.f("ix_breach_customer_id"), "breach", ["customer_id"], unique=False)
    op.create_index(op.f("ix_breach_thread_id"), "breach", ["thread_id"], unique=False)
    op.create_index(
        "ix_breach_unseen",
        "breach",
        ["id"],
        unique=False,
        sqlite_where=sa.text("seen IS 0"),
        postgresql_where=sa.text("seen IS false"),
    )

    op.create_table(
        "decision",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("message_id", NUMBER, nullable=True),
        sa.Column("thread_id", NUMBER, nullable=False),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.Column("rule_set_id", NUMBER, nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("fired", JSON, nullable=False),
        sa.Column("assignment", JSON, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_decision_customer_id_customer")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_decision_message_id_message")),
        sa.ForeignKeyConstraint(["rule_set_id"], ["rule_set.id"], name=op.f("fk_decision_rule_set_id_rule_set")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_decision_thread_id_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_at"), "decision", ["at"], unique=False)
    op.create_index(op.f("ix_decision_customer_id"), "decision", ["customer_id"], unique=False)
    op.create_index(op.f("ix_decision_message_id"), "decision", ["message_id"], unique=False)
    op.create_index(op.f("ix_decision_thread_id"), "decision", ["thread_id"], unique=False)

    op.create_table(
        "intent_label",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("message_id", NUMBER, nullable=False),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_intent_label_customer_id_customer")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_intent_label_message_id_message")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intent_label")),
        sa.UniqueConstraint("message_id", name=op.f("uq_intent_label_message_id")),
    )
    op.create_index(op.f("ix_intent_label_customer_id"), "intent_label", ["customer_id"], unique=False)

    op.create_table(
        "rule_firing",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("rule_id", NUMBER, nullable=False),
        sa.Column("episode_id", NUMBER, nullable=False),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_rule_firing_customer_id_customer")),
        sa.ForeignKeyConstraint(["episode_id"], ["episode.id"], name=op.f("fk_rule_firing_episode_id_episode")),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_rule_firing_rule_id_rule")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_firing")),
        sa.UniqueConstraint("rule_id", "episode_id", name=op.f("uq_rule_firing_rule_id_episode_id")),
    )
    op.create_index(op.f("ix_rule_firing_customer_id"), "rule_firing", ["customer_id"], unique=False)
    op.create_index(op.f("ix_rule_firing_episode_id"), "rule_firing", ["episode_id"], unique=False)

    op.add_column("message", sa.Column("intent_score", sa.Float(), nullable=True))
    op.add_column("article", sa.Column("keywords", sa.Text(), nullable=False, server_default=""))
    op.add_column("article", sa.Column("questions", sa.Text(), nullable=False, server_default=""))
    op.add_column("article", sa.Column("words", NUMBER, nullable=False, server_default="0"))
    op.create_index(op.f("ix_article_words"), "article", ["words"], unique=False)
    op.add_column("operator", sa.Column("shifts", JSON, nullable=False, server_default="[]"))
    op.add_column("operator", sa.Column("last_assigned_at", sa.BigInteger(), nullable=True))
    op.add_column("rule", sa.Column("comment", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("sla_policy") as table:
        table.add_column(sa.Column("calendar_id", NUMBER, nullable=True))
        table.create_foreign_key(op.f("fk_sla_policy_calendar_id_calendar"), "calendar", ["calendar_id"], ["id"])
        table.drop_column("calendar")
    op.add_column("thread", sa.Column("resolution_left", NUMBER, nullable=True))
    op.add_column("thread", sa.Column("wanted", sa.Text(), nullable=True))
    op.add_column("thread", sa.Column("queued_since", sa.BigInteger(), nullable=True))
    for column in ("first_response_due", "next_response_due", "resolution_due", "queued_since", "snoozed_until"):
        where_set = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_thread_{column}", "thread", [column], unique=False, sqlite_where=where_set, postgresql_where=where_set
        )
    article_index.rebuild(op.get_bind())
