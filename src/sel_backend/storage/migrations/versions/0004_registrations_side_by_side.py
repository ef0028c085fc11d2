"""Registrations side by side, each under an id of its own.

What waits is dropped: it was one for an address, whoever asked last, and people start again within a day anyhow.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BESIDE_THE_OLD_VERSION = False
WHY = "it drops a table and makes it anew with another key"
LOST_ON_THE_WAY_BACK = ("registrations",)


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("last_name", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("terms_version", sa.String(length=40), nullable=False),
        sa.Column("code_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
    ]


def upgrade() -> None:
    """Go up."""
    op.drop_table("registrations")
    op.create_table(
        "registrations",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        *_columns(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
    )
    op.create_index("ix_registrations_email", "registrations", ["email"], unique=False)
    op.create_index("ix_registrations_expires_at", "registrations", ["expires_at"], unique=False)


def downgrade() -> None:
    """Go down."""
    op.drop_table("registrations")
    op.create_table(
        "registrations",
        sa.Column("email", sa.String(length=254), nullable=False),
        *_columns(),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_registrations")),
    )
    op.create_index("ix_registrations_expires_at", "registrations", ["expires_at"], unique=False)
