"""Tables for operators at work on screens: drafts, presence, undo; and how far a thread was read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make the new tables, and add to the old ones."""
    op.add_column("thread", sa.Column("read_key", NUMBER, nullable=True))
    op.create_index(
        op.f("ix_thread_status_assignee_id_last_message_at_id"),
        "thread",
        ["status", "assignee_id", "last_message_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_thread_teams",
        "thread",
        ["status", "team_id", "last_message_at", "id"],
        unique=False,
        sqlite_where=sa.text("team_id IS NOT NULL"),
        postgresql_where=sa.text("team_id IS NOT NULL"),
    )
    op.create_index(
        "ix_thread_unread",
        "thread",
        ["status", "last_message_at", "id"],
        unique=False,
        sqlite_where=sa.text("unread IS 1"),
        postgresql_where=sa.text("unread IS true"),
    )

    op.create_table(
        "draft",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("thread_id", NUMBER, nullable=False),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("note", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_draft_customer_id_customer")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_draft_thread_id_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("thread_id", "author", "note", name=op.f("uq_draft_thread_id_author_note")),
    )
    op.create_index(op.f("ix_draft_customer_id"), "draft", ["customer_id"], unique=False)

    op.create_table(
        "presence",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("thread_id", NUMBER, nullable=True),
        sa.Column("writing", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_presence_thread_id_thread")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence")),
        sa.UniqueConstraint("session", name=op.f("uq_presence_session")),
    )
    op.create_index(op.f("ix_presence_thread_id"), "presence", ["thread_id"], unique=False)

    op.create_table(
        "undo_step",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undo_step")),
    )
    op.create_index(op.f("ix_undo_step_actor_id"), "undo_step", ["actor", "id"], unique=False)

    op.create_table(
        "undo_row",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("undo_step_id", NUMBER, nullable=False),
        sa.Column("thread_id", NUMBER, nullable=True),
        sa.Column("customer_id", NUMBER, nullable=False),
        sa.Column("message_id", NUMBER, nullable=True),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_undo_row_customer_id_customer")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_undo_row_message_id_message")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_undo_row_thread_id_thread")),
        sa.ForeignKeyConstraint(["undo_step_id"], ["undo_step.id"], name=op.f("fk_undo_row_undo_step_id_undo_step")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_undo_row")),
    )
    op.create_index(op.f("ix_undo_row_customer_id"), "undo_row", ["customer_id"], unique=False)
    op.create_index(op.f("ix_undo_row_message_id"), "undo_row", ["message_id"], unique=False)
    op.create_index(op.f("ix_undo_row_thread_id"), "undo_row", ["thread_id"], unique=False)
    op.create_index(op.f("ix_undo_row_undo_step_id"), "undo_row", ["undo_step_id"], unique=False)
