"""Counted tries: one upsert with RETURNING per counter, in the transaction of what it protects."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, literal, or_, select, update

from sel_backend.settings import Rule
from sel_backend.storage.rows import insert
from sel_backend.storage.tables import Instant, limits

_GROWTH = (1, 2, 4, 8, 16)


@dataclass(frozen=True)
class Standing:
    """Where one counter stands.

    Attributes:
        tries: how many were counted in this window, refused ones included.
        left: how many more are admitted.
        locked_until: from when tries are admitted again, when none is left.
        window_ends_at: names the window, so that a try is given back to the window it was taken from.
        admitted: whether the try that was just counted may go on.
    """

    tries: int
    left: int
    locked_until: datetime | None
    window_ends_at: datetime
    admitted: bool


def count(tx: Connection, rule: Rule, scope: str, key: str, now: datetime) -> Standing:
    """Count one try and return where the counter stands with it."""
    window_end = now + timedelta(seconds=rule.window_seconds)
    instant = Instant()
    over = or_(
        and_(limits.c.locked_until.is_not(None), limits.c.locked_until <= now),
        and_(limits.c.locked_until.is_(None), limits.c.window_ends_at <= now),
    )
    lock: ColumnElement[Any]
    if rule.wait_seconds is None:
        lock = limits.c.window_ends_at
    elif rule.growing:
        lock = case(
            *(
                (limits.c.strikes == strikes, literal(now + timedelta(seconds=rule.wait_seconds * times), instant))
                for strikes, times in enumerate(_GROWTH)
            ),
            else_=literal(now + timedelta(seconds=rule.wait_seconds * _GROWTH[-1]), instant),
        )
    else:
        lock = literal(now + timedelta(seconds=rule.wait_seconds), instant)
    first_lock = None
    if rule.tries == 1:
        first_lock = window_end if rule.wait_seconds is None else now + timedelta(seconds=rule.wait_seconds)
    locks_now = and_(limits.c.locked_until.is_(None), limits.c.tries + 1 >= rule.tries)
    statement = insert(tx, limits).values(
        scope=scope,
        key=key,
        tries=1,
        window_ends_at=window_end,
        locked_until=first_lock,
        strikes=0 if first_lock is None else 1,
    )
    statement = statement.on_conflict_do_update(
        index_elements=["scope", "key"],
        set_={
            "tries": case((over, 1), else_=limits.c.tries + 1),
            "window_ends_at": case((over, literal(window_end, instant)), else_=limits.c.window_ends_at),
            "locked_until": case((over, literal(first_lock, instant)), (locks_now, lock), else_=limits.c.locked_until),
            "strikes": case(
                (and_(over, limits.c.locked_until.is_(None)), 0),
                (and_(~over, locks_now), limits.c.strikes + 1),
                else_=limits.c.strikes,
            ),
        },
    ).returning(limits.c.tries, limits.c.locked_until, limits.c.window_ends_at)
    row = tx.execute(statement).one()
    return Standing(
        tries=row.tries,
        left=max(0, rule.tries - row.tries),
        locked_until=row.locked_until,
        window_ends_at=row.window_ends_at,
        admitted=row.tries <= rule.tries,
    )


def look(tx: Connection, rule: Rule, scope: str, key: str, now: datetime) -> Standing:
    """Return where a counter stands, without counting."""
    row = tx.execute(
        select(limits.c.tries, limits.c.locked_until, limits.c.window_ends_at).where(
            limits.c.scope == scope, limits.c.key == key
        )
    ).first()
    fresh = Standing(0, rule.tries, None, now + timedelta(seconds=rule.window_seconds), admitted=True)
    if row is None or (row.locked_until or row.window_ends_at) <= now:
        return fresh
    left = 0 if row.locked_until else max(0, rule.tries - row.tries)
    return Standing(row.tries, left, row.locked_until, row.window_ends_at, admitted=left > 0)


def give_back(tx: Connection, rule: Rule, scope: str, key: str, window_ends_at: datetime) -> None:
    """Take one try off the window it was counted in: the service failed, or the proof was right."""
    unlocks = limits.c.tries - 1 < rule.tries
    tx.execute(
        update(limits)
        .where(
            limits.c.scope == scope,
            limits.c.key == key,
            limits.c.window_ends_at == window_ends_at,
            limits.c.tries > 0,
        )
        .values(
            tries=limits.c.tries - 1,
            locked_until=case((unlocks, None), else_=limits.c.locked_until),
            strikes=case(
                (and_(unlocks, limits.c.locked_until.is_not(None)), limits.c.strikes - 1), else_=limits.c.strikes
            ),
        )
    )
