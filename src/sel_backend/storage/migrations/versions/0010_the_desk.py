"""The desk: its tables, and what a support case and a mail say for it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BESIDE_THE_OLD_VERSION = True
WHY = "it adds tables, and columns that may be empty"
LOST_ON_THE_WAY_BACK = (
    "desk_sessions",
    "desk_agents",
    "desk_cases",
    "desk_holds",
    "desk_acts",
    "desk_corrections",
    "support_cases.terminal",
    "support_cases.handled",
    "support_cases.handled_at",
    "support_cases.handled_by",
    "outbox.file_id",
    "outbox.handled_at",
)

_NEW = {
    "support_cases": (
        ("terminal", sa.String(length=20)),
        ("handled", sa.String(length=20)),
        ("handled_at", sa.BigInteger()),
        ("handled_by", sa.String(length=64)),
    ),
    "outbox": (("file_id", sa.String(length=64)), ("handled_at", sa.BigInteger())),
}
_PARTIAL = (
    ("ix_support_cases_untaken", "support_cases", "at", "kind = 'error_reported' AND handled IS NULL"),
    ("ix_outbox_bounced", "outbox", "dead_at", "dead_at IS NOT NULL AND handled_at IS NULL"),
    ("ix_links_frozen", "links", "frozen_at", "frozen_at IS NOT NULL AND ended_at IS NULL"),
)
_INDEXES = (
    ("desk_sessions", "account_id"),
    ("desk_sessions", "expires_at"),
    ("desk_cases", "at"),
    ("desk_holds", "held_until"),
    ("desk_acts", "at"),
    ("desk_acts", "account_id"),
    ("desk_acts", "file_id"),
    ("desk_corrections", "expires_at"),
    ("support_cases", "file_id"),
    ("outbox", "file_id"),
)


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=64), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"], ["accounts.id"], name=op.f(f"fk_{table}_account_id"), ondelete="CASCADE"
    )


def _key(table: str, column: str = "id") -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}"))


def upgrade() -> None:
    """Go up. An agent's account is no person's any more: whoever is logged in with one is logged out."""
    op.create_table(
        "desk_sessions",
        *(_id("id"), _text("token_hash", 64), _id("account_id")),
        *(_at("authenticated_at"), _at("last_seen_at"), _at("expires_at"), _at("ended_at", nullable=True)),
        *(_of_account("desk_sessions"), _key("desk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_desk_sessions_token_hash")),
    )
    op.create_table(
        "desk_agents",
        *(_id("account_id"), _at("password_chosen_at")),
        *(_of_account("desk_agents"), _key("desk_agents", "account_id")),
    )
    op.create_table(
        "desk_cases",
        *(_id("id"), _id("agent_id"), _id("session_id"), _at("at"), _text("found_by", 20)),
        *(_text("reason", 40, nullable=True), _text("reference", 12, nullable=True)),
        *(_id("account_id", nullable=True), _id("file_id", nullable=True), _text("item", 100, nullable=True)),
        _key("desk_cases"),
    )
    op.create_table(
        "desk_holds",
        *(_text("item", 100), _id("agent_id"), _id("case_id"), _at("held_until"), _key("desk_holds", "item")),
    )
    op.create_table(
        "desk_acts",
        *(_id("id"), _id("case_id"), _id("agent_id"), _at("at"), _text("act", 40)),
        *(_id("account_id", nullable=True), _id("file_id", nullable=True), _text("reference", 12, nullable=True)),
        *(sa.Column("checks", sa.Text(), nullable=False), _key("desk_acts")),
    )
    op.create_table(
        "desk_corrections",
        *(_id("id"), _id("file_id"), _id("case_id"), _id("asked_by"), _at("asked_at"), _at("expires_at")),
        _text("email", 254),
        sa.ForeignKeyConstraint(
            ["file_id"], ["files.id"], name=op.f("fk_desk_corrections_file_id"), ondelete="CASCADE"
        ),
        _key("desk_corrections"),
        sa.UniqueConstraint("file_id", name=op.f("uq_desk_corrections_file_id")),
    )
    for table, columns in _NEW.items():
        for name, kind in columns:
            op.add_column(table, sa.Column(name, kind, nullable=True))
    for table, name in _INDEXES:
        op.create_index(f"ix_{table}_{name}", table, [name], unique=False)
    for index, table, name, where in _PARTIAL:
        op.create_index(
            index, table, [name], unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )
    op.execute(
        "UPDATE sessions SET ended_at = last_seen_at WHERE ended_at IS NULL "
        "AND account_id IN (SELECT id FROM accounts WHERE role = 'agent')"
    )


def downgrade() -> None:
    """Go down."""
    for index, table, _, _ in reversed(_PARTIAL):
        op.drop_index(index, table_name=table)
    for table, name in reversed(_INDEXES):
        op.drop_index(f"ix_{table}_{name}", table_name=table)
    for table, columns in _NEW.items():
        for name, _ in reversed(columns):
            op.drop_column(table, name)
    for table in ("desk_corrections", "desk_acts", "desk_holds", "desk_cases", "desk_agents", "desk_sessions"):
        op.drop_table(table)
