"""Tables for messages that travel: how each channel does, templates on deliveries, and codes that open a chat."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Make the new tables, and add to the old one."""
    op.add_column("delivery", sa.Column("template", JSON, nullable=True))
    op.add_column("delivery", sa.Column("sent_at", sa.BigInteger(), nullable=True))
    op.create_index(
        op.f("ix_delivery_channel_id_status_next_at"), "delivery", ["channel_id", "status", "next_at"], unique=False
    )

    op.create_table(
        "channel_state",
        sa.Column("channel_id", NUMBER, nullable=False),
        sa.Column("fence", NUMBER, nullable=False),
        sa.Column("cursor", JSON, nullable=False),
        sa.Column("succeeded_at", sa.BigInteger(), nullable=True),
        sa.Column("lag", NUMBER, nullable=True),
        sa.Column("failed_at", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("failures", NUMBER, nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_channel_state_channel_id_channel")),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_channel_state")),
    )

    op.create_table(
        "code",
        sa.Column("id", NUMBER, autoincrement=True, nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("channel_id", NUMBER, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("context", JSON, nullable=False),
        sa.Column("uses", NUMBER, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name=op.f("fk_code_channel_id_channel")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code")),
        sa.UniqueConstraint("word", name=op.f("uq_code_word")),
    )
