"""`purge`: delete rows past their retention, in small batches. Made for a nightly timer; the audit is never purged."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, delete, func, or_, select, tuple_

from sel_backend.admin.base import DONE, Result, Task, argument_parser, perform, run_command, write_line
from sel_backend.backend import Backend
from sel_backend.settings import RetentionSettings, Settings
from sel_backend.storage import audit
from sel_backend.storage.desk_tables import desk_acts, desk_cases, desk_corrections, desk_holds, desk_sessions
from sel_backend.storage.operator_tables import bounce_reports
from sel_backend.storage.tables import (
    challenges,
    demo_mails,
    disavowals,
    events,
    handoffs,
    idempotency,
    known_networks,
    limits,
    link_codes,
    links,
    outbox,
    registrations,
    sessions,
    single_use_codes,
    support_cases,
)
from sel_contract.base import Request

BATCH: Final = 1_000


class PurgeRequest(Request):
    """`dry_run`: only count what would be deleted."""

    dry_run: bool = False


@dataclass(frozen=True)
class Rule:
    """Which rows of a table are past their retention."""

    table: Table
    where: ColumnElement[bool]

    @property
    def key(self) -> list[Column[object]]:
        """The table's primary key."""
        return list(self.table.primary_key.columns)


def rules(retention: RetentionSettings, now: datetime) -> list[Rule]:
    """Return the rows that may be deleted now, table by table."""

    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    ended = or_(
        sessions.c.ended_at <= before(retention.sessions_days), sessions.c.expires_at <= before(retention.sessions_days)
    )
    # One that came back was sent, and is kept as long as one that was given up.
    settled = or_(
        and_(outbox.c.sent_at <= before(retention.mails_sent_days), outbox.c.dead_at.is_(None)),
        outbox.c.dead_at <= before(retention.mails_dead_days),
    )
    free = or_(limits.c.locked_until.is_(None), limits.c.locked_until <= now)
    return [
        Rule(sessions, ended),
        Rule(single_use_codes, single_use_codes.c.expires_at <= before(retention.codes_days)),
        Rule(registrations, registrations.c.expires_at <= now),
        Rule(challenges, challenges.c.expires_at <= before(retention.codes_days)),
        Rule(link_codes, link_codes.c.expires_at <= before(retention.codes_days)),
        Rule(disavowals, disavowals.c.expires_at <= before(retention.codes_days)),
        Rule(desk_sessions, desk_sessions.c.expires_at <= before(retention.sessions_days)),
        Rule(desk_cases, desk_cases.c.at <= before(retention.support_cases_days)),
        Rule(desk_acts, desk_acts.c.at <= before(retention.support_cases_days)),
        Rule(desk_holds, desk_holds.c.held_until <= now),
        Rule(desk_corrections, desk_corrections.c.expires_at <= now),
        Rule(handoffs, handoffs.c.expires_at <= now),
        Rule(idempotency, idempotency.c.expires_at <= now),
        # A counter whose wait grows with each lock remembers the earlier locks for a day after its last window.
        Rule(limits, and_(free, limits.c.window_ends_at <= before(1))),
        Rule(outbox, settled),
        Rule(bounce_reports, bounce_reports.c.at <= before(retention.mails_dead_days)),
        Rule(demo_mails, demo_mails.c.sent_at <= before(retention.mails_sent_days)),
        Rule(known_networks, known_networks.c.seen_at <= before(retention.known_networks_days)),
        Rule(events, events.c.at <= before(retention.events_days)),
        Rule(support_cases, support_cases.c.at <= before(retention.support_cases_days)),
        Rule(links, links.c.ended_at <= before(retention.ended_links_days)),
    ]


async def purge(backend: Backend, request: PurgeRequest) -> Result:
    """Delete what is past its retention; return for each table how many rows were deleted, or would be."""
    core = backend.core
    now = core.clock()
    gone: Result = {}
    for rule in rules(core.settings.retention, now):
        if request.dry_run:
            gone[rule.table.name] = await core.database.run(partial(_count, rule=rule))
            continue
        total = 0
        while (deleted := await core.database.run(partial(_delete, rule=rule))) > 0:
            total += deleted
        gone[rule.table.name] = total
    if not request.dry_run:
        detail = " ".join(f"{name}={number}" for name, number in gone.items() if number)[:200]
        await core.database.run(lambda tx: audit.record(tx, now, audit.OPERATOR, "purge", detail=detail))
    return gone


def _count(tx: Connection, rule: Rule) -> int:
    return tx.scalar(select(func.count()).select_from(rule.table).where(rule.where)) or 0


def _delete(tx: Connection, rule: Rule) -> int:
    some = select(*rule.key).where(rule.where).limit(BATCH)
    key = rule.key[0] if len(rule.key) == 1 else tuple_(*rule.key)
    return len(tx.execute(delete(rule.table).where(key.in_(some)).returning(rule.key[0])).all())


PURGE = Task("purge", PurgeRequest, purge)


def main(arguments: Sequence[str]) -> int:
    """Purge; return 0, or 1 when the database cannot be reached."""
    parser = argument_parser("purge", "Delete what has served its time; the settings' retention says when.")
    parser.add_argument("--dry-run", action="store_true", help="count only")
    chosen = parser.parse_args(arguments)
    return run_command(chosen, lambda settings: _purge(settings, dry_run=chosen.dry_run))


def _purge(settings: Settings, *, dry_run: bool) -> int:
    for table, rows in perform(settings, PURGE, PurgeRequest(dry_run=dry_run)).items():
        write_line(f"{table:<18} {rows:>10} {'may go' if dry_run else 'deleted'}")
    return DONE
