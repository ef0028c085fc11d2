"""Bounces: what a delivery report says of a mail, and which reports were read."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BESIDE_THE_OLD_VERSION = True
WHY = "it adds a table, and columns that may be empty"
LOST_ON_THE_WAY_BACK = ("bounce_reports", "outbox.report_status", "outbox.delayed_at")


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "bounce_reports",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_bounce_reports")),
    )
    op.create_index("ix_bounce_reports_at", "bounce_reports", ["at"], unique=False)
    op.add_column("outbox", sa.Column("report_status", sa.String(length=20), nullable=True))
    op.add_column("outbox", sa.Column("delayed_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Go down."""
    op.drop_column("outbox", "delayed_at")
    op.drop_column("outbox", "report_status")
    op.drop_index("ix_bounce_reports_at", table_name="bounce_reports")
    op.drop_table("bounce_reports")
