"""Why nothing automatic may answer a message, so that no rule or bot talks with machines or with forged senders."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of what came before nothing is known."""
    op.add_column("message", sa.Column("unanswerable", sa.Text(), nullable=True))
