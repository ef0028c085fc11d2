"""Linking coordinates say which account asked for them, for the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BESIDE_THE_OLD_VERSION = True
WHY = "it adds a column that may be empty"
LOST_ON_THE_WAY_BACK = ("link_codes.asked_by",)


def upgrade() -> None:
    """Go up."""
    op.add_column("link_codes", sa.Column("asked_by", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Go down."""
    op.drop_column("link_codes", "asked_by")
