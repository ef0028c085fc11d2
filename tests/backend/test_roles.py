"""A service that does not own its tables keeps the whole contract, and can neither change them nor the audit."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError

from sel_backend.api.app import create_app
from sel_backend.backend import build
from sel_backend.cli import main
from sel_backend.demo.seed import seed
from sel_backend.installation import database_diagnosis
from sel_backend.security.keys import write_keys
from sel_backend.storage import migrate, schema
from sel_backend.storage.database import Database, open_database
from sel_backend.storage.operator_tables import bounce_reports
from sel_conformance.fixtures import read_fixtures
from sel_conformance.run import CHECKS, Outcome, conform
from tests.backend.clusters import run
from tests.backend.databases import Databases
from tests.backend.world import KEYS, START, Clock, World, add_supervisors, demo_settings, make_world, say_whose

ROLES = Path(__file__).parents[2] / "deploy/postgresql/roles.sql"


@dataclass(frozen=True)
class Installed:
    """A database with its roles."""

    url: str
    mark: str

    def named(self, role: str) -> str:
        """Return the address by which a role logs in."""
        url = make_url(self.url).set(username=f"{role}_{self.mark}")
        return url.render_as_string(hide_password=False)

    def run_script(self) -> None:
        names = [part for role in ("owner", "service", "reader") for part in ("-v", f"{role}={role}_{self.mark}")]
        # As whoever runs PostgreSQL it could not be read from a home that is closed to others.
        script = ROLES.read_text("utf-8")
        libpq = self.url.replace("postgresql+psycopg://", "postgresql://")
        run("psql", "-X", *names, libpq, given=script)


@pytest.fixture(scope="module")
def installed(databases: Databases) -> Iterator[Installed]:
    """What a superuser has made, the roles have taken over, and the service has filled."""
    one = Installed(databases.fresh("postgresql", seeded=False), uuid.uuid4().hex[:8])
    made = open_database(one.url, 1)
    schema.create(made, say_whose)
    made.close()
    one.run_script()
    one.run_script()
    backend = build(demo_settings(), clock=Clock(), database=open_database(one.named("service")), keys=KEYS)
    seed(backend)
    backend.core.database.run_now(add_supervisors)
    backend.core.close()
    yield one
    databases.drop(one.url)


@pytest.fixture
async def world(installed: Installed) -> AsyncIterator[World]:
    made = make_world(installed.named("service"))
    yield made
    await made.close()


async def test_the_service_keeps_the_contract_without_owning_anything(world: World) -> None:
    transport = httpx.ASGITransport(create_app(world.backend, world.backend.core.settings), raise_app_exceptions=False)
    outcomes: list[Outcome] = []
    async with httpx.AsyncClient(transport=transport, base_url="http://sel.test") as http:
        await conform(http, read_fixtures(None), (), outcomes.append)
    assert {outcome.check.name: outcome.deviation for outcome in outcomes} == {check.name: "" for check in CHECKS}


def refused(database: Database, statement: str) -> str:
    """Return why a statement is refused: PostgreSQL's SQLSTATE, or "" where it is not."""
    try:
        database.run_now(lambda tx: tx.exec_driver_sql(statement))
    except ProgrammingError as error:
        return str(getattr(error.orig, "sqlstate", ""))
    return ""


@pytest.mark.parametrize(
    "statement",
    [
        *("UPDATE audit SET action = 'x'", "DELETE FROM audit", "TRUNCATE audit", "DROP TABLE audit CASCADE"),
        *("ALTER TABLE audit DISABLE TRIGGER ALL", "DROP TRIGGER audit_no_change ON audit"),
        *("DROP FUNCTION audit_is_append_only() CASCADE", "SET session_replication_role = replica"),
        *("DROP TABLE links", "ALTER TABLE links ADD COLUMN x int", "TRUNCATE links", "CREATE TABLE x (y int)"),
        *("CREATE INDEX x ON links (id)", "CREATE SCHEMA x", "CREATE TEMP TABLE x ()"),
        *("UPDATE alembic_version SET version_num = '0001'", "DELETE FROM installation", "CREATE ROLE x"),
        "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_the_service_can_change_neither_the_audit_nor_a_table_nor_whose_they_are(
    installed: Installed, statement: str
) -> None:
    database = open_database(installed.named("service"), 1)
    assert refused(database, statement) == "42501"
    database.close()


def test_the_reader_sees_the_audit_and_no_person(installed: Installed) -> None:
    database = open_database(installed.named("reader"), 1)
    for statement in (
        "SELECT * FROM audit",
        "SELECT kind, tries, last_error, report_status FROM outbox",
        "SELECT name, seen_at FROM kiosks",
    ):
        assert refused(database, statement) == ""
    for statement in (
        *("SELECT * FROM accounts", "SELECT * FROM files", "SELECT * FROM facts", "SELECT * FROM sessions"),
        *("SELECT recipient FROM outbox", "SELECT sealed FROM outbox", "SELECT token_hash FROM kiosks"),
        *("SELECT verification_note FROM links", "INSERT INTO limits DEFAULT VALUES", "DELETE FROM audit"),
    ):
        assert refused(database, statement) == "42501", statement
    database.close()


def test_what_its_owner_migrates_is_the_services_to_use(installed: Installed) -> None:
    owner, service = open_database(installed.named("owner"), 1), open_database(installed.named("service"), 1)
    migrate.downgrade(owner, "0010")
    migrate.upgrade(owner)
    row = {"digest": "x", "at": START, "outcome": "unknown"}
    service.run_now(lambda tx: tx.execute(bounce_reports.insert().values(**row)))
    assert service.run_now(lambda tx: tx.scalar(select(bounce_reports.c.digest))) == "x"
    assert refused(service, "DELETE FROM audit") == "42501"
    with pytest.raises(ProgrammingError, match="permission denied"):
        migrate.downgrade(service, "0010")
    owner.close()
    service.close()


def test_an_operators_commands_need_no_more_than_the_service(
    installed: Installed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_keys(tmp_path / "keys.json", KEYS)
    settings = tmp_path / "settings.toml"
    settings.write_text(f"database_url = {json.dumps(installed.named('service'))}\n[hashing]\nmemory_kib = 8\n")
    files = tmp_path / "files.csv"
    files.write_text(
        "identifier,display_name,street,city,province,postal_code,country\nci9,A,1 rue B,C,QC,H7A 1A1,Canada\n"
    )
    for command in (
        *(["import", files], ["harden"], ["purge"], ["mails", "--retry"], ["kiosks"], ["rotate-key"]),
        *(["create-agent", "a@b.test", "Alex", "Roy"], ["export", "links", tmp_path / "links.csv"]),
    ):
        name, *more = map(str, command)
        code = main([name, "--settings", str(settings), "--data", str(tmp_path), *more])
        assert code == 0, (name, capsys.readouterr())
    check = ["init", "--settings", str(settings), "--data", str(tmp_path), "--check"]
    assert main(check) == 0


def test_doctor_says_whether_the_service_owns_its_tables(installed: Installed) -> None:
    def seen(role: str) -> str:
        settings = demo_settings(database_url=installed.named(role))
        return next(one for one in database_diagnosis.look(settings, START) if one.name == "database's role").seen

    assert seen("service") == "owns no table; reads the audit and adds to it"
    assert seen("owner").startswith("owns its tables")
