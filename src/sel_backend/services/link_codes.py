"""Linking coordinates by mail: always the same answer, whether there is a file, an address, or an earlier request."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.mail import texts
from sel_backend.security.tokens import new_linking_code, new_linking_username
from sel_backend.services.answers import Answer, success
from sel_backend.services.caller import Caller
from sel_backend.services.once import Entry, Guarded, Moment, Once
from sel_backend.services.proofs import Proofs
from sel_backend.services.tries import Counted, Counter, Scope, Tries
from sel_backend.storage import files, links
from sel_backend.storage.files import FileRow
from sel_contract import Accepted, EventKind, LinkCodeRequest, category_of


@dataclass(frozen=True)
class Asked:
    """A request that was counted. `file` None: nothing will be sent."""

    file: FileRow | None
    counted: list[Counted]
    code: str = field(repr=False)


class LinkCodes:
    """The rules of asking for linking coordinates."""

    def __init__(self, core: Core, tries: Tries, once: Once, proofs: Proofs) -> None:
        self._core = core
        self._tries = tries
        self._once = once
        self._proofs = proofs

    async def ask(self, caller: Caller, request: LinkCodeRequest) -> Answer:
        """Have coordinates sent to the address on the file, if there are such a file and an address.

        Raises:
            Refusal: no live session, or `too-many-requests` from this network or account.
        """
        limits = self._core.settings.limits

        def before(moment: Moment) -> Asked:
            counters = [
                *self._tries.network(limits.asking_network, Scope.ASKING_NETWORK, caller),
                self._tries.asking(limits.code_requests_account, Scope.CODE_REQUESTS_ACCOUNT, moment.account_id),
            ]
            counted = self._tries.admit(moment.tx, counters, moment.now, again=moment.counted)
            file = files.by_name(moment.tx, request.identifier)
            subject = self._tries.subject(self._proofs.subject_of(file, request.identifier))
            steps = (
                Counter(limits.code_request_spacing, Scope.CODE_REQUEST_SPACING, subject),
                Counter(limits.code_request_hour, Scope.CODE_REQUEST_HOUR, subject),
                Counter(limits.code_request_day, Scope.CODE_REQUEST_DAY, subject),
            )
            counted += self._tries.spaced(moment.tx, steps, moment.now, again=moment.counted)
            return Asked(file if counted[-1].standing.admitted else None, counted, new_linking_code())

        async def check(asked: Asked) -> str:
            return await self._core.hasher.hash(asked.code)

        def after(moment: Moment, asked: Asked, code_hash: str) -> Answer:
            links.add_event(
                moment.tx,
                moment.account_id,
                EventKind.LINKING_CODE_ASKED,
                moment.now,
                identifier=request.identifier,
                category=category_of(request.identifier),
            )
            if asked.file and asked.file.email:
                self._send(moment, asked.file, asked.file.email, asked.code, code_hash)
            spacing = limits.code_request_spacing.window_seconds
            return success(Accepted(ask_again_after_seconds=spacing), 202)

        def undo(tx: Connection, asked: Asked) -> None:
            self._tries.give_back(tx, asked.counted)

        operation = Guarded(before, check, after, undo)
        return await self._once.guarded(caller, Entry("link-code-requests"), request, operation)

    def _send(self, moment: Moment, file: FileRow, address: str, code: str, code_hash: str) -> None:
        hours = self._core.settings.codes.linking_code_hours
        username = files.add_link_code(
            moment.tx,
            file.id,
            draw=new_linking_username,
            code_hash=code_hash,
            created_at=moment.now,
            expires_at=moment.now + timedelta(hours=hours),
        )
        mail = texts.link_code(
            address, username=username, code=code, hours=hours, phone=self._core.settings.service.phone
        )
        self._core.outbox.put(moment.tx, mail, moment.now)
