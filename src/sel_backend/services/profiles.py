"""Profiles: what a file says, its verification, the receipt, unlinking, the account's history."""

from collections.abc import Collection
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.security.tokens import new_reference
from sel_backend.services.caller import Caller, Principal, identify
from sel_backend.services.link_list import link_message
from sel_backend.services.notices import Notices
from sel_backend.services.problems import ProblemError
from sel_backend.services.rate_limits import Counter, RateLimits, Scope
from sel_backend.services.security_events import SecurityEvents
from sel_backend.storage import accounts, files, links
from sel_backend.storage.links import LinkRow
from sel_contract import (
    AccountEvent,
    Category,
    ClientFile,
    EventKind,
    Events,
    Language,
    LinkDetail,
    LinkMethod,
    Outcome,
    ProblemType,
    Receipt,
    ReceiptCheck,
    ReceiptCheckRequest,
    Verification,
    VerificationRequest,
)
from sel_contract.rules.codes import ALPHABET, crockford

_FILE: TypeAdapter[ClientFile] = TypeAdapter(ClientFile)
EVENTS_PER_PAGE = 50
_MAC_SYMBOLS = 10

UNDO = {
    Language.FRENCH: "Ouvrez ce profil, puis choisissez « Délier ce dossier ». "
    "Le Service à la clientèle peut aussi le faire avec le numéro de référence.",
    Language.ENGLISH: "Open this profile, then choose “Unlink this file”. "
    "Customer Service can also do it with the reference number.",
}


def _event_message(row: Any, disowned: Collection[str]) -> AccountEvent:
    known = AccountEvent(id=row.id, kind=EventKind(row.kind), at=row.at, reference=row.reference)
    if row.link_id in disowned or row.identifier in disowned:
        return known
    about = {
        "method": row.method and LinkMethod(row.method),
        "category": row.category and Category(row.category),
        "identifier": row.identifier,
        "display_name": row.display_name,
    }
    return known.model_copy(update=about)


