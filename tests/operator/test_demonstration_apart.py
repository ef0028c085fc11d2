"""A demonstration and a service never meet: neither serves, changes nor deletes what the other made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import delete, insert

from sel_backend.backend import build
from sel_backend.demo.seed import seed
from sel_backend.security.keys import new_keys, write_keys
from sel_backend.serving.run import open_backend
from sel_backend.settings import Settings
from sel_backend.settings_sources import load_settings
from sel_backend.storage import installation, migrate
from sel_backend.storage.database import open_database
from sel_backend.storage.tables import accounts, demo_mails, files
from tests.operator.conftest import Operator

REFUSED = 78
PEOPLE = 13  # six of the panel, two supervisors, five who call the desk
DEMO = ("serve", "--demo", "--port", "0")
FRESH = ("serve", "--demo", "--fresh", "--port", "0")
SERVICE = ("serve", "--port", "0")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def settings_of(operator: Operator, *, demo: bool = True) -> Settings:
    return load_settings(operator.settings, data_folder=operator.folder, demo=demo)


def begin(operator: Operator, *, fresh: bool = False) -> None:
    """Do what `serve --demo` does before it answers."""
    operator.folder.mkdir(mode=0o700, exist_ok=True)
    open_backend(settings_of(operator), fresh=fresh).core.close()


@pytest.fixture
def demonstration(fresh: Operator) -> Operator:
    begin(fresh)
    return fresh


def contents(folder: Path) -> dict[str, bytes]:
    """Return what a folder holds, but what SQLite writes when a file is looked at."""
    quiet = ("sqlite3", "-wal", "-shm", "sel.lock")
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith(quiet)}


def refused(operator: Operator, arguments: tuple[str, ...], sentence: str) -> None:
    """Insist that a command is refused with one sentence, and nothing is changed."""
    before, people = contents(operator.folder), operator.count(accounts)
    code, said = operator.run(arguments[0], *arguments[1:])
    assert (code, said.count("\n")) == (REFUSED, 1), said
    assert sentence in said
    assert contents(operator.folder) == before
    assert operator.count(accounts) == people


@pytest.mark.parametrize("arguments", [DEMO, FRESH])
def test_no_demonstration_on_a_services_folder_and_database(operator: Operator, arguments: tuple[str, ...]) -> None:
    refused(operator, arguments, "is marked as a service's")
    assert not (operator.folder / "backend.log").exists()


@pytest.fixture
def elsewhere(operator: Operator, tmp_path: Path) -> Operator:
    """An operator with another folder, new, and the service's database."""
    url = load_settings(operator.settings, data_folder=operator.folder).url
    other = Operator(tmp_path / "other", tmp_path / "other.toml", operator.capsys)
    other.settings.write_text(f"database_url = {json.dumps(url)}\n")
    other.folder.mkdir()
    return other


@pytest.mark.parametrize("arguments", [DEMO, FRESH])
def test_no_demonstration_on_a_services_database_from_a_folder_that_is_new(
    elsewhere: Operator, arguments: tuple[str, ...]
) -> None:
    refused(elsewhere, arguments, "the database is marked as a service's")


@pytest.mark.parametrize("arguments", [DEMO, FRESH])
def test_no_demonstration_on_a_services_database_from_a_demonstrations_folder(
    elsewhere: Operator, arguments: tuple[str, ...]
) -> None:
    (elsewhere.folder / "sel-data.json").write_text('{"kind": "demonstration"}')
    refused(elsewhere, arguments, "the database is marked as a service's")


@pytest.mark.parametrize("arguments", [DEMO, FRESH])
def test_no_demonstration_in_a_folder_that_holds_something_else(fresh: Operator, arguments: tuple[str, ...]) -> None:
    fresh.folder.mkdir()
    (fresh.folder / "letter.txt").write_text("keep me")
    code, said = fresh.run(arguments[0], *arguments[1:])
    assert (code, "is not marked as a demonstration" in said) == (REFUSED, True)
    assert {path.name for path in fresh.folder.iterdir()} == {"letter.txt"}


