"""Checks of the desk of Customer Service: who gets in where, what a case shows, what an act needs and does once."""

import re
import uuid
from typing import Any, Final

import httpx
from pydantic import ValidationError

from sel_conformance.fixtures import Login
from sel_conformance.harness import CREATED, REFUSED, Harness, expect, require
from sel_contract import IDEMPOTENCY_KEY, IDEMPOTENCY_REPLAYED
from sel_contract.desk import DeskSession
from sel_contract.desk_acts import QueueItems
from sel_contract.desk_case import DeskCase

_ADDRESS: Final = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+\.[A-Za-z]+")


class _Desk:
    """Somebody who is logged in at the desk."""

    def __init__(self, harness: Harness, token: str) -> None:
        self._harness = harness
        self._bearer = {"Authorization": f"Bearer {token}"}

    async def send(self, method: str, path: str, body: Any = None, key: str = "") -> httpx.Response:
        headers = self._bearer | ({IDEMPOTENCY_KEY: key} if key else {})
        return await self._harness.send(method, path, body, key="", headers=headers)


def _login(who: Login) -> dict[str, str]:
    return {"email": who.email, "password": who.password.get_secret_value()}


async def sides(harness: Harness) -> None:
    """The desk: an agent's account is no person's and a person's is no agent's, neither its log-in nor its token."""
    fixtures = harness.fixtures
    if fixtures.agent is None:
        return
    refused = await harness.log_in(fixtures.agent)
    expect(refused, 401, "invalid-credentials", to="an agent who logs in as a person")
    refused = await harness.send("POST", "/v1/desk/sessions", _login(fixtures.person), key="")
    expect(refused, 401, "invalid-credentials", to="a person who logs in at the desk")
    agent = await _enter(harness, fixtures.agent)
    expect(await agent.send("GET", "/v1/links"), 401, "session-ended", to="an agent's token at GET /v1/links")
    persons = _Desk(harness, await harness.token(fixtures.person))
    at_desk = await persons.send("GET", "/v1/desk/sessions/current")
    expect(at_desk, 401, "session-ended", to="a person's token at the desk")


async def _enter(harness: Harness, who: Login) -> _Desk:
    answer = await harness.send("POST", "/v1/desk/sessions", _login(who), key="")
    opened = expect(answer, CREATED, to="logging in at the desk")
    session = _read(DeskSession, opened["session"])
    require(not session.needs, "the agent of the accounts must have chosen a password")
    return _Desk(harness, opened["token"])


def _read(model: Any, body: Any) -> Any:
    try:
        return model.model_validate(body)
    except ValidationError as error:
        places = ", ".join(".".join(map(str, item["loc"])) for item in error.errors(include_input=False))
        require(False, f"{model.__name__} is not as the model says: {places}")


async def cases(harness: Harness) -> None:
    """The desk: a case is found by reference, or for a reason; it shows the true reason, and masks every address."""
    fixtures = harness.fixtures
    if fixtures.agent is None:
        return
    agent = await _enter(harness, fixtures.agent)
    path, email = "/v1/desk/lookups", fixtures.onlooker.email
    expect(await agent.send("POST", path, {"by": "account", "email": email}), REFUSED, "validation", to="no reason")
    refused = await harness.link_with_wrong_password(fixtures.onlooker, fixtures.unknown)
    lookup: dict[str, str] = {"by": "account", "email": email, "reason": "follow_up"}
    reference = refused.json().get("reference") if refused.status_code == REFUSED else None
    if reference:  # else its tries are used up
        lookup = {"by": "reference", "reference": reference.lower().replace("-", " ")}
    answer = await agent.send("POST", path, lookup)
    case = _read(DeskCase, expect(answer, CREATED, to=f"a look-up by {lookup['by']}"))
    if reference:
        found = next((one for one in case.attempts if one.reference == reference), None)
        require(found is not None and found.reason is not None, "a case without the true reason of its refusal")
    queue = await agent.send("POST", "/v1/desk/queues/reports", {})
    _read(QueueItems, expect(queue, 200, to="a queue"))
    for said in (answer, queue):
        require(not _ADDRESS.search(said.text), "a whole e-mail address in an answer of the desk")
    nothing = await agent.send("POST", path, {"by": "file", "identifier": fixtures.unknown, "reason": "follow_up"})
    expect(nothing, 404, "not-found", to="a look-up of a file that does not exist")
    expect(await agent.send("GET", "/v1/desk/figures"), 403, "supervisor-only", to="figures for an agent")


async def acts(harness: Harness) -> None:
    """The desk: an act needs the whole checklist, is done once under its key, and ends what it says it ends."""
    fixtures = harness.fixtures
    if fixtures.agent is None:
        return
    agent = await _enter(harness, fixtures.agent)
    current = expect(await agent.send("GET", "/v1/desk/sessions/current"), 200, to="GET /v1/desk/sessions/current")
    ticked = [line["id"] for line in current["checklist"]]
    lookup = {"by": "account", "email": fixtures.onlooker.email, "reason": "follow_up"}
    case = expect(await agent.send("POST", "/v1/desk/lookups", lookup), CREATED, to="a look-up by account")
    path = f"/v1/desk/cases/{case['id']}/acts"
    unticked = await agent.send("POST", path, {"act": "end_sessions"}, uuid.uuid4().hex)
    if ticked:
        expect(unticked, REFUSED, "validation", to="an act without the checklist")
    keyless = await agent.send("POST", path, {"act": "end_sessions", "checks": ticked})
    expect(keyless, 400, "idempotency-key-missing", to="an act without a key")
    await harness.token(fixtures.onlooker)
    key, body = uuid.uuid4().hex, {"act": "end_sessions", "checks": ticked}
    first, again = [await agent.send("POST", path, body, key) for _ in range(2)]
    expect(first, CREATED, to="ending an account's sessions")
    replayed = again.headers.get(IDEMPOTENCY_REPLAYED) == "true" and again.content == first.content
    require(replayed, "an act sent again under its key is not the same answer")
    ended = await harness.send("GET", "/v1/links", who=fixtures.onlooker)
    expect(ended, 401, "session-ended", to="a session that the desk has ended")
    harness.tokens.pop(fixtures.onlooker.email)
    other = {"act": "send_coordinates", "checks": ticked}
    expect(await agent.send("POST", path, other, uuid.uuid4().hex), 409, "act-not-possible", to="an act without a file")
