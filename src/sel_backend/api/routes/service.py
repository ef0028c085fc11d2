"""`/v1/service` and `/health`: what anybody may ask without logging in."""

import asyncio
from typing import Final

from fastapi import APIRouter, Response
from sqlalchemy.exc import SQLAlchemyError

from sel_backend.api.call import Services, documented, send
from sel_contract import Health, HealthStatus, Service

# A load balancer does not wait longer either.
_PATIENCE_SECONDS: Final = 3.0

router = APIRouter()
health = APIRouter(tags=["health"])


@router.get("/service", tags=["service"], response_model=Service, responses=documented(body=False, session=False))
async def show_service(services: Services) -> Response:
    """Say who operates the service, how to reach a person, and the numbers that a client must know."""
    return send(services.service.show())


@health.get("/health/live", response_model=Health, responses=documented(body=False, session=False))
async def live() -> Response:
    """Say that the process answers."""
    return send(Health(status=HealthStatus.OK))


@health.get(
    "/health/ready",
    response_model=Health,
    responses={**documented(body=False, session=False), 503: {"model": Health, "description": "not ready"}},
)
async def ready(services: Services) -> Response:
    """Say whether the process can do its work now: it asks the database and what runs beside the answers.

    It says no while it is being stopped.
    """
    if services.draining.is_set():
        return send(Health(status=HealthStatus.UNAVAILABLE), 503)
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await services.core.database.ping()
    except (SQLAlchemyError, TimeoutError):
        return send(Health(status=HealthStatus.UNAVAILABLE, database=HealthStatus.UNAVAILABLE), 503)
    well = services.core.background.well
    if well is None:
        return send(Health(status=HealthStatus.OK, database=HealthStatus.OK))
    background = HealthStatus.OK if well else HealthStatus.UNAVAILABLE
    return send(Health(status=background, database=HealthStatus.OK, background=background), 200 if well else 503)