@pytest.mark.parametrize("arguments", [DEMO, FRESH])
def test_no_demonstration_with_a_mark_that_cannot_be_read(fresh: Operator, arguments: tuple[str, ...]) -> None:
    fresh.folder.mkdir()
    for written in (b"", b"[]", b'{"kind": 1}', b'{"kind": "other"}', b"\xff"):
        (fresh.folder / "sel-data.json").write_bytes(written)
        for command in (arguments, SERVICE, ("init",)):
            code, said = fresh.run(command[0], *command[1:])
            assert (code, "does not say whose data these are" in said) == (REFUSED, True)
    assert "WRONG  data folder" in fresh.run("doctor")[1]


def made_before_marks(operator: Operator) -> None:
    operator.folder.mkdir(mode=0o700)
    write_keys(operator.folder / "keys.json", new_keys())
    database = open_database(settings_of(operator).url, 1)
    migrate.upgrade(database)
    backend = build(settings_of(operator), database=database)
    seed(backend)
    migrate.downgrade(database, "0004")
    backend.core.close()


@pytest.mark.parametrize("arguments", [DEMO, FRESH])
def test_no_demonstration_on_what_was_made_before_marks(fresh: Operator, arguments: tuple[str, ...]) -> None:
    made_before_marks(fresh)
    refused(fresh, arguments, "is not marked as a demonstration")
    for path in fresh.folder.iterdir():
        if "sqlite3" not in path.name:
            path.unlink()
    if list(fresh.folder.iterdir()):
        refused(fresh, arguments, "is not marked as a demonstration")
    else:
        refused(fresh, arguments, "the database is not marked as a demonstration's")


