"""Every table, its keys and the constraints that decide races, in one piece. The migrations lead to exactly this."""

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)

SCHEMA_VERSION: Final = "0012"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def timestamp(microseconds: int) -> datetime:
    """Return the UTC time that is stored as whole microseconds since 1970."""
    return datetime.fromtimestamp(microseconds / 1_000_000, UTC)


class Instant(TypeDecorator[datetime]):
    """A time in UTC, stored as whole microseconds: the same bytes, order and precision on both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return microseconds since 1970 for a time."""
        del dialect
        return None if value is None else int(value.timestamp() * 1_000_000 + 0.5)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the UTC time for microseconds since 1970."""
        del dialect
        return None if value is None else timestamp(value)


ID: Final = String(64)

accounts = Table(
    "accounts",
    metadata,
    Column("id", ID, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("first_name", String(100), nullable=False),
    Column("last_name", String(100), nullable=False),
    Column("language", String(5), nullable=False),
    Column("role", String(20), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("password_changed_at", Instant, nullable=False),
)

registrations = Table(
    "registrations",
    metadata,
    Column("id", ID, primary_key=True),
    Column("email", String(254), nullable=False, index=True),
    Column("password_hash", Text, nullable=False),
    Column("first_name", String(100), nullable=False),
    Column("last_name", String(100), nullable=False),
    Column("language", String(5), nullable=False),
    Column("terms_version", String(40), nullable=False),
    Column("code_id", ID, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

single_use_codes = Table(
    "single_use_codes",
    metadata,
    Column("id", ID, primary_key=True),
    Column("purpose", String(20), nullable=False),
    Column("account_id", ID, ForeignKey("accounts.id", ondelete="CASCADE"), index=True),
    Column("code_hash", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("used_at", Instant),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", ID, primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("account_id", ID, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("authenticated_at", Instant, nullable=False),
    Column("last_seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("selected_link_id", ID),
    Column("ended_at", Instant),
)

# One for each account: where its owner goes on elsewhere.
handoffs = Table(
    "handoffs",
    metadata,
    Column("account_id", ID, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("id", ID, nullable=False),
    Column("code_hash", Text, nullable=False),
    Column("contents", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

# Where an account has logged in from, pseudonymised: a log-in from elsewhere is told to its owner.
known_networks = Table(
    "known_networks",
    metadata,
    Column("account_id", ID, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("network", String(16), primary_key=True),
    Column("seen_at", Instant, nullable=False, index=True),
)

files = Table(
    "files",
    metadata,
    Column("id", ID, primary_key=True),
    Column("category", String(20), nullable=False),
    Column("identifier", String(254), nullable=False),
    Column("display_name", String(200), nullable=False),
    Column("email", String(254)),
    Column("contents", Text, nullable=False),
    Column("legacy_scheme", String(40)),
    Column("legacy_hash", Text),
    Column("legacy_expires_at", Instant),
)

# Kinds of old password hashes; no file's hash is in it.
old_kinds = Table(
    "old_kinds",
    metadata,
    Column("kind", String(100), primary_key=True),
    Column("scheme", String(40), nullable=False),
    Column("config", Text, nullable=False),
)

file_names = Table(
    "file_names",
    metadata,
    Column("name", String(254), primary_key=True),
    Column("file_id", ID, ForeignKey("files.id", ondelete="CASCADE"), nullable=False, index=True),
)

facts = Table(
    "facts",
    metadata,
    Column("file_id", ID, ForeignKey("files.id", ondelete="CASCADE"), primary_key=True),
    Column("question", String(64), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("answer_hash", Text),
    Column("key_id", String(20), nullable=False),
)

challenges = Table(
    "challenges",
    metadata,
    Column("id", ID, primary_key=True),
    Column("account_id", ID, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("identifier", String(254), nullable=False),
    Column("file_id", ID, ForeignKey("files.id", ondelete="CASCADE")),
    Column("questions", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("passed_at", Instant),
)
Index(
    "uq_challenges_open",
    challenges.c.account_id,
    challenges.c.subject,
    unique=True,
    sqlite_where=text("passed_at IS NULL"),
    postgresql_where=text("passed_at IS NULL"),
)

link_codes = Table(
    "link_codes",
    metadata,
    Column("id", ID, primary_key=True),
    Column("file_id", ID, ForeignKey("files.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("username", String(20), nullable=False, unique=True),
    Column("code_hash", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("replaced_at", Instant),
    Column("used_at", Instant),
    Column("asked_by", ID),
)

links = Table(
    "links",
    metadata,
    Column("id", ID, primary_key=True),
    Column("account_id", ID, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("file_id", ID, ForeignKey("files.id"), nullable=False),
    Column("exclusive", Boolean, nullable=False),
    Column("method", String(20), nullable=False),
    Column("reference", String(12), nullable=False, unique=True),
    Column("linked_at", Instant, nullable=False),
    Column("frozen_at", Instant),
    Column("ended_at", Instant),
    Column("verification", String(20), nullable=False),
    Column("verified_at", Instant),
    Column("verification_reference", String(12)),
    Column("verification_note", Text),
)
_ACTIVE: Final = text("ended_at IS NULL")
_HELD: Final = text("ended_at IS NULL AND exclusive")
Index(
    "uq_links_active",
    links.c.account_id,
    links.c.file_id,
    unique=True,
    sqlite_where=_ACTIVE,
    postgresql_where=_ACTIVE,
)
Index("uq_links_exclusive", links.c.file_id, unique=True, sqlite_where=_HELD, postgresql_where=_HELD)
Index("ix_links_file", links.c.file_id)
_FROZEN: Final = text("frozen_at IS NOT NULL AND ended_at IS NULL")
Index("ix_links_frozen", links.c.frozen_at, sqlite_where=_FROZEN, postgresql_where=_FROZEN)

events = Table(
    "events",
    metadata,
    Column("id", ID, primary_key=True),
    Column("account_id", ID, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("at", Instant, nullable=False),
    Column("link_id", ID, index=True),
    Column("method", String(20)),
    Column("category", String(20)),
    Column("identifier", String(254)),
    Column("display_name", String(200)),
    Column("reference", String(12)),
)
Index("ix_events_account_id_id", events.c.account_id, events.c.id)

support_cases = Table(
    "support_cases",
    metadata,
    Column("reference", String(12), primary_key=True),
    Column("account_id", ID, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Instant, nullable=False, index=True),
    Column("kind", String(30), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("method", String(20)),
    Column("file_id", ID, index=True),
    Column("link_id", ID),
    Column("terminal", String(20)),
    # What became of a report of an error.
    Column("handled", String(20)),
    Column("handled_at", Instant),
    Column("handled_by", ID),
)
_UNTAKEN: Final = text("kind = 'error_reported' AND handled IS NULL")
Index("ix_support_cases_untaken", support_cases.c.at, sqlite_where=_UNTAKEN, postgresql_where=_UNTAKEN)

outbox = Table(
    "outbox",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(30), nullable=False),
    Column("recipient", String(254), nullable=False),
    Column("link_id", ID, index=True),
    Column("sealed", LargeBinary),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("leased_until", Instant),
    Column("lease", ID),
    Column("tries", Integer, nullable=False),
    Column("sent_at", Instant),
    Column("dead_at", Instant),
    Column("last_error", String(200)),
    Column("file_id", ID, index=True),
    Column("handled_at", Instant),
    # What a delivery report says of a mail that went out: its status (RFC 3463), and when it first said « delayed ».
    # A mail that came back has `sent_at` and `dead_at`.
    Column("report_status", String(20)),
    Column("delayed_at", Instant),
)
_WAITING: Final = text("sent_at IS NULL AND dead_at IS NULL")
Index("ix_outbox_waiting", outbox.c.due_at, sqlite_where=_WAITING, postgresql_where=_WAITING)
_BOUNCED: Final = text("dead_at IS NOT NULL AND handled_at IS NULL")
Index("ix_outbox_bounced", outbox.c.dead_at, sqlite_where=_BOUNCED, postgresql_where=_BOUNCED)

disavowals = Table(
    "disavowals",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("link_id", ID),
    Column("account_id", ID, ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("used_at", Instant),
)

limits = Table(
    "limits",
    metadata,
    Column("scope", String(40), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("window_ends_at", Instant, nullable=False),
    Column("locked_until", Instant, index=True),
    Column("strikes", Integer, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("account_id", ID, primary_key=True),
    Column("operation", String(40), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("body_digest", String(64), nullable=False),
    Column("lease", ID, nullable=False),
    Column("leased_until", Instant, nullable=False),
    Column("status", Integer),
    Column("media_type", String(60)),
    Column("answer", Text),
    Column("expires_at", Instant, nullable=False, index=True),
)

demo_mails = Table(
    "demo_mails",
    metadata,
    Column("id", ID, primary_key=True),
    Column("recipient", String(254), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("body", Text, nullable=False),
    Column("sent_at", Instant, nullable=False, index=True),
)

# An operator's own machines. Their address is kept as it is: it is a machine's, and whoever looks for one needs it.
kiosks = Table(
    "kiosks",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("place", String(200), nullable=False),
    Column("token_hash", String(64), nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("seen_at", Instant),
    Column("network", String(64)),
    Column("version", String(40)),
    Column("state", String(20)),
    Column("started_at", Instant),
    Column("error_kind", String(40)),
    Column("error_reference", String(20)),
    Column("error_at", Instant),
)

# One row: whether this is a service's database or a demonstration's.
installation = Table(
    "installation",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(20), nullable=False),
    Column("made_at", Instant, nullable=False),
)

# By which the keys outside the database are recognised; `lasting`: the one that names counters and question sets.
key_fingerprints = Table(
    "key_fingerprints",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("lasting", Boolean, nullable=False),
    Column("recorded_at", Instant, nullable=False),
)

schema_version = Table(
    "alembic_version",
    metadata,
    Column("version_num", String(32), primary_key=True),
)
