"""Without two columns that were written and never read, each with the same value in every row."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BESIDE_THE_OLD_VERSION = False
WHY = "it drops columns that the version before fills"
LOST_ON_THE_WAY_BACK = ()


def upgrade() -> None:
    """Go up."""
    op.drop_column("facts", "normaliser")
    op.drop_column("idempotency", "counted")


def downgrade() -> None:
    """Go down: each row gets the one value that was ever written."""
    op.add_column("facts", sa.Column("normaliser", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("idempotency", sa.Column("counted", sa.Boolean(), nullable=False, server_default=sa.true()))
