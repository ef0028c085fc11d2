"""Where a check works: people with sessions, requests with keys, and what to say when an answer is not right."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

from sel_conformance.people import Login, OldAccess, People
from sel_contract import IDEMPOTENCY_KEY, Challenge

CREATED = 201
REFUSED = 422


class DeviationError(AssertionError):
    """The back end does not do what the contract says; the message is a sentence and holds no secret."""


def insist(right: bool, sentence: str) -> None:
    """Go on if something is right.

    Raises:
        DeviationError: it is not.
    """
    if not right:
        raise DeviationError(sentence)


def kind(response: httpx.Response) -> str:
    """Return an answer's problem type, or its status where it is no problem."""
    try:
        body = response.json()
    except ValueError:
        return str(response.status_code)
    return str(body.get("type", response.status_code)) if isinstance(body, dict) else str(response.status_code)


def expect(response: httpx.Response, status: int, problem: str | None = None, *, to: str) -> Any:
    """Return an answer's body if it is as it should be.

    Raises:
        DeviationError: another status or problem type; `to` says what was asked.
    """
    found = (response.status_code, kind(response) if problem else None)
    wanted = (status, problem)
    said = f"{to}: expected {status} {problem or ''}, got {response.status_code} {kind(response)}"
    insist(found == wanted, said)
    return response.json() if response.content else None


@dataclass
class Lab:
    """One run of checks."""

    http: httpx.AsyncClient
    people: People
    tokens: dict[str, str] = field(default_factory=dict, repr=False)
    simulation: bool = False

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        who: Login | None = None,
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Send one request: JSON, with a new key unless one is given (empty: none)."""
        sent = {"Accept-Language": "fr-CA"} | (headers or {})
        if who:
            sent["Authorization"] = f"Bearer {await self.token(who)}"
        if method == "POST" and key != "":
            sent[IDEMPOTENCY_KEY] = key or uuid.uuid4().hex
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        content = json.dumps(body) if body is not None and not isinstance(body, str) else body
        return await self.http.request(method, path, content=content, headers=sent)

    async def log_in(self, who: Login, password: str | None = None) -> httpx.Response:
        """Try to log in."""
        secret = password or who.password.get_secret_value()
        return await self.ask("POST", "/v1/sessions", {"email": who.email, "password": secret}, key="")

    async def token(self, who: Login) -> str:
        """Return the token of a person's session, which all checks share."""
        if who.email not in self.tokens:
            opened = expect(await self.log_in(who), CREATED, to=f"logging in as {who.email}")
            self.tokens[who.email] = opened["token"]
        return self.tokens[who.email]

    async def prove(
        self, who: Login, file: OldAccess, *, password: str | None = None, name: int = 0, key: str | None = None
    ) -> httpx.Response:
        """Try to link a file by its old access, under one of its names."""
        body = {
            "method": "legacy_access",
            "username": file.names[min(name, len(file.names) - 1)],
            "password": password or file.password.get_secret_value(),
        }
        return await self.ask("POST", "/v1/links", body, who=who, key=key)

    async def guess(self, who: Login, identifier: str, password: str = "Faux-0000!") -> httpx.Response:  # noqa: S107
        """Try to link a file with a wrong old password."""
        body = {"method": "legacy_access", "username": identifier, "password": password}
        return await self.ask("POST", "/v1/links", body, who=who)

    async def tries_left(self, who: Login, method: str) -> int:
        """Return how many tries of a method an account has."""
        states = expect(await self.ask("GET", "/v1/link-methods", who=who), 200, to="GET /v1/link-methods")["methods"]
        return int(next(state["tries_left"] for state in states if state["method"] == method))

    async def challenge(self, who: Login, identifier: str, language: str = "fr-CA") -> Challenge:
        """Ask for a file's questions."""
        answer = await self.ask(
            "POST",
            "/v1/question-challenges",
            {"identifier": identifier},
            who=who,
            headers={"Accept-Language": language},
        )
        return Challenge.model_validate(expect(answer, CREATED, to=f"questions of {identifier}"))

    async def answer(self, who: Login, challenge_id: str, given: dict[str, str]) -> httpx.Response:
        """Answer questions."""
        answers = [{"question_id": name, "answer": text} for name, text in given.items()]
        body = {"method": "questions", "challenge_id": challenge_id, "answers": answers}
        return await self.ask("POST", "/v1/links", body, who=who)

    async def unlink(self, who: Login, link_id: str) -> None:
        """End a link that a check has made."""
        expect(await self.ask("DELETE", f"/v1/links/{link_id}", who=who), 204, to="DELETE /v1/links/{id}")
