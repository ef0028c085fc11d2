"""Checks of what all requests share: problem details, headers, idempotency keys, languages, sessions, models."""

import uuid

from pydantic import ValidationError

from sel_conformance.harness import CREATED, NO_CONTENT, REFUSED, Harness, expect, require
from sel_contract import PROBLEM_JSON, REQUEST_ID, Links, Problem, Service, Session

_CANARY = "canari-7c1f"


async def problems(harness: Harness) -> None:
    """Errors are problem details on every path, unknown paths and methods included."""
    person = harness.fixtures.person
    responses = [
        (await harness.send("GET", "/v1/nothing-here"), 404, "a path that does not exist"),
        (await harness.send("DELETE", "/v1/service"), 405, "a method that does not exist"),
        (await harness.send("POST", "/v1/sessions", "{", key=""), 400, "a body that is no JSON"),
        (
            await harness.send("POST", "/v1/sessions", {"email": 7}, key=""),
            REFUSED,
            "a body that is not as it should be",
        ),
        (await harness.send("GET", "/v1/links"), 401, "no session"),
        (await harness.send("GET", "/v1/links/nothing", who=person), 404, "a link that does not exist"),
    ]
    for response, status, what in responses:
        require(response.status_code == status, f"{what}: expected {status}, got {response.status_code}")
        media_type = response.headers.get("content-type", "").partition(";")[0]
        require(media_type == PROBLEM_JSON, f"{what}: answered as {media_type}")
        try:
            problem = Problem.model_validate_json(response.content)
        except ValidationError:
            require(False, f"{what}: no problem details")
        else:
            require(problem.status == status, f"{what}: the body says another status than the answer")


async def headers(harness: Harness) -> None:
    """Every answer has X-Request-Id and Cache-Control: no-store; what succeeds is JSON, or nothing with 204."""
    who = harness.fixtures.onlooker
    opened = await harness.log_in(who)
    bearer = {"Authorization": f"Bearer {expect(opened, CREATED, to='logging in')['token']}"}
    responses = [
        *[await harness.send("GET", path) for path in ("/v1/service", "/v1/nothing-here", "/v1/links")],
        opened,
        await harness.send("GET", "/v1/links", headers=bearer),
        await harness.send("DELETE", "/v1/sessions/current", headers=bearer),
    ]
    for response in responses:
        what = f"{response.request.method} {response.request.url.path}"
        require(bool(response.headers.get(REQUEST_ID)), f"{what}: no {REQUEST_ID}")
        require("no-store" in response.headers.get("cache-control", ""), f"{what}: may be stored by a cache")
        media_type = response.headers.get("content-type", "").partition(";")[0]
        if response.is_success and response.status_code != NO_CONTENT:
            require(media_type == "application/json", f"{what}: answered as {media_type or 'nothing known'}")


async def models(harness: Harness) -> None:
    """Answers are as the models say."""
    person = harness.fixtures.person
    try:
        service = Service.model_validate(expect(await harness.send("GET", "/v1/service"), 200, to="GET /v1/service"))
        current = await harness.send("GET", "/v1/sessions/current", who=person)
        Session.model_validate(expect(current, 200, to="GET /v1/sessions/current"))
        Links.model_validate(expect(await harness.send("GET", "/v1/links", who=person), 200, to="GET /v1/links"))
    except ValidationError as error:
        places = ", ".join(".".join(map(str, item["loc"])) for item in error.errors(include_input=False))
        require(False, f"not as the models say: {places}")
    else:
        harness.simulation = service.simulation


async def idempotency(harness: Harness) -> None:
    """Same key and body: the same answer; same key, other body: 422; no key: 400."""
    person, path = harness.fixtures.person, "/v1/question-challenges"
    key, body = uuid.uuid4().hex, {"identifier": harness.fixtures.shared.names[0]}
    missing = await harness.send("POST", path, body, who=person, key="")
    expect(missing, 400, "idempotency-key-missing", to="a POST without a key")
    first = await harness.send("POST", path, body, who=person, key=key)
    again = await harness.send("POST", path, body, who=person, key=key)
    expect(first, CREATED, to="a POST with a key")
    same = (first.status_code, first.content) == (again.status_code, again.content)
    require(same, "the same key and body got another answer")
    other = await harness.send("POST", path, {"identifier": harness.fixtures.unknown}, who=person, key=key)
    expect(other, REFUSED, "idempotency-mismatch", to="the same key with another body")


async def languages(harness: Harness) -> None:
    """Texts that the server owns come in the language asked for."""
    person, identifier = harness.fixtures.person, harness.fixtures.questions.identifier
    french = await harness.challenge(person, identifier)
    english = await harness.challenge(person, identifier, "en-CA")
    differ = all(one.text != other.text for one, other in zip(french.questions, english.questions, strict=True))
    require(differ, "questions are the same in French and in English")


async def sessions(harness: Harness) -> None:
    """A token is opaque and long, a session's state does not extend it, logging out ends it."""
    who = harness.fixtures.onlooker
    opened = expect(await harness.log_in(who), CREATED, to="logging in")
    require(len(opened["token"]) >= 43, "a token of fewer than 256 bits")  # noqa: PLR2004 - in base64
    bearer = {"Authorization": f"Bearer {opened['token']}"}

    async def state(method: str) -> object:
        response = await harness.send(method, "/v1/sessions/current", headers=bearer)
        return expect(response, 200, to=f"{method} /v1/sessions/current")["idle_expires_at"]

    before = await state("GET")
    require(await state("GET") == before, "looking at a session extended it")
    require(str(await state("PUT")) >= str(before), "extending a session shortened it")
    left = await harness.send("DELETE", "/v1/sessions/current", headers=bearer)
    expect(left, 204, to="logging out")
    after = await harness.send("GET", "/v1/sessions/current", headers=bearer)
    expect(after, 401, "session-ended", to="a token after logging out")


async def secrets_in_errors(harness: Harness) -> None:
    """Rule 8: what was typed never comes back in an error."""
    bodies: list[tuple[str, object]] = [
        ("/v1/sessions", {"email": _CANARY, "password": _CANARY}),
        ("/v1/sessions", {"email": "a@exemple.test", "password": [_CANARY]}),
        ("/v1/sessions", {"email": "a@exemple.test", "password": "x", _CANARY: _CANARY}),
        ("/v1/sessions", f'{{"password": "{_CANARY}"'),
        ("/v1/links", {"method": _CANARY, "password": _CANARY}),
        ("/v1/links", {"method": "legacy_access", "username": _CANARY, "password": _CANARY}),
        ("/v1/links", {"method": "link_code", "username": "L-1234", "code": _CANARY}),
    ]
    for path, body in bodies:
        who = harness.fixtures.person if path == "/v1/links" else None
        response = await harness.send("POST", path, body, who=who)
        whole = response.text + "".join(f"{name}{value}" for name, value in response.headers.items())
        require(_CANARY not in whole, f"POST {path}: a refused body came back in the error")