def test_init_marks_an_old_demonstration_when_it_is_told_that_it_is_one(
    fresh: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_before_marks(fresh)
    monkeypatch.setenv("SEL_BACKEND_DEMO", "true")
    mails = fresh.count(demo_mails)
    assert fresh.run("init")[0] == 0
    begin(fresh)
    assert (fresh.count(accounts), fresh.count(demo_mails)) == (PEOPLE, mails)


@pytest.mark.parametrize("fewer", [True, False])
def test_init_marks_nothing_as_a_demonstration_that_holds_other_files(
    fresh: Operator, monkeypatch: pytest.MonkeyPatch, *, fewer: bool
) -> None:
    made_before_marks(fresh)
    database = open_database(settings_of(fresh).url, 1)
    one = {"id": "real", "category": "worker", "identifier": "ci42", "display_name": "x", "contents": "{}"}
    change = delete(files).where(files.c.identifier == "asexemple") if fewer else insert(files).values(**one)
    database.run_now(lambda tx: tx.execute(change))
    database.close()
    monkeypatch.setenv("SEL_BACKEND_DEMO", "true")
    refused(fresh, ("init",), "the database is not marked as a demonstration's")
    monkeypatch.delenv("SEL_BACKEND_DEMO")
    assert fresh.run("init")[0] == 0
    refused(fresh, DEMO, "is marked as a service's")


@pytest.mark.parametrize(
    "arguments",
    [SERVICE, ("init",), ("import", "files.csv"), ("issue-code", "ci1234567"), ("purge",), ("rotate-key",)],
)
def test_no_service_on_a_demonstration(demonstration: Operator, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    refused(demonstration, arguments, "is marked as a demonstration")
    url = settings_of(demonstration).url
    elsewhere = Operator(tmp_path / "service", tmp_path / "service.toml", demonstration.capsys)
    elsewhere.settings.write_text(f"database_url = {json.dumps(url)}\n")
    elsewhere.folder.mkdir()
    refused(elsewhere, arguments, "the database is marked as a demonstration's")


def test_doctor_says_when_data_are_of_the_other_kind(demonstration: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    said = demonstration.run("doctor")[1]
    assert "WRONG  data folder" in said
    assert "WRONG  schema               the database is marked as a demonstration's" in said
    monkeypatch.setenv("SEL_BACKEND_DEMO", "true")
    code, said = demonstration.run("doctor")
    assert (code, "WRONG" in said) == (0, False)
    monkeypatch.setenv("SEL_BACKEND_SERVER__BEHIND_TLS", "true")
    assert "WRONG  addresses" in demonstration.run("doctor")[1]


def test_doctor_says_when_settings_would_make_a_service_a_demonstration(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "WRONG  data folder" not in operator.run("doctor")[1]
    monkeypatch.setenv("SEL_BACKEND_DEMO", "true")
    said = operator.run("doctor")[1]
    assert "WRONG  data folder" in said
    assert "WRONG  schema               the database is marked as a service's" in said


def test_operators_commands_work_on_a_demonstration_that_is_meant_but_nothing_is_imported(
    demonstration: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEL_BACKEND_DEMO", "true")
    mails = demonstration.count(demo_mails)
    assert demonstration.run("issue-code", "ci1234567", "--mail")[0] == 0
    assert demonstration.count(demo_mails) == mails + 1
    refused(demonstration, ("import", "files.csv"), "fictitious files of its own")


def test_a_demonstration_behind_tls_is_refused(fresh: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEL_BACKEND_SERVER__BEHIND_TLS", "true")
    code, said = fresh.run(*DEMO)
    assert (code, "behind_tls" in said) == (1, True)
    assert not fresh.folder.exists()


def test_fresh_begins_a_marked_demonstration_again_and_deletes_nothing_else(demonstration: Operator) -> None:
    other = ("letter.txt", "sel-backend.sqlite3.copy", "backend.log.1", "keys.json.copy")
    for name in other:
        (demonstration.folder / name).write_text("keep me")
    keys = (demonstration.folder / "keys.json").read_bytes()
    database = open_database(settings_of(demonstration).url, 1)
    database.run_now(lambda tx: tx.exec_driver_sql("CREATE TABLE of_somebody_else (a INTEGER)"))
    database.run_now(lambda tx: tx.execute(delete(accounts).where(accounts.c.email == "rejean@exemple.test")))
    is_sqlite = database.is_sqlite
    database.close()
    begin(demonstration)
    assert demonstration.count(accounts) == PEOPLE - 1
    begin(demonstration, fresh=True)
    assert demonstration.count(accounts) == PEOPLE
    assert (demonstration.folder / "keys.json").read_bytes() != keys
    assert {(demonstration.folder / name).read_text() for name in other} == {"keep me"}
    if not is_sqlite:
        database = open_database(settings_of(demonstration).url, 1)
        database.run_now(lambda tx: tx.exec_driver_sql("SELECT a FROM of_somebody_else"))
        database.close()


def test_a_demonstration_that_lost_its_keys_begins_again_only_when_it_is_told(demonstration: Operator) -> None:
    (demonstration.folder / "keys.json").unlink()
    refused(demonstration, DEMO, "--fresh begins again")
    begin(demonstration, fresh=True)
    assert demonstration.count(accounts) == PEOPLE


@pytest.fixture
def killed(fresh: Operator, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """An operator whose first demonstration was killed after it had marked its folder."""
    with monkeypatch.context() as patch:
        patch.setattr("sel_backend.installation.making.new_keys", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            begin(fresh)
    return fresh


def test_a_demonstration_whose_making_was_killed_is_made_by_the_next_one(killed: Operator) -> None:
    begin(killed)
    assert killed.count(accounts) == PEOPLE


def test_init_makes_no_demonstration_in_a_folder_that_holds_something_else(
    fresh: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEL_BACKEND_DEMO", "true")
    fresh.folder.mkdir()
    for name in ("letter.txt", "keys.json"):
        (fresh.folder / name).write_text("keep me")
        code, said = fresh.run("init")
        assert (code, "is not marked as a demonstration" in said) == (REFUSED, True)
    assert (fresh.folder / "letter.txt").read_text() == "keep me"
    assert not (fresh.folder / "sel-data.json").exists()


def test_marks_say_what_was_made(operator: Operator, tmp_path: Path) -> None:
    database = open_database(settings_of(operator).url, 1)
    assert database.run_now(installation.read).kind == "production"
    database.close()
    assert json.loads((operator.folder / "sel-data.json").read_text()) == {"kind": "production"}
    assert (operator.folder / "sel-data.json").stat().st_mode & 0o777 == 0o600
    other = Operator(tmp_path / "demo", tmp_path / "demo.toml", operator.capsys)
    other.settings.write_text("[hashing]\nmemory_kib = 8\ntime_cost = 1\n")
    begin(other)
    assert json.loads((other.folder / "sel-data.json").read_text()) == {"kind": "demonstration"}
