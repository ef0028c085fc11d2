"""Two real servers, one of which takes writes: the service finds it, and follows when they change places."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from sel_backend.installation import database_diagnosis
from tests.backend.clusters import Cluster, pair
from tests.backend.databases import Databases
from tests.backend.world import START, World, demo_settings, make_template, make_world

Servers = tuple[Cluster, Cluster]


@pytest.fixture(scope="module")
def servers(databases: Databases) -> Iterator[Servers]:
    del databases  # it has made the user that PostgreSQL runs as
    with pair("sel") as made:
        make_template(made[0].url("sel"))
        yield made


@pytest.fixture
async def world(servers: Servers) -> AsyncIterator[World]:
    primary, standby = servers
    # The standby first: whoever asked the first that answers would find it.
    made = make_world(f"postgresql://postgres@/sel?host={standby.socket},{primary.socket}&connect_timeout=5")
    yield made
    await made.close()


async def statuses(world: World) -> list[int]:
    """Return how somebody who logs in, links and reads is answered, with the retries of any client."""
    person = world.somebody()
    found = [(await person.log_in("comptable@exemple.test")).status_code]
    found.append((await person.get("/v1/links")).status_code)
    found.append((await world.somebody().get("/health/ready")).status_code)
    return found


def findings(url: str) -> Any:
    seen = database_diagnosis.look(demo_settings(database_url=url), START)
    return next(one for one in seen if one.name == "database's writes")


async def test_the_service_finds_the_primary_and_follows_it_to_the_other_server(world: World, servers: Servers) -> None:
    primary, standby = servers
    assert standby.execute("SELECT pg_is_in_recovery()") == "t"
    assert not findings(standby.url("sel")).right
    assert await statuses(world) == [201, 200, 200]
    person = world.somebody()
    await person.log_in("nouvelle@exemple.test")
    link = (await person.legacy("er123456", "Toiture-99!")).json()
    # A switch-over: what the primary has committed is on the standby before it ends.
    primary.stop("fast")
    standby.promote()
    assert findings(standby.url("sel")).right
    assert await statuses(world) == [201, 200, 200]
    assert [one["id"] for one in (await person.get("/v1/links")).json()["links"]] == [link["id"]]
    # And back: the old primary follows, and takes over while the other one still answers, but takes no writes.
    primary.follow(standby)
    primary.start()
    standby.stop("fast")
    primary.promote()
    standby.follow(primary)
    standby.start()
    assert standby.execute("SELECT pg_is_in_recovery()") == "t"
    assert await statuses(world) == [201, 200, 200]
    assert [one["id"] for one in (await person.get("/v1/links")).json()["links"]] == [link["id"]]
