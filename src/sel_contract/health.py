"""`/health/live` and `/health/ready`: for operators and load balancers."""

from enum import StrEnum

from sel_contract.base import Response


class HealthStatus(StrEnum):
    """Fit to work, or not."""

    OK = "ok"
    UNAVAILABLE = "unavailable"


class Health(Response):
    """How one process is. Readiness alone says `database`, and `background` where work runs beside the answers."""

    status: HealthStatus
    database: HealthStatus | None = None
    background: HealthStatus | None = None
