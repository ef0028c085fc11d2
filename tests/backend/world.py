"""A back end in a test: its clock, its services, and people who speak HTTP to it."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import Connection, Table, func, select

from sel_backend.api.app import create_app
from sel_backend.backend import Backend, build
from sel_backend.demo.seed import SUPERVISORS, add_account, seed
from sel_backend.demo.settings import DEMO_DESK
from sel_backend.security.keys import Keys
from sel_backend.settings import HashingSettings, Settings
from sel_backend.storage import accounts, installation, schema
from sel_backend.storage.database import open_database

PASSWORD = "Chantier-2026!"
START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
KEYS = Keys("k1", {"k1": b"a key for tests, thirty-two byte"})
CHEAP = HashingSettings(memory_kib=8, time_cost=1, parallelism=1, threads=2, queue=512)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def demo_settings(**changes: Any) -> Settings:
    """Return the settings of tests: the demonstration's, cheap hashes."""
    told: dict[str, Any] = {"demo": True, "hashing": CHEAP.model_dump(), "desk": DEMO_DESK} | changes
    told["codes"] = {"even_answer_milliseconds": 0} | told.get("codes", {})
    return Settings.model_validate(told)


def say_whose(tx: Connection) -> None:
    """Mark a database as a service's that was made with the keys of tests."""
    installation.mark(tx, installation.PRODUCTION, START)
    installation.record(tx, KEYS, KEYS.material, START)


def make_template(url: str) -> None:
    """Put the demonstration data into the empty database at `url`."""
    clock = Clock()
    backend = build(demo_settings(), clock=clock, database=open_database(url), keys=KEYS)
    schema.create(backend.core.database, say_whose)
    seed(backend)
    backend.core.database.run_now(add_supervisors)
    backend.core.close()


def add_supervisors(tx: Connection) -> None:
    agent = accounts.by_email(tx, "agent@exemple.test")
    assert agent is not None
    for person in SUPERVISORS:
        add_account(tx, person, agent.password_hash, START)


@dataclass
class Person:
    """Somebody with an HTTP client."""

    http: httpx.AsyncClient
    language: str = "fr-CA"
    token: str = ""

    def _headers(self, key: str | None) -> dict[str, str]:
        headers = {"Accept-Language": self.language}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        return headers

    async def ask(
        self, method: str, path: str, body: Any = None, key: str | None = None, **headers: str
    ) -> httpx.Response:
        """Send one request; a body goes as JSON."""
        content = None if body is None else json.dumps(body)
        all_headers = self._headers(key) | ({"Content-Type": "application/json"} if body is not None else {}) | headers
        sent = [(name.encode(), value.encode()) for name, value in all_headers.items()]
        return await self.http.request(method, path, content=content, headers=sent)

    async def get(self, path: str) -> httpx.Response:
        return await self.ask("GET", path)

    async def put(self, path: str, body: Any = None) -> httpx.Response:
        return await self.ask("PUT", path, body)

    async def delete(self, path: str) -> httpx.Response:
        return await self.ask("DELETE", path)

    async def post(self, path: str, body: Any, key: str | None = None) -> httpx.Response:
        """Send a POST that changes something, under a new key unless one is given."""
        return await self.ask("POST", path, body, key or uuid.uuid4().hex)

    async def log_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        response = await self.ask("POST", "/v1/sessions", {"email": email, "password": password})
        if response.status_code == 201:
            self.token = response.json()["token"]
        return response

    async def legacy(self, username: str, password: str, key: str | None = None) -> httpx.Response:
        body = {"method": "legacy_access", "username": username, "password": password}
        return await self.post("/v1/links", body, key)

    async def questions(self, identifier: str) -> dict[str, Any]:
        response = await self.post("/v1/question-challenges", {"identifier": identifier})
        assert response.status_code == 201, response.text
        challenge: dict[str, Any] = response.json()
        return challenge

    async def answer(self, challenge: dict[str, Any], given: dict[str, str], key: str | None = None) -> httpx.Response:
        answers = [{"question_id": name, "answer": answer} for name, answer in given.items()]
        body = {"method": "questions", "challenge_id": challenge["id"], "answers": answers}
        return await self.post("/v1/links", body, key)

    async def code(self, username: str, code: str, key: str | None = None) -> httpx.Response:
        return await self.post("/v1/links", {"method": "link_code", "username": username, "code": code}, key)

    async def mails(self) -> list[dict[str, Any]]:
        mails: list[dict[str, Any]] = (await self.get("/demo/mailbox")).json()["mails"]
        return mails


@dataclass
class World:
    """One back end and the people around it."""

    backend: Backend
    clock: Clock
    people: list[httpx.AsyncClient] = field(default_factory=list)
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        self.app = create_app(self.backend, self.backend.core.settings)

    def somebody(self, language: str = "fr-CA", network: str = "127.0.0.1") -> Person:
        """Return a person who is not logged in."""
        transport = httpx.ASGITransport(self.app, client=(network, 50_000), raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://sel.test")
        self.people.append(client)
        return Person(client, language)

    async def person(self, name: str, language: str = "fr-CA") -> Person:
        """Return a person of the demonstration, logged in."""
        person = self.somebody(language)
        response = await person.log_in(f"{name}@exemple.test")
        assert response.status_code == 201, response.text
        return person

    def count(self, table: Table, *where: Any) -> int:
        """Return how many rows a table has."""
        found = self.backend.core.database.run_now(
            lambda tx: tx.scalar(select(func.count()).select_from(table).where(*where))
        )
        return int(found or 0)

    def rows(self, table: Table, *where: Any) -> list[Any]:
        """Return a table's rows."""
        return self.backend.core.database.run_now(lambda tx: list(tx.execute(select(table).where(*where))))

    async def close(self) -> None:
        for client in self.people:
            await client.aclose()
        await self.backend.core.background.settle()
        self.backend.core.close()


def make_world(url: str, clock: Clock | None = None, **changes: Any) -> World:
    """Return a back end on the database at `url`."""
    clock = clock or Clock()
    settings = demo_settings(**changes)
    database = open_database(url, 8, prepared=settings.database_prepared_statements)
    backend = build(settings, clock=clock, database=database, keys=KEYS)
    return World(backend, clock)


CORRECT = {
    "ci1234567": {
        "birth_date": "1988-04-17",
        "worker_postal_code": "H2X 1Y4",
        "trade": "charpentier-menuisier",
        "first_certificate_year": "2009",
    },
    "er123456": {
        "neq": "1140000001",
        "employer_postal_code": "J4K 5E7",
        "rbq_licence": "8000-0001-01",
        "employer_registration_year": "1999",
    },
    "apexemple": {
        "foundation_year": "1971",
        "association_postal_code": "G2K 1N2",
        "president_family_name": "D'Amours",
        "members": "310",
    },
}


def wrong(challenge: dict[str, Any]) -> dict[str, str]:
    """Return answers of the right kind, all of them wrong."""
    by_kind = {"date": "1901-01-01", "postal_code": "A1A 1A1", "text": "rien", "year": "1901", "number": "7"}
    return {question["id"]: by_kind[question["kind"]] for question in challenge["questions"]}
