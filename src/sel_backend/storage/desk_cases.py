"""What agents have looked up, hold and have done, and the corrections that wait, in the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, delete, or_, select
from sqlalchemy import insert as plain_insert

from sel_backend.storage.desk_tables import desk_acts, desk_cases, desk_corrections, desk_holds
from sel_backend.storage.rows import insert, new_id, timed_id

_CASE: Final = plain_insert(desk_cases)
_ACT: Final = plain_insert(desk_acts)


@dataclass(frozen=True)
class CaseRow:
    """What one agent has looked up, in one session.

    Attributes:
        item: the queue and the row of it that the case was taken from.
    """

    id: str
    agent_id: str
    session_id: str
    at: datetime
    found_by: str
    reason: str | None = None
    reference: str | None = None
    account_id: str | None = None
    file_id: str | None = None
    item: str | None = None


@dataclass(frozen=True)
class HoldRow:
    """What an agent has taken from a queue."""

    item: str
    agent_id: str
    case_id: str
    held_until: datetime


@dataclass(frozen=True)
class ActRow:
    """What was done."""

    id: str
    case_id: str
    agent_id: str
    at: datetime
    act: str
    account_id: str | None
    file_id: str | None
    reference: str | None
    checks: str


@dataclass(frozen=True)
class CorrectionRow:
    """A correction of a file's address that waits for a second person."""

    id: str
    file_id: str
    case_id: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    email: str


def _values(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in type(row).__dataclass_fields__}


def open_case(tx: Connection, row: CaseRow) -> None:
    """Keep what was looked up."""
    tx.execute(_CASE, _values(row))


def case(tx: Connection, case_id: str, agent_id: str, session_id: str) -> CaseRow | None:
    """Return what this agent has looked up in this session."""
    own = select(desk_cases).where(
        desk_cases.c.id == case_id, desk_cases.c.agent_id == agent_id, desk_cases.c.session_id == session_id
    )
    row = tx.execute(own).first()
    return None if row is None else CaseRow(*row)


def take(tx: Connection, hold: HoldRow, now: datetime) -> bool:
    """Take an item of a queue, or keep it for longer. False: another agent has it. One statement decides."""
    values = _values(hold)
    free = or_(desk_holds.c.held_until <= now, desk_holds.c.agent_id == hold.agent_id)
    taken = insert(tx, desk_holds).values(**values)
    taken = taken.on_conflict_do_update(index_elements=["item"], set_=values, where=free)
    return tx.execute(taken.returning(desk_holds.c.item)).first() is not None


def holds(tx: Connection, items: list[str], now: datetime) -> dict[str, HoldRow]:
    """Return by item who has which of these."""
    wanted = select(desk_holds).where(desk_holds.c.item.in_(items), desk_holds.c.held_until > now)
    return {row.item: HoldRow(*row) for row in tx.execute(wanted)}


def let_go(tx: Connection, agent_id: str, case_id: str) -> None:
    """Let go what an agent has taken with a case."""
    tx.execute(delete(desk_holds).where(desk_holds.c.agent_id == agent_id, desk_holds.c.case_id == case_id))


def let_go_others(tx: Connection, agent_id: str, item: str) -> None:
    """Let go all that an agent has taken but one thing."""
    tx.execute(delete(desk_holds).where(desk_holds.c.agent_id == agent_id, desk_holds.c.item != item))


def done(tx: Connection, case_row: CaseRow, act: str, now: datetime, *, reference: str | None, checks: str) -> None:
    """Keep that something was done with a case, and what was ticked before."""
    about = {"case_id": case_row.id, "account_id": case_row.account_id, "file_id": case_row.file_id}
    agent = {"agent_id": case_row.agent_id, "at": now, "act": act, "reference": reference, "checks": checks}
    tx.execute(_ACT, about | agent | {"id": timed_id(now)})


def acts_about(tx: Connection, account_id: str | None, file_id: str | None, most: int) -> list[ActRow]:
    """Return what was done for an account or a file, the newest first."""
    about = [column == value for column, value in _about(account_id, file_id) if value]
    if not about:
        return []
    wanted = select(desk_acts).where(or_(*about)).order_by(desk_acts.c.id.desc()).limit(most)
    return [ActRow(*row) for row in tx.execute(wanted)]


def _about(account_id: str | None, file_id: str | None) -> tuple[tuple[Any, str | None], ...]:
    return (desk_acts.c.account_id, account_id), (desk_acts.c.file_id, file_id)


def ask_correction(
    tx: Connection, case_row: CaseRow, file_id: str, email: str, *, now: datetime, expires_at: datetime
) -> str | None:
    """Let a correction wait for a second person and return its identifier; None: one waits for this file already."""
    tx.execute(delete(desk_corrections).where(desk_corrections.c.expires_at <= now))
    asked = CorrectionRow(new_id(), file_id, case_row.id, case_row.agent_id, now, expires_at, email)
    row = tx.execute(
        insert(tx, desk_corrections)
        .values(**_values(asked))
        .on_conflict_do_nothing(index_elements=["file_id"])
        .returning(desk_corrections.c.id)
    ).first()
    return None if row is None else str(row.id)


def corrections(tx: Connection, now: datetime, most: int) -> list[CorrectionRow]:
    """Return the corrections that wait, the oldest first."""
    waiting = select(desk_corrections).where(desk_corrections.c.expires_at > now)
    rows = tx.execute(waiting.order_by(desk_corrections.c.asked_at, desk_corrections.c.id).limit(most))
    return [CorrectionRow(*row) for row in rows]


def correction_of(tx: Connection, file_id: str, now: datetime) -> str | None:
    """Return the correction that waits for a file."""
    own = desk_corrections.c.file_id == file_id
    return tx.scalar(select(desk_corrections.c.id).where(own, desk_corrections.c.expires_at > now))


def end_correction(tx: Connection, correction_id: str, now: datetime) -> CorrectionRow | None:
    """End a correction that waits and return it; None: there is none, or another request has ended it."""
    waiting = delete(desk_corrections).where(
        desk_corrections.c.id == correction_id, desk_corrections.c.expires_at > now
    )
    row = tx.execute(waiting.returning(*desk_corrections.c)).first()
    return None if row is None else CorrectionRow(*row)
