"""Something between the checks and a good back end that breaks one rule."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

Next = Callable[[httpx.Request], Awaitable[httpx.Response]]
Break = Callable[["Breaker", httpx.Request, Next], Awaitable[httpx.Response]]


@dataclass
class Breaker(httpx.AsyncBaseTransport):
    """A transport through which one rule is broken; `seen` is the breaker's own memory."""

    inner: httpx.ASGITransport
    broken: Break
    seen: dict[str, int] = field(default_factory=dict)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        async def go_on(changed: httpx.Request) -> httpx.Response:
            response = await self.inner.handle_async_request(changed)
            await response.aread()
            return response

        return await self.broken(self, request, go_on)

    def count(self, name: str) -> int:
        self.seen[name] = self.seen.get(name, 0) + 1
        return self.seen[name]


def answer(status: int, body: Any, like: httpx.Response) -> httpx.Response:
    """Return another answer with the headers of the true one."""
    headers = {name: value for name, value in like.headers.items() if name != "content-length"}
    return httpx.Response(status, headers=headers, content=json.dumps(body).encode())


def changed(response: httpx.Response, **fields: Any) -> httpx.Response:
    """Return an answer with some fields changed."""
    return answer(response.status_code, response.json() | fields, response)


def told(request: httpx.Request) -> dict[str, Any]:
    """Return a request's body."""
    try:
        body = json.loads(request.content)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def is_problem(response: httpx.Response, kind: str) -> bool:
    return response.status_code >= 400 and response.content != b"" and response.json().get("type") == kind


def with_headers(request: httpx.Request, **headers: str) -> httpx.Request:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    kept = {name: value for name, value in request.headers.items() if name not in named}
    return httpx.Request(request.method, request.url, headers=kept | named, content=request.content)


async def nothing(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    return await go_on(request)


async def lacks_contact(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    return changed(response, contact=None) if request.url.path == "/v1/service" else response


async def html_errors(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    if response.status_code == 404:
        return httpx.Response(404, headers={"content-type": "text/html"}, content=b"<h1>Not found</h1>")
    return response


async def may_be_cached(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    del response.headers["cache-control"]
    return response


async def loses_request_ids(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    if response.status_code == 204:
        del response.headers["x-request-id"]
    return response


async def says_text(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    if response.status_code == 201:
        response.headers["content-type"] = "text/plain"
    return response


async def forgets_keys(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    if "idempotency-key" in request.headers:
        request = with_headers(request, idempotency_key=uuid.uuid4().hex)
    return await go_on(request)


async def french_only(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    return await go_on(with_headers(request, accept_language="fr-CA"))


async def never_logs_out(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    if request.method == "DELETE" and request.url.path == "/v1/sessions/current":
        return httpx.Response(204)
    return await go_on(request)


async def echoes(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    return changed(response, detail=request.content.decode()) if response.status_code == 422 else response


async def rolls_again(breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    if request.url.path == "/v1/question-challenges" and breaker.count("asked") % 2:
        return changed(response, questions=response.json()["questions"][1:])
    return response


async def any_account(breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    if is_problem(response, "challenge-expired"):
        return answer(201, {"id": f"made-up-{breaker.count('made')}"}, response)
    return response


async def no_events(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    return changed(response, events=[]) if request.url.path == "/v1/events" else response


async def codes_for_ever(breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    if request.method == "DELETE" and "made-up" in request.url.path:
        return httpx.Response(204)
    if is_problem(response, "not-recognized") and told(request).get("method") == "link_code":
        return answer(201, {"id": f"made-up-{breaker.count('made')}"}, response)
    return response


async def tells_before_the_proof(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    if is_problem(response, "not-recognized") and told(request).get("username") == "ci0000021":
        return answer(409, response.json() | {"type": "held-elsewhere", "status": 409}, response)
    return response


async def tells_which_answer(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    if is_problem(response, "not-recognized"):
        return changed(response, errors=[{"pointer": "/answers/3/answer", "code": "wrong"}])
    return response


async def minds_accents(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    typed = [one["answer"] for one in told(request).get("answers", [])]
    if response.status_code == 201 and any("CHARPENTIER MENUISIER" in one for one in typed):
        return answer(422, {"type": "not-recognized", "title": "x", "status": 422}, response)
    return response


async def tells_unknown_files(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    if is_problem(response, "not-recognized") and "999999" in told(request).get("username", ""):
        return changed(response, title="Ce dossier n’existe pas.")
    return response


async def slow_for_the_known(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    if request.url.path == "/v1/sessions" and not told(request).get("email", "").startswith("nobody-"):
        until = time.perf_counter() + 0.03
        while time.perf_counter() < until:  # busy, as hashing is
            continue
    return await go_on(request)


async def counts_after_the_check(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    if is_problem(response, "method-locked"):
        return answer(422, {"type": "not-recognized", "title": "x", "status": 422}, response)
    return response


async def locks_everything(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    if request.url.path == "/v1/link-methods" and response.status_code == 200:
        states = response.json()["methods"]
        if not all(state["available"] for state in states):
            return changed(response, methods=[state | {"available": False} for state in states])
    return response


async def handoffs_for_ever(breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    """Redeems a hand-off again and again."""
    response = await go_on(request)
    if not request.url.path.endswith("/handoffs/redeem") or not is_problem(response, "invalid-code"):
        return response
    body = {"step": "link_code", "drafts": {"link_username": "L-482913"}}
    return answer(200, body, response) if breaker.count("redeemed") > 1 else response


async def one_desk_for_all(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    refused = request.url.path == "/v1/desk/sessions" and response.status_code == 401
    return answer(201, {}, response) if refused else response


async def shows_addresses(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    if request.url.path == "/v1/desk/lookups" and response.is_success:
        return changed(response, account=response.json()["account"] | {"address": "comptable@exemple.test"})
    return response


async def hides_reasons(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    if request.url.path == "/v1/desk/lookups" and response.is_success:
        attempts = response.json()["attempts"]
        return changed(response, attempts=[{name: one[name] for name in one if name != "reason"} for one in attempts])
    return response


async def ticks_nothing(_breaker: Breaker, request: httpx.Request, go_on: Next) -> httpx.Response:
    response = await go_on(request)
    unticked = request.url.path.endswith("/acts") and response.status_code == 422
    return answer(201, {}, response) if unticked else response
