"""What an agent does for a caller: checked, done once however often it is sent, kept with what was ticked, mailed."""

from typing import Final

from sel_backend.core import Core
from sel_backend.observability.metrics import count_desk
from sel_backend.security.tokens import new_linking_code
from sel_backend.services.answers import Answer, success
from sel_backend.services.caller import Caller
from sel_backend.services.desk.effects import Act, Effects, Report
from sel_backend.services.desk.entry import Agent, Entry
from sel_backend.services.desk.finding import Finding
from sel_backend.services.desk.obstacles import insist_free, insist_ticked
from sel_backend.services.idempotency import Context, Guarded, Idempotency, Operation
from sel_backend.services.security_events import SecurityEvents
from sel_backend.storage import audit, desk_cases, desk_queues
from sel_backend.storage.desk_cases import CaseRow
from sel_contract.desk_acts import (
    AnswerReport,
    CorrectAddress,
    DeskActed,
    DeskQueue,
    EndLink,
    FreeLink,
    PassOnReport,
    SendCoordinates,
    SetAsideMail,
    TakeReport,
)
from sel_contract.desk_case import DeskActKind

WITHOUT_CALLER: Final = (TakeReport, AnswerReport, PassOnReport, SetAsideMail)
"""The acts for which nobody calls, so that nothing needs to be ticked."""
_NAME_LIMIT: Final = 40


class Acts:
    """Does what agents ask for."""

    def __init__(
        self,
        core: Core,
        idempotency: Idempotency,
        security: SecurityEvents,
        *,
        entry: Entry,
        finding: Finding,
        effects: Effects,
    ) -> None:
        self._core = core
        self._idempotency = idempotency
        self._security = security
        self._entry = entry
        self._finding = finding
        self._effects = effects

    async def act(self, caller: Caller, case_id: str, act: Act) -> Answer:
        """Do something with a case.

        Raises:
            ProblemError: no live session, `desk-session-incomplete`, `supervisor-only`, `not-found` (not this agent's
                case), `validation` (what was ticked), `case-held`, `act-not-possible` with an `Obstacle`, or
                `too-many-requests`.
        """
        code = new_linking_code()
        supervisor = isinstance(act, CorrectAddress)
        operation = Operation(
            f"acts/{case_id}"[:_NAME_LIMIT], identify=self._entry.supervisor if supervisor else self._entry.agent
        )

        def before(context: Context) -> None:
            self._ready(context, case_id, act)

        async def check(_: None) -> str:
            return await self._core.hasher.hash(code) if isinstance(act, SendCoordinates) else ""

        def after(context: Context, _: None, code_hash: str) -> Answer:
            row = self._ready(context, case_id, act)
            correction = self._effects.of(context, row, act)(code, code_hash)
            reference = act.reference if isinstance(act, Report) else row.reference
            self.keep(context, caller, row, act.act, reference=reference, checks=act.checks)
            return success(DeskActed(act=act.act, at=context.now, correction=correction), 201)

        answer = await self._idempotency.guarded(caller, operation, act, Guarded(before, check, after, _nothing))
        if not answer.replayed:
            count_desk("act", act.act)
        return answer

    def _ready(self, context: Context, case_id: str, act: Act) -> CaseRow:
        assert isinstance(context.principal, Agent)
        row = self._finding.own(context.tx, context.principal, case_id)
        of_caller = not isinstance(act, WITHOUT_CALLER)
        insist_ticked(self._core.settings.desk.lines, act.checks, all_of_them=of_caller)
        items = [row.item] if row.item else []
        if isinstance(act, Report):
            items.append(desk_queues.item(DeskQueue.REPORTS, act.reference))
        if isinstance(act, FreeLink | EndLink):
            items.append(desk_queues.item(DeskQueue.FROZEN, act.link_id))
        insist_free(context, items)
        return row

    def keep(
        self,
        context: Context,
        caller: Caller,
        row: CaseRow,
        act: DeskActKind,
        *,
        reference: str | None,
        checks: tuple[str, ...],
    ) -> None:
        """Keep an act with what was ticked, and write it into the audit."""
        desk_cases.done(context.tx, row, act, context.now, reference=reference, checks=",".join(checks))
        audit.record(
            context.tx,
            context.now,
            audit.agent(row.agent_id),
            f"desk_{act.value}",
            outcome="done",
            account_id=row.account_id,
            file_id=row.file_id,
            reference=reference,
            network=self._security.network(caller),
            detail=f"by={row.found_by} reason={row.reason or '-'} case={row.id} checks={len(checks)}",
        )


def _nothing(*_: object) -> None:
    """Nothing was counted that a failure would have to give back."""
