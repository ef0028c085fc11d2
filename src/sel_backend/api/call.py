"""What a route is given (services, caller), how answers become HTTP, and how OpenAPI describes the problems."""

from typing import Annotated, Any, Final

from fastapi import Depends, Header, Request
from fastapi.responses import Response

from sel_backend.api.languages import language_of
from sel_backend.backend import Backend
from sel_backend.services.answers import Answer, success
from sel_backend.services.caller import Caller
from sel_backend.services.problems import status_of
from sel_contract import (
    IDEMPOTENCY_KEY,
    IDEMPOTENCY_KEY_LIMIT,
    IDEMPOTENCY_KEY_PATTERN,
    IDEMPOTENCY_REPLAYED,
    PROBLEM_JSON,
    TERMINAL,
    ProblemType,
    Typed,
)
from sel_contract.base import Response as Body
from sel_contract.desk import TerminalKind

# A reference instead of the model: FastAPI would build a validator for each status of each route at every start.
_PROBLEM: Final = "#/components/schemas/Problem"
# A token has 43 characters; a longer one, cut here, is still too long to be valid.
_LONGEST_AUTHORIZATION: Final = 200
_TERMINALS: Final = {kind.value: kind for kind in TerminalKind}
_EVERYWHERE: Final = (ProblemType.TOO_MANY_REQUESTS, ProblemType.INTERNAL, ProblemType.UNAVAILABLE)


# Coroutines, though they await nothing: the framework runs plain functions in a thread, which costs 0.1 ms each.
async def backend_of(request: Request) -> Backend:
    """Return the back end that serves this request."""
    backend: Backend = request.app.state.backend
    return backend


async def caller_of(request: Request) -> Caller:
    """Return who calls, from the request's headers."""
    scheme, _, token = request.headers.get("authorization", "")[:_LONGEST_AUTHORIZATION].partition(" ")
    return Caller(
        language=language_of(request.headers.get("accept-language")),
        network=request.state.network,
        trusted_network=request.state.trusted,
        key=request.headers.get(IDEMPOTENCY_KEY, "")[: IDEMPOTENCY_KEY_LIMIT + 1],
        token=token.strip() if scheme.lower() == "bearer" else "",
        terminal=_TERMINALS.get(request.headers.get(TERMINAL, "")),
    )


async def keyed_caller_of(
    request: Request,
    key: Annotated[
        str,
        Header(
            alias=IDEMPOTENCY_KEY,
            pattern=IDEMPOTENCY_KEY_PATTERN,
            description="one per intent; the same key with the same body gets the same answer again",
        ),
        Typed(IDEMPOTENCY_KEY_LIMIT, code="bad-format"),
    ],
) -> Caller:
    """Return who calls, for a request that changes something and carries its key."""
    del key
    return await caller_of(request)


Services = Annotated[Backend, Depends(backend_of)]
Calling = Annotated[Caller, Depends(caller_of)]
KeyedCalling = Annotated[Caller, Depends(keyed_caller_of)]


def send(message: Body, status: int = 200) -> Response:
    """Return a message as an HTTP answer."""
    return send_answer(success(message, status))


def send_answer(answer: Answer) -> Response:
    """Return an operation's answer as an HTTP answer."""
    headers = {IDEMPOTENCY_REPLAYED: "true"} if answer.replayed else None
    return Response(answer.body or None, answer.status, headers, answer.media_type)


def documented(
    *kinds: ProblemType, body: bool = True, session: bool = True, keyed: bool = False
) -> dict[int | str, dict[str, Any]]:
    """Return what a route's problems are, for the OpenAPI document.

    Args:
        kinds: those of the route itself.
        body: it reads a body.
        session: it needs a session.
        keyed: it needs an Idempotency-Key.
    """
    said = [*kinds, *_EVERYWHERE]
    if session:
        said += [ProblemType.UNAUTHENTICATED, ProblemType.SESSION_ENDED]
    if body:
        said += [
            ProblemType.MALFORMED_REQUEST,
            ProblemType.REQUEST_TIMEOUT,
            ProblemType.BODY_TOO_LARGE,
            ProblemType.UNSUPPORTED_MEDIA_TYPE,
            ProblemType.VALIDATION,
        ]
    if keyed:
        said += [
            ProblemType.IDEMPOTENCY_KEY_MISSING,
            ProblemType.IDEMPOTENCY_IN_PROGRESS,
            ProblemType.IDEMPOTENCY_MISMATCH,
        ]
    by_status: dict[int, list[str]] = {}
    for kind in said:
        by_status.setdefault(status_of(kind), []).append(kind.value)
    return {
        status: {"description": ", ".join(names), "content": {PROBLEM_JSON: {"schema": {"$ref": _PROBLEM}}}}
        for status, names in sorted(by_status.items())
    }
