"""The kinds of old password hashes, so that every try of method 1 costs the same."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BESIDE_THE_OLD_VERSION = True
WHY = "it only adds a table"
LOST_ON_THE_WAY_BACK = ("old_kinds",)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "old_kinds",
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("config", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_old_kinds")),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("old_kinds")
