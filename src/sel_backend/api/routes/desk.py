"""`/v1/desk`: what agents of Customer Service see and do. `api.edge` lets nobody in but from `desk.networks`."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Response

from sel_backend.api.call import Calling, KeyedCalling, Services, documented, send, send_answer
from sel_backend.services.answers import nothing
from sel_contract import OpaqueId, ProblemType
from sel_contract.desk import DeskLogin, DeskPasswordChange, DeskSession, DeskSessionOpened, Lookup
from sel_contract.desk_acts import (
    CorrectionDecision,
    DeskAct,
    DeskActed,
    DeskCorrections,
    DeskFigures,
    DeskQueue,
    FigureDays,
    NextRequest,
    QueueItems,
    QueueRequest,
    QueueTaken,
)
from sel_contract.desk_case import DeskCase

router = APIRouter(prefix="/desk", tags=["desk"])
CaseId = Annotated[OpaqueId, Path()]
QueueName = Annotated[DeskQueue, Path()]
_INCOMPLETE = ProblemType.DESK_SESSION_INCOMPLETE


@router.post(
    "/sessions",
    status_code=201,
    response_model=DeskSessionOpened,
    responses=documented(
        ProblemType.INVALID_CREDENTIALS, ProblemType.LOGIN_GUARDED, ProblemType.NOT_FOUND, session=False
    ),
)
async def log_in_at_desk(body: DeskLogin, services: Services, caller: Calling) -> Response:
    """Log in at the desk. An unknown address, a person's account and a wrong password get one answer in one time."""
    return send(await services.desk.sessions.log_in(caller, body), 201)


@router.get("/sessions/current", response_model=DeskSession, responses=documented(ProblemType.NOT_FOUND, body=False))
async def show_desk_session(services: Services, caller: Calling) -> Response:
    """Say how the session stands and what it lacks, without extending it; with the checklist."""
    return send(await services.desk.sessions.state(caller))


@router.put("/sessions/current", response_model=DeskSession, responses=documented(ProblemType.NOT_FOUND, body=False))
async def extend_desk_session(services: Services, caller: Calling) -> Response:
    """Keep the session alive, any number of times up to its absolute limit."""
    return send(await services.desk.sessions.extend(caller))


@router.delete("/sessions/current", status_code=204, responses=documented(ProblemType.NOT_FOUND, body=False))
async def log_out_of_desk(services: Services, caller: Calling) -> Response:
    """End the session."""
    await services.desk.sessions.log_out(caller)
    return send_answer(nothing())


@router.post(
    "/sessions/current/password",
    status_code=201,
    response_model=DeskSessionOpened,
    responses=documented(ProblemType.INVALID_CREDENTIALS, ProblemType.NOT_FOUND),
)
async def change_desk_password(body: DeskPasswordChange, services: Services, caller: Calling) -> Response:
    """Choose a password; every session of the account ends, and a new one is opened. Takes no Idempotency-Key."""
    return send(await services.desk.sessions.change_password(caller, body), 201)


@router.post(
    "/lookups", status_code=201, response_model=DeskCase, responses=documented(_INCOMPLETE, ProblemType.NOT_FOUND)
)
async def look_up(body: Annotated[Lookup, Body()], services: Services, caller: Calling) -> Response:
    """Find a case by reference, or for a reason by file or account. Takes no Idempotency-Key: each look counts."""
    return send(await services.desk.finding.look_up(caller, body), 201)


@router.get(
    "/cases/{case_id}", response_model=DeskCase, responses=documented(_INCOMPLETE, ProblemType.NOT_FOUND, body=False)
)
async def show_case(case_id: CaseId, services: Services, caller: Calling) -> Response:
    """Show a case as it is now."""
    return send(await services.desk.finding.show(caller, case_id))


@router.delete(
    "/cases/{case_id}/hold",
    status_code=204,
    responses=documented(_INCOMPLETE, ProblemType.NOT_FOUND, body=False),
)
async def let_go(case_id: CaseId, services: Services, caller: Calling) -> Response:
    """Let go what was taken from a queue with this case; the next caller is there."""
    await services.desk.finding.let_go(caller, case_id)
    return send_answer(nothing())


@router.post(
    "/cases/{case_id}/acts",
    status_code=201,
    response_model=DeskActed,
    responses=documented(
        _INCOMPLETE,
        ProblemType.SUPERVISOR_ONLY,
        ProblemType.NOT_FOUND,
        ProblemType.CASE_HELD,
        ProblemType.ACT_NOT_POSSIBLE,
        keyed=True,
    ),
)
async def act(case_id: CaseId, body: Annotated[DeskAct, Body()], services: Services, caller: KeyedCalling) -> Response:
    """Do something for the caller of a case, once; it is kept with what was ticked, and mailed to whom it concerns.

    409 `act-not-possible` says in `errors` why: `no-account`, `no-file`, `no-address`, `method-off`, `no-mail`,
    `not-frozen`, `no-such-report`, `report-closed`, `waits-already`, `same-address`. 422 says `missing-check` or
    `unknown-check` of what was ticked.
    """
    return send_answer(await services.desk.acts.act(caller, case_id, body))


@router.get(
    "/corrections",
    response_model=DeskCorrections,
    responses=documented(_INCOMPLETE, ProblemType.SUPERVISOR_ONLY, ProblemType.NOT_FOUND, body=False),
)
async def list_corrections(services: Services, caller: Calling) -> Response:
    """List the corrections of addresses that wait for a second supervisor."""
    return send(await services.desk.corrections.show(caller))


@router.post(
    "/corrections/{correction_id}/decision",
    status_code=201,
    response_model=DeskActed,
    responses=documented(
        _INCOMPLETE, ProblemType.SUPERVISOR_ONLY, ProblemType.NOT_FOUND, ProblemType.ACT_NOT_POSSIBLE, keyed=True
    ),
)
async def decide_correction(
    correction_id: Annotated[OpaqueId, Path()], body: CorrectionDecision, services: Services, caller: KeyedCalling
) -> Response:
    """Confirm a correction by typing the address again, or refuse it.

    409 `act-not-possible` says in `errors` why: `same-person`, `other-address`.
    """
    return send_answer(await services.desk.corrections.decide(caller, correction_id, body))


@router.post("/queues/{queue}", response_model=QueueItems, responses=documented(_INCOMPLETE, ProblemType.NOT_FOUND))
async def show_queue(queue: QueueName, body: QueueRequest, services: Services, caller: Calling) -> Response:
    """Show what waits, the oldest first. It changes nothing; the filter may be a name, so it is not in the address."""
    return send(await services.desk.queues.show(caller, queue, body))


@router.post(
    "/queues/{queue}/next",
    response_model=QueueTaken,
    responses=documented(_INCOMPLETE, ProblemType.NOT_FOUND, ProblemType.CASE_HELD, keyed=True),
)
async def take_next(queue: QueueName, body: NextRequest, services: Services, caller: KeyedCalling) -> Response:
    """Take the next thing of a queue for some minutes, and let go the one before."""
    return send_answer(await services.desk.queues.take(caller, queue, body))


@router.get(
    "/figures",
    response_model=DeskFigures,
    responses={
        **documented(
            _INCOMPLETE, ProblemType.SUPERVISOR_ONLY, ProblemType.NOT_FOUND, ProblemType.VALIDATION, body=False
        )
    },
)
async def show_figures(services: Services, caller: Calling, days: Annotated[FigureDays, Query()] = 30) -> Response:
    """Count what happened in the last days, without names."""
    return send(await services.desk.figures.show(caller, days))
