"""PostgreSQL cuts connections, as a fail-over does: people get right answers, and nothing happens twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, insert, text

from sel_backend.storage import engines
from sel_backend.storage.tables import demo_mails, events, outbox
from tests.backend.world import START, World

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"])
Make = Callable[..., World]

# Waits until each is really gone.
CUT = text(
    "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity "
    "WHERE datname = current_database() AND application_name = 'sel-backend'"
)
CUT_ONE = text("SELECT pg_terminate_backend(:pid, 10000)")


@pytest.fixture
def administrator(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


def cut(administrator: Engine) -> int:
    with administrator.connect() as connection:
        return connection.scalar(CUT) or 0


def cut_own(administrator: Engine, connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    with administrator.connect() as other:
        assert other.scalar(CUT_ONE, {"pid": driver.info.backend_pid})


@pytest.mark.parametrize("asked_after", [0.0, float("inf")], ids=["pinged", "never pinged"])
async def test_after_all_connections_are_cut_the_next_reads_and_writes_succeed(
    worlds: Make, administrator: Engine, monkeypatch: pytest.MonkeyPatch, asked_after: float
) -> None:
    monkeypatch.setattr(engines, "_ASK_AFTER_SECONDS", asked_after)
    world = worlds()
    person = await world.person("nouvelle")
    for act in (person.get("/v1/links"), person.legacy("er123456", "Toiture-99!"), person.get("/v1/link-methods")):
        # Several at once, so that the pool holds several.
        await asyncio.gather(*(person.get("/v1/events") for _ in range(8)))
        assert cut(administrator) > 1
        answer = await act
        assert answer.status_code in {200, 201}, answer.text
    assert cut(administrator) >= 1
    many = await asyncio.gather(*(person.get("/v1/links") for _ in range(8)))
    assert {(answer.status_code, len(answer.json()["links"])) for answer in many} == {(200, 1)}
    assert world.count(events, events.c.kind == "linked", events.c.identifier == "er123456") == 1
    assert world.count(outbox, outbox.c.kind == "linked") == 2


async def test_a_transaction_that_is_cut_before_its_commit_is_run_again_from_its_start(
    worlds: Make, administrator: Engine
) -> None:
    world = worlds()
    calls = 0

    def work(tx: Connection) -> int:
        nonlocal calls
        calls += 1
        mail = {"id": "one", "recipient": "a@exemple.test", "subject": "x", "body": "x", "sent_at": START}
        tx.execute(insert(demo_mails).values(**mail))
        if calls == 1:
            cut_own(administrator, tx)
        return tx.scalar(text("SELECT 7")) or 0

    assert await world.backend.core.database.run(work) == 7
    assert calls == 2
    assert world.count(demo_mails, demo_mails.c.id == "one") == 1


@pytest.mark.parametrize("number", [1, 2])
async def test_cut_during_a_commit_the_answer_is_503_and_the_same_key_finds_out_what_happened(
    worlds: Make, administrator: Engine, number: int
) -> None:
    world = worlds()
    person = await world.person("nouvelle")
    commits = 0

    def interrupted(connection: Connection) -> None:
        nonlocal commits
        commits += 1
        if commits == number:
            cut_own(administrator, connection)

    event.listen(world.backend.core.database.engine, "commit", interrupted)
    key = "a-key-for-this-intent"
    first = await person.legacy("er123456", "Toiture-99!", key)
    assert (first.status_code, first.headers["Retry-After"]) == (503, "2")
    again = await person.legacy("er123456", "Toiture-99!", key)
    assert again.status_code == 201, again.text
    shown = (await person.get("/v1/links")).json()["links"]
    assert [link["id"] for link in shown] == [again.json()["id"]]
    state = (await person.get("/v1/link-methods")).json()["methods"][0]
    assert state["tries_left"] == state["tries_allowed"], "the service failed: it costs no try"
