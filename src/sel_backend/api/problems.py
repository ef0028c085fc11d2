"""Problem details on every path: our own, the framework's errors, and unexpected failures.

FastAPI's default 422 echoes what was submitted, passwords included. Ours says where and what kind, never what.
"""

import logging
import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from sel_backend.api.languages import language_of
from sel_backend.clock import utc_now
from sel_backend.security.hashing import HasherBusyError
from sel_backend.security.old_schemes import MissingExtraError
from sel_backend.services.problems import ProblemError
from sel_backend.storage.reasons import kind_of
from sel_contract import PROBLEM_JSON, FieldCode, FieldProblem, LinkMethod, ProblemType
from sel_contract.desk import FoundBy
from sel_contract.desk_case import DeskActKind

log = logging.getLogger(__name__)

_BUSY_SECONDS: Final = 2
_PYDANTIC: Final = {
    "missing": FieldCode.MISSING,
    "extra_forbidden": FieldCode.UNKNOWN_FIELD,
    "string_too_short": FieldCode.TOO_SHORT,
    "too_short": FieldCode.TOO_SHORT,
    "string_too_long": FieldCode.TOO_LONG,
    "too_long": FieldCode.TOO_LONG,
    "string_pattern_mismatch": FieldCode.BAD_FORMAT,
    "enum": FieldCode.BAD_FORMAT,
    "union_tag_invalid": FieldCode.BAD_FORMAT,
    "union_tag_not_found": FieldCode.MISSING,
}
# The tags of unions, which pydantic puts into a location before a field's name, and the fields that hold them.
_TAGS: Final = frozenset(tag.value for tags in (LinkMethod, FoundBy, DeskActKind) for tag in tags)
_TAGGED: Final = ("method", "by", "act")
_SAID: Final = {code.value: code for code in FieldCode}
_MOST_ERRORS: Final = 20
_STATUSES: Final = {
    400: ProblemType.MALFORMED_REQUEST,
    404: ProblemType.NOT_FOUND,
    405: ProblemType.METHOD_NOT_ALLOWED,
    408: ProblemType.REQUEST_TIMEOUT,
    413: ProblemType.BODY_TOO_LARGE,
    415: ProblemType.UNSUPPORTED_MEDIA_TYPE,
}
_CHALLENGES: Final = {
    ProblemType.UNAUTHENTICATED: "Bearer",
    ProblemType.SESSION_ENDED: 'Bearer error="invalid_token"',
    ProblemType.INVALID_CREDENTIALS: "Bearer",
    ProblemType.STEP_UP_REQUIRED: 'Bearer error="insufficient_user_authentication"',
}


def problem_response(request: Request, error: ProblemError, headers: Mapping[str, str] | None = None) -> Response:
    """Return a ProblemError as problem details with the headers that belong to it."""
    language = language_of(request.headers.get("accept-language"))
    written = dict(headers or {})
    if error.type in _CHALLENGES:
        challenge = _CHALLENGES[error.type]
        age = error.fields.get("max_age")
        written["WWW-Authenticate"] = challenge if age is None else f"{challenge}, max_age={age}"
    if error.status in (429, 503) or error.retry_at:
        written["Retry-After"] = str(_seconds_until(error.retry_at, _clock(request)))
    written["Content-Language"] = language.value
    return Response(error.problem(language).wire(), error.status, written, PROBLEM_JSON)


def _clock(request: Request) -> datetime:
    backend = getattr(request.app.state, "backend", None)
    return backend.core.clock() if backend else utc_now()


def _seconds_until(moment: datetime | None, now: datetime) -> int:
    return _BUSY_SECONDS if moment is None else max(1, math.ceil((moment - now).total_seconds()))


def _pointer(location: Sequence[Any]) -> str:
    parts = [str(part).replace("~", "~0").replace("/", "~1") for part in location[1:]]
    if len(parts) > 1 and parts[0] in _TAGS:
        parts = parts[1:]
    return "".join(f"/{part}" for part in parts)


def _code(error: Mapping[str, Any]) -> FieldCode:
    if error["type"] == "value_error":
        said = str(error.get("ctx", {}).get("error", ""))
        return _SAID.get(said, FieldCode.BAD_FORMAT)
    return _PYDANTIC.get(error["type"], FieldCode.WRONG_TYPE)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return problem_response(request, error)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    places = {item["loc"][0] for item in found}
    if "path" in places:
        return problem_response(request, ProblemError(ProblemType.NOT_FOUND))
    if "header" in places:
        return problem_response(request, ProblemError(ProblemType.IDEMPOTENCY_KEY_MISSING))
    if any(item["type"] == "json_invalid" for item in found):
        return problem_response(request, ProblemError(ProblemType.MALFORMED_REQUEST))
    errors = tuple(
        FieldProblem(pointer=_shown(_pointer(item["loc"]), item), code=_code(item)) for item in found[:_MOST_ERRORS]
    )
    return problem_response(request, ProblemError(ProblemType.VALIDATION, errors=errors))


def _shown(pointer: str, error: Mapping[str, Any]) -> str:
    # An unknown field's name is the sender's own text: it could be a secret in the wrong place.
    if error["type"] == "extra_forbidden":
        return pointer.rpartition("/")[0]
    if not error["type"].startswith("union_tag"):
        return pointer
    named = str(error.get("ctx", {}).get("discriminator", "")).strip("'")
    return f"/{named if named in _TAGGED else _TAGGED[0]}"


async def _framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = _STATUSES.get(error.status_code, ProblemType.INTERNAL)
    headers = dict(error.headers or {})
    if kind is ProblemType.METHOD_NOT_ALLOWED:
        headers["Allow"] = _allowed(request)
    return problem_response(request, ProblemError(kind), headers)


def _allowed(request: Request) -> str:
    """Return every method of this path: the framework names those of the first route alone."""
    methods = ("DELETE", "GET", "PATCH", "POST", "PUT")
    scopes = {method: {**request.scope, "method": method} for method in methods}
    return ", ".join(
        method
        for method, scope in scopes.items()
        if any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)
    )


async def _busy(request: Request, error: Exception) -> Response:
    log.warning("unavailable", extra={"failure": kind_of(error)})
    return problem_response(request, ProblemError(ProblemType.UNAVAILABLE))


def install(app: FastAPI) -> None:
    """Replace the framework's exception handlers by ours."""
    app.add_exception_handler(ProblemError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _framework)
    for failure in (HasherBusyError, MissingExtraError, OperationalError, InterfaceError, PoolTimeoutError):
        app.add_exception_handler(failure, _busy)
