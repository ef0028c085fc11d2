"""Statements about keys of idempotency: each takes its own rows, at its moment, no other."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from sel_backend.storage import idempotency, tables
from sel_backend.storage.idempotency import Claim, KeyScope, StoredAnswer
from tests.backend.rows import (
    MOMENT,
    NOBODYS,
    NOW,
    all_rows,
)

SCOPE = KeyScope("m", "op5", "key5")
ANSWER = StoredAnswer(201, "application/json", "{}")
NEIGHBOURS = [KeyScope(account, operation, key) for account, operation, key in (
    *(("a", "op5", "key5"), ("z", "op5", "key5"), ("m", "op4", "key5"), ("m", "op6", "key5")),
    *(("m", "op5", "key4"), ("m", "op5", "key6")),
)]  # fmt: skip


def claimed(tx: Connection, scope: KeyScope, now: datetime = NOW, body: str = "body") -> Claim:
    return idempotency.claim(tx, scope, body, now)


def test_a_key_is_claimed_once_and_its_neighbours_for_themselves(tx: Connection) -> None:
    first = claimed(tx, SCOPE)
    assert first.lease
    assert (first.counted, first.same_body, first.stored) == (False, True, None)
    assert claimed(tx, SCOPE) == Claim()
    for body in ("", "bodx", "bodz"):
        assert claimed(tx, SCOPE, body=body) == Claim(same_body=False)
    others = [claimed(tx, one) for one in NEIGHBOURS]
    assert len({one.lease for one in others} | {first.lease}) == 7
    for lease in ("", "0", "g", others[0].lease, others[1].lease):
        assert idempotency.finish(tx, SCOPE, lease, ANSWER) is False
        idempotency.abandon(tx, SCOPE, lease)
    for one in NEIGHBOURS:
        assert idempotency.finish(tx, one, first.lease, ANSWER) is False
        idempotency.abandon(tx, one, first.lease)
    assert claimed(tx, SCOPE) == Claim()
    assert idempotency.finish(tx, SCOPE, first.lease, ANSWER) is True
    assert idempotency.finish(tx, SCOPE, first.lease, ANSWER) is False
    assert claimed(tx, SCOPE) == Claim(stored=ANSWER)
    assert claimed(tx, SCOPE, body="other") == Claim(same_body=False)
    assert [claimed(tx, one) for one in NEIGHBOURS] == [Claim()] * 6
    idempotency.abandon(tx, SCOPE, first.lease)
    assert claimed(tx, SCOPE) == Claim(stored=ANSWER)


def test_a_lease_lasts_a_minute_and_who_takes_it_over_counts_nothing_again(tx: Connection) -> None:
    first = claimed(tx, SCOPE)
    end = NOW + timedelta(seconds=60)
    assert claimed(tx, SCOPE, end - MOMENT) == Claim()
    second = claimed(tx, SCOPE, end)
    assert (bool(second.lease), second.counted, second.same_body) == (True, True, True)
    assert second.lease != first.lease
    assert claimed(tx, SCOPE, end + timedelta(seconds=60) - MOMENT) == Claim()
    assert claimed(tx, SCOPE, end + timedelta(seconds=60)).counted
    assert idempotency.finish(tx, SCOPE, first.lease, ANSWER) is False
    neighbours = [claimed(tx, one) for one in NEIGHBOURS]
    assert claimed(tx, SCOPE, end + timedelta(seconds=120)).counted
    leases = [
        idempotency.finish(tx, one, claim.lease, ANSWER) for one, claim in zip(NEIGHBOURS, neighbours, strict=True)
    ]
    assert leases == [True] * 6


def test_an_answer_is_kept_for_two_days(tx: Connection) -> None:
    for one in (SCOPE, *NEIGHBOURS):
        assert idempotency.finish(tx, one, claimed(tx, one).lease, ANSWER)
    end = NOW + timedelta(hours=48)
    assert claimed(tx, SCOPE, end - MOMENT).stored == ANSWER
    anew = claimed(tx, SCOPE, end)
    assert (bool(anew.lease), anew.counted, anew.stored) == (True, False, None)
    assert len(all_rows(tx, tables.idempotency)) == 7
    assert [claimed(tx, one).stored for one in NEIGHBOURS] == [ANSWER] * 6


def test_the_answers_of_one_operation_are_forgotten_and_open_keys_stay(tx: Connection) -> None:
    for one in (SCOPE, *NEIGHBOURS):
        assert idempotency.finish(tx, one, claimed(tx, one).lease, ANSWER)
    waiting = KeyScope("m", "op5", "open")
    assert claimed(tx, waiting).lease
    for other in NOBODYS:
        idempotency.forget_answers(tx, other, "op5")
        idempotency.forget_answers(tx, "m", other)
    assert len(all_rows(tx, tables.idempotency)) == 8
    idempotency.forget_answers(tx, "m", "op5")
    left = {(row.account_id, row.operation, row.key) for row in all_rows(tx, tables.idempotency)}
    assert left == {
        ("a", "op5", "key5"),
        ("z", "op5", "key5"),
        ("m", "op4", "key5"),
        ("m", "op6", "key5"),
        ("m", "op5", "open"),
    }


def test_an_abandoned_key_is_free(tx: Connection) -> None:
    for one in NEIGHBOURS:
        claimed(tx, one)
    idempotency.abandon(tx, SCOPE, claimed(tx, SCOPE).lease)
    assert len(all_rows(tx, tables.idempotency)) == 6
    assert claimed(tx, SCOPE).lease
