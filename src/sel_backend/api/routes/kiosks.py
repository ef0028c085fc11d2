"""`/v1/kiosks`: kiosks say that they are alive."""

from fastapi import APIRouter, Response

from sel_backend.api.call import Calling, Services, documented, send
from sel_contract import Heartbeat, HeartbeatTaken, KioskName, ProblemType

router = APIRouter(prefix="/kiosks", tags=["kiosks"])


@router.post(
    "/{name}/heartbeat",
    response_model=HeartbeatTaken,
    responses=documented(ProblemType.UNAUTHENTICATED, ProblemType.NOT_FOUND, session=False),
)
async def beat(name: KioskName, body: Heartbeat, services: Services, caller: Calling) -> Response:
    """Say that a kiosk is alive, by the token that is its own. Takes no Idempotency-Key: the last one counts.

    An unknown kiosk and a wrong token get one answer; 404 is for what can be no kiosk's name.
    """
    return send(await services.kiosks.beat(caller, name, body))
