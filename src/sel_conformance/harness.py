"""What every check uses: requests with keys, sessions that are opened once, and the error that reports a deviation."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

from sel_conformance.fixtures import Fixtures, LegacyAccess, Login
from sel_contract import IDEMPOTENCY_KEY, Challenge

CREATED = 201
NO_CONTENT = 204
REFUSED = 422
WRONG_PASSWORD = "Faux-0000!"  # noqa: S105  # of nobody


class DeviationError(AssertionError):
    """The back end does not do what the contract says; the message is a sentence and holds no secret."""


def require(right: bool, sentence: str) -> None:
    """Do nothing if a condition holds.

    Raises:
        DeviationError: it does not hold; `sentence` says what deviates.
    """
    if not right:
        raise DeviationError(sentence)


def problem_type(response: httpx.Response) -> str:
    """Return the type of a problem response, or the status of any other response."""
    try:
        body = response.json()
    except ValueError:
        return str(response.status_code)
    return str(body.get("type", response.status_code)) if isinstance(body, dict) else str(response.status_code)


def expect(response: httpx.Response, status: int, problem: str | None = None, *, to: str) -> Any:
    """Return the body of a response that has the expected status and problem type.

    Raises:
        DeviationError: another status or problem type; `to` names the request in the message.
    """
    found = (response.status_code, problem_type(response) if problem else None)
    wanted = (status, problem)
    message = f"{to}: expected {status} {problem or ''}, got {response.status_code} {problem_type(response)}"
    require(found == wanted, message)
    return response.json() if response.content else None


@dataclass
class Harness:
    """One run of the checks against one back end.

    Attributes:
        http: speaks to the back end.
        fixtures: the accounts and files that the checks may use.
        tokens: the token of each account that has logged in, by its e-mail address.
        simulation: the back end says that its data are fictitious, so its demonstration mailbox can be read.
    """

    http: httpx.AsyncClient
    fixtures: Fixtures
    tokens: dict[str, str] = field(default_factory=dict, repr=False)
    simulation: bool = False

    async def send(
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

    async def log_in(self, who: Login) -> httpx.Response:
        """Log in with the right password."""
        secret = who.password.get_secret_value()
        return await self.send("POST", "/v1/sessions", {"email": who.email, "password": secret}, key="")

    async def token(self, who: Login) -> str:
        """Return the token of a person's session, which all checks share."""
        if who.email not in self.tokens:
            opened = expect(await self.log_in(who), CREATED, to=f"logging in as {who.email}")
            self.tokens[who.email] = opened["token"]
        return self.tokens[who.email]

    async def link_by_legacy_access(self, who: Login, file: LegacyAccess) -> httpx.Response:
        """Try to link a file by its access to the old online services."""
        return await self._send_legacy_access(who, file.names[0], file.password.get_secret_value())

    async def link_with_wrong_password(self, who: Login, identifier: str) -> httpx.Response:
        """Try to link a file with a wrong old password."""
        return await self._send_legacy_access(who, identifier, WRONG_PASSWORD)

    async def _send_legacy_access(self, who: Login, username: str, password: str) -> httpx.Response:
        body = {"method": "legacy_access", "username": username, "password": password}
        return await self.send("POST", "/v1/links", body, who=who)

    async def tries_left(self, who: Login, method: str) -> int:
        """Return how many tries of a method an account has."""
        states = expect(await self.send("GET", "/v1/link-methods", who=who), 200, to="GET /v1/link-methods")["methods"]
        return int(next(state["tries_left"] for state in states if state["method"] == method))

    async def challenge(self, who: Login, identifier: str, language: str = "fr-CA") -> Challenge:
        """Ask for a file's questions."""
        answer = await self.send(
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
        return await self.send("POST", "/v1/links", body, who=who)

    async def unlink(self, who: Login, link_id: str) -> None:
        """End a link that a check has made."""
        expect(await self.send("DELETE", f"/v1/links/{link_id}", who=who), 204, to="DELETE /v1/links/{id}")
