"""`/metrics`, and `/operator/{task}` while this process holds the database. On the operator's port only.

A task's bearer token follows from the keys: who can read them may do everything anyhow, and no further secret needs a
place. That of the metrics is a setting of its own: who gathers figures may do nothing else.
"""

import hmac
import json

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from pydantic import ValidationError

from sel_backend.admin.base import TaskRefusedError
from sel_backend.admin.registry import TASKS
from sel_backend.api.call import Services
from sel_backend.observability.metrics import exposition
from sel_backend.security.keys import operator_token
from sel_backend.security.networks import is_loopback
from sel_backend.services.problems import ProblemError
from sel_contract import ProblemType

router = APIRouter(tags=["operator"])


def _bears(request: Request, token: str) -> bool:
    """Tell in constant time whether a request carries this token."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode())


@router.get("/metrics")
async def show_metrics(request: Request, services: Services) -> Response:
    """Return the metrics in Prometheus' text format; 401 without the token, or outside loopback where none is set."""
    server = services.core.settings.server
    token = server.metrics_token
    if not (_bears(request, token.get_secret_value()) if token else is_loopback(server.operator_host)):
        raise ProblemError(ProblemType.UNAUTHENTICATED)
    return Response(await exposition(services.core), media_type=CONTENT_TYPE_PLAIN_0_0_4)


@router.post("/operator/{name}")
async def perform(name: str, request: Request, services: Services) -> Response:
    """Perform a task and return its result; 409 with one sentence when it cannot be done."""
    if not _bears(request, operator_token(services.core.keys)):
        raise ProblemError(ProblemType.UNAUTHENTICATED)
    task = TASKS.get(name)
    if task is None:
        raise ProblemError(ProblemType.NOT_FOUND)
    try:
        result = await task.do(services, task.request.model_validate_json(await request.body()))
    except ValidationError as error:
        raise ProblemError(ProblemType.VALIDATION) from error
    except TaskRefusedError as refused:
        return _json({"refused": str(refused)}, 409)
    return _json(result, 200)


def _json(content: object, status: int) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status, media_type="application/json")
