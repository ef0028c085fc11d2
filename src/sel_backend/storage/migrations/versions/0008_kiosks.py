"""Kiosks, which say that they are alive."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BESIDE_THE_OLD_VERSION = True
WHY = "it only adds a table"
LOST_ON_THE_WAY_BACK = ("kiosks",)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "kiosks",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger()),
        sa.Column("network", sa.String(length=64)),
        sa.Column("version", sa.String(length=40)),
        sa.Column("state", sa.String(length=20)),
        sa.Column("started_at", sa.BigInteger()),
        sa.Column("error_kind", sa.String(length=40)),
        sa.Column("error_reference", sa.String(length=20)),
        sa.Column("error_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_kiosks")),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("kiosks")
