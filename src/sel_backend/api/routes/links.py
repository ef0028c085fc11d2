"""`/v1/links` and what leads to one: methods, questions, codes, verification, receipt, unlinking."""

from typing import Annotated, cast

from fastapi import APIRouter, Body, Path, Request, Response
from fastapi.routing import APIRoute

from sel_backend.api.call import Calling, KeyedCalling, Services, backend_of, caller_of, documented, send, send_answer
from sel_backend.services.answers import nothing
from sel_contract import (
    Accepted,
    Challenge,
    ChallengeRequest,
    Link,
    LinkCodeRequest,
    LinkDetail,
    LinkMethods,
    LinkRequest,
    Links,
    OpaqueId,
    ProblemType,
    Receipt,
    ReceiptCheck,
    ReceiptCheckRequest,
    Verification,
    VerificationRequest,
)

router = APIRouter(tags=["links"])
LinkId = Annotated[OpaqueId, Path()]


# The most frequent request: its endpoint takes the bare request, as the bypass of the routing needs.
@router.get("/links", response_model=Links, responses=documented(body=False))
async def list_links(request: Request) -> Response:
    """List the account's profiles."""
    backend = await backend_of(request)
    return send_answer(await backend.link_list.list(await caller_of(request)))


list_links_route = cast("APIRoute", router.routes[-1])


@router.get("/link-methods", response_model=LinkMethods, responses=documented(body=False))
async def show_methods(services: Services, caller: Calling) -> Response:
    """Say which methods are open to this account and what a failed try costs."""
    return send(await services.methods.show(caller))


@router.post(
    "/question-challenges",
    status_code=201,
    response_model=Challenge,
    responses=documented(ProblemType.METHOD_OFF, keyed=True),
)
async def ask_questions(body: ChallengeRequest, services: Services, caller: KeyedCalling) -> Response:
    """Ask for the questions of a file: the same set each time, whether there is such a file or not."""
    return send_answer(await services.challenges.ask(caller, body))


@router.post(
    "/links",
    status_code=201,
    response_model=Link,
    responses=documented(
        ProblemType.STEP_UP_REQUIRED,
        ProblemType.NOT_RECOGNIZED,
        ProblemType.ALREADY_LINKED,
        ProblemType.HELD_ELSEWHERE,
        ProblemType.LINK_FROZEN,
        ProblemType.METHOD_OFF,
        ProblemType.CHALLENGE_EXPIRED,
        ProblemType.METHOD_LOCKED,
        keyed=True,
    ),
)
async def link_file(body: Annotated[LinkRequest, Body()], services: Services, caller: KeyedCalling) -> Response:
    """Link a file by one of the three methods."""
    return send_answer(await services.linking.link(caller, body))


@router.get(
    "/links/{link_id}",
    response_model=LinkDetail,
    responses=documented(ProblemType.NOT_FOUND, ProblemType.LINK_FROZEN, body=False),
)
async def show_link(link_id: LinkId, services: Services, caller: Calling) -> Response:
    """Say what a linked file says."""
    return send(await services.profiles.detail(caller, link_id))


@router.delete(
    "/links/{link_id}",
    status_code=204,
    responses=documented(ProblemType.NOT_FOUND, ProblemType.LINK_FROZEN, ProblemType.STEP_UP_REQUIRED, body=False),
)
async def unlink(link_id: LinkId, services: Services, caller: Calling) -> Response:
    """End a link; the account and the address on the file are told."""
    await services.profiles.unlink(caller, link_id)
    return send_answer(nothing())


@router.put(
    "/links/{link_id}/verification",
    response_model=Verification,
    responses=documented(ProblemType.NOT_FOUND, ProblemType.LINK_FROZEN),
)
async def verify_link(link_id: LinkId, body: VerificationRequest, services: Services, caller: Calling) -> Response:
    """Say that the file is accurate, or that it is not; an error gets a reference for Customer Service."""
    return send(await services.profiles.verify(caller, link_id, body))


@router.get(
    "/links/{link_id}/receipt",
    response_model=Receipt,
    responses=documented(ProblemType.NOT_FOUND, ProblemType.LINK_FROZEN, body=False),
)
async def show_receipt(link_id: LinkId, services: Services, caller: Calling) -> Response:
    """Return the receipt of a link, with its check code."""
    return send(await services.profiles.receipt(caller, link_id))


@router.post(
    "/receipt-checks",
    response_model=ReceiptCheck,
    responses=documented(ProblemType.NOT_FOUND, session=False),
)
async def check_receipt(body: ReceiptCheckRequest, services: Services, caller: Calling) -> Response:
    """Say whether a receipt is genuine; names nobody. It changes nothing and takes no Idempotency-Key."""
    return send(await services.profiles.check_receipt(caller, body))


@router.post("/link-code-requests", status_code=202, response_model=Accepted, responses=documented(keyed=True))
async def ask_link_code(body: LinkCodeRequest, services: Services, caller: KeyedCalling) -> Response:
    """Have linking coordinates sent to the address on the file; one answer for all."""
    return send_answer(await services.link_codes.ask(caller, body))
