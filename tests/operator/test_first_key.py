"""The first key is retired: mails are sealed anew, counters and question sets stay, nothing needs it any more."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import insert

from sel_backend.admin import rotate_key
from sel_backend.admin.base import Task, perform
from sel_backend.security.keys import CARRIED, read_keys
from sel_backend.settings import Settings
from sel_backend.storage.tables import key_fingerprints, outbox
from tests.operator.conftest import Operator

LASTING = ("limits", "subject", "idempotency", "handoff")


def lasting_digests(operator: Operator) -> list[str]:
    keys = read_keys(operator.folder / "keys.json")
    return [keys.digest(purpose, "somebody") for purpose in LASTING]


def put_mails(operator: Operator, *ids: str, spoiled: bool = False) -> None:
    backend = operator.backend()
    now = backend.core.clock()
    sealed = b"k1:spoiled" if spoiled else backend.core.keys.seal(b"{}")
    row = {"kind": "x", "recipient": "a@b.test", "sealed": sealed, "tries": 0, "created_at": now, "due_at": now}
    backend.core.database.run_now(lambda tx: tx.execute(insert(outbox), [{**row, "id": one} for one in ids]))
    backend.core.close()


def names_of_seals(operator: Operator) -> list[str]:
    return [row.sealed.partition(b":")[0].decode() for row in sorted(operator.rows(outbox), key=lambda row: row.id)]


def test_the_first_key_is_retired_and_counters_and_question_sets_stay(operator: Operator) -> None:
    path = operator.folder / "keys.json"
    before = lasting_digests(operator)
    first = read_keys(path).material["k1"]
    operator.run("rotate-key")
    with_both = path.read_bytes()
    assert operator.run("rotate-key", "--retire", "k1")[0] == 0
    keys = read_keys(path)
    assert list(keys.material) == ["k2"]
    assert lasting_digests(operator) == before
    assert first not in keys.carried.values()
    assert {row.name: row.lasting for row in operator.rows(key_fingerprints)} == {"k2": True, CARRIED: False}
    assert operator.run("purge")[0] == 0
    path.write_bytes(with_both)
    assert operator.run("purge")[0] == 78


@pytest.mark.parametrize("after", ["check-keys", "retire-key"])
def test_a_retirement_that_was_killed_stops_nothing_and_is_finished_by_the_same_command(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    before = lasting_digests(operator)
    operator.run("rotate-key")

    def killed(settings: Settings, task: Task[Any], request: Any) -> object:
        result = perform(settings, task, request)
        if task.name == after:
            raise KeyboardInterrupt
        return result

    with monkeypatch.context() as patch:
        patch.setattr(rotate_key, "perform", killed)
        with pytest.raises(KeyboardInterrupt):
            operator.run("rotate-key", "--retire", "k1")
    assert operator.run("purge")[0] == 0
    assert lasting_digests(operator) == before
    assert operator.run("rotate-key", "--retire", "k1")[0] == 0
    assert list(read_keys(operator.folder / "keys.json").material) == ["k2"]
    assert lasting_digests(operator) == before
    assert operator.run("purge")[0] == 0


def test_what_was_carried_over_outlives_the_next_keys_too(operator: Operator) -> None:
    before = lasting_digests(operator)
    for old in ("k1", "k2", "k3"):
        operator.run("rotate-key")
        assert operator.run("rotate-key", "--retire", old)[0] == 0
        assert lasting_digests(operator) == before
    assert list(read_keys(operator.folder / "keys.json").material) == ["k4"]
    assert operator.run("doctor")[1].count("WRONG  keys") == 0


@pytest.mark.parametrize("change", ["gone", "other", "one missing"])
def test_keys_without_what_was_carried_over_are_refused(operator: Operator, change: str) -> None:
    path = operator.folder / "keys.json"
    operator.run("rotate-key")
    operator.run("rotate-key", "--retire", "k1")
    written = json.loads(path.read_text())
    if change == "gone":
        del written["carried"]
    elif change == "other":
        written["carried"]["limits"] = written["carried"]["subject"]
    else:
        del written["carried"]["limits"]
    path.write_text(json.dumps(written))
    code, said = operator.run("purge")
    assert (code, "restore keys.json" in said) == (78, True)


def test_counters_are_forgotten_with_the_first_key_where_that_is_meant(operator: Operator) -> None:
    before = lasting_digests(operator)
    operator.run("rotate-key")
    assert operator.run("rotate-key", "--retire", "k2", "--forget-counters")[0] == 1
    assert operator.run("rotate-key", "--retire", "k1", "--forget-counters")[0] == 0
    assert not set(lasting_digests(operator)) & set(before)
    assert {row.name: row.lasting for row in operator.rows(key_fingerprints)} == {"k2": True}
    assert operator.run("purge")[0] == 0


def test_waiting_mails_are_sealed_anew_and_the_command_goes_on_where_it_was_killed(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotate_key, "_BATCH", 2)
    put_mails(operator, "m1", "m2", "m3", "m4", "m5")
    operator.run("rotate-key")
    assert operator.run("rotate-key", "--retire", "k1") == (1, "sel-backend: 5 rows still need k1\n")
    batches: list[object] = []

    def killed(settings: Settings, task: Task[Any], request: Any) -> object:
        batches.append(request)
        if len(batches) == 3:
            raise KeyboardInterrupt
        return perform(settings, task, request)

    with monkeypatch.context() as patch:
        patch.setattr(rotate_key, "perform", killed)
        with pytest.raises(KeyboardInterrupt):
            operator.run("rotate-key", "--reseal")
    assert names_of_seals(operator) == ["k2", "k2", "k1", "k1", "k1"]
    assert operator.run("rotate-key", "--reseal") == (0, "3 mails sealed anew; 0 cannot be opened by any key\n")
    assert names_of_seals(operator) == ["k2"] * 5
    assert operator.run("rotate-key", "--retire", "k1")[0] == 0
    backend = operator.backend()
    assert [backend.core.keys.unseal(row.sealed) for row in operator.rows(outbox)] == [b"{}"] * 5
    backend.core.close()


def test_a_mail_that_no_key_opens_is_left_and_counted(operator: Operator) -> None:
    put_mails(operator, "m1", spoiled=True)
    put_mails(operator, "m2")
    operator.run("rotate-key")
    assert operator.run("rotate-key", "--reseal") == (0, "1 mails sealed anew; 1 cannot be opened by any key\n")
    assert names_of_seals(operator) == ["k1", "k2"]
