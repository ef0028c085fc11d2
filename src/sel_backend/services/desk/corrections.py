"""Four eyes: one supervisor requests another address on a file, a second one confirms it by typing it again."""

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.mail import desk_texts
from sel_backend.mail.phone import Phone
from sel_backend.observability.metrics import count_desk
from sel_backend.services.answers import Answer, success
from sel_backend.services.caller import Caller
from sel_backend.services.desk.acts import Acts
from sel_backend.services.desk.entry import Agent, Entry
from sel_backend.services.desk.obstacles import not_possible
from sel_backend.services.idempotency import Context, Idempotency, Operation, Simple
from sel_backend.services.problems import ProblemError
from sel_backend.storage import desk_cases, files
from sel_backend.storage.desk_cases import CaseRow, CorrectionRow
from sel_backend.storage.files import FileRow
from sel_contract import ProblemType
from sel_contract.desk import FoundBy
from sel_contract.desk_acts import (
    MOST_QUEUED,
    CorrectionDecision,
    DeskActed,
    DeskCorrection,
    DeskCorrections,
    Obstacle,
)
from sel_contract.desk_case import DeskActKind
from sel_contract.rules.masks import masked_address, without_addresses


class Corrections:
    """Shows the corrections that wait, and decides them."""

    def __init__(self, core: Core, idempotency: Idempotency, entry: Entry, acts: Acts) -> None:
        self._core = core
        self._idempotency = idempotency
        self._entry = entry
        self._acts = acts
        self._phone = Phone.of(core.settings.service)

    async def show(self, caller: Caller) -> DeskCorrections:
        """Return the corrections that wait.

        Raises:
            ProblemError: no live session, `desk-session-incomplete` or `supervisor-only`.
        """

        def work(tx: Connection) -> DeskCorrections:
            now = self._core.clock()
            agent = self._entry.supervisor(tx, caller, now)
            waiting = desk_cases.corrections(tx, now, MOST_QUEUED)
            return DeskCorrections(corrections=tuple(_message(tx, row, agent) for row in waiting))

        return await self._core.database.run(work)

    async def decide(self, caller: Caller, correction_id: str, request: CorrectionDecision) -> Answer:
        """Confirm a correction, or refuse it; whoever requested it can only withdraw it.

        Raises:
            ProblemError: no live session, `desk-session-incomplete`, `supervisor-only`, `not-found` (decided, or
                expired), or `act-not-possible`: the same person, or another address than the one requested.
        """

        def do(context: Context) -> Answer:
            assert isinstance(context.principal, Agent)
            asked = desk_cases.end_correction(context.tx, correction_id, context.now)
            file = files.by_id(context.tx, asked.file_id) if asked else None
            if asked is None or file is None:
                raise ProblemError(ProblemType.NOT_FOUND)
            act = DeskActKind.REFUSE_ADDRESS
            if request.confirm:
                act = DeskActKind.CONFIRM_ADDRESS
                self._confirm(context, asked, file, request.email)
            agent = context.principal
            row = CaseRow(asked.case_id, agent.account.id, agent.session.id, context.now, FoundBy.FILE, file_id=file.id)
            self._acts.keep(context, caller, row, act, reference=None, checks=())
            return success(DeskActed(act=act, at=context.now), 201)

        operation = Operation(f"corr/{correction_id}"[:40], identify=self._entry.supervisor)
        answer = await self._idempotency.simple(caller, operation, request, Simple(do))
        if not answer.replayed:
            count_desk("act", DeskActKind.CONFIRM_ADDRESS if request.confirm else DeskActKind.REFUSE_ADDRESS)
        return answer

    def _confirm(self, context: Context, asked: CorrectionRow, file: FileRow, typed: str | None) -> None:
        # Raised, each of these leaves the correction waiting.
        if asked.asked_by == context.account_id:
            raise not_possible(Obstacle.SAME_PERSON)
        if typed != asked.email:
            raise not_possible(Obstacle.OTHER_ADDRESS, "/email")
        files.correct_address(context.tx, file, asked.email, context.now)
        for address in dict.fromkeys(one for one in (file.email, asked.email) if one):
            self._core.outbox.put(context.tx, desk_texts.address_corrected(address, phone=self._phone), context.now)


def _message(tx: Connection, row: CorrectionRow, agent: Agent) -> DeskCorrection:
    file = files.by_id(tx, row.file_id)
    assert file is not None
    return DeskCorrection(
        id=row.id,
        asked_at=row.asked_at,
        expires_at=row.expires_at,
        number=file.identifier,
        display_name=without_addresses(file.display_name),
        before=masked_address(file.email) if file.email else None,
        after=masked_address(row.email),
        mine=row.asked_by == agent.account.id,
    )
