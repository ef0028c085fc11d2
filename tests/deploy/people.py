"""Many persons at once, each with the real client, an account, an address and a file: what they were told, and when."""

from __future__ import annotations

import asyncio
import csv
import ssl
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx
from benchmarks.generate import HEADER, rows

from sel_backend.demo.seed import add_account
from sel_backend.security.hashing import Hasher
from sel_backend.settings import HashingSettings
from sel_backend.storage.database import Database
from sel_tui.api import ApiClient, ApiError, RefusedError

PASSWORD = "Chantier-2026!"
FIRST_FILE = 10_000_000
# Too many, not now, and the same request is still being done: each says when to ask again.
_POLITE = frozenset({409, 429, 503})
# How long a person reads a refusal before trying again.
_PAUSE = 0.5
Result = TypeVar("Result")


def write_files(count: int, path: Path) -> None:
    """Write client files for `sel-backend import`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows(count))


def add_accounts(database: Database, count: int, hashing: HashingSettings) -> None:
    """Add accounts, all with one password."""
    from sel_backend.clock import utc_now

    hasher = Hasher(hashing)
    hashed = hasher.hash_now(PASSWORD)
    hasher.close()
    for number in range(count):
        person = (email(number), "Personne", f"Exemple {number}", "person")
        database.run_now(lambda tx, person=person: add_account(tx, person, hashed, utc_now()))  # type: ignore[misc]


def email(number: int) -> str:
    """Return the address of a person's account."""
    return f"compte{number}@exemple.test"


@dataclass(frozen=True)
class Acknowledged:
    """A link of which somebody was told that it is made."""

    account: str
    identifier: str
    link_id: str
    at: float


@dataclass
class Ledger:
    """What everybody was told.

    Attributes:
        links: every link that was acknowledged.
        seconds: how long each operation took with the client's own repetitions, by its name.
        statuses: every answer on the line, by its status.
        refusals: what persons saw that was not done at once, by kind.
        impolite: answers that are an error and not a polite one.
    """

    links: list[Acknowledged] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    impolite: list[str] = field(default_factory=list)

    def hear(self, response: httpx.Response) -> None:
        """Note an answer on the line."""
        status = response.status_code
        self.statuses[status] += 1
        if status >= 400 and not (status in _POLITE and response.headers.get("Retry-After", "").isdigit()):
            self.impolite.append(f"{status} to {response.request.method} {response.request.url.path}")


class Watched(httpx.AsyncBaseTransport):
    """The line of one person, from an address of their own."""

    def __init__(self, ledger: Ledger, trust: ssl.SSLContext | bool, address: str | None) -> None:
        self._ledger = ledger
        self._line = httpx.AsyncHTTPTransport(verify=trust, local_address=address)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._line.handle_async_request(request)
        response.request = request
        self._ledger.hear(response)
        return response

    async def aclose(self) -> None:
        await self._line.aclose()


@dataclass
class Person:
    """Somebody who links a file.

    Attributes:
        number: which account.
        url: where the service is.
        ledger: where all is noted.
        trust: who vouches for the service.
        address: from where they connect; None: from anywhere.
    """

    number: int
    url: str
    ledger: Ledger
    trust: ssl.SSLContext | bool = True
    address: str | None = None

    async def link(self, file: int) -> None:
        """Log in, link a file, look at it, say that it is right and log out; whatever is refused is tried again.

        Args:
            file: which one, counted from 0; nobody else links it.
        """
        client = ApiClient(self.url, Watched(self.ledger, self.trust, self.address))
        username, key = f"ci{FIRST_FILE + file}", uuid.uuid4().hex
        try:
            await self._done("log in", lambda: client.sessions.open(email(self.number), PASSWORD))
            link = await self._done("link", lambda: client.links.by_legacy_access(username, f"Ancien-{file}!", key))
            self.ledger.links.append(Acknowledged(email(self.number), username, link.id, time.monotonic()))
            profiles = await self._done("profiles", client.links.all)
            if link.id not in {one.id for one in profiles.links}:
                self.ledger.impolite.append("a link that was acknowledged is not among the profiles")
            await self._done("verify", lambda: client.links.verify(link.id, accurate=True, note=""))
            await self._done("log out", client.sessions.close)
        finally:
            await client.close()

    async def _done(self, name: str, call: Callable[[], Awaitable[Result]]) -> Result:
        while True:
            began = time.monotonic()
            try:
                result = await call()
            except ApiError as error:
                kind = f"{name}: {type(error).__name__}"
                wait = _PAUSE
                if isinstance(error, RefusedError):
                    kind += f" {error.problem.status} {error.problem.type}"
                    if error.problem.status not in _POLITE or error.retry_after is None:
                        self.ledger.refusals[kind] += 1
                        raise
                    wait = max(wait, error.retry_after or 0)
                self.ledger.refusals[kind] += 1
                await asyncio.sleep(wait)
            else:
                self.ledger.seconds.setdefault(name, []).append(time.monotonic() - began)
                return result
