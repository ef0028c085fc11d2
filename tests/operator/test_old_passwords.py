"""Old passwords of other systems, from CSV to a link, with and without the extra that computes their schemes."""

from __future__ import annotations

import asyncio
import csv
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from sel_backend.api.app import create_app
from sel_backend.demo.seed import seed
from sel_backend.security import old_schemes
from sel_backend.storage.tables import files, limits, old_kinds
from tests.backend.test_old_schemes import cheap
from tests.backend.world import Person
from tests.operator.conftest import Operator

Csv = Callable[..., Path]
SCHEMES = ("bcrypt", "django_pbkdf2_sha256", "sha512_crypt", "ldap_salted_sha1")


@pytest.fixture
def seeded(operator: Operator) -> Operator:
    backend = operator.backend()
    seed(backend)
    backend.core.close()
    return operator


@asynccontextmanager
async def somebody(operator: Operator) -> AsyncIterator[tuple[Person, Any]]:
    backend = operator.backend()
    app = create_app(backend, backend.core.settings)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sel.test") as http:
        person = Person(http)
        await person.log_in("nouvelle@exemple.test")
        yield person, backend
        await backend.core.background.settle()
    backend.core.close()


def rows(*schemes: str) -> list[dict[str, str]]:
    return [{"legacy_scheme": scheme, "legacy_hash": cheap(scheme, "Ancien-1!")} for scheme in schemes]


async def test_passwords_of_old_systems_open_their_files_before_and_after_hardening(
    seeded: Operator, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = rows(*SCHEMES)
    assert seeded.run("import", csv_file(*imported))[0] == 0
    assert seeded.count(old_kinds) == len(SCHEMES)
    kept = [row for row in seeded.rows(files) if row.identifier in {"ci1", "ci2", "ci3", "ci4"}]
    assert [row.legacy_scheme for row in kept] == ["resting"] * len(SCHEMES)
    for row in kept:
        assert all(old["legacy_hash"][-12:] not in row.legacy_hash for old in imported)
    really, where = old_schemes.computed, set[str]()

    def noted(*arguments: str) -> str:
        where.add(threading.current_thread().name.partition("_")[0])
        return really(*arguments)

    monkeypatch.setattr(old_schemes, "computed", noted)
    async with somebody(seeded) as (person, _):
        for number in (1, 2):
            assert (await person.legacy(f"ci{number}", "Ancien-2!")).status_code == 422
            assert (await person.legacy(f"ci{number}", "Ancien-1!")).status_code == 201
    assert seeded.count(files, files.c.legacy_scheme == "wrapped") == 2
    assert (await asyncio.to_thread(seeded.run, "harden"))[0] == 0
    assert seeded.count(files, files.c.legacy_scheme == "resting") == 0
    async with somebody(seeded) as (person, _):
        for number in (3, 4):
            assert (await person.legacy(f"ci{number}", "Ancien-2!")).status_code == 422
            assert (await person.legacy(f"ci{number}", "Ancien-1!")).status_code == 201
    assert where == {"argon2"}, "never on the event loop, never in a transaction"


def test_without_the_extra_such_rows_are_refused_and_the_reason_names_it(
    operator: Operator, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = csv_file(*rows("bcrypt"), {"legacy_scheme": "md5", "legacy_hash": "0" * 32})
    monkeypatch.setattr(old_schemes, "find_spec", lambda _name: None)
    code, said = operator.run("import", path)
    assert (code, operator.count(files)) == (1, 1)
    assert "refused 1" in said
    with path.with_name("files.csv.refused.csv").open(encoding="utf-8") as file:
        refused = list(csv.DictReader(file))
    assert [row["refused_reason"] for row in refused] == ["legacy_scheme: scheme bcrypt needs the extra 'legacy'"]


async def test_a_database_that_needs_the_missing_extra_is_noticed_and_tells_nothing_about_files(
    seeded: Operator, csv_file: Csv, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert seeded.run("import", csv_file(*rows("bcrypt")))[0] == 0
    assert "ok     old passwords        each try of method 1 computes bcrypt rounds=5" in seeded.run("doctor")[1]
    monkeypatch.setattr(old_schemes, "find_spec", lambda _name: None)
    assert "→ install the extra 'legacy'" in seeded.run("doctor")[1]
    async with somebody(seeded) as (person, _):
        tried = [await person.legacy(name, "Ancien-1!") for name in ("ci1", "ci9999999", "er123456")]
        assert [answer.status_code for answer in tried] == [503] * 3
        assert {answer.headers["Retry-After"] for answer in tried} == {"2"}
    counted = [row for row in seeded.rows(limits) if row.scope.startswith("legacy")]
    assert all(row.tries == 0 for row in counted), "the service itself failed: no try is lost"


def test_a_salt_beside_a_hash_that_holds_its_own_is_a_mistake(operator: Operator, csv_file: Csv) -> None:
    code, said = operator.run("import", csv_file(rows("phpass")[0] | {"legacy_salt": "s4lt"}))
    assert (code, operator.count(files)) == (1, 0)
    assert "refused 1" in said


async def test_an_argon2id_that_costs_too_much_and_is_there_already_is_never_right_and_doctor_counts_it(
    seeded: Operator,
) -> None:
    # Seventeen lanes are one more than may be, and cost nothing here: only the bound keeps the right password out.
    dear = PasswordHasher(time_cost=1, memory_cost=136, parallelism=17).hash("Ancien-1!")
    usual = PasswordHasher(time_cost=1, memory_cost=128, parallelism=16).hash("Ancien-1!")
    assert "old argon2id" not in seeded.run("doctor")[1]
    async with somebody(seeded) as (person, backend):
        for hashed, status in ((dear, 422), (usual, 201)):
            changed = update(files).where(files.c.identifier == "ci1234567").values(legacy_hash=hashed)
            backend.core.database.run_now(lambda tx, changed=changed: tx.execute(changed))
            if hashed == dear:
                assert "1 argon2id hashes of old passwords cost too much" in seeded.run("doctor")[1]
            answer = await person.legacy("ci1234567", "Ancien-1!")
            assert answer.status_code == status, answer.text
    assert "old argon2id" not in seeded.run("doctor")[1]
