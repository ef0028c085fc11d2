"""Accounts from nothing, forgotten passwords, conditions of use, « this was not me », the account's history."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from sel_backend.api.call import Calling, KeyedCalling, Services, documented, send, send_answer
from sel_contract import (
    Accepted,
    AccountConfirmed,
    AccountCreation,
    AccountVerification,
    CodeResend,
    Disavowal,
    Events,
    OpaqueId,
    PasswordChanged,
    PasswordResetCompletion,
    PasswordResetRequest,
    PasswordResetStarted,
    ProblemType,
    RegistrationStarted,
    Terms,
)

router = APIRouter(tags=["accounts"])


@router.get("/terms", response_model=Terms, responses=documented(body=False, session=False))
async def show_terms(services: Services) -> Response:
    """Show the conditions of use, by language."""
    return send(services.terms.current)


@router.post(
    "/accounts",
    status_code=202,
    response_model=RegistrationStarted,
    responses=documented(session=False, keyed=True),
)
async def create_account(body: AccountCreation, services: Services, caller: KeyedCalling) -> Response:
    """Ask for an account; a single-use code is sent. One answer, whether the address has an account or not."""
    return send_answer(await services.accounts.create(caller, body))


@router.post(
    "/accounts/verification",
    status_code=201,
    response_model=AccountConfirmed,
    responses=documented(ProblemType.INVALID_CODE, session=False, keyed=True),
)
async def confirm_account(body: AccountVerification, services: Services, caller: KeyedCalling) -> Response:
    """Confirm the address by the newest code of this request; then log in with the password that was chosen."""
    return send_answer(await services.accounts.confirm(caller, body))


@router.post(
    "/accounts/resend", status_code=202, response_model=Accepted, responses=documented(session=False, keyed=True)
)
async def resend_code(body: CodeResend, services: Services, caller: KeyedCalling) -> Response:
    """Send the single-use code again; one answer for all."""
    return send_answer(await services.accounts.resend(caller, body))


@router.post(
    "/password-resets",
    status_code=202,
    response_model=PasswordResetStarted,
    responses=documented(session=False, keyed=True),
)
async def start_reset(body: PasswordResetRequest, services: Services, caller: KeyedCalling) -> Response:
    """Have a single-use code sent; one answer for all."""
    return send_answer(await services.resets.start(caller, body))


@router.put(
    "/password-resets/{reset_id}",
    response_model=PasswordChanged,
    responses=documented(ProblemType.NOT_FOUND, ProblemType.INVALID_CODE, session=False),
)
async def complete_reset(
    reset_id: Annotated[OpaqueId, Path()], body: PasswordResetCompletion, services: Services, caller: Calling
) -> Response:
    """Choose a new password with the code; every session of the account ends."""
    return send(await services.resets.complete(caller, reset_id, body))


@router.post("/disavowals", status_code=202, response_model=Accepted, responses=documented(session=False, keyed=True))
async def disavow(body: Disavowal, services: Services, caller: KeyedCalling) -> Response:
    """Say « this was not me » with the code from a mail; one answer for all."""
    return send_answer(await services.disavowals.disavow(caller, body))


@router.get("/events", response_model=Events, responses={**documented(ProblemType.VALIDATION, body=False)})
async def list_events(
    services: Services, caller: Calling, before: Annotated[OpaqueId | None, Query()] = None
) -> Response:
    """Show the account's own history, newest first, fifty at a time."""
    return send(await services.profiles.events(caller, before))
