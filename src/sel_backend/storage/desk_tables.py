"""Tables of the desk: its sessions, what agents have looked up, hold and done, and corrections that wait."""

from sqlalchemy import Column, ForeignKey, String, Table, Text

from sel_backend.storage.tables import ID, Instant, metadata

# Apart from the sessions of persons: no token of one side is ever looked for among those of the other.
desk_sessions = Table(
    "desk_sessions",
    metadata,
    Column("id", ID, primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("account_id", ID, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("authenticated_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("ended_at", Instant),
)

# Agents who have chosen their own password; whoever is not here must, before anything else.
desk_agents = Table(
    "desk_agents",
    metadata,
    Column("account_id", ID, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("password_chosen_at", Instant, nullable=False),
)

# What an agent has looked up, and why: all that is done is done with one of these.
desk_cases = Table(
    "desk_cases",
    metadata,
    Column("id", ID, primary_key=True),
    Column("agent_id", ID, nullable=False),
    Column("session_id", ID, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Column("found_by", String(20), nullable=False),
    Column("reason", String(40)),
    Column("reference", String(12)),
    Column("account_id", ID),
    Column("file_id", ID),
    Column("item", String(100)),
)

# What was taken from a queue: `item` is the queue and its row. Whoever has it has it until then.
desk_holds = Table(
    "desk_holds",
    metadata,
    Column("item", String(100), primary_key=True),
    Column("agent_id", ID, nullable=False),
    Column("case_id", ID, nullable=False),
    Column("held_until", Instant, nullable=False, index=True),
)

desk_acts = Table(
    "desk_acts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("case_id", ID, nullable=False),
    Column("agent_id", ID, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Column("act", String(40), nullable=False),
    Column("account_id", ID, index=True),
    Column("file_id", ID, index=True),
    Column("reference", String(12)),
    Column("checks", Text, nullable=False),
)

# Four eyes: one supervisor has asked, another confirms. One for each file.
desk_corrections = Table(
    "desk_corrections",
    metadata,
    Column("id", ID, primary_key=True),
    Column("file_id", ID, ForeignKey("files.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("case_id", ID, nullable=False),
    Column("asked_by", ID, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("email", String(254), nullable=False),
)
