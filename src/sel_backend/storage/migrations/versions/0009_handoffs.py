"""Hand-offs: where somebody goes on elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BESIDE_THE_OLD_VERSION = True
WHY = "it only adds a table"
LOST_ON_THE_WAY_BACK = ("handoffs",)


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "handoffs",
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_handoffs_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_handoffs")),
    )
    op.create_index("ix_handoffs_expires_at", "handoffs", ["expires_at"], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_index("ix_handoffs_expires_at", table_name="handoffs")
    op.drop_table("handoffs")
