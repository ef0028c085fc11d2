"""The persons of a trial are real ones, and its audit notices what it is for: on a plain back end."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from sel_backend.storage.database import Database, open_database
from sel_backend.storage.tables import links, outbox
from tests.deploy import audit, people
from tests.deploy.people import Acknowledged, Ledger, Person
from tests.deploy.programs import install_or_say
from tests.operator.servers import serving

HASHING = "[hashing]\nmemory_kib = 8\ntime_cost = 1\n"


def linked(folder: Path, persons: int) -> tuple[Database, Ledger]:
    """Let persons link on a back end with SQLite; return its database and what they were told."""
    from sel_backend.settings import HashingSettings

    settings, csv = folder / "settings.toml", folder / "files.csv"
    settings.write_text(HASHING)
    people.write_files(persons, csv)
    given = ["--settings", str(settings), "--data", str(folder / "data")]
    for command in (["init"], ["import", str(csv)]):
        subprocess.run([sys.executable, "-m", "sel_backend", *command, *given], check=True, capture_output=True)
    database = open_database(f"sqlite:///{folder}/data/sel-backend.sqlite3")
    people.add_accounts(database, persons, HashingSettings(memory_kib=8, time_cost=1))
    ledger = Ledger()

    async def come(url: str) -> None:
        await asyncio.gather(*(Person(number, url, ledger).link(number) for number in range(persons)))

    with serving(*given) as said:
        asyncio.run(come(said["url"]))
    return database, ledger


def test_persons_link_and_the_audit_finds_what_is_lost_doubled_or_untold(tmp_path: Path) -> None:
    database, ledger = linked(tmp_path, 3)
    assert len(ledger.links) == 3
    assert set(ledger.seconds) == {"log in", "link", "profiles", "verify", "log out"}
    assert (ledger.impolite, sum(ledger.refusals.values())) == ([], 0)
    assert audit.faults(database, ledger.links) == []

    one, other, third = ledger.links
    never = Acknowledged(one.account, one.identifier, "never", 0.0)
    assert "lost" in audit.faults(database, [never])[0]
    database.run_now(lambda tx: tx.execute(delete(outbox).where(outbox.c.link_id == other.link_id)))
    assert audit.faults(database, ledger.links) == [f"0 mails of the link {other.link_id}"]
    database.run_now(lambda tx: tx.execute(delete(links).where(links.c.id == third.link_id)))
    found = audit.faults(database, ledger.links)
    assert [line.split()[0] for line in found] == ["lost:", "0", "an"]
    file = database.run_now(lambda tx: tx.execute(links.select().where(links.c.id == one.link_id)).one().file_id)
    database.run_now(
        lambda tx: tx.execute(update(links).where(links.c.id == other.link_id).values(file_id=file, exclusive=False))
    )
    assert f"doubled: {one.identifier} is linked 2 times" in audit.faults(database, ledger.links)
    database.close()


def test_a_trial_says_what_is_missing_and_installs_nothing_unasked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("tests.deploy.programs._path", lambda: str(tmp_path))
    assert not install_or_say(("haproxy", "etcd"), install=False)
    assert "apt-get install haproxy etcd-server" in capsys.readouterr().err
