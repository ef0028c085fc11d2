"""Tables that are for operators: the append-only audit, how far an import got, and which bounces were read."""

from typing import Final

from sqlalchemy import DDL, BigInteger, Column, Index, Integer, String, Table, Text, event

from sel_backend.storage.tables import ID, Instant, metadata

# Identifiers and numbers only: an audit that nobody may shorten must hold no personal data.
audit = Table(
    "audit",
    metadata,
    Column("id", ID, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(40), nullable=False),
    Column("outcome", String(40)),
    Column("account_id", ID),
    Column("file_id", ID),
    Column("link_id", ID),
    Column("method", String(20)),
    Column("reference", String(12)),
    Column("detail", String(200)),
    Column("network", String(16)),
)
Index("ix_audit_account_id_id", audit.c.account_id, audit.c.id)

# Messages of the mailbox for bounces, by the digest of their bytes: each is counted once, however often it is read.
bounce_reports = Table(
    "bounce_reports",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("outcome", String(20), nullable=False),
)

imports = Table(
    "imports",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("source", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("line", BigInteger, nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("batches", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("finished_at", Instant),
)

_SQLITE: Final = (
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END",
)
_POSTGRESQL: Final = (
    (
        "CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$"
    ),
    (
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    ),
)
for _statement in _SQLITE:
    event.listen(audit, "after_create", DDL(_statement).execute_if(dialect="sqlite"))  # type: ignore[no-untyped-call]
for _statement in _POSTGRESQL:
    event.listen(audit, "after_create", DDL(_statement).execute_if(dialect="postgresql"))  # type: ignore[no-untyped-call]
