"""`kill -9` at any moment: what was acknowledged is there, and the same key still gets the same answer."""

from __future__ import annotations

import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection, func, select

from sel_backend.storage.database import open_database
from sel_backend.storage.tables import events, links, outbox
from tests.backend.served import prepare, serving
from tests.backend.world import PASSWORD

ROUNDS = 2
FILES = [f"er000{number}" for number in range(301, 341)]
# Several at once, so that a kill hits what shares a COMMIT too.
PEOPLE = ("nouvelle", "rejean", "association", "camille")
KILL_AFTER = 16


def token_of(client: httpx.Client, name: str) -> str:
    response = client.post("/v1/sessions", json={"email": f"{name}@exemple.test", "password": PASSWORD})
    token: str = response.json()["token"]
    return token


def link(client: httpx.Client, token: str, identifier: str, key: str) -> httpx.Response:
    body = {"method": "legacy_access", "username": identifier, "password": "Comptable-40!"}
    return client.post("/v1/links", json=body, headers={"Idempotency-Key": key, "Authorization": f"Bearer {token}"})


def test_no_acknowledged_link_is_lost_and_none_is_made_twice(tmp_path: Path, database_url: str) -> None:
    url = prepare(tmp_path, database_url)
    acknowledged: dict[str, Any] = {}
    asked: dict[str, tuple[str, str]] = {}
    tokens: dict[str, str] = {}
    for number in range(ROUNDS):
        with serving(tmp_path, database_url=url) as served:
            with served.client() as client:
                for name in PEOPLE:
                    tokens.setdefault(name, token_of(client, name))
            enough = threading.Event()
            half, target = FILES[number::ROUNDS], KILL_AFTER * (number + 1)

            def storm(
                name: str, half: list[str] = half, at: str = served.url, target: int = target, enough: Any = enough
            ) -> None:
                with httpx.Client(base_url=at, timeout=10) as own:
                    for identifier in half:
                        key = f"{name}-{identifier}"
                        asked[key] = (name, identifier)
                        try:
                            response = link(own, tokens[name], identifier, key)
                        except httpx.HTTPError:
                            return
                        assert response.status_code == 201, response.text
                        acknowledged[key] = response.json()
                        if len(acknowledged) >= target:
                            enough.set()

            with ThreadPoolExecutor(len(PEOPLE)) as pool:
                storms = [pool.submit(storm, name) for name in tokens]
                assert enough.wait(20)
                served.process.send_signal(signal.SIGKILL)
                for one in storms:
                    one.result()
    with serving(tmp_path, database_url=url) as served, served.client() as client:
        for name, token in tokens.items():
            shown = client.get("/v1/links", headers={"Authorization": f"Bearer {token}"}).json()["links"]
            ids = {link["id"] for link in shown}
            assert {link["id"] for key, link in acknowledged.items() if asked[key][0] == name} <= ids
        for key, (name, identifier) in asked.items():
            again = link(client, tokens[name], identifier, key)
            if key in acknowledged:
                assert again.json() == acknowledged[key]
            else:
                assert again.status_code in {201, 409}, again.text
        assert served.end(signal.SIGTERM) == 0
    check(url or f"sqlite:///{tmp_path / 'sel-backend.sqlite3'}", acknowledged)


def check(url: str, acknowledged: dict[str, Any]) -> None:
    """Each link is there once, with exactly one event and one mail for each address."""
    database = open_database(url, 2)

    def work(tx: Connection) -> None:
        twice = select(links.c.account_id).where(links.c.ended_at.is_(None))
        twice = twice.group_by(links.c.account_id, links.c.file_id).having(func.count() > 1)
        assert tx.execute(twice).all() == []
        for made in acknowledged.values():
            of_link = events.c.link_id == made["id"], events.c.kind == "linked"
            assert tx.scalar(select(func.count()).select_from(events).where(*of_link)) == 1
            told = tx.scalars(select(outbox.c.recipient).where(outbox.c.link_id == made["id"])).all()
            assert len(told) == len(set(told)) == 2

    database.run_now(work)
    database.close()
