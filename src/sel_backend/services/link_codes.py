"""Linking coordinates by mail: always the same answer, whether there is a file, an address, or an earlier request."""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.security.tokens import new_linking_code
from sel_backend.services import coordinates
from sel_backend.services.answers import Answer, success
from sel_backend.services.caller import Caller
from sel_backend.services.even_answers import evenly
from sel_backend.services.file_limits import FileLimits
from sel_backend.services.idempotency import Context, Guarded, Idempotency, Operation
from sel_backend.services.proofs import Proofs
from sel_backend.services.rate_limits import Counted, RateLimits, Scope
from sel_backend.services.security_events import SecurityEvents
from sel_backend.storage import files, links
from sel_backend.storage.files import FileRow
from sel_contract import Accepted, EventKind, LinkCodeRequest, category_of


@dataclass(frozen=True)
class CountedRequest:
    """A request for coordinates, already counted. `file` None: nothing will be sent."""

    file: FileRow | None
    counted: list[Counted]
    code: str = field(repr=False)


class LinkCodes:
    """Requests for linking coordinates."""

    def __init__(
        self,
        core: Core,
        rate_limits: RateLimits,
        idempotency: Idempotency,
        proofs: Proofs,
        security: SecurityEvents,
    ) -> None:
        self._core = core
        self._security = security
        self._file_limits = FileLimits(core, rate_limits)
        self._rate_limits = rate_limits
        self._idempotency = idempotency
        self._proofs = proofs

    async def ask(self, caller: Caller, request: LinkCodeRequest) -> Answer:
        """Mail coordinates to the address on the file, if the file exists and has an address.

        Raises:
            ProblemError: no live session, or `too-many-requests` from this network or account.
        """
        limits = self._core.settings.limits

        def before(context: Context) -> CountedRequest:
            counters = [
                *self._rate_limits.network(limits.asking_network, Scope.ASKING_NETWORK, caller),
                self._rate_limits.asking(limits.code_requests_account, Scope.CODE_REQUESTS_ACCOUNT, context.account_id),
            ]
            counted = self._rate_limits.admit(context.tx, counters, context.now, again=context.counted)
            file = files.by_name(context.tx, request.identifier)
            subject = self._proofs.subject_of(file, request.identifier)
            request_of = self._file_limits.request(context, caller, subject)
            counted += request_of.counted
            return CountedRequest(file if request_of.admitted else None, counted, new_linking_code())

        async def check(counted_request: CountedRequest) -> str:
            return await self._core.hasher.hash(counted_request.code)

        def after(context: Context, counted_request: CountedRequest, code_hash: str) -> Answer:
            links.add_event(
                context.tx,
                context.account_id,
                EventKind.LINKING_CODE_ASKED,
                context.now,
                network=self._security.network(caller),
                identifier=request.identifier,
                category=category_of(request.identifier),
            )
            if counted_request.file and counted_request.file.email:
                coordinates.mail(
                    self._core,
                    context.tx,
                    counted_request.file,
                    counted_request.file.email,
                    code=counted_request.code,
                    code_hash=code_hash,
                    now=context.now,
                    asked_by=context.account_id,
                )
            spacing = limits.code_request_spacing.window_seconds
            return success(Accepted(ask_again_after_seconds=spacing), 202)

        def compensate(tx: Connection, counted_request: CountedRequest) -> None:
            self._rate_limits.give_back(tx, counted_request.counted)

        steps = Guarded(before, check, after, compensate)
        async with evenly(self._core):
            return await self._idempotency.guarded(caller, Operation("link-code-requests"), request, steps)
