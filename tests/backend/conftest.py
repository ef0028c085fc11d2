"""The same tests on both databases: each gets a fresh copy of the demonstration data."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from sel_backend.storage import schema
from sel_backend.storage.database import open_database
from tests.backend.databases import Databases, make_templates, postgresql_server
from tests.backend.world import World, make_template, make_world

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    with postgresql_server() as server:
        made = make_templates(tmp_path_factory.mktemp("databases"), server, make_template)
        yield made
        made.close()


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


@pytest.fixture
def database_url(databases: Databases, database_kind: str) -> Iterator[str]:
    url = databases.fresh(database_kind)
    yield url
    databases.drop(url)


@pytest.fixture
def empty_url(databases: Databases, database_kind: str) -> Iterator[str]:
    url = databases.fresh(database_kind, seeded=False)
    yield url
    databases.drop(url)


@pytest.fixture
async def worlds(database_url: str) -> AsyncIterator[Callable[..., World]]:
    """Makes back ends that share one database, as the workers of one machine do (on SQLite: one only)."""
    made: list[World] = []

    def make(**changes: Any) -> World:
        clock = made[0].clock if made else None
        made.append(make_world(database_url, clock, **changes))
        return made[-1]

    yield make
    for world in made:
        await world.close()


@pytest.fixture
def world(worlds: Callable[..., World]) -> World:
    return worlds()


@pytest.fixture(scope="session")
def empty_tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('rows')}/rows.sqlite3")
    schema.create(database)
    yield database.engine
    database.close()


@pytest.fixture
def tx(empty_tables: Engine) -> Iterator[Connection]:
    """A transaction on empty tables that is never committed."""
    with empty_tables.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()
