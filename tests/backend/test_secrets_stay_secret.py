"""Rule 8: passwords, answers, codes and tokens are in no log, error, event, URL or repr; hashes only at rest."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from sel_backend.storage.database import Database
from sel_backend.storage.tables import demo_mails, metadata
from tests.backend.world import CORRECT, PASSWORD, World

Make = Callable[..., World]
WRONG = "Canari-Faux-77!"


async def test_after_a_whole_journey_no_secret_is_at_rest_nor_in_a_log(
    worlds: Make, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world = worlds(demo=False)
    person = await world.person("nouvelle")
    said = [
        await person.legacy("ci1234567", WRONG),
        await person.legacy("ci1234567", "Ancien-1234!"),
        await person.answer(await person.questions("er123456"), CORRECT["er123456"]),
        await person.code("L-482913", "7K3M9-QTDHX"),
        await person.post("/v1/link-code-requests", {"identifier": "asexemple"}),
        await person.ask("POST", "/v1/sessions/current/step-up", {"password": WRONG}),
        await person.post("/v1/disavowals", {"token": WRONG}),
        await person.get("/v1/events"),
    ]
    await world.backend.core.background.settle()
    seeded = (demo_mails,)
    kept = "".join(str(world.rows(table)) for table in metadata.sorted_tables if table not in seeded)
    secrets = [WRONG, PASSWORD, "Ancien-1234!", "7K3M9-QTDHX", "7K3M9QTDHX", "8000-0001-01", person.token]
    for secret in secrets:
        assert secret not in caplog.text, secret
        assert all(secret not in answer.text for answer in said), secret
        # What a file says is the record itself; the answers to its questions are kept as hashes beside it.
        assert kept.replace('"rbq_licence":"8000-0001-01"', "").count(secret) == 0, secret


async def test_nothing_that_services_hold_shows_a_secret(world: World) -> None:
    person = await world.person("nouvelle")
    core = world.backend.core
    shown = repr(world.backend) + repr(core.keys) + repr(core.settings)
    assert "a key for tests" not in shown
    assert person.token not in shown


def test_a_transaction_is_run_again_after_a_serialisation_failure_and_only_then(world: World) -> None:
    database: Database = world.backend.core.database
    tries: list[str] = []

    class FailureError(Exception):
        sqlstate = "40001"

    def work(_tx: Connection) -> str:
        tries.append("again")
        if len(tries) < 3:
            raise OperationalError("UPDATE", {}, FailureError())
        return "done"

    assert database.run_now(work) == "done"
    assert len(tries) == 3
    FailureError.sqlstate = "23505"
    tries.clear()
    with pytest.raises(OperationalError):
        database.run_now(work)
    assert len(tries) == 1