class Profiles:
    """What an account may see and do with its linked files."""

    def __init__(self, core: Core, rate_limits: RateLimits, security: SecurityEvents, notices: Notices) -> None:
        self._core = core
        self._rate_limits = rate_limits
        self._security = security
        self._notices = notices

    def _own(self, tx: Connection, caller: Caller, link_id: str, *, fresh: bool = False) -> tuple[Principal, LinkRow]:
        principal = identify(tx, caller, self._core.settings.session, self._core.clock(), fresh=fresh)
        row = links.find(tx, principal.account.id, link_id)
        if row is None:
            raise ProblemError(ProblemType.NOT_FOUND)
        # Whoever it was used against decides with Customer Service, not whoever made it.
        if row.frozen_at:
            raise ProblemError(ProblemType.LINK_FROZEN, reference=row.reference)
        return principal, row

    async def detail(self, caller: Caller, link_id: str) -> LinkDetail:
        """Return what a linked file says.

        Raises:
            ProblemError: no live session, `not-found` or `link-frozen`.
        """

        def work(tx: Connection) -> LinkDetail:
            _, row = self._own(tx, caller, link_id)
            file = files.by_id(tx, row.file_id)
            assert file is not None
            return LinkDetail(link=link_message(row), file=_FILE.validate_json(file.contents))

        return await self._core.database.run(work)

    async def verify(self, caller: Caller, link_id: str, request: VerificationRequest) -> Verification:
        """Keep what the person says about the file; an error gets a reference for Customer Service.

        Raises:
            ProblemError: no live session, `not-found`, `link-frozen` or `too-many-requests`.
        """

        def work(tx: Connection) -> Verification:
            now = self._core.clock()
            principal, row = self._own(tx, caller, link_id)
            note = request.note or None
            if (row.verification, row.verification_note) == (request.outcome.value, note):
                return link_message(row).verification
            counter = Counter(
                self._core.settings.limits.verification, Scope.VERIFICATION, self._rate_limits.subject(row.id)
            )
            self._rate_limits.admit(tx, [counter], now)
            error = request.outcome is Outcome.ERROR
            reference = (row.verification_reference or new_reference()) if error else None
            links.verify(tx, row.id, outcome=request.outcome, reference=reference, note=note, now=now)
            if error and reference != row.verification_reference:
                links.add_support_case(
                    tx,
                    reference=reference or "",
                    account_id=principal.account.id,
                    kind="error_reported",
                    reason="file_contents",
                    now=now,
                    network=self._security.network(caller),
                    terminal=caller.terminal,
                    file_id=row.file_id,
                    link_id=row.id,
                )
            kind = EventKind.ERROR_REPORTED if error else EventKind.VERIFIED
            self._event(tx, caller, kind, row, reference)
            _, fresh = self._own(tx, caller, link_id)
            return link_message(fresh).verification

        return await self._core.database.run(work)

    async def unlink(self, caller: Caller, link_id: str) -> None:
        """End a link and tell the account and the file's address.

        Raises:
            ProblemError: no live session, `step-up-required`, `not-found`, `link-frozen` or `too-many-requests`.
        """

        def work(tx: Connection) -> None:
            now = self._core.clock()
            principal, row = self._own(tx, caller, link_id, fresh=True)
            # Whoever may link and unlink at will sends four mails each time.
            limits, subject = self._core.settings.limits, self._rate_limits.subject
            counters = [
                Counter(limits.unlink_file, Scope.UNLINK_FILE, subject(f"{row.account_id}|{row.file_id}")),
                Counter(limits.unlink_account, Scope.UNLINK_ACCOUNT, subject(row.account_id)),
            ]
            self._rate_limits.admit(tx, counters, now)
            if not links.end(tx, principal.account.id, row.id, now):
                raise ProblemError(ProblemType.NOT_FOUND)
            if principal.session.selected_link_id == row.id:
                accounts.select_link(tx, principal.session.id, None)
            self._event(tx, caller, EventKind.UNLINKED, row, row.reference)
            self._notices.unlinked(tx, principal.account, row, now)

        await self._core.database.run(work)

    def _event(self, tx: Connection, caller: Caller, kind: EventKind, row: LinkRow, reference: str | None) -> None:
        links.add_event(
            tx,
            row.account_id,
            kind,
            self._core.clock(),
            network=self._security.network(caller),
            link_id=row.id,
            method=row.method,
            category=row.category,
            identifier=row.identifier,
            display_name=row.display_name,
            reference=reference,
        )

    async def receipt(self, caller: Caller, link_id: str) -> Receipt:
        """Return the receipt of a link.

        Raises:
            ProblemError: no live session, `not-found` or `link-frozen`.
        """

        def work(tx: Connection) -> Receipt:
            _, row = self._own(tx, caller, link_id)
            return Receipt(
                reference=row.reference,
                link_id=row.id,
                category=Category(row.category),
                identifier=row.identifier,
                display_name=row.display_name,
                method=LinkMethod(row.method),
                linked_at=row.linked_at,
                undo=UNDO[caller.language],
                check_code=self._check_code(row.reference, self._core.keys.current),
            )

        return await self._core.database.run(work)

    def _check_code(self, reference: str, key: str) -> str:
        """Return the reference and fifty bits that only the holder of the key can compute, in groups of five."""
        number = int(self._core.keys.digest("receipt", reference, key)[:15], 16)
        mac = "".join(ALPHABET[number >> (5 * place) & 31] for place in range(_MAC_SYMBOLS))
        symbols = crockford(reference) + mac
        return "-".join(symbols[start : start + 5] for start in range(0, len(symbols), 5))

    async def check_receipt(self, caller: Caller, request: ReceiptCheckRequest) -> ReceiptCheck:
        """Return what a genuine receipt says, without anybody's name.

        Raises:
            ProblemError: `not-found`, not genuine; or `too-many-requests` from this network.
        """
        symbols = crockford(request.code)
        reference = f"{symbols[:4]}-{symbols[4:8]}-{symbols[8:10]}"
        genuine = any(self._check_code(reference, key) == request.code for key in self._core.keys.material)
        rule = self._core.settings.limits.asking_network

        def work(tx: Connection) -> LinkRow | None:
            self._rate_limits.admit(
                tx, self._rate_limits.network(rule, Scope.ASKING_NETWORK, caller), self._core.clock()
            )
            found = links.by_reference(tx, reference) if genuine else None
            if found is None:
                self._security.record(tx, caller, "receipt_check", "not_genuine")
            return found

        row = await self._core.database.run(work)
        if row is None:
            raise ProblemError(ProblemType.NOT_FOUND)
        return ReceiptCheck(
            reference=row.reference,
            category=Category(row.category),
            method=LinkMethod(row.method),
            linked_at=row.linked_at,
            still_linked=row.ended_at is None and row.frozen_at is None,
        )

    async def events(self, caller: Caller, before: str | None) -> Events:
        """Return the account's history, newest first.

        Raises:
            ProblemError: no live session.
        """

        def work(tx: Connection) -> Events:
            principal = identify(tx, caller, self._core.settings.session, self._core.clock())
            rows = links.events_of(tx, principal.account.id, before, EVENTS_PER_PAGE + 1)
            shown = rows[:EVENTS_PER_PAGE]
            disowned = links.disowned(tx, principal.account.id)
            return Events(
                events=tuple(_event_message(row, disowned) for row in shown),
                next=shown[-1].id if len(rows) > EVENTS_PER_PAGE else None,
            )

        return await self._core.database.run(work)
