"""Question challenges in the database: one open challenge per account and subject, whether the file exists or not."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, delete, select, update

from sel_backend.storage.rows import insert, new_id
from sel_backend.storage.tables import challenges


@dataclass(frozen=True)
class ChallengeRow:
    """The questions that one account was asked about one file."""

    id: str
    account_id: str
    subject: str
    identifier: str
    file_id: str | None
    questions: tuple[str, ...]
    expires_at: datetime
    passed_at: datetime | None


def _challenge(row: Row[tuple[object, ...]]) -> ChallengeRow:
    values = {name: getattr(row, name) for name in ChallengeRow.__dataclass_fields__}
    return ChallengeRow(**{**values, "questions": tuple(json.loads(values["questions"]))})


def ask(
    tx: Connection,
    *,
    account_id: str,
    subject: str,
    identifier: str,
    file_id: str | None,
    questions: tuple[str, ...],
    now: datetime,
    expires_at: datetime,
) -> ChallengeRow:
    """Return the account's open challenge for this subject: the one that exists, else a new one."""
    tx.execute(
        delete(challenges).where(
            challenges.c.account_id == account_id, challenges.c.subject == subject, challenges.c.expires_at <= now
        )
    )
    tx.execute(
        insert(tx, challenges)
        .values(
            id=new_id(),
            account_id=account_id,
            subject=subject,
            identifier=identifier,
            file_id=file_id,
            questions=json.dumps(questions),
            created_at=now,
            expires_at=expires_at,
        )
        .on_conflict_do_nothing()
    )
    return _challenge(
        tx.execute(
            select(challenges).where(
                challenges.c.account_id == account_id,
                challenges.c.subject == subject,
                challenges.c.passed_at.is_(None),
            )
        ).one()
    )


def find(tx: Connection, challenge_id: str, account_id: str, now: datetime) -> ChallengeRow | None:
    """Return the account's own challenge while it is open."""
    row = tx.execute(
        select(challenges).where(
            challenges.c.id == challenge_id,
            challenges.c.account_id == account_id,
            challenges.c.passed_at.is_(None),
            challenges.c.expires_at > now,
        )
    ).first()
    return None if row is None else _challenge(row)


def close(tx: Connection, challenge_id: str, now: datetime) -> bool:
    """Note that the challenge was passed. False: it was passed or has expired meanwhile."""
    passed = tx.execute(
        update(challenges)
        .where(challenges.c.id == challenge_id, challenges.c.passed_at.is_(None), challenges.c.expires_at > now)
        .values(passed_at=now)
        .returning(challenges.c.id)
    ).first()
    return passed is not None
