"""Finding a case: by reference, by file, by account. Each look is in the audit, also one that found nothing."""

from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.observability.metrics import count_desk
from sel_backend.services.caller import Caller
from sel_backend.services.desk.entry import Agent, Entry
from sel_backend.services.desk.reading import Reading
from sel_backend.services.problems import ProblemError
from sel_backend.services.rate_limits import Counter, RateLimits, Scope
from sel_backend.services.security_events import SecurityEvents
from sel_backend.storage import accounts, audit, desk_cases, desk_views, files, links
from sel_backend.storage.desk_cases import CaseRow
from sel_backend.storage.rows import new_id
from sel_contract import ProblemType
from sel_contract.desk import LookupByAccount, LookupByFile, LookupByReference
from sel_contract.desk_case import DeskCase

Looked = LookupByReference | LookupByFile | LookupByAccount
LOOK: Final = "desk_look"
"""What the audit calls a look at a case."""


class Finding:
    """Finds cases, shows them again, and lets them go."""

    def __init__(
        self, core: Core, rate_limits: RateLimits, security: SecurityEvents, entry: Entry, reading: Reading
    ) -> None:
        self._core = core
        self._rate_limits = rate_limits
        self._security = security
        self._entry = entry
        self._reading = reading

    async def look_up(self, caller: Caller, lookup: Looked) -> DeskCase:
        """Return a case.

        Raises:
            ProblemError: no live session, `desk-session-incomplete`, `too-many-requests` from this agent, or
                `not-found`.
        """

        def work(tx: Connection) -> DeskCase | None:
            now = self._core.clock()
            agent = self._entry.agent(tx, caller, now)
            counter = Counter(
                self._core.settings.limits.desk_looks, Scope.DESK_LOOKS, self._rate_limits.subject(agent.account.id)
            )
            self._rate_limits.admit(tx, [counter], now)
            row = CaseRow(
                new_id(),
                agent.account.id,
                agent.session.id,
                now,
                lookup.by.value,
                reason=None if isinstance(lookup, LookupByReference) else lookup.reason.value,
                reference=lookup.reference if isinstance(lookup, LookupByReference) else None,
            )
            found = _find(tx, row, lookup)
            self.note(tx, caller, agent, found or row, outcome="found" if found else "nothing")
            if found is None:
                return None
            desk_cases.open_case(tx, found)
            return self._reading.case(tx, agent, found, now)

        case = await self._core.database.run(work)
        if case is None:  # the look is in the audit all the same
            raise ProblemError(ProblemType.NOT_FOUND)
        count_desk("look", case.found_by)
        return case

    def note(self, tx: Connection, caller: Caller, agent: Agent, row: CaseRow, *, outcome: str) -> None:
        """Write a look into the audit: who, why, by which reference, at whose account and file."""
        audit.record(
            tx,
            self._core.clock(),
            audit.agent(agent.account.id),
            LOOK,
            outcome=outcome,
            account_id=row.account_id,
            file_id=row.file_id,
            reference=row.reference,
            network=self._security.network(caller),
            detail=f"by={row.found_by} reason={row.reason or '-'} case={row.id}",
        )

    def own(self, tx: Connection, agent: Agent, case_id: str) -> CaseRow:
        """Return what this agent has looked up in this session.

        Raises:
            ProblemError: `not-found`.
        """
        row = desk_cases.case(tx, case_id, agent.account.id, agent.session.id)
        if row is None:
            raise ProblemError(ProblemType.NOT_FOUND)
        return row

    async def show(self, caller: Caller, case_id: str) -> DeskCase:
        """Return a case as it is now.

        Raises:
            ProblemError: no live session, `desk-session-incomplete`, or `not-found`: not this agent's, or of an
                earlier session.
        """

        def work(tx: Connection) -> DeskCase:
            now = self._core.clock()
            agent = self._entry.agent(tx, caller, now)
            row = self.own(tx, agent, case_id)
            self.note(tx, caller, agent, row, outcome="again")
            return self._reading.case(tx, agent, row, now)

        return await self._core.database.run(work)

    async def let_go(self, caller: Caller, case_id: str) -> None:
        """Let go what was taken from a queue with a case; nothing, where nothing was.

        Raises:
            ProblemError: no live session, `desk-session-incomplete`, or `not-found`.
        """

        def work(tx: Connection) -> None:
            agent = self._entry.agent(tx, caller, self._core.clock())
            desk_cases.let_go(tx, agent.account.id, self.own(tx, agent, case_id).id)

        await self._core.database.run(work)


def _find(tx: Connection, row: CaseRow, lookup: Looked) -> CaseRow | None:
    """Return the case with whom and what was found, or None."""
    match lookup:
        case LookupByReference():
            return by_reference(tx, row, lookup.reference)
        case LookupByFile():
            file = files.by_name(tx, lookup.identifier)
            return replace(row, file_id=file.id) if file else None
        case LookupByAccount():
            account = accounts.person_by_email(tx, lookup.email)
            return replace(row, account_id=account.id) if account else None


def by_reference(tx: Connection, row: CaseRow, reference: str) -> CaseRow | None:
    """Return the case of a refusal's, a report's, a disavowal's or a link's own reference, or None."""
    kept = desk_views.support_case(tx, reference)
    link = links.by_id(tx, kept.link_id) if kept and kept.link_id else links.by_reference(tx, reference)
    if kept is None and link is None:
        return None
    account_id = kept.account_id if kept else link.account_id if link else None
    file_id = (kept and kept.file_id) or (link.file_id if link else None)
    return replace(row, account_id=account_id, file_id=file_id)
