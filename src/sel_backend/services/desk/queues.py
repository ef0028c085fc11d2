"""The queues: what waits, the oldest first; `next` takes one thing, and no two agents have the same."""

from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from sel_backend.core import Core
from sel_backend.mail.reasons import mail_reason
from sel_backend.observability.metrics import count_desk
from sel_backend.services.answers import Answer, success
from sel_backend.services.caller import Caller
from sel_backend.services.desk.entry import Agent, Entry
from sel_backend.services.desk.finding import Finding
from sel_backend.services.idempotency import Context, Idempotency, Operation, Simple
from sel_backend.services.problems import ProblemError
from sel_backend.storage import desk_cases, desk_queues
from sel_backend.storage.desk_cases import CaseRow, HoldRow
from sel_backend.storage.desk_queues import WaitingRow
from sel_backend.storage.rows import new_id
from sel_contract import Category, ProblemType
from sel_contract.desk import FoundBy
from sel_contract.desk_acts import MOST_QUEUED, DeskQueue, NextRequest, QueueItem, QueueItems, QueueRequest, QueueTaken
from sel_contract.desk_case import MailState
from sel_contract.rules.masks import masked_address, without_addresses
from sel_contract.rules.text import fold

_LOOKED_AT: Final = 2_000
"""How much of a queue is looked at, the oldest first: more wait nowhere that anybody works."""
_TRIED: Final = 20
"""How many free things are tried before there seems to be nothing: others take at the same moment."""


class Queues:
    """Shows what waits, and gives it to whoever asks."""

    def __init__(self, core: Core, idempotency: Idempotency, entry: Entry, finding: Finding) -> None:
        self._core = core
        self._idempotency = idempotency
        self._entry = entry
        self._finding = finding

    async def show(self, caller: Caller, queue: DeskQueue, request: QueueRequest) -> QueueItems:
        """Return what waits in a queue.

        Raises:
            ProblemError: no live session, or `desk-session-incomplete`.
        """

        def work(tx: Connection) -> QueueItems:
            now = self._core.clock()
            agent = self._entry.agent(tx, caller, now)
            rows = _fitting(desk_queues.waiting(tx, queue, _LOOKED_AT), request.text)
            items = []
            for row in rows[:MOST_QUEUED]:
                held = row.held_until is not None and row.held_until > now
                mine = held and row.held_by == agent.account.id
                items.append(
                    _item(queue, row).model_copy(update={"held_until": row.held_until if held else None, "mine": mine})
                )
            return QueueItems(queue=queue, items=tuple(items), more=len(rows) > MOST_QUEUED)

        return await self._core.database.run(work)

    async def take(self, caller: Caller, queue: DeskQueue, request: NextRequest) -> Answer:
        """Take the oldest thing that nobody has, or the one that is named, and let go what this agent had.

        Raises:
            ProblemError: no live session, `desk-session-incomplete`; of a thing that is named: `not-found` where it
                does not wait any more, `case-held` where another agent has it.
        """

        def do(context: Context) -> Answer:
            assert isinstance(context.principal, Agent)
            agent, now = context.principal, context.now
            until = now + timedelta(minutes=self._core.settings.desk.hold_minutes)
            row = self._taken(context, queue, request, HoldRow("", agent.account.id, new_id(), until))
            if row is None:
                return success(QueueTaken())
            desk_cases.open_case(context.tx, row)
            self._finding.note(context.tx, caller, agent, row, outcome=f"taken_{queue.value}")
            return success(QueueTaken(case_id=row.id, held_until=until))

        operation = Operation(f"desk/next/{queue.value}", identify=self._entry.agent)
        answer = await self._idempotency.simple(caller, operation, request, Simple(do))
        if not answer.replayed:
            count_desk("look", FoundBy.QUEUE)
        return answer

    def _taken(self, context: Context, queue: DeskQueue, request: NextRequest, hold: HoldRow) -> CaseRow | None:
        assert isinstance(context.principal, Agent)
        tx, now = context.tx, context.now
        if request.item is not None:
            rows = desk_queues.waiting(tx, queue, 1, row_id=request.item)
            if not rows:
                raise ProblemError(ProblemType.NOT_FOUND)
        else:
            rows = _fitting(desk_queues.waiting(tx, queue, _LOOKED_AT, free_at=now), request.text)[:_TRIED]
        for row in rows:
            item = desk_queues.item(queue, row.id)
            wanted = HoldRow(item, hold.agent_id, hold.case_id, hold.held_until)
            if desk_cases.take(tx, wanted, now):
                desk_cases.let_go_others(tx, hold.agent_id, item)
                return CaseRow(
                    hold.case_id,
                    hold.agent_id,
                    context.principal.session.id,
                    now,
                    FoundBy.QUEUE.value,
                    reference=row.reference,
                    account_id=row.account_id,
                    file_id=row.file_id,
                    item=item,
                )
        if request.item is not None:
            raise ProblemError(ProblemType.CASE_HELD, retry_at=rows[0].held_until)
        return None


def _fitting(rows: list[WaitingRow], text: str | None) -> list[WaitingRow]:
    """Return the rows whose number, name or reference a text stands in, without regard to case and accents.

    Not by the database: the two of them do not agree on what a capital with an accent is.
    """
    wanted = fold(text or "")
    return [
        row
        for row in rows
        if any(wanted in fold(text) for text in (row.number, row.display_name, row.reference) if text) or not wanted
    ]


def _item(queue: DeskQueue, row: WaitingRow) -> QueueItem:
    return QueueItem(
        id=row.id,
        since=row.since,
        reference=row.reference,
        number=row.number,
        category=Category(row.category) if row.category else None,
        display_name=without_addresses(row.display_name) if row.display_name else None,
        address=masked_address(row.address) if row.address else None,
        mail=(MailState.RETURNED if row.report_status else MailState.BOUNCED) if queue is DeskQueue.MAILS else None,
        mail_reason=mail_reason(row.report_status) if row.report_status else None,
    )
