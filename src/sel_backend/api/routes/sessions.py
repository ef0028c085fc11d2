"""`/v1/sessions`: log in, stay, prove oneself again, select a profile, leave."""

from fastapi import APIRouter, Response

from sel_backend.api.call import Calling, Services, documented, send, send_answer
from sel_backend.services.answers import nothing
from sel_contract import LoginRequest, ProblemType, ProfileSelection, Session, SessionOpened, StepUpRequest

router = APIRouter(prefix="/sessions", tags=["sessions"])


@router.post(
    "",
    status_code=201,
    response_model=SessionOpened,
    responses=documented(ProblemType.INVALID_CREDENTIALS, ProblemType.LOGIN_GUARDED, session=False),
)
async def log_in(body: LoginRequest, services: Services, caller: Calling) -> Response:
    """Log in. An unknown address and a wrong password get one answer in one time. Takes no Idempotency-Key."""
    return send(await services.sessions.log_in(caller, body), 201)


@router.get("/current", response_model=Session, responses=documented(body=False))
async def show_session(services: Services, caller: Calling) -> Response:
    """Say how the session stands, without extending it."""
    return send(await services.sessions.state(caller))


@router.put("/current", response_model=Session, responses=documented(body=False))
async def extend_session(services: Services, caller: Calling) -> Response:
    """Keep the session alive, any number of times up to its absolute limit."""
    return send(await services.sessions.extend(caller))


@router.delete("/current", status_code=204, responses=documented(body=False))
async def log_out(services: Services, caller: Calling) -> Response:
    """End the session."""
    await services.sessions.log_out(caller)
    return send_answer(nothing())


@router.post("/current/step-up", response_model=SessionOpened, responses=documented(ProblemType.INVALID_CREDENTIALS))
async def step_up(body: StepUpRequest, services: Services, caller: Calling) -> Response:
    """Prove oneself again; the session goes on under a new token. Takes no Idempotency-Key."""
    return send(await services.sessions.step_up(caller, body))


@router.put(
    "/current/profile",
    response_model=Session,
    responses=documented(ProblemType.NOT_FOUND, ProblemType.LINK_FROZEN),
)
async def select_profile(body: ProfileSelection, services: Services, caller: Calling) -> Response:
    """Select one of the account's profiles."""
    return send(await services.sessions.select_profile(caller, body))
