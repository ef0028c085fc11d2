"""Behind a pooler, on a standby, with several hosts: PostgreSQL as operators have it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.exc import SQLAlchemyError

from sel_backend.installation import database_diagnosis
from sel_backend.observability.metrics import exposition
from sel_backend.storage.address import postgresql_parameters
from sel_backend.storage.database import open_database
from sel_backend.storage.reasons import why
from sel_backend.storage.wholeness import check_whole
from tests.backend.pgbouncer import pgbouncer
from tests.backend.pooler import transaction_pooler
from tests.backend.world import START, World, demo_settings, make_world

pytestmark = pytest.mark.parametrize("database_kind", ["postgresql"])
Make = Callable[..., World]


@pytest.fixture
async def stand_in(database_url: str) -> AsyncIterator[str]:
    """As PgBouncer before 1.21 is, which knows nothing of prepared statements."""
    async with transaction_pooler(database_url) as url:
        yield url


@pytest.fixture(params=["stand-in", "PgBouncer"])
def pooled(request: pytest.FixtureRequest, database_url: str) -> Iterator[str]:
    if request.param == "stand-in":
        yield request.getfixturevalue("stand_in")
        return
    with pgbouncer(database_url) as url:
        yield url


async def statuses(url: str, **changes: Any) -> set[int]:
    """Have people log in, read and write behind a pooler, and return every status."""
    world = make_world(url, database_prepared_statements=changes.pop("prepared"), **changes)
    try:
        answers = []
        for _ in range(8):
            person = world.somebody()
            answers += [await person.log_in("camille@exemple.test")]
            answers += await asyncio.gather(
                *(person.get(path) for path in ("/v1/links", "/v1/events", "/v1/link-methods"))
            )
        return {answer.status_code for answer in answers}
    finally:
        await world.close()


async def test_without_prepared_statements_nobody_notices_a_pooler_that_lends_by_transaction(pooled: str) -> None:
    assert await statuses(pooled, prepared=False) == {200, 201}


async def test_with_them_it_fails_which_is_what_the_setting_is_for(stand_in: str) -> None:
    assert await statuses(stand_in, prepared=True) & {500, 503}


def findings(url: str, **changes: Any) -> dict[str, tuple[str, str]]:
    """Return what `doctor` sees and advises, by name."""
    settings = demo_settings(database_url=url, **changes)
    return {one.name: (one.seen, one.advice) for one in database_diagnosis.look(settings, START)}


async def test_doctor_notices_a_pooler_and_says_which_setting_it_needs(pooled: str, database_url: str) -> None:
    seen, advice = (await asyncio.to_thread(findings, pooled))["database's pooler"]
    assert (seen, "set database_prepared_statements = false" in advice) == (
        "there is one; statements are prepared",
        True,
    )
    told = await asyncio.to_thread(findings, pooled, database_prepared_statements=False)
    assert told["database's pooler"] == ("there is one; statements are not prepared", "")
    told = findings(database_url)
    assert told["database's pooler"] == ("none; statements are prepared", "")
    assert told["database's writes"] == ("taken", "")


def read_only(url: str) -> str:
    """Return the address by which a database takes no writes, as a standby does."""
    return f"{url}{'&' if '?' in url else '?'}options={quote('-c default_transaction_read_only=on')}"


async def test_a_standby_answers_503_is_not_ready_and_is_named_by_doctor_and_the_log(
    worlds: Make, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    person = await worlds().person("camille")
    standby = make_world(read_only(database_url))
    try:
        reader = standby.somebody()
        reader.token = person.token
        assert (await reader.get("/v1/links")).status_code == 200
        refused = await reader.log_in("camille@exemple.test")
        assert (refused.status_code, refused.json()["type"]) == (503, "unavailable")
        assert refused.headers["Retry-After"] == "2"
        (line,) = (one for one in caplog.records if one.message == "unavailable")
        assert line.__dict__["failure"] == "ReadOnlySqlTransaction 25006"
        ready = await reader.get("/health/ready")
        assert (ready.status_code, ready.json()["database"]) == (503, "unavailable")
        assert b"sel_database_up 0.0" in await exposition(standby.backend.core)
    finally:
        await standby.close()
    seen, advice = findings(read_only(database_url))["database's writes"]
    assert (seen, "name the primary" in advice) == ("refused: a standby, or read-only", True)


async def test_a_connection_that_has_become_a_standbys_is_left_and_nobody_notices(worlds: Make) -> None:
    world = worlds()
    database = world.backend.core.database
    for _ in range(2):
        database.run_now(lambda tx: tx.exec_driver_sql("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"))
        assert (await world.somebody().log_in("camille@exemple.test")).status_code == 201
    database.run_now(lambda tx: tx.exec_driver_sql("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"))
    with pytest.raises(SQLAlchemyError):
        await database.ping()
    await database.ping()


def test_of_several_hosts_the_one_that_takes_writes_is_used(database_url: str) -> None:
    about = conninfo_to_dict(database_url.replace("+psycopg", ""))
    hosts, ports = f"/nowhere,{about['host']}", f"5432,{about.get('port') or 5432}"
    url = f"postgresql://{about['user']}@/{about['dbname']}?host={quote(hosts)}&port={ports}"
    assert postgresql_parameters(url)["target_session_attrs"] == "read-write"
    database = open_database(url, 1)
    check_whole(database)
    database.close()
    database = open_database(read_only(url), 1)
    with pytest.raises(SQLAlchemyError) as refused:
        check_whole(database)
    database.close()
    assert why(refused.value) == "no server takes writes (25006)"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"dbname": "canari"}, "there is no such database (3D000)"),
        ({"user": "canari"}, "there is no such user (28000)"),
        ({"host": "/nowhere"}, "nobody listens there"),
        ({"host": "canari.invalid"}, "there is no such host"),
    ],
)
def test_why_a_database_cannot_be_used_is_said_without_what_the_address_holds(
    database_url: str, changes: dict[str, str], reason: str
) -> None:
    about = conninfo_to_dict(database_url.replace("+psycopg", "")) | changes
    url = f"postgresql://{about['user']}@/{about['dbname']}?host={quote(str(about['host']))}"
    assert findings(url)["database"][0] == f"PostgreSQL: {reason}"
