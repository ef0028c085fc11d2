"""`/v1/handoffs`: go on elsewhere."""

from fastapi import APIRouter, Response

from sel_backend.api.call import KeyedCalling, Services, documented, send_answer
from sel_contract import Handoff, HandoffOpened, HandoffRedemption, HandoffRequest, ProblemType

router = APIRouter(prefix="/handoffs", tags=["handoffs"])


@router.post("", status_code=201, response_model=HandoffOpened, responses=documented(keyed=True))
async def open_handoff(body: HandoffRequest, services: Services, caller: KeyedCalling) -> Response:
    """Keep where somebody is, without any secret, and return the code by which the same account goes on there.

    An account has one hand-off: a new one replaces it. It ends with the password, and with « this was not me ».
    """
    return send_answer(await services.handoffs.open(caller, body))


@router.post("/redeem", response_model=Handoff, responses=documented(ProblemType.INVALID_CODE, keyed=True))
async def redeem_handoff(body: HandoffRedemption, services: Services, caller: KeyedCalling) -> Response:
    """Go on where the same account stopped, once. A code is good after its own account's log-in alone."""
    return send_answer(await services.handoffs.redeem(caller, body))
