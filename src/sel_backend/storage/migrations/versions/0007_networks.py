"""The audit's networks, pseudonymised, and the networks that each account has logged in from."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BESIDE_THE_OLD_VERSION = True
WHY = "it only adds a table, and a column that may be empty"
LOST_ON_THE_WAY_BACK = ("audit.network", "known_networks")


def upgrade() -> None:
    """Go up."""
    op.add_column("audit", sa.Column("network", sa.String(length=16)))
    op.create_table(
        "known_networks",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=16), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_known_networks_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "network", name=op.f("pk_known_networks")),
    )
    op.create_index("ix_known_networks_seen_at", "known_networks", ["seen_at"], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_index("ix_known_networks_seen_at", table_name="known_networks")
    op.drop_table("known_networks")
    op.drop_column("audit", "network")
