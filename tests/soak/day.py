"""A day's work for a back end, without a pause: everything that people do there, one journey after the other."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from itertools import count
from typing import Any, Final

import httpx
from sqlalchemy import Connection, text

from tests.backend.world import PASSWORD
from tests.faults.backend import BackEnd, Owned
from tests.soak.flat import Series, Watch

LOOKS: Final = 60
PEOPLE: Final = 20


class Day:
    """The people of a day.

    Args:
        back_end: The back end.
    """

    def __init__(self, back_end: BackEnd) -> None:
        self._back_end = back_end
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{back_end.port}", timeout=60)
        self._emails = [email for _, email in back_end.new_people(PEOPLE)]
        self._files = back_end.new_files(*["er123456"] * PEOPLE)
        self._numbers = count()

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def journey(self) -> int:
        """Somebody does everything once; return how many requests that took."""
        number = next(self._numbers)
        email, file = self._emails[number % PEOPLE], self._files[(number * 7) % PEOPLE]
        wanted = list(self._requests(email, file))
        return len(wanted)

    def _requests(self, email: str, file: Owned) -> Iterator[Any]:
        """Send everything, and yield the answers."""
        opened = self._ask("POST", "/v1/sessions", 201, {"email": email, "password": PASSWORD})
        yield opened
        self._http.headers["Authorization"] = f"Bearer {opened['token']}"
        yield self._ask("GET", "/v1/link-methods", 200)
        proof = {"method": "legacy_access", "username": file.identifier, "password": "Faux-1234!"}
        yield self._ask("POST", "/v1/links", 422, proof)
        yield self._ask("POST", "/v1/question-challenges", 201, {"identifier": file.identifier})
        yield self._ask("POST", "/v1/link-code-requests", 202, {"identifier": file.identifier})
        link = self._ask("POST", "/v1/links", 201, proof | {"password": file.record.old_password})
        yield link
        yield self._ask("GET", "/v1/links", 200)
        yield self._ask("GET", f"/v1/links/{link['id']}", 200)
        note = {"outcome": "error", "note": "Mon code postal est faux."}
        yield self._ask("PUT", f"/v1/links/{link['id']}/verification", 200, note)
        yield self._ask("GET", f"/v1/links/{link['id']}/receipt", 200)
        yield self._ask("GET", "/v1/events", 200)
        yield self._ask("POST", "/v1/handoffs", 201, {"step": "methods", "drafts": {}})
        yield self._ask("DELETE", f"/v1/links/{link['id']}", 204)
        yield self._ask("DELETE", "/v1/sessions/current", 204)
        del self._http.headers["Authorization"]
        yield self._ask("POST", "/v1/password-resets", 202, {"email": email})

    def _ask(self, method: str, path: str, status: int, body: Any = None) -> Any:
        headers = {"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {}
        answer = self._http.request(method, path, json=body, headers=headers)
        assert answer.status_code == status, (path, answer.text)
        return answer.json() if answer.content else None


def size(back_end: BackEnd) -> int:
    """Return how much the database holds, in bytes."""

    def work(tx: Connection) -> int:
        if tx.dialect.name == "postgresql":
            return int(tx.scalar(text("SELECT pg_database_size(current_database())")) or 0)
        pages, free, each = (
            int(tx.scalar(text(f"PRAGMA {name}")) or 0) for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * each

    return int(back_end.do(work))


def soak_back_end(back_end: BackEnd, journeys: int) -> tuple[Watch, int]:
    """Return what a back end takes over so many journeys, and how many requests they were.

    The database keeps what people did for years: what must stay the same is how much it keeps of each journey.
    """
    day = Day(back_end)
    watch = Watch("back end", back_end.process)
    kept = Series("database, of one journey", "bytes")
    every = max(journeys // LOOKS, 1)
    asked, before = 0, size(back_end)
    for number in range(1, journeys + 1):
        asked += day.journey()
        if number % every == 0:
            watch.look()
            now = size(back_end)
            kept.values.append((now - before) / every)
            before = now
    day.close()
    watch.series.append(kept)
    return watch, asked
